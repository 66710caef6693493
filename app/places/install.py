"""Many buildings at once: building them up as compared, and taking them back.

The ledger importer's half of `places.rules`; the caller has asked whether she may and runs inside an act.
"""

import json
from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import db
from app.kernel.ids import new
from app.places import codes
from app.places.comparing import EXTENTS, Compared, There, managed_of
from app.places.ledger import BuildingRow
from app.places.numerals import plain


class Made(msgspec.Struct, frozen=True):
    """One row that installing added or changed, with the facts it had before."""

    subject: str
    subject_id: UUID
    change: str
    was: str = "{}"


async def one_at_a_time(community_id: UUID) -> None:
    """A second ledger of the community waits here, on PostgreSQL, until the first is in: both would make the same estates."""
    await db.run("UPDATE community SET version = version WHERE id = ?", community_id)


async def install(community_id: UUID, compared: Sequence[Compared]) -> list[Made]:
    """Make and change what `compare` found; answers every row touched, for `take_back`."""
    kept = [c for c in compared if not c.smaller]
    estates, made = await _estates(community_id, kept)
    grids, more = await _grids(community_id, [c.row.grid for c in kept if c.row.grid])
    made += more
    fresh = [c.row for c in kept if c.there is None]
    made += await _new_buildings(community_id, fresh, estates, grids)
    for each in kept:
        if each.there is not None and any(field != "managed" for field, _, _ in each.changes):
            made += await _change(community_id, each.row, each.there, grids)
    return made


async def _estates(community_id: UUID, compared: Sequence[Compared]) -> tuple[dict[str, UUID], list[Made]]:
    class Estate(msgspec.Struct):
        id: UUID
        name: str
        managed: bool | None

    rows = [c.row for c in compared]
    managed = managed_of(rows)
    there = {plain(e.name): e for e in await db.rows(Estate, "SELECT id, name, managed FROM estate WHERE community_id = ?", community_id)}
    names = {plain(row.estate): row.estate for row in rows}
    fresh = {key: new() for key in names if key not in there}
    await db.run_many(
        "INSERT INTO estate(id, community_id, name, managed) VALUES (?, ?, ?, ?)",
        [(made, community_id, names[key], managed.get(key)) for key, made in fresh.items()],
    )
    turned = [there[key] for key in names if key in there and managed.get(key) not in (None, there[key].managed)]
    await db.run_many("UPDATE estate SET managed = ? WHERE id = ?", [(managed[plain(e.name)], e.id) for e in turned])
    made = [Made("estate", estate_id, "added") for estate_id in fresh.values()]
    made += [Made("estate", e.id, "changed", json.dumps({"managed": e.managed})) for e in turned]
    return {key: estate.id for key, estate in there.items()} | fresh, made


async def _grids(community_id: UUID, names: Sequence[str]) -> tuple[dict[str, UUID], list[Made]]:
    class Grid(msgspec.Struct):
        id: UUID
        name: str

    there = {plain(g.name): g.id for g in await db.rows(Grid, "SELECT id, name FROM grid WHERE community_id = ?", community_id)}
    wanted = {plain(name): name for name in names}
    fresh = {key: new() for key in wanted if key not in there}
    await db.run_many(
        "INSERT INTO grid(id, community_id, name) VALUES (?, ?, ?)", [(made, community_id, wanted[key]) for key, made in fresh.items()]
    )
    return there | fresh, [Made("grid", grid_id, "added") for grid_id in fresh.values()]


async def _new_buildings(community_id: UUID, rows: Sequence[BuildingRow], estates: dict[str, UUID], grids: dict[str, UUID]) -> list[Made]:
    free = await fresh_codes(len(rows))
    buildings = [(new(), row) for row in rows]
    await db.run_many(
        "INSERT INTO building(id, community_id, estate_id, grid_id, number, code, units, floors, doors) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (made, community_id, estates[plain(r.estate)], grids.get(plain(r.grid)), r.number, code, r.units, r.floors, r.doors)
            for (made, r), code in zip(buildings, free, strict=True)
        ],
    )
    units = [(new(), building, number) for building, row in buildings for number in range(1, row.units + 1)]
    await db.run_many("INSERT INTO unit(id, building_id, number) VALUES (?, ?, ?)", units)
    size = dict(buildings)
    await _doors(
        community_id,
        [
            (building, unit, number, floor, door)
            for unit, building, number in units
            for floor in range(1, size[building].floors + 1)
            for door in range(1, size[building].doors + 1)
        ],
    )
    for building, _ in buildings:
        record("building.added", building, community=community_id)
    return [Made("building", building, "added") for building, _ in buildings]


