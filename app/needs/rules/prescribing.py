"""A photo of the prescription, put to its need by whoever sees to it."""

from typing import Any
from uuid import UUID

from app.journal.record import record
from app.kernel.act import Done
from app.kernel.trouble import Misfit
from app.needs import reads
from app.people.person import Person
from app.people.rights import may
from app.photos.rules import announcing


async def add(need_id: UUID, *, by: Person, **photo: Any) -> Done:
    """Whoever wrote the need down may add it too. Raises Misfit where there is no photo."""
    need = await reads.visible(need_id, by)
    may(by, "need.raise", building=need.building_id)
    if photo.get("photo") is None and photo.get("photo_file") is None:
        raise Misfit({"photo_file": ("medicine.no_photo", {})})
    await announcing.announce([("need", need.id)], community=need.community_id, household=need.household_id, by=by, **photo)
    record("medicine.prescribed", need.id, community=need.community_id, household=need.household_id, number=need.number)
    return Done("medicine.prescribed", about=str(need.id))
