"""A household orders until the cut-off, changes its mind, takes it back: from its link, or through whoever writes it down."""

from typing import Any
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken, misfit
from app.kernel.words import day_time, gettext
from app.needs.reads import rooms
from app.orders import reads
from app.orders.reads import placed
from app.orders.rules import lines
from app.people.person import Person
from app.people.rights import may
from app.people.rules.sessions import phone_hash, token_hash
from app.places import reads as places


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Who ordered and what besides; all of it sealed but `instead`: something else may come where one falls short."""

    name: str = ""
    phone: str = ""
    note: str = ""
    instead: bool = False
    avoids: tuple[str, ...] = ()


async def order(
    code: str, offer_id: UUID, unit: str, room: str, wanted: dict[str, int], confirm_holds: bool, *, by: Any, **said: Any
) -> Done:
    """A resident orders at her building's address. Raises Gone for an unknown code or an offer that is not for it."""
    building = await places.building_by_code(code)
    if building is None:
        raise Gone("building")
    offer = await reads.terms(offer_id, building.community_id)
    home = await _home(building, unit, room)
    return await place(offer, home, wanted, Said(**said), channel="link", by=by, confirm_holds=confirm_holds)


async def order_for(
    offer_id: UUID, building: UUID, unit: str, room: str, wanted: dict[str, int], confirm_holds: bool, *, by: Person, **said: Any
) -> Done:
    """For somebody who cannot: counts the same as from her link."""
    where = await places.building(building)
    if where is None or where.community_id != by.community_id:
        raise Gone("building")
    may(by, "order.enter", building=where.id)
    offer = await reads.terms(offer_id, by.community_id)
    home = await _home(where, unit, room)
    return await place(offer, home, wanted, Said(**said), channel="steward", by=by, confirm_holds=confirm_holds)


async def _home(building: places.BuildingFacts, unit: str, room: str) -> places.HouseholdFacts:
    found = await rooms.find(building, unit, room)
    home = await places.household(found.household_id) if found.household_id else None
    if home is None:
        raise misfit("room", "orders.no_such_room", building=building.label)
    return home


async def place(
    offer: reads.Offer,
    home: places.HouseholdFacts,
    wanted: dict[str, int],
    said: Said,
    *,
    channel: str,
    by: Any,
    confirm_holds: bool = True,
) -> Done:
    """The door's order, where it has none that holds. Raises Overtaken where it has one, or too few are left."""
    if not await reads.is_for(offer.id, home.building_id):
        raise Gone("offer")
    in_time(offer)
    offered = await reads.packs_of(offer.id)
    lines.known(wanted, offered)
    if not confirm_holds:
        _may_be_eaten(offered, wanted, said.avoids)
    before = await placed.of_door(offer.id, home.id)
    if before and not before.taken_back_at and (before.wishes or await placed.late_of(before.id)):
        raise Overtaken("orders.door_has_one" if channel == "link" else "orders.door_has_one_desk", reason="taken", place=home.room)
    row, number = await _row(offer, home, said, channel, by, before)
    if offer.frozen_at:
        return await _late(offer, row, placed.written(wanted))
    await lines.put(offer, offered, row, wanted, before)
    record("order.placed", row, community=offer.community_id, household=home.id, number=number, channel=channel)
    return Done("orders.placed", {"number": number}, about=str(row), mark="late" if current().received_at >= offer.cut_off_at else None)


def _may_be_eaten(offered: list[reads.Offered], wanted: dict[str, int], avoids: tuple[str, ...]) -> None:
    """Asked before it is ordered, where somebody stands before the page."""
    if current().waited:
        return
    for one in offered:
        if wanted.get(one.letter) and (found := [what for what in one.held if what in avoids]):
            raise misfit("avoids", "orders.holds_it", pack=one.name, what=gettext(f"orders.hold.{found[0]}"))


def in_time(offer: reads.Offer) -> None:
    """Whether it was pressed while the offer was open, by our clock. Raises Overtaken, saying which end it missed."""
    when = current().when
    if offer.called_off_at:
        raise Overtaken("orders.called_off")
    if when < offer.opens_at:
        raise Overtaken("orders.not_yet", at=day_time(offer.opens_at))
    if when >= offer.cut_off_at:
        raise Overtaken("orders.cut_off", at=day_time(offer.cut_off_at))


_NEW = """INSERT INTO household_order(id, community_id, emergency_id, offer_id, number, household_id, building_id, unit, floor, door, channel, written_by, key_id,
name_sealed, phone_sealed, phone_hash, note_sealed, avoids_sealed, instead, token_hash, made_at, touched_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (offer_id, household_id) DO NOTHING"""
_AGAIN = """UPDATE household_order SET channel = ?, written_by = ?, key_id = ?, name_sealed = ?, phone_sealed = ?, phone_hash = ?, note_sealed = ?,
avoids_sealed = ?, instead = ?, token_hash = ?, made_at = ?, touched_at = ?, taken_back_at = NULL, version = version + 1 WHERE id = ? AND version = ?"""


