"""`python -m app import FILE --community CODE [--dry-run]`, inside the running server or alone."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.care.reads import files
from app.care.reads.planning import Plan, plan
from app.care.reads.report import report
from app.care.rules.importing import bring
from app.journal import worker
from app.kernel.forms import File
from app.kernel.sheets import Unreadable
from app.kernel.sheets.shape import MAX_BYTES
from app.kernel.words import say
from app.places import reads as places


async def run_import(told: dict[str, Any], out: Callable[[str], None]) -> int:
    """Print the report; 2 with one line for a file that cannot be read or a community that is not there."""
    community = await places.community_by_code(str(told["community"]).strip().upper())
    if community is None:
        out(say("care.command.no_community", code=told["community"]))
        return 2
    try:
        file = await asyncio.to_thread(_file, Path(told["file"]))
        reading = await files.read(file.data, file.name, community.id)
    except Unreadable as why:
        out(f"{Path(told['file']).name}: {say(why.key, **why.params)}")
        return 2
    except OSError as why:
        out(f"{told['file']}: {why.strerror}")
        return 2
    if told.get("dry_run") or not (reading.buildings or reading.people):
        planned = await plan(reading, community.id)
    else:
        done: list[Plan] = []

        async def work() -> None:
            done.append(await bring(reading, file, community))

        await worker.do(work)
        planned = done[0]
    files.forget()
    out(json.dumps(report(reading, planned), ensure_ascii=False))
    return 0


def _file(path: Path) -> File:
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable("sheets.too_large", limit=MAX_BYTES // 2**20)
    return File(path.name, path.read_bytes())
