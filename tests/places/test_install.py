"""Many buildings at once: what would change, what is made, and everything back as it was."""

import pytest
from care.imports import count, dump

from app.journal import worker
from app.kernel import db
from app.places import codes, install
from app.places.comparing import compare
from app.places.ledger import BuildingRow


def row(number: int, units: int, floors: int, doors: int, *, estate: str = "桃花桥一村", managed: bool | None = None, grid: str = ""):
    return BuildingRow("楼栋", 2, estate, number, units, floors, doors, units * floors * doors, managed, grid)


async def put(world, *rows: BuildingRow) -> list[install.Made]:
    made = []

    async def work():
        made.extend(await install.install(world.community, await compare(world.community, rows)))

    assert (await worker.do(work)).state == "applied"
    return made


async def test_what_is_said_alike_is_unchanged_however_written(world):
    [one, two] = await compare(world.community, [row(1, 2, 6, 2, estate="桃花桥 一村", managed=False, grid="第１网格"), row(2, 1, 6, 2)])
    assert (one.state, two.state) == ("unchanged", "unchanged")


async def test_growth_management_and_grid_are_changes_and_less_is_refused(world):
    rows = [row(1, 2, 7, 2, grid="第8网格"), row(2, 1, 5, 9), row(1, 1, 4, 4, estate="江山云庭", managed=False), row(9, 1, 1, 1)]
    found = await compare(world.community, rows)
    assert [c.state for c in found] == ["changed", "refused", "changed", "added"]
    assert found[0].changes == (("floors", 6, 7), ("grid", "第1网格", "第8网格"))
    assert found[2].changes == (("managed", True, False),)


async def test_one_managed_building_makes_a_managed_estate(world):
    await put(world, row(11, 1, 1, 1, estate="新苑", managed=False), row(12, 1, 1, 1, estate="新苑", managed=True))
    assert await db.rows(bool, "SELECT managed FROM estate WHERE name = '新苑'") == [True]


@pytest.mark.postgres
async def test_a_building_grows_by_units_floors_and_doors_and_shrinks_back(world):
    before = await dump()
    made = await put(world, row(1, 3, 7, 3, managed=True, grid="第8网格"), row(5, 2, 3, 2, estate="新苑"))
    assert await count("household", "building_id = ?", world.building) == 3 * 7 * 3
    assert await count("unit", "building_id = ?", world.building) == 3
    assert await install.doors_of(made) >= {m.subject_id for m in made if m.subject == "household"}
    assert len(await install.doors_of(made)) == 3 * 7 * 3 - 24 + 12
    await install.take_back(made)
    assert await dump() == before


@pytest.mark.postgres
async def test_an_estate_that_others_build_in_stays(world):
    made = await put(world, row(5, 1, 1, 1, estate="新苑", grid="第8网格"))
    await put(world, row(6, 1, 1, 1, estate="新苑", grid="第8网格"))
    await install.take_back(made)
    assert await count("estate", "name = '新苑'") == await count("grid", "name = '第8网格'") == 1


async def test_codes_are_fresh_and_different(world, monkeypatch):
    taken = await db.rows(str, "SELECT code FROM building")
    offered = iter([taken[0], "AAAAAA", "AAAAAA", taken[1], "BBBBBB", "CCCCCC"])
    monkeypatch.setattr(codes, "fresh", lambda: next(offered))
    assert sorted(await install.fresh_codes(3)) == ["AAAAAA", "BBBBBB", "CCCCCC"]