async def _row(
    offer: reads.Offer, home: places.HouseholdFacts, said: Said, channel: str, by: Any, before: placed.Order | None
) -> tuple[UUID, int]:
    """A new order's row and number, or those of the one that was taken back, with a link of its own."""
    facts = await places.community(offer.community_id)
    row, now, when = before.id if before else ids.new(), clock.now(), current().when
    secret = any((said.name, said.phone, said.note, said.avoids))
    key = seal.new_key(facts.emergency_id) if secret else None
    sealed = seal.Seal("household_order", row, key, facts.emergency_id)
    hers = (
        channel, by.id, key, sealed.close("name", said.name), sealed.close("phone", said.phone), phone_hash(said.phone) if said.phone else None,
        sealed.close("note", said.note), sealed.close("avoids", " ".join(said.avoids)), said.instead,
    )  # fmt: skip
    if before:
        link = token_hash(token_for(row, before.version + 1))
        if not await db.run(_AGAIN, *hers, link, now, when, row, before.version):
            raise Overtaken("orders.door_has_one", reason="taken", place=home.room)
        return row, before.number
    number = await places.next_number(offer.community_id)
    at = (home.id, home.building_id, home.unit, home.floor, home.door)
    link = token_hash(token_for(row, 1))
    if not await db.run(_NEW, row, offer.community_id, facts.emergency_id, offer.id, number, *at, *hers, link, now, when):
        raise Overtaken("orders.door_has_one", reason="taken", place=home.room)
    return row, number


def token_for(order_id: UUID, version: int) -> str:
    """A link's secret, new with each time that a door orders after it had taken its order back."""
    return seal.token("order", f"{order_id}/{version}")


async def token_of(order_id: UUID) -> str | None:
    """For whoever ordered just now, and for a helper who hands it to her."""

    class Row(msgspec.Struct, frozen=True):
        token_hash: bytes
        version: int

    row = await db.one(Row, "SELECT token_hash, version FROM household_order WHERE id = ?", order_id)
    if row is None:
        return None
    tokens = (token_for(order_id, version) for version in range(row.version, 0, -1))
    return next((token for token in tokens if token_hash(token) == bytes(row.token_hash)), None)


async def hers(order_id: UUID, token: str) -> tuple[placed.Order, reads.Offer]:
    found = await placed.by_token(token)
    if found.id != order_id:
        raise Gone("order")
    return found, await reads.offer(found.offer_id, found.community_id)


async def mine(order_id: UUID, by: Person) -> tuple[placed.Order, reads.Offer]:
    """An order that she may change for its household."""
    found = await placed.order(order_id, by.community_id)
    may(by, "order.enter", building=found.building_id)
    return found, await reads.offer(found.offer_id, found.community_id)


async def change(order_id: UUID, token: str, wanted: dict[str, int], avoids: tuple[str, ...], confirm_holds: bool, *, by: Any) -> Done:
    found, offer = await hers(order_id, token)
    return await _change(found, offer, wanted, avoids, confirm_holds)


async def mend(order_id: UUID, wanted: dict[str, int], avoids: tuple[str, ...], confirm_holds: bool, *, by: Person) -> Done:
    found, offer = await mine(order_id, by)
    return await _change(found, offer, wanted, avoids, confirm_holds)


async def _change(found: placed.Order, offer: reads.Offer, wanted: dict[str, int], avoids: tuple[str, ...], confirm_holds: bool) -> Done:
    _still(found)
    in_time(offer)
    offered = await reads.packs_of(offer.id)
    lines.known(wanted, offered)
    if not confirm_holds:
        _may_be_eaten(offered, wanted, (*avoids, *found.opened("avoids").split()))
    if offer.frozen_at:
        return await _late(offer, found.id, placed.written(wanted))
    await _touch(found)
    await lines.put(offer, offered, found.id, wanted, found)
    record("order.changed", found.id, community=found.community_id, household=found.household_id, number=found.number)
    return Done("orders.changed", {"number": found.number}, about=str(found.id))


def _still(found: placed.Order) -> None:
    """What was pressed last stands, whenever it comes."""
    if found.taken_back_at:
        raise Overtaken("orders.taken_back_already")
    if current().when < found.touched_at:
        raise Overtaken("orders.changed_meanwhile")


async def _touch(found: placed.Order, *, back: bool = False) -> None:
    now = current().when
    sql = "UPDATE household_order SET touched_at = ?, taken_back_at = ?, version = version + 1 WHERE id = ? AND version = ?"
    if not await db.run(sql, now, now if back else None, found.id, found.version):
        raise Overtaken("orders.changed_meanwhile")


async def take_back(order_id: UUID, token: str, *, by: Any) -> Done:
    return await _take_back(*await hers(order_id, token))


async def take_back_for(order_id: UUID, *, by: Person) -> Done:
    return await _take_back(*await mine(order_id, by))


async def _take_back(found: placed.Order, offer: reads.Offer) -> Done:
    _still(found)
    in_time(offer)
    if offer.frozen_at:
        return await _late(offer, found.id, "")
    await _touch(found, back=True)
    await lines.put(offer, await reads.packs_of(offer.id), found.id, {}, found)
    record("order.taken_back", found.id, community=found.community_id, household=found.household_id, number=found.number)
    return Done("orders.taken_back", {"number": found.number}, about=str(found.id))


async def _late(offer: reads.Offer, order: UUID, wanted: str) -> Done:
    """Pressed in time, and the lists were made before it came: kept, for somebody to let in or turn away."""
    now = current()
    sql = "INSERT INTO late_order(id, community_id, offer_id, order_id, wanted, at, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
    await db.run(sql, ids.new(), offer.community_id, offer.id, order, wanted, now.when, now.received_at)
    record("order.late", order, community=offer.community_id)
    return Done("orders.came_late", about=str(order), state="conflict", mark="late")
