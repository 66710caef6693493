"""A sign of hardship is watched until somebody closes it; the three lists."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from care.imports import count
from care.test_contacts import MORNING, watched  # noqa: F401
from care.test_residents import WANG, door

from app.care.reads import watches
from app.care.rules import contacting, residents, watching
from app.kernel import clock, db

pytestmark = pytest.mark.postgres


async def test_a_watch_is_due_on_its_day_and_looked_at_until_it_is_closed(watched, act, person):  # noqa: F811
    home, steward = await door(watched.building), await person("steward")
    assert (await act(watching.begin, home, sign="food", note="只剩半袋米", days=2, by=steward)).state == "applied"
    assert (await act(watching.begin, home, sign="food", note="", days=2, by=steward)).reason == "stands"
    [one] = await watches.watches_of(home)
    assert one.note == "只剩半袋米" and await watches.due(watched.community, None) == []
    assert not any("半袋".encode() in each for each in await db.rows(bytes, "SELECT note_sealed FROM watch"))
    with clock.at(MORNING + timedelta(days=2)):
        assert [each.id for each in await watches.due(watched.community, [watched.building])] == [one.id]
        assert await watches.due(watched.community, [watched.building2]) == []
        assert (await act(watching.look, one.id, note="米到了", days=3, by=steward)).state == "applied"
        assert await watches.due(watched.community, None) == []
    with clock.at(MORNING + timedelta(days=5)):
        [again] = await watches.due(watched.community, None)
        assert (again.note, again.looks) == ("米到了", 1)
        both = await asyncio.gather(*[act(watching.close, one.id, by=steward) for _ in range(2)])
        assert sorted(receipt.state for receipt in both) == ["applied", "refused"]
        assert await watches.due(watched.community, None) == [] and await count("watch_look") == 1


async def test_others_watch_nothing_here(watched, act, person):  # noqa: F811
    home = await door(watched.building)
    for name, trouble in (("volunteer", "barred"), ("command", "barred"), ("outsider", "gone")):
        assert (await act(watching.begin, home, sign="food", note="", days=2, by=await person(name))).trouble == trouble


async def test_a_list_is_a_sealed_fact_that_a_form_without_it_leaves_alone(watched, act, person):  # noqa: F811
    steward = await person("steward")
    her = UUID((await act(residents.add, await door(watched.building), by=steward, **WANG, roll="floating")).about)
    [sealed] = await db.rows(bytes, "SELECT facts_sealed FROM resident")
    assert b"floating" not in sealed
    await act(residents.change, her, by=steward, version=0, **WANG | {"note": "换号"})
    from app.care import reads

    assert ((await reads.resident(her)).roll, (await reads.resident(her)).note) == ("floating", "换号")


async def test_somebody_not_well_is_a_watch_at_once_and_told_to_who_answers_for_the_building(watched, act, person):  # noqa: F811
    """Whoever noted it may be on her way to ten more doors."""
    home, steward, dispatcher = await door(watched.building), await person("steward"), await person("dispatcher")
    told = "SELECT account_id FROM message WHERE words = 'message.look_in'"
    noted = await act(contacting.contact, home, how="visit", outcome="unwell", note="发烧两天", by=dispatcher)
    assert [each.household_id for each in await watches.due(watched.community, None)] == [home]
    assert await db.rows(UUID, told) == [steward.id]
    assert not await count("message", "params LIKE '%发烧%'")
    # the steward alone answers for it, and she noted it herself: then the desk is told
    await act(contacting.contact, home, how="visit", outcome="unwell", note="", by=steward)
    assert set(await db.rows(UUID, told)) == {steward.id, dispatcher.id}
    assert len(await watches.due(watched.community, None)) == 1
    contact = await db.value("SELECT id FROM contact WHERE by_id = ?", dispatcher.id)
    assert noted.state == "applied" and (await act(contacting.undo, UUID(str(contact)), by=dispatcher)).state == "applied"
    assert await watches.due(watched.community, None) == []


async def test_where_the_only_one_at_the_desk_notes_it_herself_command_is_told(watched, act, person):  # noqa: F811
    await db.run("UPDATE role SET ended_at = ? WHERE role = 'steward'", clock.now())
    await act(contacting.contact, await door(watched.building), how="call", outcome="unwell", note="", by=await person("dispatcher"))
    assert await db.rows(UUID, "SELECT account_id FROM message WHERE words = 'message.look_in'") == [watched.command]


async def test_a_watch_that_somebody_looked_at_stays_when_the_note_behind_it_is_taken_back(watched, act, person):  # noqa: F811
    home, steward = await door(watched.building), await person("steward")
    await act(contacting.contact, home, how="call", outcome="unwell", by=steward)
    [one] = await watches.due(watched.community, None)
    await act(watching.look, one.id, note="还在发烧", days=1, by=steward)
    contact = await db.value("SELECT id FROM contact WHERE by_id = ?", steward.id)
    await act(contacting.undo, UUID(str(contact)), by=steward)
    assert [each.id for each in await watches.watches_of(home)] == [one.id]
