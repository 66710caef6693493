"""A stranger's picture is drawn anew by a program beside the server before anybody sees it."""

from uuid import UUID

import msgspec

from app.journal import worker
from app.kernel import clock, db
from app.kernel.seal import Closed, Seal
from app.photos.rules.finishing import redraw
from app.photos.rules.keeping import KEPT


class _Raw(msgspec.Struct, frozen=True):
    donation_id: UUID
    raw_sealed: bytes
    key_id: UUID | None
    emergency_id: UUID


async def draw_due() -> None:
    """A duty. What is no picture goes; so does what nobody can open any more."""
    sql = """SELECT p.donation_id, p.raw_sealed, d.key_id, d.emergency_id FROM donation_photo p JOIN donation d ON d.id = p.donation_id
    WHERE p.raw_sealed IS NOT NULL ORDER BY p.donation_id LIMIT 5"""
    for one in await db.rows(_Raw, sql):
        made = await _drawn(one)
        await worker.do(lambda one=one, made=made: _settle(one, made), once=f"donations.drawn|{one.donation_id}")


async def end_old() -> None:
    """A duty: like every photo, it goes seven days after."""
    sql = """SELECT p.donation_id FROM donation_photo p JOIN donation d ON d.id = p.donation_id
    WHERE d.made_at < ? AND (p.image_sealed IS NOT NULL OR p.raw_sealed IS NOT NULL) LIMIT 50"""
    for donation in await db.rows(UUID, sql, clock.now() - KEPT):
        await worker.do(lambda donation=donation: _end(donation), once=f"donations.picture_ended|{donation}")


async def _end(donation: UUID) -> None:
    await db.run("UPDATE donation_photo SET raw_sealed = NULL, image_sealed = NULL WHERE donation_id = ?", donation)


async def _drawn(one: _Raw) -> bytes | None:
    if one.key_id is None:
        return None
    seal = Seal("donation_photo", one.donation_id, one.key_id, one.emergency_id)
    try:
        made = await redraw(seal.open_bytes("raw", one.raw_sealed))
        return seal.close_bytes("image", made) if isinstance(made, bytes) else None
    except Closed:
        return None


async def _settle(one: _Raw, sealed: bytes | None) -> None:
    await db.run("UPDATE donation_photo SET raw_sealed = NULL, image_sealed = ? WHERE donation_id = ?", sealed, one.donation_id)
