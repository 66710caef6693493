"""Trucks are booked for as many windows as a hub has docks, and received against what they were to bring."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.goods.reads import inbound as reads
from app.goods.rules import handling
from app.goods.rules.moving import held_place, hold, outside
from app.journal.record import record
from app.kernel import db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.person import Person
from app.people.rights import may
from app.photos.rules import announcing
from app.places import codes


async def set_docks(place_id: UUID, docks: int, *, by: Person) -> Done:
    """How many trucks the hub unloads at once. What is booked already stays booked."""
    may(by, "stock.move")
    sql = "UPDATE goods_place SET docks = ?, version = version + 1 WHERE id = ? AND community_id = ? AND kind = 'hub'"
    if not await db.run(sql, docks, place_id, by.community_id):
        raise Gone("goods")
    record("stock_place.docks", place_id, community=by.community_id, docks=docks)
    return Done("goods.docks_set", about=str(place_id))


async def book(hub: UUID, supplier: str, plate: str, kilos: int, starts: datetime, minutes: int, *, by: Person) -> Done:
    """Raises Overtaken where every dock is taken at some moment of the window."""
    may(by, "stock.move")
    if (await held_place(hub, by)).kind != "hub":
        raise Gone("goods")
    ends = starts + timedelta(minutes=minutes)
    # whoever books holds what all hubs have in common, then the hub, so that two of them come one after the other
    await db.run("UPDATE goods_place SET version = version + 1 WHERE id = ?", await outside("supplier", by))
    await db.run("UPDATE goods_place SET version = version + 1 WHERE id = ?", hub)
    most = await db.value("SELECT docks FROM goods_place WHERE id = ?", hub)
    if _busiest(await reads.overlapping(hub, starts, ends, current().when), starts) >= most:
        raise Overtaken("goods.docks_full", docks=most)
    if await reads.elsewhere(plate, hub, by.community_id, starts, ends):
        raise Overtaken("goods.plate_elsewhere")
    made = ids.new()
    await db.run(
        """INSERT INTO goods_booking(id, community_id, hub_id, supplier, plate, kilos, starts, ends, booked_by, booked_at, code)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        made, by.community_id, hub, supplier, plate, kilos, starts, ends, by.id, current().when, await _code(),
    )  # fmt: skip
    record("truck.booked", made, community=by.community_id)
    return Done("goods.booked", about=str(made))


async def _code() -> str:
    while await reads.code_taken(code := codes.fresh(codes.LONG)):
        pass
    return code


async def give_code(booking_id: UUID) -> None:
    await db.run("UPDATE goods_booking SET code = ? WHERE id = ? AND code IS NULL", await _code(), booking_id)


def _busiest(spans: list[reads.Span], starts: datetime) -> int:
    """The most of them at one moment: it is reached where one of them begins, or where the window does."""
    return max(
        (sum(span.starts <= moment < span.ends for span in spans) for moment in {starts, *(s.starts for s in spans if s.starts > starts)}),
        default=0,
    )


async def expect(booking_id: UUID, item: UUID, quantity: int, *, by: Person) -> Done:
    """What it is to bring of an item, said once more where that changed; nothing takes the line off its paper."""
    booking = await _mine(booking_id, by)
    if booking.gone_at or booking.cancelled_at:
        raise Overtaken("goods.truck_gone")
    await hold(item, by)
    sql = """INSERT INTO goods_booking_line(booking_id, community_id, item_id, quantity) VALUES (?, ?, ?, ?)
    ON CONFLICT (booking_id, item_id) DO UPDATE SET quantity = excluded.quantity"""
    if quantity:
        await db.run(sql, booking_id, by.community_id, item, quantity)
    else:
        await db.run("DELETE FROM goods_booking_line WHERE booking_id = ? AND item_id = ?", booking_id, item)
    record("truck.expected", booking_id, community=by.community_id)
    return Done("goods.line_kept", about=str(booking_id))


