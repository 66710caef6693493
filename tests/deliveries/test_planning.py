"""Making a run, changing it, giving it out, calling it off."""

import asyncio
import itertools
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deliveries import jobs, reads
from app.deliveries.rules import carrying, giving, handing, planning
from app.journal import record, worker
from app.kernel import db
from app.kernel.trouble import Misfit
from app.needs.rules import closing
from app.people import reads as people

DOORS = st.builds(
    lambda *v: SimpleNamespace(estate=v[0], building=v[1], unit=v[2], floor=v[3], door=v[4]),
    st.sampled_from(["一村", "云庭"]), st.integers(1, 12), st.integers(1, 3), st.integers(1, 33), st.integers(1, 6),
)  # fmt: skip


@given(st.lists(DOORS), st.booleans())
def test_a_walk_never_comes_back_to_a_unit_and_goes_one_way_through_its_floors(doors, top_first):
    walked = reads.walk(doors, top_first=top_first)
    assert sorted(map(id, walked)) == sorted(map(id, doors))
    units = [(d.estate, d.building, d.unit) for d in walked]
    assert len([u for n, u in enumerate(units) if n == 0 or units[n - 1] != u]) == len(set(units))
    for one, two in itertools.pairwise(walked):
        if (one.estate, one.building, one.unit) == (two.estate, two.building, two.unit):
            assert one.floor >= two.floor if top_first else one.floor <= two.floor
            assert one.floor != two.floor or one.door <= two.door


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 9), st.integers(1, 4)), max_size=80))
def test_a_bundle_keeps_buildings_whole_and_grids_apart(waiting):
    lines = [
        SimpleNamespace(building_id=UUID(int=b), grid_id=UUID(int=100 + b % 3) if b else None, unit=1, floor=f, door=d)
        for b, f, d in waiting
    ]
    bundles = reads.bundle(lines)
    assert sorted(map(id, (line for one in bundles for line in one))) == sorted(map(id, lines))
    for one in bundles:
        assert len({line.grid_id for line in one}) == 1
        assert reads.count_doors(one) <= 20 or len({line.building_id for line in one}) == 1
    where = [(line.building_id, n) for n, one in enumerate(bundles) for line in one]
    assert len(set(where)) == len({building for building, _ in where})


@pytest.mark.postgres
async def test_needs_of_one_door_share_a_stop_and_are_planned(world, act, person, raised, need_state):
    one, two, three = await raised("602"), await raised("602", "降压药", kind="medicine"), await raised("501")
    made = await act(planning.make_run, by=await person("dispatcher"), needs=(one, two, three), title="早上这一单")
    run = await reads.visible(UUID(made.about), await person("dispatcher"))
    assert (run.title, run.state, run.stops, run.left) == ("早上这一单", "draft", 2, 2)
    assert [await need_state(n) for n in (one, two, three)] == ["planned"] * 3
    cards = await reads.cards(run, await person("dispatcher"))
    assert [len(card.needs) for card in cards] == [2, 1]
    assert "早上这一单".encode() not in bytes(await db.value("SELECT title_sealed FROM run"))


@pytest.mark.postgres
async def test_two_dispatchers_bundle_the_same_need_and_one_run_gets_it(world, act, person, raised):
    need = await raised("602")
    dispatcher = await person("dispatcher")
    receipts = await asyncio.gather(*(act(planning.make_run, by=dispatcher, needs=(need,), title="") for _ in range(8)))
    assert sorted(r.state for r in receipts) == ["applied"] + ["refused"] * 7
    assert await db.value("SELECT count(*) FROM run") == 1 and await db.value("SELECT count(*) FROM stop_need") == 1


async def test_a_run_is_made_of_ones_own_needs_with_a_door(world, act, person, raised):
    dispatcher, outside = await person("dispatcher"), await person("outside_dispatcher")
    need = await raised("602")
    assert (await act(planning.make_run, by=outside, needs=(need,), title="")).trouble == "gone"
    assert (await act(planning.make_run, by=dispatcher, needs=(uuid4(),), title="")).trouble == "gone"
    assert (await act(planning.make_run, by=await person("volunteer"), needs=(need,), title="")).trouble == "barred"
    homeless = await raised("9999")
    assert isinstance(await act(planning.make_run, by=dispatcher, needs=(need, homeless), title=""), Misfit)
    assert await db.value("SELECT count(*) FROM run") == 0