async def _doors(community_id: UUID, doors: Sequence[tuple[UUID, UUID, int, int, int]]) -> list[UUID]:
    made = [(new(), community_id, *door) for door in doors]
    await db.run_many("INSERT INTO household(id, community_id, building_id, unit_id, unit, floor, door) VALUES (?, ?, ?, ?, ?, ?, ?)", made)
    return [row[0] for row in made]


async def _change(community_id: UUID, row: BuildingRow, there: There, grids: dict[str, UUID]) -> list[Made]:
    class Unit(msgspec.Struct):
        id: UUID
        number: int

    grid = grids[plain(row.grid)] if row.grid else there.grid_id
    await db.run(
        "UPDATE building SET units = ?, floors = ?, doors = ?, grid_id = ? WHERE id = ?", row.units, row.floors, row.doors, grid, there.id
    )
    units = {u.number: u.id for u in await db.rows(Unit, "SELECT id, number FROM unit WHERE building_id = ?", there.id)}
    more = {number: new() for number in range(1, row.units + 1) if number not in units}
    await db.run_many("INSERT INTO unit(id, building_id, number) VALUES (?, ?, ?)", [(made, there.id, n) for n, made in more.items()])
    units |= more
    every = {(n, f, d) for n in range(1, row.units + 1) for f in range(1, row.floors + 1) for d in range(1, row.doors + 1)}
    built = {(n, f, d) for n in range(1, there.units + 1) for f in range(1, there.floors + 1) for d in range(1, there.doors + 1)}
    doors = await _doors(community_id, [(there.id, units[n], n, f, d) for n, f, d in sorted(every - built)])
    record("building.changed", there.id, community=community_id)
    was = json.dumps({part: getattr(there, part) for part in EXTENTS} | {"grid_id": str(there.grid_id) if there.grid_id else None})
    return [
        Made("building", there.id, "changed", was),
        *(Made("unit", unit, "added") for unit in more.values()),
        *(Made("household", door, "added") for door in doors),
    ]


async def fresh_codes(count: int) -> list[str]:
    """Codes that no building has."""
    found: dict[str, None] = {}
    while len(found) < count:
        offered = list({codes.fresh() for _ in range(min(400, count - len(found)))} - found.keys())
        taken = set(await db.rows(str, f"SELECT code FROM building WHERE code IN ({db.marks(offered)})", *offered))
        found |= dict.fromkeys(code for code in offered if code not in taken)
    return list(found)


async def take_back(made: Sequence[Made]) -> None:
    """Exactly what was there before. Raises IntegrityError where something else came to stand on an added row."""

    def of(subject: str, change: str) -> list[Made]:
        return [m for m in made if (m.subject, m.change) == (subject, change)]

    for subject in ("household", "unit", "building"):
        await db.run_many(f"DELETE FROM {subject} WHERE id = ?", [(m.subject_id,) for m in of(subject, "added")])
    for each in of("building", "changed"):
        was = json.loads(each.was)
        grid = UUID(was["grid_id"]) if was["grid_id"] else None
        sql = "UPDATE building SET units = ?, floors = ?, doors = ?, grid_id = ? WHERE id = ?"
        await db.run(sql, was["units"], was["floors"], was["doors"], grid, each.subject_id)
    for each in of("estate", "changed"):
        await db.run("UPDATE estate SET managed = ? WHERE id = ?", json.loads(each.was)["managed"], each.subject_id)
    for subject in ("estate", "grid"):
        empty = f"DELETE FROM {subject} WHERE id = ? AND NOT EXISTS (SELECT 1 FROM building WHERE {subject}_id = {subject}.id)"
        await db.run_many(empty, [(m.subject_id,) for m in of(subject, "added")])


async def doors_of(made: Sequence[Made]) -> set[UUID]:
    """The households that `take_back` would remove."""
    doors = {m.subject_id for m in made if (m.subject, m.change) == ("household", "added")}
    buildings = [m.subject_id for m in made if (m.subject, m.change) == ("building", "added")]
    for start in range(0, len(buildings), 400):
        part = buildings[start : start + 400]
        doors.update(await db.rows(UUID, f"SELECT id FROM household WHERE building_id IN ({db.marks(part)})", *part))
    return doors
