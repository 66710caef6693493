"""Packs are named and offered; an offer's cut-off may move while it is open."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.goods import reads as goods
from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken, misfit
from app.orders import reads
from app.orders.rules.telling import tell_writers
from app.people.person import Person
from app.people.rights import may
from app.photos.rules import announcing
from app.places import reads as places


async def make_pack(
    name: str, contents: str, price: int, holds: tuple[str, ...], parts: dict[UUID, int], *, by: Person, **photo: Any
) -> Done:
    """`photo`: what is in it, as it looks; the latest is shown."""
    may(by, "offer.make")
    made = ids.new()
    sql = "INSERT INTO pack(id, community_id, name, contents, price, holds) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, made, by.community_id, name, contents, price, " ".join(holds)):
        raise misfit("name", "orders.name_taken")
    await _contain(made, parts, by)
    await _picture(made, by, **photo)
    record("pack.made", made, community=by.community_id)
    return Done("orders.pack_made", about=str(made))


async def mend_pack(
    pack_id: UUID, name: str, contents: str, price: int, holds: tuple[str, ...], parts: dict[UUID, int], *, by: Person, **photo: Any
) -> Done:
    """For offers to come: what is offered already keeps its price. Its contents are those of the pack."""
    may(by, "offer.make")
    await _pack(pack_id, by)
    sql = "UPDATE pack SET name = ?, contents = ?, price = ?, holds = ?, version = version + 1 WHERE id = ?"
    try:
        async with db.savepoint():
            await db.run(sql, name, contents, price, " ".join(holds), pack_id)
    except db.IntegrityError:
        raise misfit("name", "orders.name_taken") from None
    await db.run("DELETE FROM pack_item WHERE pack_id = ?", pack_id)
    await _contain(pack_id, parts, by)
    await _picture(pack_id, by, **photo)
    record("pack.changed", pack_id, community=by.community_id)
    return Done("orders.pack_changed", about=str(pack_id))


KEPT = timedelta(days=400)  # a catalogue outlives a day's proofs


async def _picture(pack_id: UUID, by: Person, **photo: Any) -> None:
    until = clock.now() + KEPT
    await announcing.announce([("pack", pack_id)], community=by.community_id, household=None, by=by, keep_until=until, **photo)


async def _pack(pack_id: UUID, by: Person) -> reads.Pack:
    found = await reads.pack(pack_id, by.community_id)
    if found is None:
        raise Gone("pack")
    return found


async def _contain(pack_id: UUID, parts: dict[UUID, int], by: Person) -> None:
    for item in parts:
        if await goods.item(item, by.community_id) is None:
            raise Gone("goods")
    rows = [(pack_id, by.community_id, item, n) for item, n in parts.items() if n]
    await db.run_many("INSERT INTO pack_item(pack_id, community_id, item_id, quantity) VALUES (?, ?, ?, ?)", rows)


async def end_pack(pack_id: UUID, *, by: Person) -> Done:
    """It is offered no more; offers that have it keep it."""
    may(by, "offer.make")
    await _pack(pack_id, by)
    if not await db.run("UPDATE pack SET ended_at = ?, version = version + 1 WHERE id = ? AND ended_at IS NULL", clock.now(), pack_id):
        raise Overtaken("orders.pack_ended_already")
    record("pack.ended", pack_id, community=by.community_id)
    return Done("orders.pack_ended", about=str(pack_id), undo=f"/packs/{pack_id}/again")


async def again_pack(pack_id: UUID, *, by: Person) -> Done:
    may(by, "offer.make")
    await _pack(pack_id, by)
    if not await db.run("UPDATE pack SET ended_at = NULL, version = version + 1 WHERE id = ? AND ended_at IS NOT NULL", pack_id):
        raise Overtaken("orders.pack_offered_already")
    record("pack.changed", pack_id, community=by.community_id)
    return Done("orders.pack_again", about=str(pack_id))


async def make_offer(
    title: str, opens_at: datetime | None, cut_off_at: datetime, brought_on: date, grace: int, fair: bool,
    buildings: tuple[UUID, ...], packs: tuple[UUID, ...], each: dict[UUID, int], most: dict[UUID, int], *, by: Person,
) -> Done:  # fmt: skip
    """`each` and `most` by pack: how many a household may have, how many there are (left out: as many as are ordered)."""
    may(by, "offer.make")
    opens = opens_at or current().when
    if not packs:
        raise misfit("packs", "orders.no_packs")
    if cut_off_at <= max(opens, clock.now()):
        raise misfit("cut_off_at", "orders.cut_off_past")
    if brought_on < clock.local(cut_off_at).date():
        raise misfit("brought_on", "orders.brought_before")
    found = [await _pack(pack, by) for pack in packs]
    for building in buildings:
        place = await places.building(building)
        if place is None or place.community_id != by.community_id:
            raise Gone("building")
    made, number = ids.new(), await places.next_number(by.community_id)
    await db.run(
        """INSERT INTO offer(id, community_id, number, title, opens_at, cut_off_at, grace, brought_on, fair, made_by, made_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        made, by.community_id, number, title, opens, cut_off_at, grace, brought_on.isoformat(), fair, by.id, clock.now(),
    )  # fmt: skip
    scope = [(made, by.community_id, building) for building in buildings]
    await db.run_many("INSERT INTO offer_building(offer_id, community_id, building_id) VALUES (?, ?, ?)", scope)
    rows = [
        (ids.new(), by.community_id, made, one.id, letter, one.price, most.get(one.id) or None, each.get(one.id) or 2)
        for letter, one in zip(reads.LETTERS, found, strict=False)
    ]
    sql = "INSERT INTO offer_pack(id, community_id, offer_id, pack_id, letter, price, most, each_most) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    await db.run_many(sql, rows)
    record("offer.made", made, community=by.community_id, number=number)
    return Done("orders.offer_made", {"number": number}, about=str(made))