async def test_needs_are_added_and_stops_taken_off_before_it_sets_out(world, act, person, run, raised, need_state):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    made, more = await run("602", "501", state="given"), await raised("602", "一袋米")
    assert (await act(planning.add_needs, made.id, by=dispatcher, needs=(more,))).state == "applied"
    assert more in await people.granted(bo.id, "need")
    assert (await reads.visible(made.id, bo)).stops == 2
    assert (await act(planning.remove_stop, made.id, made.stops["602"], by=bo)).trouble == "barred"
    assert (await act(planning.remove_stop, made.id, made.stops["602"], by=dispatcher)).state == "applied"
    assert [await need_state(n) for n in (more, made.needs["602"])] == ["triaged", "triaged"]
    assert more not in await people.granted(bo.id, "need")
    assert (await act(planning.remove_stop, made.id, made.stops["602"], by=dispatcher)).reason == "dropped", "Bo had it in her hands"
    await act(carrying.start, made.id, by=bo)
    assert (await act(planning.add_needs, made.id, by=dispatcher, needs=(more,))).reason == "run-out"
    assert (await act(planning.remove_stop, made.id, made.stops["501"], by=dispatcher)).reason == "run-out"


async def test_the_walk_turns_round_for_who_carries_it(world, act, person, run):
    made, bo = await run("602", "301", "501"), await person("volunteer")
    floors = lambda cards: [card.floor for card in cards]  # noqa: E731
    assert floors(await reads.cards(await reads.visible(made.id, bo), bo)) == [6, 5, 3]
    assert (await act(planning.turn, made.id, by=bo, top_first=False)).state == "applied"
    cards = await reads.cards(await reads.visible(made.id, bo), bo)
    assert floors(cards) == [3, 5, 6] and [card.is_next for card in cards] == [True, False, False]
    assert (await act(planning.turn, made.id, by=await person("volunteer2"), top_first=True)).trouble == "gone"


# hands


@pytest.mark.postgres
async def test_a_run_comes_into_hands_and_leaves_them(world, act, person, run):
    made, bo, dispatcher = await run("602", state="draft"), await person("volunteer"), await person("dispatcher")
    assert (await act(giving.give, made.id, by=dispatcher, accounts=(bo.id,))).state == "applied"
    assert (await act(giving.give, made.id, by=dispatcher, accounts=(bo.id,))).state == "applied"
    assert await db.value("SELECT count(*) FROM carrier") == 1
    assert made.id in await people.granted(bo.id, "run") and made.needs["602"] in await people.granted(bo.id, "need")
    assert await db.value("SELECT count(*) FROM message WHERE account_id = ? AND words = 'deliveries.message.given'", bo.id) == 1
    assert [r.id for r in await reads.runs_of(bo.id)] == [made.id]
    assert (await act(giving.take_back, made.id, bo.id, by=dispatcher)).state == "applied"
    assert await people.granted(bo.id, "run") == [] == await people.granted(bo.id, "need") == await reads.runs_of(bo.id)
    assert await db.value("SELECT state FROM run") == "draft"
    assert (await act(giving.take_back, made.id, bo.id, by=dispatcher)).reason == "not-hers"


async def test_a_run_is_given_to_people_who_are_vouched_for_here(world, act, person, run):
    made, dispatcher = await run("602", state="draft"), await person("dispatcher")
    assert isinstance(await act(giving.give, made.id, by=dispatcher, accounts=(world.newcomer,)), Misfit)
    assert (await act(giving.give, made.id, by=dispatcher, accounts=(world.outsider,))).trouble == "gone"
    assert (await act(giving.give, made.id, by=dispatcher, accounts=(uuid4(),))).trouble == "gone"
    assert (await act(giving.give, made.id, by=await person("outside_dispatcher"), accounts=(world.volunteer,))).trouble == "gone"
    assert await db.value("SELECT count(*) FROM carrier") == 0


async def test_the_last_hands_of_a_run_that_is_out_are_kept(world, act, person, run):
    made, dispatcher = await run("602"), await person("dispatcher")
    assert (await act(giving.take_back, made.id, world.volunteer, by=dispatcher)).reason == "last-carrier"
    await act(giving.give, made.id, by=dispatcher, accounts=(world.volunteer2,))
    assert (await act(giving.take_back, made.id, world.volunteer, by=dispatcher)).state == "applied"


async def test_an_empty_run_is_not_given(world, act, person, run):
    made, dispatcher = await run("602", state="draft"), await person("dispatcher")
    await act(planning.remove_stop, made.id, made.stop, by=dispatcher)
    assert (await act(giving.give, made.id, by=dispatcher, accounts=(world.volunteer,))).reason == "empty"


