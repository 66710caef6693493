"""The clocks of silence, made anew from what they follow from: contacts, care kinds, rules, mutes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.care import silence
from app.care.reads import contacts, residents, silent
from app.kernel import clock, db, ids
from app.places import reads as places

_HOUSEHOLDS = """SELECT h.id, h.building_id, c.since, m.until_at FROM household h LEFT JOIN contact_clock c ON c.household_id = h.id
LEFT JOIN mute m ON m.household_id = h.id AND m.ended_at IS NULL AND m.resident_id IS NULL WHERE h.community_id = ?"""

_HEARD = """WITH heard AS (SELECT household_id, max(at) AS at FROM contact WHERE community_id = ? AND reached AND undone_at IS NULL%s
GROUP BY household_id)
SELECT c.household_id, x.at AS heard_at, max(CASE WHEN NOT c.reached AND (x.at IS NULL OR c.at > x.at) THEN c.at END) AS tried_at,
sum(CASE WHEN NOT c.reached AND (x.at IS NULL OR c.at > x.at) THEN 1 ELSE 0 END) AS tries
FROM contact c LEFT JOIN heard x ON x.household_id = c.household_id
WHERE c.community_id = ? AND c.undone_at IS NULL%s GROUP BY c.household_id, x.at"""

_HOLD = "UPDATE contact_clock SET tries = tries WHERE community_id = ?"

# What somebody was told of a silence is forgotten once another moment is due.
_WIND = """INSERT INTO contact_clock(household_id, community_id, building_id, every_days, since, heard_at, tried_at, tries, due_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (household_id) DO UPDATE SET building_id = excluded.building_id,
every_days = excluded.every_days, heard_at = excluded.heard_at, tried_at = excluded.tried_at, tries = excluded.tries, due_at = excluded.due_at,
told = CASE WHEN contact_clock.due_at = excluded.due_at THEN contact_clock.told ELSE 0 END"""


# One more whenever clocks follow from something that an older release did not know.
RECKONING = 1


class _Household(msgspec.Struct):
    id: UUID
    building_id: UUID
    since: datetime | None
    until_at: datetime | None


class _Heard(msgspec.Struct):
    household_id: UUID
    heard_at: datetime | None
    tried_at: datetime | None
    tries: int


async def wind(community_id: UUID, only: Sequence[UUID] = ()) -> None:
    """Every clock of a community, or those of a few hundred households. A household that had none is watched from now on.

    About 0.4 s for 8,600 households and 1,200 residents, so a whole community's is work of the worker.
    """
    community = await places.community(community_id)
    # Of two that wind one clock at once, the second begins to read when the first is done.
    await db.run(_HOLD + (f" AND household_id IN ({db.marks(only)})" if only else ""), community_id, *only)
    steps, rules = (await silent.settings(community_id)).steps, await silent.rules(community_id)
    kinds, resting = await residents.kinds_by_household(community_id, only), await _resting(community_id, only)
    zone, now = ZoneInfo(community.zone), clock.now()
    marks = f" AND {{}}household_id IN ({db.marks(only)})" if only else ""
    heard_sql = _HEARD % (marks.format(""), marks.format("c."))
    heard = {row.household_id: row for row in await db.rows(_Heard, heard_sql, community_id, *only, community_id, *only)}
    homes = f"{_HOUSEHOLDS} AND h.id IN ({db.marks(only)})" if only else _HOUSEHOLDS
    rows = []
    for home in await db.rows(_Household, homes, community_id, *only):
        last = heard.get(home.id) or _Heard(home.id, None, None, 0)
        since = home.since or now
        if there := resting.get(home.id):
            days, due = silence.due_among(there, since, last.heard_at, rules, home.until_at, steps.close_hour, zone)
        else:
            days = silence.every(kinds.get(home.id, ()), rules)
            due = silence.due(since, last.heard_at, days, home.until_at, steps.close_hour, zone)
        rows.append((home.id, community_id, home.building_id, days, since, last.heard_at, last.tried_at, last.tries, due))
    await db.run_many(_WIND, rows)


async def _resting(community_id: UUID, only: Sequence[UUID]) -> dict[UUID, list[silence.Rest]]:
    """All who live in the households in which somebody rests. None of one whose key is gone."""
    until = await contacts.rests(community_id, only)
    there = await residents.kinds_of_each(list(dict.fromkeys(rest.household_id for rest in until.values())))
    return {
        home: [silence.Rest(kinds, until[her].until_at if her in until else None) for her, kinds in people]
        for home, people in there.items()
    }


async def begin(community_id: UUID) -> None:
    """The first clocks of a community. Whoever comes second in the same moment does nothing."""
    sql = "INSERT INTO contact_setting(id, community_id, wound_by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    if await db.run(sql, ids.new(), community_id, RECKONING):
        await wind(community_id)


async def wind_anew(community_id: UUID) -> None:
    """Once after a release, when the worker of the one before no longer winds as it did."""
    sql = "UPDATE contact_setting SET wound_by = ? WHERE community_id = ? AND wound_by < ?"
    if await db.run(sql, RECKONING, community_id, RECKONING):
        await wind(community_id)


async def unwatched(building_id: UUID) -> list[list[UUID]]:
    """The doors of a building that have no clock, some hundreds at a time; none while its community has none."""
    sql = """SELECT h.id FROM household h JOIN contact_setting s ON s.community_id = h.community_id WHERE h.building_id = ?
    AND NOT EXISTS (SELECT 1 FROM contact_clock c WHERE c.household_id = h.id)"""
    doors = await db.rows(UUID, sql, building_id)
    return [doors[start : start + 400] for start in range(0, len(doors), 400)]
