"""What came of the last lines to one person: a test that she asked for, the last of each way, and when that changed."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import db, ids

SOON = timedelta(seconds=60)  # within which a test should stand on the phone, as its receipt says
STANDS = timedelta(minutes=15)  # a test is shown this long; it is tried for ten
DAY = timedelta(hours=26)  # no line lives longer


class Trial(msgspec.Struct, frozen=True):
    """A line of the last test. `late`: it should have arrived by now."""

    way: str
    subscription_id: UUID | None
    made_at: datetime
    state: str
    shown_at: datetime | None
    late: bool = False

    @property
    def open(self) -> bool:
        """Whether more can come of it: handed over is not yet seen, and a text message says nothing more."""
        return self.state == "waiting" or (self.way == "push" and self.state == "carried" and not self.shown_at)

    @property
    def fate(self) -> str:
        """sms, shown, carried, waiting, over or dropped; `late_waiting` and `late_carried` where too much time went by."""
        if self.way == "sms" and self.state == "carried":
            return "sms"
        if self.open:
            return f"late_{self.state}" if self.late else self.state
        return "shown" if self.state == "carried" else self.state


async def last_test(account_id: UUID, now: datetime) -> list[Trial]:
    found = await db.rows(
        Trial,
        """SELECT way, subscription_id, made_at, state, shown_at FROM carrying WHERE account_id = ? AND kind = 'test' AND made_at = (
        SELECT max(made_at) FROM carrying WHERE account_id = ? AND kind = 'test' AND made_at > ?) ORDER BY id""",
        account_id, account_id, now - STANDS,
    )  # fmt: skip
    return [msgspec.structs.replace(one, late=now - one.made_at >= SOON) for one in found]


def seconds_left(trials: list[Trial], now: datetime) -> int:
    """Until a test that is under way is late; 0 where none is."""
    left = [one.made_at + SOON - now for one in trials if one.open and not one.late]
    return int(min(left).total_seconds()) + 1 if left else 0


class _Counted(msgspec.Struct, frozen=True):
    made: int
    ended: int
    shown: int
    made_at: datetime | None
    ended_at: datetime | None
    shown_at: datetime | None


async def version(account_id: UUID, trials: list[Trial]) -> str:
    """Changes with every line, what came of it, what a phone said of it, and once a test is late."""
    sql = """SELECT count(*) AS made, count(ended_at) AS ended, count(shown_at) AS shown,
    max(made_at) AS made_at, max(ended_at) AS ended_at, max(shown_at) AS shown_at FROM carrying WHERE account_id = ?"""
    now = await db.one(_Counted, sql, account_id)
    last = max(filter(None, (now.made_at, now.ended_at, now.shown_at)), default=None)
    fates = ",".join(one.fate for one in trials)
    return f"{ids.at(last) if last else '-'}.{now.made}.{now.ended}.{now.shown}.{fates}"


async def settled_after(account_id: UUID, moment: datetime) -> bool:
    sql = "SELECT 1 FROM carrying WHERE account_id = ? AND (ended_at >= ? OR shown_at >= ?) LIMIT 1"
    return await db.value(sql, account_id, moment, moment) is not None


async def settled_since(moment: datetime) -> set[UUID]:
    """The accounts of lines of which something came since then."""
    sql = "SELECT DISTINCT account_id FROM carrying WHERE account_id IS NOT NULL AND id > ? AND (ended_at >= ? OR shown_at >= ?)"
    return set(await db.rows(UUID, sql, ids.at(moment - DAY), moment, moment))
