"""What the clock asks of prints: the PDF of each that waits, and the end of old ones."""

import asyncio
import json
import logging
import re
import sys
from pathlib import Path
from uuid import UUID

import msgspec

from app.door.printing import setting
from app.door.printing.kinds import KINDS, Kind
from app.door.printing.making import SHRED, Content, seal_of
from app.door.printing.wording import words_of
from app.kernel import clock, db, seal
from app.kernel.draw import TEMPLATES
from app.kernel.seal import Closed

log = logging.getLogger(__name__)

PROGRAM = [sys.executable, "-I", str(Path(setting.__file__))]
PATIENCE = 120
TRIES = 3
FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "PingFang SC",
    "Microsoft YaHei",
)
REASONS = {setting.NO_FONT: "no_font", setting.NO_TYPESETTER: "no_typesetter"}


class Waiting(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    key_id: UUID
    kind: str
    things: int
    tries: int
    content_sealed: bytes


async def make_waiting() -> None:
    """A duty. One each round, oldest first, so that messages go out between two; a stop of the server meanwhile begins that one again."""
    sql = """SELECT id, community_id, key_id, kind, things, tries, content_sealed FROM print_job WHERE state = 'waiting'
    ORDER BY at LIMIT 1"""
    for job in await db.rows(Waiting, sql):
        await _make(job)


async def _make(job: Waiting) -> None:
    if job.tries >= TRIES:
        await _fail(job, "broken")
        return
    await db.run("UPDATE print_job SET tries = tries + 1 WHERE id = ?", job.id)
    sealed = seal_of(job.id, job.key_id, job.community_id)
    try:
        content = msgspec.json.decode(sealed.open_bytes("content", job.content_sealed), type=Content)
    except Closed:
        await _fail(job, "broken")
        return

    async def far(done: int) -> None:
        await db.run("UPDATE print_job SET done = ? WHERE id = ? AND state = 'waiting'", min(done, job.things), job.id)

    made = await typeset(KINDS[job.kind], content, far)
    if isinstance(made, str):
        await _fail(job, made)
        return
    async with db.transaction():
        await db.run("DELETE FROM print_file WHERE print_id = ?", job.id)
        await db.run("INSERT INTO print_file(print_id, pdf_sealed) VALUES (?, ?)", job.id, sealed.close_bytes("pdf", made))
        await db.run(
            "UPDATE print_job SET state = 'done', done = things, pages = ?, finished_at = ? WHERE id = ? AND state = 'waiting'",
            pages_in(made), clock.now(), job.id,
        )  # fmt: skip


async def _fail(job: Waiting, reason: str) -> None:
    log.warning("print of kind %s: no PDF, %s", job.kind, reason)
    sql = "UPDATE print_job SET state = 'failed', reason = ?, finished_at = ? WHERE id = ? AND state = 'waiting'"
    await db.run(sql, reason, clock.now(), job.id)


def pages_in(made: bytes) -> int:
    """The root of the page tree has the largest count."""
    return max((int(n) for n in re.findall(rb"/Count (\d+)", made)), default=0)


async def typeset(kind: Kind, content: Content, far) -> bytes | str:
    """The PDF, or why there is none: no_font, no_typesetter, slow, broken. `far(n)` is told how many squares are drawn."""
    asked = {
        "source": kind.family,
        "folder": str(TEMPLATES / "print"),
        "sheet": kind.name,
        "error": kind.error,
        "fonts": FONTS,
        "words": words_of(kind.family, content.lang),
        "content": msgspec.to_builtins(content),
    }
    pipe = asyncio.subprocess.PIPE
    program = await asyncio.create_subprocess_exec(*PROGRAM, stdin=pipe, stdout=pipe, stderr=pipe, env={})
    try:
        async with asyncio.timeout(PATIENCE):
            _, made, _ = await asyncio.gather(_give(program, json.dumps(asked).encode()), program.stdout.read(), _hear(program, far))
            await program.wait()
    except (TimeoutError, BrokenPipeError, ConnectionResetError):
        return "slow"
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    return made if program.returncode == 0 and made else REASONS.get(program.returncode, "broken")


async def _give(program: asyncio.subprocess.Process, data: bytes) -> None:
    program.stdin.write(data)
    await program.stdin.drain()
    program.stdin.close()


async def _hear(program: asyncio.subprocess.Process, far) -> None:
    async for line in program.stderr:
        if line.strip().isdigit():
            await far(int(line))
        else:
            log.warning("typesetting: %s", line.decode(errors="replace").strip()[:200])


async def end_old() -> None:
    """A duty: content, file and key go; what was printed when, and its hashes, stay."""
    due = "SELECT id FROM print_job WHERE key_id IS NOT NULL AND at < ? LIMIT 50"
    for print_id in await db.rows(UUID, due, clock.now() - SHRED):
        async with db.transaction():
            await db.run("DELETE FROM print_file WHERE print_id = ?", print_id)
            sql = """UPDATE print_job SET state = 'ended', reason = NULL, content_sealed = NULL, finished_at = coalesce(finished_at, ?)
            WHERE id = ?"""
            await db.run(sql, clock.now(), print_id)
        if key := await db.value("SELECT key_id FROM print_job WHERE id = ?", print_id):
            seal.destroy_keys([UUID(str(key))])
            await db.run("UPDATE print_job SET key_id = NULL WHERE id = ?", print_id)


DUTIES = [make_waiting, end_old]