async def test_candidates_on_site_and_free_come_first(world, act, person, run):
    from app.people.rules import presence

    async def arrive(*, by):
        await presence.start(by=by)

    await run("602")
    await act(arrive, by=await person("volunteer2"))
    found = await reads.candidates(world.community)
    assert found[0].id == world.volunteer2 and found[0].here and found[0].busy is None
    assert next(c.busy for c in found if c.id == world.volunteer) is not None
    assert not {world.newcomer, world.outsider} & {c.id for c in found}


# setting out and coming to the end


async def test_a_run_sets_out_once(world, act, person, run, need_state):
    made, bo = await run("602", state="given"), await person("volunteer")
    assert (await act(carrying.start, made.id, by=await person("volunteer2"))).trouble == "gone"
    assert (await act(carrying.start, made.id, by=bo)).state == "applied"
    assert await need_state(made.needs["602"]) == "underway"
    assert (await act(carrying.start, made.id, by=bo)).reason == "run-out"


@pytest.mark.postgres
async def test_a_run_ends_when_every_stop_has_an_outcome_or_the_rest_goes_back(world, act, person, run, need_state):
    made, bo = await run("602", "501"), await person("volunteer")
    await act(handing.hand_over, made.id, made.stops["602"], by=bo, where="hand")
    refused = await act(carrying.finish, made.id, by=bo)
    assert (refused.reason, refused.filled["n"]) == ("stops-left", 1)
    assert (await act(carrying.finish, made.id, by=bo, rest=True)).state == "applied"
    assert (await need_state(made.needs["602"]), await need_state(made.needs["501"])) == ("delivered", "triaged")
    line = await reads.visible(made.id, bo)
    assert (line.state, line.stops, line.visited) == ("finished", 1, 1)
    assert [card.state for card in await reads.cards(line, bo)] == ["delivered", "dropped"]
    again = await act(planning.make_run, by=await person("dispatcher"), needs=(made.needs["501"],), title="")
    assert again.state == "applied"


async def test_a_run_is_called_off_before_it_sets_out_only(world, act, person, run, need_state):
    made, dispatcher, bo = await run("602", state="given"), await person("dispatcher"), await person("volunteer")
    assert (await act(carrying.cancel, made.id, by=bo)).trouble == "barred"
    assert (await act(carrying.cancel, made.id, by=dispatcher)).state == "applied"
    assert await need_state(made.needs["602"]) == "triaged" and await people.granted(bo.id, "run") == []
    out = await run("501")
    assert (await act(carrying.cancel, out.id, by=dispatcher)).reason == "run-out"


@pytest.mark.postgres
async def test_finishing_and_a_last_handover_at_once_leave_no_stop_in_between(world, act, person, run):
    made, bo, dispatcher = await run("602"), await person("volunteer"), await person("dispatcher")
    await asyncio.gather(
        act(carrying.finish, made.id, by=dispatcher, rest=True), act(handing.hand_over, made.id, made.stop, by=bo, where="door")
    )
    stop = await reads.stop(made.id, made.stop)
    assert (stop.dropped_at is None) == (stop.handover_id is not None)


# what follows


async def test_a_need_taken_back_by_its_resident_leaves_the_run(world, act, person, run, raised):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    made = await run("602", "501", state="given")
    await act(closing.cancel, made.needs["602"], by=dispatcher, line="不用了")
    [happening] = [h for h in await record.history(made.needs["602"]) if h.kind == "need.cancelled"]
    for _ in range(2):
        await worker.do(lambda: jobs.taken_back(happening))
    line = await reads.visible(made.id, bo)
    assert (line.stops, line.left) == (1, 1)
    assert made.needs["602"] not in await people.granted(bo.id, "need")
    fresh = await raised("602", "一袋米")
    assert (await act(planning.add_needs, made.id, by=dispatcher, needs=(fresh,))).state == "applied"
    assert (await reads.visible(made.id, bo)).stops == 2


async def test_a_finished_run_leaves_its_hands_when_it_can_no_longer_be_corrected(world, act, person, run):
    from datetime import timedelta

    from app.kernel import clock
    from app.kernel.trouble import Gone

    made, bo = await run("602"), await person("volunteer")
    await act(handing.hand_over, made.id, made.stop, by=bo, where="door")
    await act(carrying.finish, made.id, by=bo)
    await jobs.end_carriers()
    assert made.id in await people.granted(bo.id, "run")
    with clock.at(clock.now() + timedelta(hours=13)):
        for _ in range(2):
            await jobs.end_carriers()
    assert await people.granted(bo.id, "run") == []
    with pytest.raises(Gone):
        await reads.visible(made.id, bo)
