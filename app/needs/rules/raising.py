"""A need is raised: by the resident herself, or by a helper for somebody who phoned or spoke at the door."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken, misfit
from app.kernel.words import day_time
from app.needs.models import Need
from app.needs.reads import rooms
from app.needs.reads.doubles import doubles
from app.needs.reads.lines import NeedLine
from app.needs.rules import linking, wording
from app.needs.rules.judging import judge
from app.people import reads as people
from app.people.person import Person
from app.people.rights import may
from app.people.rules.sessions import phone_hash
from app.places import reads as places


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, by whom, for which door."""

    kind: str
    what: str
    unit: str = ""
    room: str = ""
    name: str = ""
    whom: str = ""
    phone: str = ""
    until: datetime | None = None
    days_left: int | None = None


async def ask(code: str, *, by: Any, confirm_room: str, confirm_double: bool, add_word: bool, reason: str, **asked: Any) -> Done:
    """A resident asks at her building's address. Raises Gone for an unknown code.

    What waited on a phone is taken as it was typed, with its doubts: a question would reach nobody, and the request be lost.
    """
    asks = not current().waited
    said, building = Said(**asked), await places.building_by_code(code)
    if building is None:
        raise Gone("building")
    room = await rooms.find(building, said.unit, said.room)
    if asks and room.household_id is None and confirm_room != said.room:
        raise misfit("room", "needs.room_missing", building=building.label)
    double = await _double(building, room, said)
    if double and add_word:
        await wording.from_resident(double, said.what)
        return (
            Done("needs.double.worded", params={"number": double.number})
            if await _hers(double, said)
            else Done("needs.double.worded_plain")
        )
    if asks and double and not confirm_double:
        if not await _hers(double, said):
            raise misfit("double", "needs.double.question_plain")
        raise misfit("double", "needs.double.question", number=double.number, asked=day_time(double.created_at))
    if asks and double and not reason:
        raise misfit("reason", "needs.double.reason_missing")
    row = await add(building, said, by=by, channel="link", room=room, double=double, reason=reason)
    return Done("needs.asked", params={"number": row.number}, about=str(row.id))


async def enter(
    *,
    by: Person,
    building: str,
    channel: str,
    spoken: str,
    urgency: str,
    confirm_double: bool,
    reason: str,
    like: UUID | None,
    **asked: Any,
) -> Done:
    """A helper writes down what somebody said. `building`: its code. `like`: a need whose phone holds for this one too."""
    said, where = Said(**asked), await places.building_by_code(building)
    if where is None or where.community_id != by.community_id:
        may(by, "need.raise")
        raise misfit("building", "needs.building_unknown")
    room = await rooms.find(where, said.unit, said.room)
    if room.household_id is None or room.household_id not in await people.granted(by.id, "household"):
        may(by, "need.raise", building=where.id)
    if like is not None and not said.phone:
        said = msgspec.structs.replace(said, phone=await linking.phone_of(like, by=by))
    double = await _double(where, room, said)
    if double and not confirm_double:
        raise misfit("double", "needs.double.question", number=double.number, asked=day_time(double.created_at))
    row = await add(where, said, by=by, channel=channel, room=room, spoken=spoken, urgency=urgency, double=double, reason=reason)
    return Done("needs.entered", params={"number": row.number}, about=str(row.id))


async def _double(building: places.BuildingFacts, room: rooms.Room, said: Said) -> NeedLine | None:
    hashed = phone_hash(said.phone) if said.phone else None
    found = await doubles(building.community_id, said.kind, household_id=room.household_id, phone_hash=hashed)
    return found[0] if found else None


async def _hers(double: NeedLine, said: Said) -> bool:
    """The same phone asked for both. Anybody can type a room: a stranger learns neither number nor time of a neighbour's."""
    if not said.phone:
        return False
    return await db.value("SELECT 1 FROM need WHERE id = ? AND phone_hash = ?", double.id, phone_hash(said.phone)) is not None


async def add(
    building: places.BuildingFacts,
    said: Said,
    *,
    by: Any,
    channel: str,
    room: rooms.Room | None = None,
    spoken: str = "",
    urgency: str = "",
    double: NeedLine | None = None,
    reason: str = "",
    key: UUID | None = None,
    ahead: bool = False,
) -> Need:
    """The row, its number and the resident's link; the caller has judged. `key`: made beforehand, in bulk. `ahead`: nobody asked just now."""
    community = await places.community(building.community_id)
    if community.closed_at is not None:
        raise Overtaken("privacy.closing.over")
    room = room or await rooms.find(building, said.unit, said.room)
    need_id, key, now = ids.new(), key or seal.new_key(community.emergency_id), clock.now()
    sealed = seal.Seal("need", need_id, key, community.emergency_id)
    days_left = said.days_left if said.kind == "medicine" else None
    row = await Need.create(
        id=need_id,
        community_id=community.id,
        emergency_id=community.emergency_id,
        key_id=key,
        number=await places.next_number(community.id),
        building_id=building.id,
        household_id=room.household_id,
        unit=room.unit,
        floor=room.floor,
        door=room.door,
        room_sealed=sealed.close("room", "" if room.household_id else room.typed or "—"),
        kind=said.kind,
        urgency=urgency or judge(said.kind, said.until, days_left),
        until_at=said.until,
        days_left=days_left,
        days_said_at=now if days_left is not None else None,
        line_sealed=sealed.close("line", said.what),
        for_sealed=sealed.close("for", said.whom),
        name_sealed=sealed.close("name", said.name),
        phone_sealed=sealed.close("phone", said.phone),
        phone_hash=phone_hash(said.phone) if said.phone else None,
        channel=channel,
        spoken_sealed=sealed.close("spoken", spoken),
        written_by_id=by.id,
        double_of_id=double.id if double else None,
        double_reason_sealed=sealed.close("double_reason", reason if double else ""),
        created_at=now,
        touched_at=now,
    )
    await linking.open_link(need_id, community.id)
    told = {"number": row.number, "what": f"needs.kind.{row.kind}", "urgency": f"needs.urgency.{row.urgency}", "building": str(building.id)}
    record("need.raised", need_id, community=community.id, household=room.household_id, channel=channel, ahead=ahead or None, **told)
    if double:
        record("need.overridden", need_id, community=community.id, household=room.household_id, number=double.number)
    return row
