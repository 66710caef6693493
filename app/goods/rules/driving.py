"""A vehicle leaves a hub with who drives it, and comes back."""

from uuid import UUID

from app.goods.reads import HELD
from app.goods.rules.moving import held_place
from app.journal.record import record
from app.kernel import db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.person import Person
from app.people.reads import vehicles
from app.people.rights import may

_INSERT = """INSERT INTO goods_trip(id, community_id, vehicle_id, driver_id, hub_id, kilos, left_at, left_by)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""


async def leave(vehicle_id: UUID, driver: UUID, hub: UUID, kilos: int, *, by: Person) -> Done:
    """Never more than it carries. Raises Overtaken where it or its driver is on the way already, or it is laid up."""
    may(by, "stock.move")
    vehicle = await vehicles.vehicle(vehicle_id, by.community_id)
    if vehicle is None:
        raise Gone("vehicle")
    if vehicle.standing == "off":
        raise Overtaken("goods.vehicle_off")
    if (await held_place(hub, by)).kind != HELD[0]:
        raise Gone("goods")
    if driver not in await vehicles.drivers(by.community_id):
        raise misfit("driver", "goods.no_driver")
    if kilos > vehicle.kilos:
        raise misfit("kilos", "goods.too_heavy", most=vehicle.kilos)
    trip = ids.new()
    if not await db.run(_INSERT, trip, by.community_id, vehicle_id, driver, hub, kilos, current().when, by.id):
        raise Overtaken("goods.out_already")
    record("trip.left", trip, community=by.community_id)
    return Done("goods.trip_left", about=str(trip))


async def back(trip_id: UUID, *, by: Person) -> Done:
    may(by, "stock.move")
    if not await db.value("SELECT 1 FROM goods_trip WHERE id = ? AND community_id = ?", trip_id, by.community_id):
        raise Gone("vehicle")
    sql = "UPDATE goods_trip SET back_at = ?, back_by = ? WHERE id = ? AND back_at IS NULL"
    if not await db.run(sql, current().when, by.id, trip_id):
        raise Overtaken("goods.back_already")
    record("trip.back", trip_id, community=by.community_id)
    return Done("goods.trip_back", about=str(trip_id))
