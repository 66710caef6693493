"""One act, one transaction, one receipt: what happens when it comes twice, fails, or comes with company."""

import asyncio
from uuid import UUID

import pytest

from app.journal.record import record
from app.kernel import act, db, ids, logs, receipts
from app.kernel.act import Done, Press, perform
from app.kernel.trouble import Later, Overtaken, misfit
from app.people.person import STRANGER

pytestmark = pytest.mark.postgres


def press(work, *, id: str | None = None, body: bytes = b"body", by=STRANGER, **told) -> Press:
    return Press(id or ids.secret(), "test", by, work, body, **told)


def team(world, name: str, *, fail: Exception | None = None):
    """A verb with an effect that can be counted: it makes a team, then perhaps fails."""

    async def work() -> Done:
        await db.run("INSERT INTO team(id, community_id, name) VALUES (?, ?, ?)", ids.new(), world.community, name)
        record("team.made", world.community, community=world.community)
        if fail:
            raise fail
        return Done("people.team.made", params={"n": 1})

    return work


async def teams() -> int:
    return await db.value("SELECT count(*) FROM team")


async def made() -> int:
    return await db.value("SELECT count(*) FROM happening WHERE kind = 'team.made'")


async def test_the_same_act_twice_has_one_effect_and_the_same_receipt(world):
    one = press(team(world, "a"))
    [first], [second] = await perform([one]), await perform([one])
    assert (first.state, first.again, second.state, second.again) == ("applied", False, "applied", True)
    assert (second.words, second.filled) == (first.words, first.filled)
    assert await teams() == 1 and await made() == 1


async def test_five_copies_at_once_have_one_effect(world):
    one = press(team(world, "a"))
    receipts = [receipt for [receipt] in await asyncio.gather(*(perform([one]) for _ in range(5)))]
    assert sorted(receipt.again for receipt in receipts) == [False, True, True, True, True]
    assert await teams() == 1


async def test_a_refusal_leaves_its_receipt_and_nothing_else(world):
    [receipt] = await perform([press(team(world, "a", fail=Overtaken("tasks.full")))])
    assert (receipt.state, receipt.trouble, receipt.reason) == ("refused", "overtaken", "full")
    assert await teams() == 0 and await made() == 0
    assert (await receipts.of(receipt.id, "anon")).state == "refused"


@pytest.mark.parametrize("fail", [Later("trouble.later"), misfit("name", "form.missing")])
async def test_an_act_that_was_not_decided_leaves_no_trace_and_may_come_again(world, fail):
    act_id = ids.secret()
    [nothing] = await perform([press(team(world, "a", fail=fail), id=act_id)])
    assert not isinstance(nothing, act.Receipt)
    assert await db.value("SELECT count(*) FROM receipt WHERE id = ?", act_id) == 0 and await teams() == 0
    [receipt] = await perform([press(team(world, "a"), id=act_id, body=b"corrected")])
    assert receipt.state == "applied"


async def test_one_bad_act_in_a_batch_does_not_hold_up_the_others(world):
    batch = [press(team(world, f"team {n}", fail=Overtaken("tasks.full") if n == 3 else None)) for n in range(8)]
    receipts = await perform(batch)
    assert [receipt.state for receipt in receipts] == ["applied"] * 3 + ["refused"] + ["applied"] * 4
    assert await teams() == 7 and await made() == 7


async def test_an_act_that_breaks_a_constraint_answers_nothing_and_the_rest_goes_on(world):
    receipts = await perform([press(team(world, "same")), press(team(world, "same")), press(team(world, "other"))])
    assert [receipt and receipt.state for receipt in receipts] == ["applied", None, "applied"]
    assert await teams() == 2 and await made() == 2


@pytest.mark.parametrize("fail", [ValueError("ours"), ZeroDivisionError(), OverflowError()])
async def test_an_error_of_ours_answers_nothing_and_the_rest_goes_on(world, fail):
    receipts = await perform([press(team(world, "a")), press(team(world, "b", fail=fail)), press(team(world, "c"))])
    assert [receipt and receipt.state for receipt in receipts] == ["applied", None, "applied"]
    assert await teams() == 2 and await made() == 2


async def test_what_the_database_cannot_take_answers_nothing_and_the_rest_goes_on(world):
    receipts = await perform([press(team(world, "a")), press(team(world, "b"), seq=2**70, device="d"), press(team(world, "c"))])
    assert [receipt and receipt.state for receipt in receipts] == ["applied", None, "applied"]


async def test_the_same_id_with_another_body_is_kept_beside_and_refused(world):
    act_id = ids.secret()
    await perform([press(team(world, "a"), id=act_id)])
    [second] = await perform([press(team(world, "b"), id=act_id, body=b"another")])
    assert (second.state, second.reason) == ("refused", "id-reused")
    assert await teams() == 1
    assert (await receipts.of(act_id, "anon")).state == "applied"
    assert await db.value("SELECT count(*) FROM quarantine WHERE act = ?", act_id) == 1


async def test_a_receipt_is_replayed_to_its_owner_only(world, person):
    act_id = ids.secret()
    await perform([press(team(world, "a"), id=act_id, by=await person("volunteer"))])
    [other] = await perform([press(team(world, "a"), id=act_id, by=await person("steward"))])
    assert other.state == "refused"
    assert await receipts.of(act_id, (await person("steward")).owner) is None


async def test_a_device_counter_used_for_another_act_is_quarantined(world):
    await perform([press(team(world, "a"), device="phone-1", seq=7)])
    [second] = await perform([press(team(world, "b"), device="phone-1", seq=7)])
    assert (second.state, second.reason) == ("refused", "seq-reused")
    assert await teams() == 1


async def test_a_request_cancelled_on_its_way_into_a_transaction_does_not_stop_the_next_one(world):
    inside, leave = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        inside.set()
        await leave.wait()

    holder = asyncio.create_task(perform([press(slow)]))
    await inside.wait()
    waiting = asyncio.create_task(perform([press(team(world, "cancelled"))]))
    await asyncio.sleep(0)
    waiting.cancel()
    leave.set()
    await holder
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.wait_for(perform([press(team(world, "after"))]), 5)
    assert await db.rows(str, "SELECT name FROM team") == ["after"]


async def test_the_once_id_is_the_same_in_every_tab_and_new_after_a_refusal_or_a_change(world):

    ids_made = {receipts.once_id("a:1", "/needs/7/claim", version, refused) for version in (1, 2) for refused in (0, 1)}
    assert len(ids_made) == 4 and all(ids.ACT.fullmatch(made) for made in ids_made)
    assert receipts.once_id("a:1", "/x", 1, 0) == receipts.once_id("a:1", "/x", 1, 0) != receipts.once_id("a:2", "/x", 1, 0)


def test_a_path_in_the_log_has_no_token():
    shown = logs.shape_of("/track/AAAAAAAAAAAAAAAAAAAAAA") + logs.shape_of(f"/needs/{UUID(int=5)}/claim")
    shown += logs.shape_of("/h/AAAAAA.58999999.AAAAAAAAAAAAAAAA")
    assert "AAAA" not in shown and "0000" not in shown
