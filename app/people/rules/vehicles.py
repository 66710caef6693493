"""Vehicles are named once, and stand ready, in reserve or not at all."""

from uuid import UUID

from app.journal.record import record
from app.kernel import db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone, misfit
from app.people.person import Person
from app.people.rights import may


async def add(plate: str, kilos: int, standing: str, *, by: Person) -> Done:
    may(by, "stock.move")
    vehicle = ids.new()
    sql = "INSERT INTO vehicle(id, community_id, plate, kilos, standing) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, vehicle, by.community_id, plate, kilos, standing):
        raise misfit("plate", "people.vehicle.plate_taken")
    record("vehicle.added", vehicle, community=by.community_id)
    return Done("people.vehicle.added", about=str(vehicle))


async def stand(vehicle_id: UUID, standing: str, *, by: Person) -> Done:
    """Also while it is on its way: that is how it stands when it is back."""
    may(by, "stock.move")
    sql = "UPDATE vehicle SET standing = ?, version = version + 1 WHERE id = ? AND community_id = ?"
    if not await db.run(sql, standing, vehicle_id, by.community_id):
        raise Gone("vehicle")
    record("vehicle.stands", vehicle_id, community=by.community_id, standing=standing)
    return Done("people.vehicle.stands", about=str(vehicle_id))
