"""Nobody is to call a household, or one who lives there, for a while: away, in hospital, moved, refused. It ends by its date, at the latest."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.care.rules import clocks
from app.care.rules.residents import household
from app.care.silence import MUTED
from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done, current
from app.kernel.ids import new
from app.kernel.late import LATE
from app.kernel.trouble import Gone, Misfit, Overtaken
from app.people.person import Person


async def mute(household_id: UUID, *, reason: str, days: int, resident: UUID | None = None, by: Person) -> Done:
    """Until the closing hour of the day that lies `days` ahead. `resident`: of her alone; so is that of a household in which one lives alone,
    whoever else comes to live there.

    Raises Misfit for too many days, Gone for somebody who does not live there, Overtaken where one stands already, and for one that comes
    late: after its own day, or when they were heard of or a pause was lifted after it was pressed.
    """
    home = await household(household_id, "contact.note", by=by)
    there = await db.rows(UUID, "SELECT id FROM resident WHERE household_id = ? AND ended_at IS NULL", home.id)
    if resident and resident not in there:
        raise Gone("resident")
    alone = len(there) == 1
    resident = there[0] if alone else resident
    if days > MUTED[reason]:
        raise Misfit({"days": ("care.mute.too_long", {"days": MUTED[reason]})}, {})
    made_at = current().at_latest
    until = clock.day_start(clock.day_start(made_at) + timedelta(days=days, hours=12))
    if current().received_at - made_at > LATE:
        await _still_so(home.id, None if alone else resident, made_at, until)
    await db.run("UPDATE mute SET ended_at = until_at WHERE household_id = ? AND ended_at IS NULL AND until_at <= ?", home.id, clock.now())
    made = new()
    try:
        async with db.savepoint():
            await db.run(
                "INSERT INTO mute(id, community_id, household_id, resident_id, reason, until_at, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                made, home.community_id, home.id, resident, reason, until, by.id, made_at,
            )  # fmt: skip
    except db.IntegrityError as stands:
        raise Overtaken("care.mute.stands") from stands
    await clocks.wind(home.community_id, [home.id])
    kind = "resident.muted" if resident else "household.muted"
    record(kind, resident or home.id, community=home.community_id, household=home.id, reason=f"care.mute.reason.{reason}")
    said = "care.mute.one_done" if resident and not alone else "care.mute.done"
    return Done(said, {"room": home.room}, about=str(home.id), undo=f"/mutes/{made}/end")


async def _still_so(household_id: UUID, whose: UUID | None, made_at: datetime, until: datetime) -> None:
    """Of what waited on a phone: in doubt they are called. `whose`: of one among several, of whom a word of another says nothing."""
    if until <= clock.now():
        raise Overtaken("care.mute.over")
    lifted = "SELECT 1 FROM mute WHERE household_id = ? AND ended_by IS NOT NULL AND ended_at > ?"
    heard = "SELECT 1 FROM contact WHERE household_id = ? AND reached AND undone_at IS NULL AND at > ?"
    since: list[Any] = [household_id, made_at]
    if whose:
        lifted, heard, since = f"{lifted} AND coalesce(resident_id, ?) = ?", f"{heard} AND resident_id = ?", [*since, whose]
    if await db.value(f"{lifted} LIMIT 1", *since, *([whose] if whose else [])):
        raise Overtaken("care.mute.lifted_since")
    if await db.value(f"{heard} LIMIT 1", *since):
        raise Overtaken("care.mute.heard_since")


class _Mute(msgspec.Struct):
    id: UUID
    household_id: UUID
    resident_id: UUID | None


async def end(mute_id: UUID, *, by: Person) -> Done:
    found = await db.one(
        _Mute, "SELECT id, household_id, resident_id FROM mute WHERE id = ? AND community_id = ?", mute_id, by.community_id
    )
    if found is None:
        raise Gone("mute")
    home = await household(found.household_id, "contact.note", by=by)
    if not await db.run("UPDATE mute SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL", clock.now(), by.id, found.id):
        raise Overtaken("care.mute.ended_already")
    await clocks.wind(home.community_id, [home.id])
    kind = "resident.unmuted" if found.resident_id else "household.unmuted"
    record(kind, found.resident_id or home.id, community=home.community_id, household=home.id)
    return Done("care.mute.ended", {"room": home.room}, about=str(home.id))
