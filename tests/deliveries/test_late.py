"""What happened at a door counts, whatever became of the run, the need or the carrier while the phone had no network."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app.deliveries import reads
from app.deliveries.reads import doors as distribution_doors
from app.deliveries.rules import carrying, giving, handing, letting_go, mending, planning, settling, spreading
from app.kernel import clock, db, ids
from app.kernel.act import Press, perform
from app.needs.rules import closing


@pytest.fixture
def pressed(opened):
    """`await pressed(verb, ..., by=, ago=minutes)`: pressed so long ago, received now."""

    async def send(verb, *args, by, ago: int = 60, **fields):
        press = Press(ids.secret(), "t", by, lambda: verb(*args, by=by, **fields), b"", at=clock.now() - timedelta(minutes=ago))
        [receipt] = await perform([press])
        return receipt

    return send


async def open_disputes() -> list[str]:
    return await db.rows(str, "SELECT why FROM dispute WHERE settled_at IS NULL ORDER BY id")


@pytest.mark.postgres
async def test_a_second_account_that_agrees_stands_beside_the_first_and_moves_nothing(world, act, person, run, need_state, pressed):
    made = await run("602", carriers=("volunteer", "volunteer2"))
    bo, cem = await person("volunteer"), await person("volunteer2")
    await act(handing.hand_over, made.id, made.stop, by=bo, where="door")
    receipt = await pressed(handing.hand_over, made.id, made.stop, by=cem, where="hand")
    assert (receipt.state, receipt.reason, receipt.filled["who"]) == ("applied", "beside", str(bo.id))
    card = (await reads.cards(await reads.visible(made.id, bo), bo))[0]
    assert card.outcome == "at_door" and [(each.outcome, each.late) for each in card.accounts] == [("in_hand", True)] and not card.disputes
    assert await need_state(made.needs["602"]) == "delivered"
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.delivered'") == 1


@pytest.mark.postgres
@pytest.mark.parametrize("change, outcome, state", [(True, "in_hand", "delivered"), (False, "nobody", "triaged")])
async def test_accounts_that_contradict_wait_for_the_dispatcher(world, act, person, run, need_state, pressed, change, outcome, state):
    made = await run("602", carriers=("volunteer", "volunteer2"))
    bo, cem, dispatcher = await person("volunteer"), await person("volunteer2"), await person("dispatcher")
    await act(handing.fail, made.id, made.stop, by=bo, reason="nobody")
    then = clock.now() - timedelta(minutes=30)
    receipt = await pressed(handing.hand_over, made.id, made.stop, by=cem, where="hand", ago=30)
    assert receipt.state == "conflict" and await need_state(made.needs["602"]) == "triaged"
    assert "late.message.disputed" in await db.rows(str, "SELECT words FROM message WHERE account_id = ?", dispatcher.id)
    [found] = await reads.disputes(world.community)
    assert found.other == "in_hand" and found.path.startswith(f"/runs/{made.id}#")
    for stranger in ("volunteer", "outsider"):
        assert (await act(settling.settle, made.id, found.id, change=True, by=await person(stranger))).state == "refused"
    assert (await act(settling.settle, made.id, found.id, change=change, by=dispatcher)).state == "applied"
    assert (await act(settling.settle, made.id, found.id, change=not change, by=dispatcher)).reason == "settled-already"
    stop = await reads.stop(made.id, made.stop)
    assert stop.outcome == outcome and await need_state(made.needs["602"]) == state
    if change:
        assert stop.by_id == cem.id and abs(stop.at - then) < timedelta(minutes=1), "the account that counts is hers, at her time"


@pytest.mark.postgres
@pytest.mark.parametrize("ended", ["finished", "cancelled"])
async def test_a_fact_for_a_run_that_has_ended_counts(world, act, person, run, need_state, pressed, ended):
    made = await run("602", state="given" if ended == "cancelled" else "out")
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    if ended == "cancelled":
        await act(carrying.cancel, made.id, by=dispatcher)
    else:
        await act(carrying.finish, made.id, by=dispatcher, rest=True)
    assert await need_state(made.needs["602"]) == "triaged"
    receipt = await pressed(handing.hand_over, made.id, made.stop, by=bo, where="door")
    assert (receipt.state, receipt.reason) == ("applied", "late")
    assert await need_state(made.needs["602"]) == "delivered" and (await reads.stop(made.id, made.stop)).dropped_at is None
    assert await db.value("SELECT state FROM run WHERE id = ?", made.id) == ended


@pytest.mark.postgres
@pytest.mark.parametrize("change, state", [(True, "delivered"), (False, "planned")])
async def test_a_need_that_is_on_another_run_by_then_is_for_a_person_to_decide(world, act, person, run, need_state, pressed, change, state):
    made = await run("602")
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    await act(carrying.finish, made.id, by=dispatcher, rest=True)
    other = UUID((await act(planning.make_run, by=dispatcher, needs=(made.needs["602"],), title="")).about)
    receipt = await pressed(handing.hand_over, made.id, made.stop, by=bo, where="door")
    assert (receipt.state, receipt.reason) == ("conflict", "elsewhere") and await need_state(made.needs["602"]) == "planned"
    [found] = await reads.disputes(world.community)
    assert (await act(settling.settle, made.id, found.id, change=change, by=dispatcher)).state == "applied"
    assert await need_state(made.needs["602"]) == state
    assert ((await reads.stop_rows(other))[0].dropped_at is not None) == change, "nobody climbs for nothing"


async def test_brought_by_both_runs_is_told_and_counted_once(world, act, person, run, need_state, pressed):
    made = await run("602")
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    await act(carrying.finish, made.id, by=dispatcher, rest=True)
    other = UUID((await act(planning.make_run, by=dispatcher, needs=(made.needs["602"],), title="")).about)
    await act(giving.give, other, by=dispatcher, accounts=(world.volunteer2,))
    await act(handing.hand_over, other, (await reads.stop_rows(other))[0].id, by=await person("volunteer2"), where="door")
    assert (await pressed(handing.hand_over, made.id, made.stop, by=bo, where="door")).state == "conflict"
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.delivered'") == 1
    [found] = await reads.disputes(world.community)
    assert (
        found.change_words == ""
        and (await act(settling.settle, made.id, found.id, change=True, by=dispatcher)).reason == "nothing-to-change"
    )
    assert (await act(settling.settle, made.id, found.id, change=False, by=dispatcher)).state == "applied"


@pytest.mark.postgres
async def test_who_had_the_run_may_tell_and_a_stranger_may_not(world, act, person, run, need_state, pressed):
    made = await run("602", "501", carriers=("volunteer", "volunteer2"))
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    await act(giving.take_back, made.id, bo.id, by=dispatcher)
    receipt = await pressed(handing.hand_over, made.id, made.stops["602"], by=bo, where="door")
    assert (receipt.state, receipt.reason) == ("applied", "late") and await need_state(made.needs["602"]) == "delivered"
    assert (await act(carrying.finish, made.id, by=bo)).reason == "taken-back"
    for name in ("steward", "newcomer", "outsider"):
        assert (await pressed(handing.hand_over, made.id, made.stops["501"], by=await person(name), where="door")).trouble == "gone", name


@pytest.mark.postgres
async def test_a_run_taken_back_to_draft_was_out_all_the_same(world, act, person, run, need_state, pressed):
    made = await run("602", state="given")
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    await act(giving.take_back, made.id, bo.id, by=dispatcher)
    assert await db.value("SELECT state FROM run WHERE id = ?", made.id) == "draft"
    assert (await pressed(handing.hand_over, made.id, made.stop, by=bo, where="door")).reason == "late"
    assert await db.value("SELECT state FROM run WHERE id = ?", made.id) == "out" and await need_state(made.needs["602"]) == "delivered"


@pytest.mark.postgres
async def test_brought_although_called_off_says_both(world, act, person, run, need_state, pressed):
    from app.needs import reads as needs

    made = await run("602", "501", state="given")
    bo, dispatcher, need = await person("volunteer"), await person("dispatcher"), made.needs["602"]
    await act(closing.cancel, need, by=dispatcher, line="不用了")

    async def dropped(*, by) -> None:
        await letting_go.drop_need(need)

    await act(dropped, by=dispatcher)
    assert (await reads.stop(made.id, made.stops["602"])).dropped_at is not None
    receipt = await pressed(handing.hand_over, made.id, made.stops["602"], by=bo, where="door", need=(need,))
    assert (receipt.state, receipt.reason) == ("applied", "late") and await need_state(need) == "cancelled"
    [line] = await needs.lines([need])
    assert line.brought_anyway and line.state_label == "已取消，但还是送到了"
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.delivered_anyway' AND about = ?", need) == 1
    await act(mending.undo, made.id, made.stops["602"], by=dispatcher)
    assert not (await needs.lines([need]))[0].brought_anyway


async def test_the_page_says_what_was_in_her_hands(world, act, person, run, raised, need_state, pressed):
    """What came to the stop after her page was drawn was not handed over: it goes back to its owner."""
    made = await run("602", state="given")
    bo, dispatcher, more = await person("volunteer"), await person("dispatcher"), await raised("602", "一袋米")
    await act(planning.add_needs, made.id, by=dispatcher, needs=(more,))
    await pressed(handing.hand_over, made.id, made.stop, by=bo, where="door", need=(made.needs["602"],))
    assert [await need_state(made.needs["602"]), await need_state(more)] == ["delivered", "triaged"]


async def test_a_stop_that_was_taken_off_is_still_hers_to_tell_of(world, act, person, run, need_state, pressed):
    made = await run("602", "501", state="given")
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    assert (await act(planning.remove_stop, made.id, made.stops["602"], by=dispatcher)).state == "applied"
    assert (await pressed(handing.hand_over, made.id, made.stops["602"], by=bo, where="door")).reason == "late"
    assert await need_state(made.needs["602"]) == "delivered"


async def test_times_are_those_of_the_press(world, act, person, run, pressed):
    made, bo = await run("602", "501", state="given"), await person("volunteer")
    then = clock.now() - timedelta(hours=3)
    await pressed(handing.hand_over, made.id, made.stops["602"], by=bo, where="door", ago=180)
    assert (await pressed(carrying.start, made.id, by=bo, ago=200)).reason == "beside"
    near = lambda moment, minutes=0: abs(moment - then + timedelta(minutes=minutes)) < timedelta(minutes=1)  # noqa: E731
    run_ = await reads.visible(made.id, bo)
    assert near(run_.started_at, 20) and near((await reads.stop(made.id, made.stops["602"])).at)
    card = next(each for each in await reads.cards(run_, bo) if each.id == made.stops["602"])
    assert card.late
    from app.people.history import timeline

    [item] = await timeline(made.stops["602"])
    assert item.late and item.when == clock.local(then).isoformat(timespec="seconds")[:16] + item.when[16:]


@pytest.mark.parametrize("offline, verdict", [(True, "applied"), (False, "undo-late")])
async def test_minutes_for_undoing_run_from_press_to_press(world, act, person, run, pressed, offline, verdict):
    made, bo = await run("602", "501"), await person("volunteer")
    await pressed(handing.hand_over, made.id, made.stops["602"], by=bo, where="door", ago=180)
    if not offline:
        with clock.at(clock.now() + timedelta(minutes=11)):
            receipt = await act(mending.undo, made.id, made.stops["602"], by=bo)
    else:
        receipt = await pressed(mending.undo, made.id, made.stops["602"], by=bo, ago=175)
    assert verdict in (receipt.state, receipt.reason)
    if offline:
        assert (await pressed(handing.hand_over, made.id, made.stops["602"], by=bo, where="hand", ago=170)).state == "applied"
        assert (await pressed(mending.undo, made.id, made.stops["602"], by=bo, ago=174)).reason == "said-since"


async def test_her_correction_of_what_another_put_right_is_kept(world, act, person, run, pressed):
    made, bo, dispatcher = await run("602", "501"), await person("volunteer"), await person("dispatcher")
    stop = made.stops["602"]
    await act(handing.hand_over, made.id, stop, by=bo, where="door")
    await act(mending.correct, made.id, stop, by=dispatcher, outcome="nobody")
    assert (await pressed(mending.correct, made.id, stop, by=bo, outcome="refused", ago=2)).reason == "beside"
    assert (await pressed(mending.correct, made.id, stop, by=bo, outcome="in_hand", ago=2)).state == "conflict"
    assert (await reads.stop(made.id, stop)).outcome == "nobody" and await open_disputes() == ["outcome"]


@pytest.mark.postgres
@pytest.mark.parametrize("change", [True, False])
async def test_a_door_of_a_distribution_that_another_run_has(world, act, person, pressed, change):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    made = UUID((await act(spreading.make_distribution, by=dispatcher, what="菜", buildings=(world.building3,), doors="401")).about)
    [run] = await reads.runs_for(made)
    await act(giving.give, run.id, by=dispatcher, accounts=(bo.id,))
    await act(carrying.start, run.id, by=bo)
    [stop] = await reads.stop_rows(run.id)
    await act(carrying.finish, run.id, by=dispatcher, rest=True)
    await act(spreading.again, made, by=dispatcher)
    assert (await pressed(handing.hand_over, run.id, stop.id, by=bo, where="door")).state == "conflict"
    [found] = await reads.disputes(world.community)
    assert found.why == "door" and (await act(settling.settle, run.id, found.id, change=change, by=dispatcher)).state == "applied"
    [door] = await distribution_doors.doors(made)
    assert door.state == ("delivered" if change else "on_way")


async def test_a_door_that_nobody_took_up_again_is_served(world, act, person, pressed):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    made = UUID((await act(spreading.make_distribution, by=dispatcher, what="菜", buildings=(world.building3,), doors="401")).about)
    [run] = await reads.runs_for(made)
    await act(giving.give, run.id, by=dispatcher, accounts=(bo.id,))
    await act(carrying.start, run.id, by=bo)
    [stop] = await reads.stop_rows(run.id)
    await act(carrying.finish, run.id, by=dispatcher, rest=True)
    assert (await pressed(handing.hand_over, run.id, stop.id, by=bo, where="door")).reason == "late"
    assert [door.state for door in await distribution_doors.doors(made)] == ["delivered"]


# F10: at the same moment, both orders


@pytest.mark.postgres
@pytest.mark.parametrize("fact_first", [True, False])
@pytest.mark.parametrize("other", ["cancel run", "cancel need", "reassign", "finish"])
async def test_whatever_is_decided_while_it_is_handed_over_the_fact_stands(world, act, person, run, need_state, fact_first, other):
    made = await run("602", state="out" if other == "finish" else "given", carriers=("volunteer", "volunteer2"))
    bo, dispatcher, need = await person("volunteer"), await person("dispatcher"), made.needs["602"]
    fact = act(handing.hand_over, made.id, made.stop, by=bo, where="door")
    decided = {
        "cancel run": lambda: act(carrying.cancel, made.id, by=dispatcher),
        "cancel need": lambda: act(closing.cancel, need, by=dispatcher, line="不用了"),
        "reassign": lambda: act(giving.take_back, made.id, bo.id, by=dispatcher),
        "finish": lambda: act(carrying.finish, made.id, by=dispatcher, rest=True),
    }[other]()
    results = await asyncio.gather(*((fact, decided) if fact_first else (decided, fact)))
    told, step = results if fact_first else reversed(results)
    assert told.state == "applied" and told.reason in (None, "late")
    assert await db.value("SELECT count(*) FROM handover WHERE undone_at IS NULL") == 1
    called_off = other == "cancel need" and step.state == "applied"
    assert await need_state(need) == ("cancelled" if called_off else "delivered")
    assert await db.value("SELECT how FROM need WHERE id = ?", need) == "door"
    assert step.state in ("applied", "refused") and (step.state == "applied" or step.reason)
