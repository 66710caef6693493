"""Founding a community and building it up. The importer's bulk verbs are in `app.places.install`."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from app.journal.differences import Subject
from app.journal.record import record
from app.journal.weighing import weigh
from app.kernel import clock, db, seal
from app.kernel.act import Done
from app.kernel.edits import UNSAID
from app.kernel.ids import new
from app.places import codes
from app.places.models import Building, Community, District, Emergency, Estate, Grid, Household, Unit
from app.places.reads import CommunityFacts, community


async def found_district(name: str, *, emergency: str, basis: str, days: int = 60) -> tuple[UUID, UUID]:
    """A district and its emergency, the purpose under which personal rows may exist; (district id, emergency id)."""
    district = await District.create(name=name)
    now = clock.now()
    event = await Emergency.create(
        district_id=district.id, name=emergency, basis=basis, started_at=now, planned_end_at=now + timedelta(days=days)
    )
    return district.id, event.id


async def found_community(name: str, *, district: UUID, emergency: UUID, hotline: str = "", zone: str = "Asia/Shanghai") -> UUID:
    key = seal.new_key(emergency)
    code = "".join(secrets.choice(codes.ALPHABET) for _ in range(4))
    row = await Community.create(district_id=district, emergency_id=emergency, key_id=key, code=code, name=name, hotline=hotline, zone=zone)
    record("community.made", row.id, community=row.id)
    return row.id


async def add_building(
    community_id: UUID, estate: str, number: int, *, units: int, floors: int, doors: int, grid: str = "", managed: bool | None = None
) -> UUID:
    """A building with all its doors; estate and grid are made when they are new."""
    estate_row, _ = await Estate.get_or_create(community_id=community_id, name=estate, defaults={"managed": managed})
    grid_row = (await Grid.get_or_create(community_id=community_id, name=grid))[0] if grid else None
    building = await Building.create(
        community_id=community_id, estate_id=estate_row.id, grid_id=grid_row.id if grid_row else None,
        number=number, code=codes.fresh(), units=units, floors=floors, doors=doors,
    )  # fmt: skip
    for unit_number in range(1, units + 1):
        unit = await Unit.create(building_id=building.id, number=unit_number)
        await Household.bulk_create(
            Household(
                id=new(), community_id=community_id, building_id=building.id, unit_row_id=unit.id, unit=unit_number, floor=floor, door=door
            )
            for floor in range(1, floors + 1)
            for door in range(1, doors + 1)
        )
    record("building.added", building.id, community=community_id)
    return building.id


SETTINGS = ("hotline", "hours", "take_cap", "release_minutes", "untouched_minutes", "undo_minutes", "correct_hours", "top_first")


def settings_of(community: CommunityFacts) -> dict[str, str]:
    """The settings as texts; a yes is 1, a no is blank."""
    return {name: _text(getattr(community, name)) for name in SETTINGS}


def _text(value: str | int | bool) -> str:
    return ("1" if value else "") if isinstance(value, bool) else str(value)


async def change_settings(community_id: UUID, *, version: int, was: Mapping[str, str] = UNSAID, **values: str | int | bool) -> Done:
    """Set the community's own settings, field by field as with every edit; the caller has asked whether she may."""
    now = await _held(community_id)
    subject = Subject("community", now.id, now.id, now.key_id, now.emergency_id)
    typed = {name: _text(value) for name, value in values.items()}
    weighed = await weigh(subject, typed, was, settings_of(now), moved=now.version != version + 1)
    await _write(now, weighed.apply)
    return weighed.done("places.settings.changed", about=community_id)


async def put_setting(community_id: UUID, name: str, text: str) -> str:
    """Make one value stand, as decided between two people; answers what it replaced."""
    now = await _held(community_id)
    await _write(now, {name: text})
    return settings_of(now)[name]


async def _held(community_id: UUID) -> CommunityFacts:
    """As it is now; nobody else changes it until this act ends."""
    await db.run("UPDATE community SET version = version + 1 WHERE id = ?", community_id)
    return await community(community_id)


async def _write(now: CommunityFacts, fields: Mapping[str, str]) -> None:
    if not fields:
        return
    assert set(fields) <= set(SETTINGS)
    values = [text == "1" if name == "top_first" else text if name in ("hotline", "hours") else int(text) for name, text in fields.items()]
    await db.run(f"UPDATE community SET {', '.join(f'{name} = ?' for name in fields)} WHERE id = ?", *values, now.id)
    record("settings.changed", now.id, community=now.id, fields=", ".join(fields))


async def close(community_id: UUID, emergency_id: UUID) -> None:
    """From now on nothing new about anybody; with its last community the emergency itself has ended."""
    now = clock.now()
    await db.run("UPDATE community SET closed_at = ? WHERE id = ? AND closed_at IS NULL", now, community_id)
    sql = """UPDATE emergency SET ended_at = ? WHERE id = ? AND ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM community c WHERE c.emergency_id = emergency.id AND c.closed_at IS NULL)"""
    await db.run(sql, now, emergency_id)


async def fresh_key(community_id: UUID, before: UUID) -> UUID | None:
    """The key that takes the place of `before`, which the caller gives up; None where that is not the community's key any more."""
    place = await community(community_id)
    if place is None or place.key_id != before:
        return None
    made = seal.new_key(place.emergency_id)
    await db.run("UPDATE community SET key_id = ? WHERE id = ?", made, community_id)
    return made
