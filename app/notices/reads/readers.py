"""Who is to read a notice, and who has not said yet that she did."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db, paging
from app.notices.reads.facts import NoticeFacts
from app.notices.reads.hers import addressed
from app.people import reads as people
from app.people.reads import many


class Reader(msgspec.Struct, frozen=True):
    """`opened`: she opened it in her inbox and did not confirm. `confirmed_before`: when she confirmed a text that was corrected since."""

    account_id: UUID
    name: str
    masked: str
    told_at: datetime | None
    confirmed_at: datetime | None
    confirmed_before: datetime | None
    opened: bool


class Readers(msgspec.Struct, frozen=True):
    """Those who have not confirmed come first."""

    total: int
    confirmed: int
    found: list[Reader]
    page: paging.Page


class _Row(msgspec.Struct, frozen=True):
    account_id: UUID
    told_at: datetime | None
    confirmed_at: datetime | None
    confirmed_text: int | None = None

    def has(self, text: int) -> bool:
        return self.confirmed_text is not None and self.confirmed_text >= text


async def counts(one: NoticeFacts) -> tuple[int, int]:
    """How many have confirmed what it says now, of how many."""
    everybody = await _everybody(one)
    return sum(row.has(one.text) for row in everybody.values()), len(everybody)


async def readers(one: NoticeFacts, number: int = 1) -> Readers:
    """Whoever was told, and whom it is for by now: who reported in since then is not missed."""
    ranked = sorted((await _everybody(one)).values(), key=lambda row: (row.has(one.text), row.account_id))
    page = paging.page(number, len(ranked), f"{one.path}/readers")
    shown = ranked[page.offset : page.offset + paging.SIZE]
    known = await people.contacts([row.account_id for row in shown])
    opened = await many.opened(one.path, [row.account_id for row in shown])
    return Readers(
        total=len(ranked),
        confirmed=sum(row.has(one.text) for row in ranked),
        found=[
            Reader(
                row.account_id,
                known[row.account_id].name,
                known[row.account_id].masked,
                row.told_at,
                row.confirmed_at if row.has(one.text) else None,
                row.confirmed_at if not row.has(one.text) else None,
                row.account_id in opened,
            )
            for row in shown
        ],
        page=page,
    )


async def _everybody(one: NoticeFacts) -> dict[UUID, _Row]:
    sql = "SELECT account_id, told_at, confirmed_at, confirmed_text FROM notice_reading WHERE notice_id = ?"
    rows = {row.account_id: row for row in await db.rows(_Row, sql, one.id)}
    return {account: rows.get(account, _Row(account, None, None)) for account in [*rows, *await addressed(one)]}
