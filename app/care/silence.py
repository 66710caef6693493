"""When a household must be heard of again, and whose it is once that has passed. No database here.

Days are the community's own: whoever was heard of on a day, at whatever hour, is due at the closing hour of the day that lies
`every` days later. So neither midnight nor a clock change nor a late evening moves anybody by more than the day she was heard on.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

DAILY = ("dialysis", "critical", "living_alone", "left_behind_child")
EVERY: dict[str, int] = {
    **dict.fromkeys(DAILY, 1),
    "limited_mobility": 2,
    "pregnant": 3,
    "infant": 3,
    "mental": 3,
    "disabled": 3,
    "chronic_medicine": 5,
    "low_income": 7,
    "door": 14,
}
REACHED = ("well", "needs", "unwell")
HOW = {"call": (*REACHED, "no_answer", "wrong_number"), "visit": (*REACHED, "nobody")}
OUTCOMES = tuple(dict.fromkeys(outcome for outcomes in HOW.values() for outcome in outcomes))
MUTED = {"away": 60, "hospital": 60, "moved": 60, "refused": 3}  # days at most: who refuses is still asked again soon
LEVELS = ("carer", "steward", "dispatcher", "command")


class Steps(msgspec.Struct, frozen=True):
    """`close_hour`: local hour at which a due day ends. The rest: minutes from there until the next one up answers too."""

    close_hour: int = 20
    steward_minutes: int = 60
    dispatcher_minutes: int = 240
    command_minutes: int = 960

    def begins(self, level: int) -> timedelta:
        """From when it was due; level 1 is the carer's."""
        return timedelta(minutes=(0, self.steward_minutes, self.dispatcher_minutes, self.command_minutes)[level - 1])


def every(kinds: Iterable[str], rules: Mapping[str, int]) -> int:
    """The shortest that any kind asks for; `door` where none does. 0: never by itself."""
    asked = [days for kind in kinds if (days := rules.get(kind, 0))]
    return min(asked) if asked else rules.get("door", 0)


def closing(day_of: datetime, days: int, hour: int, zone: ZoneInfo) -> datetime:
    """The closing hour `days` days after the local day of `day_of`, in UTC. An hour that the clocks leave out is the one after it."""
    day = day_of.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def due(since: datetime, heard: datetime | None, days: int, muted_until: datetime | None, hour: int, zone: ZoneInfo) -> datetime | None:
    """`since`: when this household began to be watched; `heard`: last time, if ever. None: never by itself."""
    if not days:
        return None
    when = closing(max(since, heard or since), days, hour, zone)
    return max(when, closing(muted_until, 0, hour, zone)) if muted_until else when


class Rest(msgspec.Struct, frozen=True):
    """One who lives there and is not to be asked after until `until`; None: she is there. `kinds`: hers."""

    kinds: tuple[str, ...]
    until: datetime | None = None


def due_among(
    there: Sequence[Rest],
    since: datetime,
    heard: datetime | None,
    rules: Mapping[str, int],
    muted: datetime | None,
    hour: int,
    zone: ZoneInfo,
) -> tuple[int, datetime | None]:
    """Days and due moment of a household in which somebody rests: for those who are there as ever, for the others not before they are back."""
    awake = [one for one in there if one.until is None]
    days = every((kind for one in awake or there for kind in one.kinds), rules)
    asked = [due(since, heard, days, muted, hour, zone)] if awake else []
    asked += [
        due(since, heard, every(one.kinds, rules), max(one.until, muted or one.until), hour, zone) for one in there if one.until is not None
    ]
    return days, min((moment for moment in asked if moment), default=None)


def level(due_at: datetime | None, now: datetime, steps: Steps) -> int:
    """0 while it is not due, then how far up it has risen: 1 carer, 2 steward, 3 dispatcher, 4 command."""
    if due_at is None:
        return 0
    return sum(now >= due_at + steps.begins(n) for n in range(1, len(LEVELS) + 1))