async def still(offer_id: UUID, by: Person) -> reads.Offer:
    """An offer that she may change: its lists are not made, it was not called off."""
    may(by, "offer.make")
    found = await reads.offer(offer_id, by.community_id)
    if found.frozen_at:
        raise Overtaken("orders.frozen")
    if found.called_off_at:
        raise Overtaken("orders.called_off")
    return found


_WHILE = "frozen_at IS NULL AND called_off_at IS NULL"


async def move_cut_off(offer_id: UUID, cut_off_at: datetime, *, by: Person) -> Done:
    """Sooner or later than it was, and never back to before now: what was pressed in time stays in time."""
    found = await still(offer_id, by)
    if cut_off_at <= max(found.opens_at, current().when):
        raise misfit("cut_off_at", "orders.cut_off_past")
    if clock.local(cut_off_at).date() > found.day:
        raise misfit("cut_off_at", "orders.brought_before")
    if not await db.run(f"UPDATE offer SET cut_off_at = ?, version = version + 1 WHERE id = ? AND {_WHILE}", cut_off_at, offer_id):
        raise Overtaken("orders.frozen")
    record("offer.changed", offer_id, community=by.community_id, number=found.number)
    return Done("orders.cut_off_moved", about=str(offer_id))


async def call_off(offer_id: UUID, *, by: Person) -> Done:
    """Nothing of it will come. Whoever ordered is told on her page, whoever wrote orders for others in her messages."""
    found = await still(offer_id, by)
    sql = f"UPDATE offer SET called_off_at = ?, called_off_by = ?, version = version + 1 WHERE id = ? AND {_WHILE}"
    if not await db.run(sql, clock.now(), by.id, offer_id):
        raise Overtaken("orders.frozen")
    await tell_writers(found, "message.offer_called_off")
    record("offer.called_off", offer_id, community=by.community_id, number=found.number)
    return Done("orders.offer_called_off", {"number": found.number}, about=str(offer_id))
