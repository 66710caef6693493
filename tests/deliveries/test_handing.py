"""What happened at a door: once, by whom may say it, and what follows for the needs."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.deliveries import reads
from app.deliveries.rules import carrying, handing, mending
from app.kernel import clock, db
from app.people import reads as people


@pytest.mark.postgres
async def test_of_twenty_handovers_of_one_stop_one_counts(world, act, person, run):
    made = await run(carriers=("volunteer", "volunteer2"))
    hands = [await person("volunteer"), await person("volunteer2")]
    where = ("door", "hand", "drop_point")
    receipts = await asyncio.gather(*(act(handing.hand_over, made.id, made.stop, by=hands[n % 2], where=where[n % 3]) for n in range(20)))
    assert {r.state for r in receipts} == {"applied"}
    assert sorted(r.reason or "" for r in receipts) == [""] + ["beside"] * 19
    assert await db.value("SELECT count(*) FROM handover") == 1 and await db.value("SELECT count(*) FROM evidence") == 19
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'delivery.handed_over'") == 1


@pytest.mark.postgres
@pytest.mark.parametrize(
    "where, outcome, how", [("door", "at_door", "door"), ("hand", "in_hand", "hand"), ("drop_point", "drop_point", "point")]
)
async def test_a_handover_is_kept_and_moves_the_need(world, act, person, run, where, outcome, how):
    made = await run("602", "501")
    bo = await person("volunteer")
    receipt = await act(handing.hand_over, made.id, made.stops["602"], by=bo, where=where)
    assert receipt.undo == f"/runs/{made.id}/stops/{made.stops['602']}/undo"
    assert (await reads.stop(made.id, made.stops["602"])).outcome == outcome
    state, kept = "SELECT state FROM need WHERE id = ?", "SELECT how FROM need WHERE id = ?"
    assert (await db.value(state, made.needs["602"]), await db.value(kept, made.needs["602"])) == ("delivered", how)
    assert await db.value(state, made.needs["501"]) == "underway"
    assert made.needs["602"] not in await people.granted(bo.id, "need") and made.needs["501"] in await people.granted(bo.id, "need")


@pytest.mark.postgres
@pytest.mark.parametrize("reason", ["nobody", "refused", "wrong_address", "not_enough"])
async def test_a_failed_stop_sends_its_needs_back_with_the_reason(world, act, person, run, reason):
    made = await run("602", "501")
    receipt = await act(handing.fail, made.id, made.stops["602"], by=await person("volunteer"), reason=reason, note="三楼灯坏了")
    assert receipt.state == "applied"
    assert await db.value("SELECT state FROM need WHERE id = ?", made.needs["602"]) == "triaged"
    told = await db.value("SELECT payload FROM happening WHERE kind = 'need.failed' AND about = ?", made.needs["602"])
    assert f"deliveries.outcome.{reason}" in told
    assert "三楼灯坏了" not in str(await db.rows(str, "SELECT payload FROM happening"))
    assert (await reads.cards(await reads.visible(made.id, await person("volunteer")), await person("volunteer")))[0].note == "三楼灯坏了"


async def test_the_first_handover_starts_a_run_that_was_only_given(world, act, person, run, need_state):
    made = await run("602", "501", state="given")
    assert (await act(handing.hand_over, made.id, made.stops["602"], by=await person("volunteer"), where="door")).state == "applied"
    assert await db.value("SELECT state FROM run WHERE id = ?", made.id) == "out"
    assert await need_state(made.needs["501"]) == "underway"


async def test_who_does_not_carry_it_finds_no_run(world, act, person, run):
    made = await run()
    for name in ("volunteer2", "newcomer", "steward", "outsider", "outside_dispatcher"):
        receipt = await act(handing.hand_over, made.id, made.stop, by=await person(name), where="door")
        assert (receipt.state, receipt.trouble) == ("refused", "gone"), name
    command = await act(handing.hand_over, made.id, made.stop, by=await person("command"), where="door")
    assert command.trouble == "barred"
    assert await db.value("SELECT count(*) FROM handover") == 0


async def test_a_stop_of_another_run_is_not_there(world, act, person, run):
    one, two = await run("602"), await run("501")
    assert (await act(handing.hand_over, one.id, two.stop, by=await person("volunteer"), where="door")).trouble == "gone"
    assert (await act(handing.hand_over, one.id, uuid4(), by=await person("volunteer"), where="door")).trouble == "gone"


@pytest.mark.parametrize("state", ["draft", "cancelled"])
async def test_a_run_that_nobody_ever_had_takes_no_handover(world, act, person, run, state):
    dispatcher = await person("dispatcher")
    made = await run("602", state="draft")
    if state == "cancelled":
        await act(carrying.cancel, made.id, by=dispatcher)
    receipt = await act(handing.hand_over, made.id, made.stop, by=dispatcher, where="door")
    assert (receipt.state, receipt.reason) == ("refused", f"run-{state}")


async def test_a_need_that_was_taken_back_does_not_stop_the_others(world, act, person, run, raised, need_state):
    from app.needs.rules import closing

    dispatcher = await person("dispatcher")
    made = await run("602", "501", state="given")
    assert (await act(closing.cancel, made.needs["602"], by=dispatcher, line="不用了")).state == "applied"
    assert (await act(handing.hand_over, made.id, made.stops["602"], by=dispatcher, where="door")).state == "applied"
    assert await need_state(made.needs["602"]) == "cancelled"


async def test_the_device_says_when_unless_its_clock_is_wrong(world, person, run):
    from app.kernel import ids
    from app.kernel.act import Press, perform

    made = await run("602", "501", "301")
    bo, now = await person("volunteer"), clock.now()
    for (_, stop), at in zip(
        made.stops.items(), (now - timedelta(hours=1), now + timedelta(hours=1), now - timedelta(days=30)), strict=True
    ):

        async def work(stop=stop):
            return await handing.hand_over(made.id, stop, where="door", by=bo)

        await perform([Press(ids.secret(), "t", bo, work, b"", at=at)])
        kept = (await reads.stop(made.id, stop)).at
        assert (kept == at) if at == now - timedelta(hours=1) else abs(kept - now) < timedelta(minutes=1)


# undo and correction


@pytest.mark.postgres
async def test_undo_within_minutes_opens_the_stop_again(world, act, person, run, need_state):
    made = await run("602", "501")
    bo = await person("volunteer")
    await act(handing.hand_over, made.id, made.stops["602"], by=bo, where="door")
    assert (await act(mending.undo, made.id, made.stops["602"], by=bo)).state == "applied"
    assert await need_state(made.needs["602"]) == "underway"
    assert made.needs["602"] in await people.granted(bo.id, "need")
    assert await db.value("SELECT count(*) FROM handover WHERE undone_by = ?", bo.id) == 1
    assert (await act(mending.undo, made.id, made.stops["602"], by=bo)).reason == "nothing-said"
    assert (await act(handing.hand_over, made.id, made.stops["602"], by=bo, where="hand")).state == "applied"
    assert await need_state(made.needs["602"]) == "delivered"


@pytest.mark.postgres
async def test_undo_of_a_failure_takes_the_need_onto_the_run_again(world, act, person, run, need_state):
    made = await run("602", "501")
    bo = await person("volunteer")
    await act(handing.fail, made.id, made.stops["602"], by=bo, reason="nobody")
    assert (await act(mending.undo, made.id, made.stops["602"], by=bo)).state == "applied"
    assert await need_state(made.needs["602"]) == "underway"


async def test_undo_is_for_who_said_it_or_a_dispatcher_and_for_minutes(world, act, person, run):
    made = await run("602", "501", carriers=("volunteer", "volunteer2"))
    bo, cem = await person("volunteer"), await person("volunteer2")
    for stop in made.stops.values():
        await act(handing.hand_over, made.id, stop, by=bo, where="door")
    assert (await act(mending.undo, made.id, made.stops["602"], by=cem)).trouble == "barred"
    assert (await act(mending.undo, made.id, made.stops["602"], by=await person("outsider"))).trouble == "gone"
    assert (await act(mending.undo, made.id, made.stops["602"], by=await person("dispatcher"))).state == "applied"
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert (await act(mending.undo, made.id, made.stops["501"], by=bo)).reason == "undo-late"


async def test_a_finished_run_is_corrected_not_undone(world, act, person, run):
    made = await run("602")
    bo = await person("volunteer")
    await act(handing.hand_over, made.id, made.stop, by=bo, where="door")
    await act(carrying.finish, made.id, by=bo)
    assert (await act(mending.undo, made.id, made.stop, by=bo)).reason == "run-finished"
    assert (await act(mending.correct, made.id, made.stop, by=bo, outcome="nobody", note="")).state == "applied"


@pytest.mark.postgres
@pytest.mark.parametrize(
    "first, second, state",
    [
        ("at_door", "in_hand", "delivered"),
        ("at_door", "nobody", "triaged"),
        ("nobody", "at_door", "delivered"),
        ("nobody", "refused", "triaged"),
    ],
)
async def test_a_correction_is_a_new_row_that_names_the_old_one(world, act, person, run, need_state, first, second, state):
    made = await run("602", "501")
    bo, stop = await person("volunteer"), made.stops["602"]
    if first == "at_door":
        await act(handing.hand_over, made.id, stop, by=bo, where="door")
    else:
        await act(handing.fail, made.id, stop, by=bo, reason=first)
    old = (await reads.stop(made.id, stop)).handover_id
    with clock.at(clock.now() + timedelta(hours=2)):
        assert (await act(mending.correct, made.id, stop, by=bo, outcome=second, note="")).state == "applied"
    new = await reads.stop(made.id, stop)
    assert new.outcome == second and str(await db.value("SELECT corrects FROM handover WHERE id = ?", new.handover_id)) == str(old)
    assert await db.value("SELECT outcome FROM handover WHERE id = ?", old) == first
    assert await need_state(made.needs["602"]) == state
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'delivery.corrected' AND about = ?", stop) == 1


async def test_a_correction_is_for_hours_for_who_said_it_and_says_something_new(world, act, person, run):
    from app.kernel.trouble import Misfit

    made = await run("602", carriers=("volunteer", "volunteer2"))
    bo = await person("volunteer")
    assert (await act(mending.correct, made.id, made.stop, by=bo, outcome="nobody")).reason == "nothing-said"
    await act(handing.hand_over, made.id, made.stop, by=bo, where="door")
    assert isinstance(await act(mending.correct, made.id, made.stop, by=bo, outcome="at_door"), Misfit)
    assert (await act(mending.correct, made.id, made.stop, by=await person("volunteer2"), outcome="nobody")).trouble == "barred"
    with clock.at(clock.now() + timedelta(hours=13)):
        assert (await act(mending.correct, made.id, made.stop, by=bo, outcome="nobody")).reason == "correct-late"


@pytest.mark.postgres
async def test_of_two_corrections_at_once_each_names_another_row(world, act, person, run):
    made = await run("602", carriers=("volunteer",))
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    await act(handing.hand_over, made.id, made.stop, by=bo, where="door")
    await asyncio.gather(
        *(
            act(mending.correct, made.id, made.stop, by=who, outcome=outcome)
            for who, outcome in ((bo, "in_hand"), (dispatcher, "drop_point"))
        )
    )
    named = await db.rows(UUID, "SELECT corrects FROM handover WHERE corrects IS NOT NULL")
    assert len(named) == len(set(named)) and await db.value("SELECT count(*) FROM handover WHERE undone_at IS NULL") == 1


async def test_a_need_that_went_elsewhere_is_not_pulled_back(world, act, person, run, need_state):
    from app.deliveries.rules import planning

    made = await run("602", "501")
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    await act(handing.fail, made.id, made.stops["602"], by=bo, reason="nobody")
    assert (await act(planning.make_run, by=dispatcher, needs=(made.needs["602"],), title="")).state == "applied"
    assert (await act(mending.undo, made.id, made.stops["602"], by=bo)).state == "refused"
    assert (await act(mending.correct, made.id, made.stops["602"], by=bo, outcome="in_hand")).state == "refused"
    assert await need_state(made.needs["602"]) == "planned"
    assert (await reads.stop(made.id, made.stops["602"])).outcome == "nobody"
