"""The ledger by hand: entering, changing, ending, revealing; who may, and what a page that grew old gets."""

import asyncio
from uuid import UUID

import pytest
from care.imports import count

from app.care import reads
from app.care.rules import residents
from app.journal.record import household_history
from app.kernel import db, seal

WANG = {"name": "王伟", "phone": "13911112222", "kinds": ("dialysis", "living_alone"), "note": "耳背"}


async def door(building, unit: int = 1, floor: int = 2) -> UUID:
    found = await db.value("SELECT id FROM household WHERE building_id = ? AND unit = ? AND floor = ? AND door = 1", building, unit, floor)
    return UUID(str(found))


@pytest.fixture
async def wang(world, act, person):
    """Entered by the steward at her building; answers her id."""
    receipt = await act(residents.add, await door(world.building), by=await person("steward"), **WANG)
    assert receipt.state == "applied", receipt
    return UUID(receipt.about)


@pytest.mark.postgres
async def test_a_resident_is_entered_sealed_and_found_again(world, wang):
    [her] = await reads.residents_of(await door(world.building))
    assert (her.name, her.phone, her.note, her.id) == ("王伟", "13911112222", "耳背", wang)
    assert her.kinds == ("living_alone", "dialysis")
    assert (her.masked_name, her.masked_phone) == ("王*", "139****2222")
    assert await reads.people_per_household(world.building) == {her.household_id: 1}
    assert await reads.people_per_building(world.community) == {world.building: 1}
    assert await reads.kind_counts(world.community) == {"living_alone": 1, "dialysis": 1}
    assert await reads.kind_counts(world.community, [world.building2]) == {}
    assert [h.kind for h in await household_history(her.household_id)] == ["resident.added"]


@pytest.mark.postgres
async def test_the_same_name_behind_one_door_is_entered_once(world, act, person, wang):
    by = await person("dispatcher")
    again = await act(residents.add, await door(world.building), by=by, **WANG | {"name": "王 伟"})
    assert (again.state, again.reason) == ("refused", "known-here")
    other = await door(world.building, floor=3)
    both = await asyncio.gather(*[act(residents.add, other, by=by, **WANG) for _ in range(2)])
    assert [r.state for r in both if r].count("applied") == 1
    assert await count("resident") == 2


@pytest.mark.postgres
async def test_of_two_changes_at_once_one_stands_and_the_other_is_kept_beside(world, act, person, wang):
    said = {"name": "王伟", "phone": "", "kinds": ("low_income",), "note": ""}
    both = [(await person(name), name) for name in ("steward", "dispatcher")]
    receipts = await asyncio.gather(*[act(residents.change, wang, by=by, version=0, **said | {"note": note}) for by, note in both])
    assert sorted((r.state, r.reason) for r in receipts) == [("applied", None), ("conflict", "beside")]
    her = await reads.resident(wang)
    assert (her.phone, her.kinds) == ("", ("low_income",)) and her.note in ("steward", "dispatcher")
    assert await db.value("SELECT count(*) FROM difference WHERE field = 'note'") == 1


async def test_a_new_name_is_the_one_an_import_finds(world, act, person, wang):
    by = await person("steward")
    await act(residents.change, wang, by=by, version=0, **WANG | {"name": "王卫"})
    assert (await act(residents.add, await door(world.building), by=by, **WANG | {"name": "王卫"})).reason == "known-here"
    assert (await act(residents.add, await door(world.building), by=by, **WANG)).state == "applied"


async def test_taken_off_the_ledger_and_back(world, act, person, wang):
    by = await person("steward")
    gone = await act(residents.end, wang, by=by)
    assert gone.undo == f"/residents/{wang}/restore"
    assert await reads.residents_of(await door(world.building)) == []
    assert (await act(residents.end, wang, by=by)).reason == "ended-already"
    assert (await act(residents.change, wang, by=by, version=1, **WANG)).reason == "ended-already"
    assert (await act(residents.restore, wang, by=by)).state == "applied"
    assert (await act(residents.restore, wang, by=by)).reason == "here-already"
    assert len(await reads.residents_of(await door(world.building))) == 1


@pytest.mark.postgres
async def test_one_who_was_entered_again_meanwhile_does_not_come_back_twice(world, act, person, wang):
    by = await person("steward")
    await act(residents.end, wang, by=by)
    await act(residents.add, await door(world.building), by=by, **WANG)
    assert (await act(residents.restore, wang, by=by)).reason == "known-here"


async def test_every_reveal_is_on_record(world, act, person, wang):
    home = (await reads.resident(wang)).household_id
    await act(residents.reveal, wang, by=await person("operator"))
    [newest, *_] = await household_history(home)
    assert (newest.kind, newest.by, newest.about, newest.payload) == ("resident.revealed", world.operator, wang, "{}")


VERBS = [
    (residents.change, {"version": 0, **WANG}),
    (residents.end, {}),
    (residents.restore, {}),
    (residents.reveal, {}),
]


@pytest.mark.parametrize("name", ["volunteer", "newcomer", "command"])
async def test_who_has_no_part_in_the_ledger_is_barred(world, act, person, wang, name):
    by = await person(name)
    for verb, fields in VERBS:
        assert (await act(verb, wang, by=by, **fields)).reason == "barred"
    assert (await act(residents.add, await door(world.building), by=by, **WANG)).reason == "barred"


@pytest.mark.parametrize("name", ["outsider", "outside_dispatcher"])
async def test_outsiders_find_nobody(world, act, person, wang, name):
    by = await person(name)
    for verb, fields in VERBS:
        assert (await act(verb, wang, by=by, **fields)).reason == "gone"
    assert (await act(residents.add, await door(world.building), by=by, **WANG)).reason == "gone"


async def test_a_steward_keeps_the_ledger_of_her_building_only(world, act, person):
    other = UUID((await act(residents.add, await door(world.building2), by=await person("dispatcher"), **WANG)).about)
    by = await person("steward")
    for verb, fields in VERBS:
        assert (await act(verb, other, by=by, **fields)).reason == "barred"


async def test_an_operator_may_look_and_not_change(world, act, person, wang):
    by = await person("operator")
    assert (await act(residents.reveal, wang, by=by)).state == "applied"
    assert (await act(residents.end, wang, by=by)).reason == "barred"


async def test_an_erased_resident_is_a_blank_that_nobody_opens_or_changes(world, act, person, wang):
    by = await person("steward")
    seal.destroy_keys(await db.rows(UUID, "SELECT key_id FROM resident WHERE id = ?", wang))
    [her] = await reads.residents_of(await door(world.building))
    assert her.erased and (her.name, her.phone, her.kinds, her.note) == ("", "", (), "")
    assert await reads.kind_counts(world.community) == {}
    assert (await act(residents.reveal, wang, by=by)).reason == "erased"
    assert (await act(residents.change, wang, by=by, version=0, **WANG)).reason == "erased"
    assert (await act(residents.end, wang, by=by)).state == "applied"
