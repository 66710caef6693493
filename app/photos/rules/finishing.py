"""A photo that is whole: checked against what was announced, drawn anew by a program beside the server, sealed."""

import asyncio
import hashlib
import sys
from pathlib import Path
from uuid import UUID

import msgspec

from app.journal import worker
from app.kernel import clock, db
from app.kernel.seal import Closed
from app.photos import picture
from app.photos.rules.keeping import note
from app.photos.sealing import image_seal, piece_seal

PROGRAM = [sys.executable, "-I", str(Path(picture.__file__))]
PATIENCE = 30
SPOILT = 3  # times that a photo may come otherwise than it was announced
REASONS = {picture.NO_PICTURE: "no_picture", picture.TOO_LARGE: "too_large", picture.HEIC: "heic"}

_drawing: asyncio.Semaphore | None = None
_running: dict[str, asyncio.Task] = {}


class _Row(msgspec.Struct):
    id: str
    community_id: UUID
    key_id: UUID
    sha: str
    spoilt: int


class _Piece(msgspec.Struct):
    start: int
    data_sealed: bytes


async def finish_received() -> None:
    """A duty: what was whole when the server stopped."""
    for photo in await db.rows(str, "SELECT id FROM photo WHERE state = 'received' ORDER BY touched_at LIMIT 20"):
        await finish(photo)


async def finish(photo: str) -> None:
    """Returns when it is; does nothing for a photo that is not whole. The worker and the last piece may both want it: it is done once."""
    if photo not in _running:
        _running[photo] = asyncio.create_task(_finish(photo))
        _running[photo].add_done_callback(lambda _: _running.pop(photo, None))
    await asyncio.shield(_running[photo])


async def _finish(photo: str) -> None:
    row = await db.one(_Row, "SELECT id, community_id, key_id, sha, spoilt FROM photo WHERE id = ? AND state = 'received'", photo)
    if row is None:
        return
    raw = await _whole(row)
    if raw is None or (row.sha and hashlib.sha256(raw).hexdigest() != row.sha):
        if row.spoilt + 1 < SPOILT:
            await _begin_anew(row.id)
            return
        made = "spoilt"
    else:
        made = await redraw(raw)
    await worker.do(lambda: _settle(row, made), once=f"photos.finished|{row.id}|{row.spoilt}")


async def _whole(row: _Row) -> bytes | None:
    pieces = await db.rows(_Piece, "SELECT start, data_sealed FROM photo_piece WHERE photo_id = ? ORDER BY start", row.id)
    try:
        return b"".join(
            piece_seal(row.id, piece.start, row.key_id, row.community_id).open_bytes("data", piece.data_sealed) for piece in pieces
        )
    except Closed:
        return None


async def _begin_anew(photo: str) -> None:
    async with db.transaction():
        await db.run("DELETE FROM photo_piece WHERE photo_id = ?", photo)
        await db.run(
            "UPDATE photo SET state = 'awaited', got = 0, spoilt = spoilt + 1, touched_at = ? WHERE id = ? AND state = 'received'",
            clock.now(), photo,
        )  # fmt: skip


async def _settle(row: _Row, made: bytes | str) -> None:
    await db.run("DELETE FROM photo_piece WHERE photo_id = ?", row.id)
    if isinstance(made, str):
        settled = "UPDATE photo SET state = 'unreadable', reason = ? WHERE id = ? AND state = 'received'"
        value = made
    else:
        settled = "UPDATE photo SET state = 'kept', image_sealed = ? WHERE id = ? AND state = 'received'"
        value = image_seal(row.id, row.key_id, row.community_id).close_bytes("image", made)
    if await db.run(settled, value, row.id):
        await note("photo.unreadable" if isinstance(made, str) else "photo.kept", row.id)


async def redraw(raw: bytes) -> bytes | str:
    """The picture drawn anew, or why there is none. One at a time: it may take a processor and half a gigabyte."""
    global _drawing
    _drawing = _drawing or asyncio.Semaphore(1)
    async with _drawing:
        pipe = asyncio.subprocess.PIPE
        program = await asyncio.create_subprocess_exec(*PROGRAM, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env={})
        try:
            async with asyncio.timeout(PATIENCE):
                made, _ = await program.communicate(raw)
        except (TimeoutError, BrokenPipeError, ConnectionResetError):
            return "too_large"
        finally:
            if program.returncode is None:
                program.kill()
                await program.wait()
    return made if program.returncode == 0 and made else REASONS.get(program.returncode, "no_picture")