async def _mine(booking_id: UUID, by: Person) -> reads.Booking:
    """Held until this act ends: what is unloaded and that it leaves come one after the other."""
    may(by, "stock.move")
    await db.run("UPDATE goods_booking SET kilos = kilos WHERE id = ? AND community_id = ?", booking_id, by.community_id)
    found = await reads.booking(booking_id, by.community_id)
    if found is None:
        raise Gone("goods")
    return found


async def arrive(booking_id: UUID, *, by: Person) -> Done:
    await _mine(booking_id, by)
    sql = "UPDATE goods_booking SET arrived_at = ?, arrived_by = ? WHERE id = ? AND arrived_at IS NULL AND cancelled_at IS NULL"
    if not await db.run(sql, current().when, by.id, booking_id):
        raise Overtaken("goods.truck_further")
    record("truck.arrived", booking_id, community=by.community_id)
    return Done("goods.truck_arrived", about=str(booking_id))


async def cancel(booking_id: UUID, *, by: Person) -> Done:
    await _mine(booking_id, by)
    sql = "UPDATE goods_booking SET cancelled_at = ?, cancelled_by = ? WHERE id = ? AND arrived_at IS NULL AND cancelled_at IS NULL"
    if not await db.run(sql, current().when, by.id, booking_id):
        raise Overtaken("goods.truck_further")
    record("truck.cancelled", booking_id, community=by.community_id)
    return Done("goods.truck_cancelled", about=str(booking_id))


async def unload(booking_id: UUID, item: UUID, place: UUID, quantity: int, expiry: date | None, *, by: Person, **photo: Any) -> Done:
    """One thing off this truck into its hub or a shelf there, with a photo where there is something to show. The first of them begins the unloading. Something that nobody had booked comes in too."""
    booking = await _mine(booking_id, by)
    if booking.arrived_at is None or (booking.gone_at and not current().waited):
        raise Overtaken("goods.truck_not_here")
    spot = await held_place(place, by)
    if booking.hub_id not in (spot.id, spot.hub_id):
        raise misfit("place", "goods.other_hub")
    done = await handling.receive(item, place, quantity, expiry, False, by=by)
    sql = "INSERT INTO goods_unloaded(move_id, booking_id, community_id) VALUES (?, ?, ?)"
    await db.run(sql, UUID(done.about), booking.id, by.community_id)
    sql = "UPDATE goods_booking SET unloading_at = ?, unloading_by = ? WHERE id = ? AND unloading_at IS NULL"
    await db.run(sql, current().when, by.id, booking.id)
    if booking.gone_at:
        await db.run("UPDATE goods_booking SET reason = NULL WHERE id = ?", booking.id)
    await announcing.announce([("truck", booking.id)], community=by.community_id, household=None, by=by, **photo)
    return done


async def leave(booking_id: UUID, weighed: int | None, reason: str, *, by: Person) -> Done:
    """It has gone. Where what came is not what was booked there is a reason."""
    booking = await _mine(booking_id, by)
    if any(line.expected != line.came for line in await reads.lines(booking.id)) and not reason:
        raise misfit("reason", "goods.reason_needed")
    sql = "UPDATE goods_booking SET gone_at = ?, gone_by = ?, weighed = ?, reason = ? WHERE id = ? AND arrived_at IS NOT NULL AND gone_at IS NULL"
    if not await db.run(sql, current().when, by.id, weighed, reason or None, booking.id):
        raise Overtaken("goods.truck_not_here")
    record("truck.gone", booking.id, community=by.community_id)
    return Done("goods.truck_gone_now", about=str(booking.id))


async def explain(booking_id: UUID, reason: str, *, by: Person) -> Done:
    """What came changed after it had gone, which took the reason away: it is said anew."""
    booking = await _mine(booking_id, by)
    if not booking.gone_at or not await reads.unexplained(booking):
        raise Overtaken("goods.nothing_to_explain")
    await db.run("UPDATE goods_booking SET reason = ? WHERE id = ?", reason, booking.id)
    record("truck.explained", booking.id, community=by.community_id, reason=reason)
    return Done("goods.explained", about=str(booking.id))
