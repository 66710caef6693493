"""Taking an import back: exactly what was there, or not at all, with the reason."""

import asyncio
from uuid import UUID

import pytest
from care.imports import BUILDINGS, LI, THREE, bring_in, count, dump, file
from support.ledgers import WANG, changed

from app.care import reads
from app.care.jobs import DUTIES
from app.care.reads import holding, imports
from app.care.rules import importing, muting, residents, undoing
from app.journal.record import record
from app.journal.worker import Worker
from app.kernel import db, seal
from app.people.rules import accounts

MORE = [*BUILDINGS, [4, "桃花桥一村", "2栋", 1, 8, 3, 24, "无", "第4网格"], [5, "新苑", "1栋", 1, 3, 2, 6, "有", ""]]


@pytest.mark.postgres
async def test_undoing_restores_exactly_what_was_there(world, act, person):
    by = await person("dispatcher")
    await bring_in(act, by, file(*THREE))
    before = await dump()
    turned = [[*row[:7], "有", *row[8:]] for row in MORE[:2]] + MORE[2:]
    second = file(
        changed(phone="13811112222", kinds="低保户", note="搬到女儿家"), LI, changed(name="周洋"), buildings=turned, name="b.xlsx"
    )
    one = await bring_in(act, by, second)
    during = await dump()
    assert all(before[table] != during[table] for table in before)
    receipt = await act(undoing.undo, one, by=by)
    assert receipt.state == "applied", receipt
    assert await dump() == before
    assert await act(undoing.undo, one, by=by) != receipt


@pytest.mark.postgres
async def test_whoever_rests_since_holds_the_import_that_brought_her(world, act, person):
    by = await person("dispatcher")
    one = await bring_in(act, by, file(LI, [*LI[:5], "李明", *LI[6:]], buildings=[]))
    rows = await reads.residents_everywhere(world.community)
    her, home = rows[0].id, rows[0].household_id
    rests = await act(muting.mute, home, reason="hospital", days=3, resident=her, by=by)
    await act(muting.end, UUID(rests.undo.split("/")[2]), by=by)
    receipt = await act(undoing.undo, one, by=by)
    assert (receipt.state, receipt.reason) == ("refused", "held")


@pytest.mark.postgres
async def test_undoing_the_only_import_leaves_the_cast_alone(world, act, person):
    before = await dump()
    one = await bring_in(act, await person("dispatcher"), file(*THREE, buildings=MORE))
    await act(undoing.undo, one, by=await person("dispatcher"))
    assert await dump() == before


async def test_keys_of_those_taken_back_are_destroyed(world, act, person):
    one = await bring_in(act, await person("dispatcher"), file(*THREE))
    keys = await db.rows(UUID, "SELECT key_id FROM resident")
    await act(undoing.undo, one, by=await person("dispatcher"))
    await Worker((), DUTIES).once()
    with pytest.raises(seal.Closed):
        seal.Seal("resident", one, keys[0], world.emergency).close("name", "x")
    assert await count("ledger_row", "key_id IS NOT NULL") == 0


@pytest.mark.postgres
async def test_two_undoings_at_once_are_one(world, act, person):
    by = await person("dispatcher")
    one = await bring_in(act, by, file(*THREE))
    receipts = await asyncio.gather(*[act(undoing.undo, one, by=by) for _ in range(2)])
    assert sorted((r.state, r.reason) for r in receipts) == [("applied", None), ("refused", "not-committed")]


async def door(building: UUID) -> UUID:
    return await db.value("SELECT id FROM household WHERE building_id = ? ORDER BY id LIMIT 1", building)


async def third_building() -> UUID:
    return await db.value("SELECT id FROM building WHERE number = 3")


async def need_at_a_new_door(world, act, person):
    home = await door(await third_building())

    async def raise_need(*, by):
        record("need.raised", home, community=world.community, household=UUID(str(home)))

    await act(raise_need, by=await person("steward"))
    return "care.hold.need"


async def resident_changed(world, act, person):
    [wang] = [r for r in await reads.residents_everywhere(world.community) if r.name == "王伟"]
    await act(residents.change, wang.id, by=await person("dispatcher"), version=0, name="王伟", phone="", kinds=("low_income",), note="")
    return "care.hold.resident_changed"


async def resident_moved_in(world, act, person):
    home = UUID(str(await door(await third_building())))
    await act(residents.add, home, by=await person("dispatcher"), name="新住户", phone="", kinds=(), note="")
    return "care.hold.resident_added"


async def steward_named(world, act, person):
    building = UUID(str(await third_building()))

    async def name(*, by):
        await accounts.give_role(world.volunteer, "steward", world.community, place="building", place_id=building)

    await act(name, by=await person("dispatcher"))
    return "care.hold.responsible"


async def later_import(world, act, person):
    await bring_in(act, await person("dispatcher"), file(changed(phone="13811112222"), name="b.xlsx"))
    return "care.hold.later_import"


@pytest.mark.parametrize("happens", [need_at_a_new_door, resident_changed, resident_moved_in, steward_named, later_import])
@pytest.mark.postgres
async def test_what_came_later_is_named_and_nothing_is_half_undone(world, act, person, happens):
    by = await person("dispatcher")
    one = await bring_in(act, by, file(*THREE))
    what = await happens(world, act, person)
    before = await dump()
    receipt = await act(undoing.undo, one, by=by)
    assert (receipt.state, receipt.reason, receipt.filled["what"]) == ("refused", "held", what)
    assert await dump() == before
    facts = await imports.visible(one, by)
    held = await holding.holds(facts, await holding.made_by(one))
    assert facts.state == "committed" and what in {hold.what for hold in held}


@pytest.mark.postgres
async def test_a_place_in_use_that_left_no_happening_holds_too(world, act, person):
    by = await person("dispatcher")
    one = await bring_in(act, by, file(*THREE))
    sql = "INSERT INTO presence(id, account_id, community_id, building_id, since) SELECT ?, ?, ?, ?, made_at FROM account WHERE id = ?"
    await db.run(sql, world.volunteer2, world.volunteer, world.community, UUID(str(await third_building())), world.volunteer)
    before = await dump()
    receipt = await act(undoing.undo, one, by=by)
    assert (receipt.state, receipt.reason, receipt.words) == ("refused", "held", "care.import.held_somewhere")
    assert await dump() == before


async def test_looking_at_a_resident_holds_nothing(world, act, person):
    by = await person("dispatcher")
    one = await bring_in(act, by, file(WANG))
    [wang] = await reads.residents_everywhere(world.community)
    await act(residents.reveal, wang.id, by=by)
    assert (await act(undoing.undo, one, by=by)).state == "applied"


@pytest.mark.postgres
async def test_after_the_later_import_is_undone_the_earlier_can_be(world, act, person):
    by = await person("dispatcher")
    before = await dump()
    first = await bring_in(act, by, file(*THREE))
    second = await bring_in(act, by, file(changed(phone="13811112222"), name="b.xlsx"))
    assert (await act(undoing.undo, first, by=by)).state == "refused"
    assert (await act(undoing.undo, second, by=by)).state == "applied"
    assert (await act(undoing.undo, first, by=by)).state == "applied"
    assert await dump() == before


async def test_what_was_never_committed_cannot_be_undone(world, act, person):
    by = await person("dispatcher")
    one = UUID((await act(importing.upload, by=by, file=file(*THREE))).about)
    assert (await act(undoing.undo, one, by=by)).reason == "not-committed"
