"""Somebody was heard of, or was tried in vain: by telephone or at the door, noted by hand; or as what follows from a handover or a need."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.care.reads.residents import stored
from app.care.rules import clocks, watching
from app.care.rules.given import door
from app.care.silence import REACHED
from app.journal.record import record
from app.kernel import db, seal
from app.kernel.act import Done, current
from app.kernel.ids import new
from app.kernel.trouble import Gone, Overtaken
from app.people import reads as people
from app.people.person import Person
from app.people.reads import desk
from app.people.rules.messages import tell
from app.places import reads as places

_INSERT = """INSERT INTO contact(id, community_id, household_id, resident_id, emergency_id, how, reached, outcome, by_id, at, received_at,
happened, key_id, note_sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def contact(household_id: UUID, *, how: str, outcome: str, note: str = "", resident: UUID | None = None, by: Person) -> Done:
    """Counts from when it was pressed, however late it comes. Raises Gone for a door that is not hers to see."""
    home = await door(household_id, by=by)
    made = await noted(home, how=how, outcome=outcome, note=note, resident=resident, by=by)
    key = f"care.contact.done.{'reached' if outcome in REACHED else 'missed'}"
    return Done(key, {"room": home.room}, about=str(home.id), undo=f"/contacts/{made}/undo")


async def noted(
    home: places.HouseholdFacts,
    *,
    how: str,
    outcome: str,
    note: str = "",
    resident: UUID | None = None,
    at: datetime | None = None,
    by: Person,
) -> UUID:
    """The contact at a door that she may note at. `at`: when it was, of what stood on paper."""
    whose = await _key(home.id, home.community_id, resident, by)
    made, reached = new(), outcome in REACHED
    note_sealed = seal.Seal("contact", made, whose, by.emergency_id).close("note", note)
    at, received = at or current().at_latest, current().received_at
    row = made, home.community_id, home.id, resident, by.emergency_id, how, reached, outcome, by.id, at, received, None, whose, note_sealed
    await db.run(_INSERT, *row)
    await clocks.wind(home.community_id, [home.id])
    kind = "contact.reached" if reached else "contact.missed"
    record(
        kind, made, community=home.community_id, household=home.id, how=f"care.contact.how.{how}", outcome=f"care.contact.outcome.{outcome}"
    )
    if outcome == "unwell":
        await _looked_after(home, at, by)
    return made


async def _looked_after(home: places.HouseholdFacts, at: datetime, by: Person) -> None:
    """Whoever heard that somebody is not well may be a volunteer with ten more doors: it stands as a watch, and somebody is told now."""
    await watching.opened(home, sign="ill", note="", due=at, at=at, by=by)
    answer = (await people.responsible(home.community_id, home.building_id)).get(home.building_id, ())
    who = {one.account_id for one in answer} - {by.id} or set(await desk.dispatchers(home.community_id)) - {by.id}
    who = who or set(await desk.command(home.community_id)) - {by.id}
    for account in who:
        await tell(
            account,
            "message.look_in",
            path=f"/households/{home.id}",
            community=home.community_id,
            kind="desk",
            urgent=True,
            tag=f"ill-{home.id}",
        )


async def _key(household_id: UUID, community_id: UUID, resident: UUID | None, by: Person) -> UUID:
    """What is said of one person goes with her key; of a household, with the community's."""
    if resident is None:
        return (await places.community(community_id)).key_id
    found = await stored("r.id = ? AND r.household_id = ? AND r.ended_at IS NULL", resident, household_id)
    if not found:
        raise Gone("resident")
    return found[0].key_id


class _Noted(msgspec.Struct):
    id: UUID
    community_id: UUID
    household_id: UUID
    happened: UUID | None
    outcome: str
    by_id: UUID | None
    at: datetime


async def undo(contact_id: UUID, *, by: Person) -> Done:
    """It was pressed by mistake: the clock stands as before it. What follows from something else is undone there."""
    found = await db.one(
        _Noted, "SELECT id, community_id, household_id, happened, outcome, by_id, at FROM contact WHERE id = ?", contact_id
    )
    if found is None or found.happened or found.community_id != by.community_id:
        raise Gone("contact")
    await door(found.household_id, by=by)
    if not await db.run("UPDATE contact SET undone_at = ? WHERE id = ? AND undone_at IS NULL", current().received_at, found.id):
        raise Overtaken("care.contact.undone_already")
    await db.run("UPDATE round_stop SET version = version + 1 WHERE contact_id = ?", found.id)
    if found.outcome == "unwell":
        await watching.not_ill_after_all(found.household_id, found.by_id, found.at, by=by)
    await clocks.wind(found.community_id, [found.household_id])
    record("contact.undone", found.id, community=found.community_id, household=found.household_id)
    return Done("care.contact.undone", about=str(found.household_id))


async def heard(
    household_id: UUID, community_id: UUID, how: str, happened: UUID, by: UUID | None, at: datetime, received: datetime
) -> None:
    """What follows from a happening elsewhere: a thing handed over face to face, a need told, a resident's reply."""
    emergency = (await places.community(community_id)).emergency_id
    row = new(), community_id, household_id, None, emergency, how, True, "heard", by, at, received, happened, None, None
    await db.run(f"{_INSERT} ON CONFLICT (happened) DO NOTHING", *row)
    await clocks.wind(community_id, [household_id])


async def followed_from(happenings: Sequence[UUID]) -> bool:
    """Whether one of these counts."""
    sql = f"SELECT 1 FROM contact WHERE happened IN ({db.marks(happenings)}) AND undone_at IS NULL LIMIT 1"
    return await db.value(sql, *happenings) is not None


async def not_after_all(happenings: Sequence[UUID], community_id: UUID, household_id: UUID) -> None:
    """What a contact followed from was taken back."""
    sql = f"UPDATE contact SET undone_at = ? WHERE happened IN ({db.marks(happenings)}) AND undone_at IS NULL"
    await db.run(sql, current().received_at, *happenings)
    await clocks.wind(community_id, [household_id])


async def followed_elsewhere(happenings: Sequence[UUID], household_id: UUID | None) -> list[UUID]:
    """The other doors for which one of these counts."""
    sql = (
        f"SELECT DISTINCT household_id FROM contact WHERE happened IN ({db.marks(happenings)}) AND undone_at IS NULL ORDER BY household_id"
    )
    return [home for home in await db.rows(UUID, sql, *happenings) if home != household_id]


async def follow_to(happenings: Sequence[UUID], household_id: UUID) -> None:
    """What followed from these counts for this door, and for no other."""
    sql = f"UPDATE contact SET household_id = ?, undone_at = NULL WHERE happened IN ({db.marks(happenings)})"
    await db.run(sql, household_id, *happenings)
