"""Who looked at names and phones: per helper for those who answer for it, per subject in her own words."""

import json
from collections import Counter
from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db, words
from app.people import reads as people
from app.people.looking import OTHERS, REASONS

KINDS = ("account.revealed", "donation.revealed", "need.revealed", "order.revealed", "resident.revealed", "phones.taken")
_LOOKS = "kind IN ('account.revealed', 'donation.revealed', 'need.revealed', 'order.revealed', 'resident.revealed', 'phones.taken')"  # as the index has it


class _Row(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    about: UUID
    by: UUID | None
    act: str | None
    received_at: datetime
    household_id: UUID | None
    payload: str

    @property
    def reason(self) -> str:
        return str(json.loads(self.payload).get("reason", ""))


_COLUMNS = "id, kind, about, by, act, received_at, household_id, payload"


class Looker(msgspec.Struct, frozen=True):
    """`taps`: looks one by one; `lists`: phone lists of whole buildings; `reasons`: (words, how many), the most frequent first."""

    account_id: UUID
    name: str
    taps: int
    lists: int
    reasons: tuple[tuple[str, int], ...]
    last: datetime


class Look(msgspec.Struct, frozen=True):
    """One look. `what`, `why`: words; `who` blank where a page leaves it out."""

    who: str
    what: str
    why: str
    at: datetime
    path: str = ""


def why(reason: str) -> str:
    return words.gettext(f"privacy.reason.{reason}" if reason in REASONS + OTHERS else "privacy.reason.unsaid")


async def lookers(community_id: UUID, since: datetime) -> list[Looker]:
    """Everybody who looked since then, those with the most looks first."""
    sql = f"SELECT {_COLUMNS} FROM happening WHERE community_id = ? AND received_at >= ? AND {_LOOKS} ORDER BY received_at"
    theirs: dict[UUID, list[_Row]] = {}
    for row in await db.rows(_Row, sql, community_id, since):
        if row.by:
            theirs.setdefault(row.by, []).append(row)
    names = await people.names(set(theirs))
    found = [_looker(account, names.get(account, "—"), rows) for account, rows in theirs.items()]
    return sorted(found, key=lambda one: (-one.taps, -one.lists, one.name))


def _looker(account: UUID, name: str, rows: list[_Row]) -> Looker:
    single = [row for row in rows if row.kind != "phones.taken" and row.reason != "list"]
    reasons = Counter(row.reason for row in single).most_common()
    lists = sum(row.kind == "phones.taken" for row in rows)
    return Looker(account, name, len(single), lists, tuple((why(reason), n) for reason, n in reasons), rows[-1].received_at)


async def count_by(community_id: UUID, account_id: UUID, since: datetime) -> int:
    sql = f"SELECT count(*) FROM happening WHERE community_id = ? AND received_at >= ? AND {_LOOKS} AND by = ?"
    return int(await db.value(sql, community_id, since, account_id) or 0)


async def looks_by(community_id: UUID, account_id: UUID, since: datetime, *, offset: int, limit: int) -> list[Look]:
    sql = f"""SELECT {_COLUMNS} FROM happening WHERE community_id = ? AND received_at >= ? AND {_LOOKS} AND by = ?
    ORDER BY received_at DESC, id DESC LIMIT ? OFFSET ?"""
    rows = await db.rows(_Row, sql, community_id, since, account_id, limit, offset)
    return [Look("", words.gettext(f"privacy.looked.{row.kind}"), why(row.reason), row.received_at, _path(row)) for row in rows]


def _path(row: _Row) -> str:
    match row.kind:
        case "need.revealed":
            return f"/needs/{row.about}"
        case "order.revealed":
            return f"/orders/{row.about}"
        case "donation.revealed":
            return f"/donations/{row.about}"
        case "account.revealed":
            return f"/people/{row.about}"
        case "phones.taken":
            return f"/buildings/{row.about}"
    return f"/households/{row.household_id}" if row.household_id else ""


async def taps_within(community_id: UUID, account_id: UUID, since: datetime, until: datetime) -> tuple[int, int]:
    """How many single looks and how many whole phone lists. A list is one look however many are on it."""

    class Sums(msgspec.Struct):
        taps: int
        lists: int

    sql = f"""SELECT count(DISTINCT CASE WHEN kind <> 'phones.taken' AND payload <> '{{"reason": "list"}}' THEN act END) AS taps,
    count(DISTINCT CASE WHEN kind = 'phones.taken' THEN about END) AS lists
    FROM happening WHERE community_id = ? AND received_at > ? AND received_at <= ? AND {_LOOKS} AND by = ?"""
    found = await db.one(Sums, sql, community_id, since, until, account_id)
    return (found.taps, found.lists) if found else (0, 0)


async def looked_at(*about: UUID, limit: int = 200, within: UUID | None = None, since: datetime | None = None) -> list[Look]:
    """Who looked at these, newest first, in words for the one whom it is about; with `within` whoever took that ledger out `since` then."""
    sql = f"""SELECT {_COLUMNS} FROM happening WHERE about IN ({db.marks(about)}) AND kind IN ('account.revealed', 'need.revealed',
    'order.revealed', 'resident.revealed') ORDER BY id DESC LIMIT ?"""
    rows = await db.rows(_Row, sql, *about, limit)
    if within is not None and since is not None:
        taken = f"""SELECT {_COLUMNS} FROM happening WHERE about IN (SELECT id FROM ledger_export WHERE community_id = ? AND fetched_at >= ?)
        AND kind = 'export.fetched' ORDER BY id DESC LIMIT ?"""
        rows = sorted([*rows, *await db.rows(_Row, taken, within, since, limit)], key=lambda row: row.id, reverse=True)[:limit]
    names = await people.names({row.by for row in rows if row.by})
    return [
        Look(names.get(row.by, "—") if row.by else "—", words.gettext(f"privacy.seen.{row.kind}"), why(row.reason), row.received_at)
        for row in rows
    ]
