"""How a person wants to be told: the order of her ways, SMS or not, quiet hours, kinds that she does without."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.kernel import db
from app.kernel.act import Done
from app.kernel.trouble import misfit
from app.people.person import Person
from app.people.rules.messages import KINDS
from app.push.reads.ways import Choice

_CHOOSE = """INSERT INTO telling(account_id, ways, sms, quiet_from, quiet_until, off) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id) DO UPDATE SET ways = excluded.ways, sms = excluded.sms, quiet_from = excluded.quiet_from,
quiet_until = excluded.quiet_until, off = excluded.off"""
_REACHED = """INSERT INTO telling(account_id, last_way, last_reached_at) VALUES (?, ?, ?)
ON CONFLICT (account_id) DO UPDATE SET last_way = excluded.last_way, last_reached_at = excluded.last_reached_at"""


async def choose(
    *, first: str = "push", sms: bool = False, quiet_from: int | None = None, quiet_until: int | None = None,
    off: frozenset[str] = frozenset(), by: Person,
) -> Done:  # fmt: skip
    """Minutes of the day for the quiet hours, both or neither. Raises Misfit."""
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise misfit("quiet_until", "push.quiet.both")
    if not off <= set(KINDS):
        raise misfit("off", "form.unknown_choice")
    ways = "sms,push" if first == "sms" else "push,sms"
    await db.run(_CHOOSE, by.id, ways, sms, quiet_from, quiet_until, ",".join(sorted(off)))
    return Done("push.chosen")


async def reached(account_id: UUID, way: str, at: datetime) -> None:
    await db.run(_REACHED, account_id, way, at)


def quiet_ends(choice: Choice, at: datetime, zone: str) -> datetime | None:
    """When the quiet hours that hold `at` are over; None outside of them."""
    if choice.quiet_from is None or choice.quiet_until is None:
        return None
    local = at.astimezone(ZoneInfo(zone))
    minute, start, end = local.hour * 60 + local.minute, choice.quiet_from, choice.quiet_until
    inside = start <= minute < end if start < end else minute >= start or minute < end
    if not inside:
        return None
    ends = local.replace(hour=end // 60, minute=end % 60, second=0, microsecond=0)
    return (ends if ends > local else ends + timedelta(days=1)).astimezone(at.tzinfo)
