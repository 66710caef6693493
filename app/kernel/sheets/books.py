import signal
import subprocess
import sys
from pathlib import Path

import msgspec

from app.kernel.sheets.shape import Sheet, Unreadable, fit

CHILD = Path(__file__).with_name("child.py")
PATIENCE_S = 30


class Raw(msgspec.Struct, array_like=True):
    name: str
    hidden: bool
    first_row: int
    rows: list[list[str]]


class Answer(msgspec.Struct):
    sheets: list[Raw] = []
    trouble: str = ""


def read_workbook(data: bytes) -> list[Sheet]:
    # Two cells in far corners make calamine allocate every cell between, and a failed allocation in Rust
    # ends the process: only another process with a memory limit keeps the server standing.
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
        )
        answer = msgspec.msgpack.decode(child.stdout, type=Answer)
    except subprocess.TimeoutExpired as slow:
        raise Unreadable("sheets.too_many_cells") from slow
    except (msgspec.MsgspecError, UnicodeError) as broken:
        died_of_memory = child.returncode in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU)
        raise Unreadable("sheets.too_many_cells" if died_of_memory else "sheets.not_a_sheet") from broken
    if answer.trouble:
        raise Unreadable(answer.trouble)
    return [Sheet(raw.name, fit(raw.rows), raw.first_row, raw.hidden) for raw in answer.sheets]
