"""A donation's way: offered by a link, answered once, received into lots of its own, handed out to doors, followed by whoever gave."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app import web
from app.deliveries import reads as deliveries
from app.deliveries.reads import given
from app.deliveries.rules import carrying, handing, spreading
from app.deliveries.rules import giving as carriers
from app.donations import reads
from app.donations.rules import answering, offering, receiving
from app.goods import reads as goods
from app.goods.rules import handling
from app.journal.worker import Worker
from app.kernel import clock, db, ids
from app.kernel.act import Press, perform
from app.kernel.trouble import Misfit
from app.people.person import STRANGER

KINDS = ("donor", "supplier", "hub", "parcel", "household")


async def lies(donation: UUID | None = None) -> dict[str, int]:
    """By kind of place, of this donation's lots or of all."""
    where = "AND t.donation_id = ?" if donation else ""
    sql = f"SELECT CAST(coalesce(sum(b.quantity), 0) AS BIGINT) FROM goods_balance b JOIN goods_lot t ON t.id = b.lot_id WHERE b.kind = ? {where}"
    found = {kind: int(await db.value(sql, kind, *([donation] if donation else []))) for kind in KINDS}
    return {kind: n for kind, n in found.items() if n}


@pytest.mark.postgres
async def test_what_a_stranger_offers_is_sealed_answered_and_received_to_the_unit(giving):
    one = await giving.offered()
    row = await db.one(reads.Donation, f"{reads._DONATION} WHERE id = ?", one)
    assert (row.what, row.opened("name"), row.opened("phone"), row.state) == ("大白菜", "王芳", "13912345678", "offered")
    assert b"13912345678" not in bytes(row.phone_sealed) and "大白菜".encode() not in bytes(row.what_sealed)
    await giving.done(answering.accept, one, "明天上午送到东门")
    await giving.done(receiving.receive, one, giving.cabbage, giving.hub, 90, None)
    await giving.done(receiving.receive, one, giving.cabbage, giving.hub, 5, None)
    assert await giving.state(one) == "received"
    assert [each.quantity for each in await reads.came(one)] == [90, 5]
    assert await lies(one) == {"donor": -95, "hub": 95}
    undone = (await reads.came(one))[0].move_id
    await giving.done(handling.undo, undone)
    assert await lies(one) == {"donor": -5, "hub": 5} and (await reads.came(one))[0].undone


@pytest.mark.postgres
async def test_of_two_answers_one_counts_and_the_other_reads_which(giving):
    one = await giving.offered()

    async def pressed(verb, *said):
        [told] = await perform([Press(ids.secret(), "test/answer", giving.dee, lambda: verb(one, *said, by=giving.dee), b"test")])
        return told

    told = await asyncio.gather(pressed(answering.accept, "来吧"), pressed(answering.decline, "enough", ""))
    assert sorted(each.state for each in told) == ["applied", "refused"]
    lost = next(each for each in told if each.state == "refused")
    assert lost.words in ("donations.already.accepted", "donations.already.declined")
    assert lost.words.rpartition(".")[2] == await giving.state(one)


async def test_an_answer_is_taken_back_until_something_came(giving):
    one = await giving.accepted()
    await giving.done(answering.reopen, one)
    assert (await giving.state(one), (await reads.donation(one, giving.dee.community_id)).opened("answer")) == ("offered", "")
    assert (await giving.act(answering.reopen, one, by=giving.dee)).state == "refused"
    await giving.done(answering.decline, one, "no_room", "")
    assert (
        await giving.act(receiving.receive, one, giving.cabbage, giving.hub, 5, None, by=giving.dee)
    ).words == "donations.already.declined"
    assert await lies() == {}
    await giving.done(answering.reopen, one)
    await giving.done(receiving.receive, one, giving.cabbage, giving.hub, 5, None)
    assert (await giving.act(answering.reopen, one, by=giving.dee)).words == "donations.already.received"


async def test_whoever_gave_withdraws_until_it_came_and_only_with_her_own_link(giving):
    one, other = await giving.accepted(), await giving.offered(phone="13911112222")

    async def withdrawn(which: UUID, token: str):
        [told] = await perform(
            [Press(ids.secret(), "test/withdraw", STRANGER, lambda: offering.withdraw(which, token, by=STRANGER), b"test")]
        )
        return told

    assert (await withdrawn(one, offering.token_of(other))).trouble == "gone"
    assert (await withdrawn(one, "nonsense")).trouble == "gone"
    assert (await withdrawn(one, offering.token_of(one))).state == "applied" and await giving.state(one) == "withdrawn"
    assert (
        await giving.act(receiving.receive, one, giving.cabbage, giving.hub, 5, None, by=giving.dee)
    ).words == "donations.already.withdrawn"
    came = await giving.received()
    assert (await withdrawn(came, offering.token_of(came))).words == "donations.not_withdrawn"
    told = await db.rows(str, "SELECT words FROM message WHERE words LIKE 'message.donation%'")
    assert "message.donation_withdrawn" in told and told.count("message.donation_offered") >= 3


@pytest.mark.postgres
async def test_from_the_donor_to_the_doors_every_unit_has_one_place(giving, world, person):
    """Three homes get ten each out of the donation though more was bought, which lay there first; where nobody was, they come back."""
    works, bo = Worker(web.LISTENERS, []), await person("volunteer")
    await giving.done(handling.receive, giving.cabbage, giving.hub, 500, None, False)
    one = await giving.received(25)
    made = await giving.done(
        spreading.make_distribution, what="一户十斤", buildings=(world.building3,), doors="101\n102\n201", parts={giving.cabbage: 10}, hub=giving.hub, donation=one
    )  # fmt: skip
    [run] = await deliveries.runs_for(made)
    await giving.done(carriers.give, run.id, accounts=(bo.id,))
    await giving.done(carrying.start, run.id, by=bo)
    await works.once()
    assert await lies(one) == {"donor": -25, "parcel": 25}, "its own first, what it lacks out of the rest"
    assert await lies() == {"donor": -25, "supplier": -500, "hub": 495, "parcel": 30}
    first, second, third = [stop.id for stop in await deliveries.stop_rows(run.id)]
    await giving.done(handing.hand_over, run.id, first, where="door", by=bo)
    await giving.done(handing.hand_over, run.id, second, where="door", by=bo)
    await giving.done(handing.fail, run.id, third, reason="nobody", by=bo)
    await giving.done(carrying.finish, run.id, rest=True, by=bo)
    await works.once()
    assert await lies() == {"donor": -25, "supplier": -500, "hub": 505, "household": 20}
    assert [(each.delivered, each.doors) for each in await given.went(one)] == [(2, 3)]
    assert sum((await lies(one)).values()) == 0


async def test_of_no_donation_the_oldest_goes_first_whoever_gave_it(giving, world):
    """A donation's lots are kept for nobody: only a distribution of it takes them first."""
    one = await giving.received(25)
    told = await giving.act(
        spreading.make_distribution,
        by=giving.dee,
        what="白菜",
        buildings=(world.building3,),
        doors="",
        parts={},
        hub=giving.hub,
        donation=one,
    )
    assert isinstance(told, Misfit) and "donation" in told.errors
    other = await giving.offered()
    told = await giving.act(
        spreading.make_distribution,
        by=giving.dee,
        what="白菜",
        buildings=(),
        doors="101",
        parts={giving.cabbage: 1},
        hub=giving.hub,
        donation=other,
    )
    assert isinstance(told, Misfit) or told.trouble == "gone", "nothing of it came"


@pytest.mark.parametrize(("few", "named"), [(1, False), (2, False), (3, True)])
async def test_a_building_with_few_doors_is_not_named_to_whoever_gave(giving, world, few, named):
    one = await giving.received(25)
    rooms = ["101", "102", "201"][:few]
    await giving.done(
        spreading.make_distribution, what="白菜", buildings=(world.building3,), doors="\n".join(rooms), parts={giving.cabbage: 1}, hub=giving.hub, donation=one
    )  # fmt: skip
    [went] = await given.went(one)
    assert bool(went.building) is named and (went.doors, went.delivered) == (few, 0)


async def test_a_day_that_is_over_and_somebody_elses_community_are_refused(giving, person):
    yesterday = clock.local(clock.now()).date() - timedelta(days=1)
    with pytest.raises(Misfit) as refused:
        await giving.offered(on_day=yesterday)
    assert set(refused.value.errors) == {"on_day"}
    one = await giving.offered()
    away = await person("outside_dispatcher")
    assert (await giving.act(answering.accept, one, "", by=away)).trouble == "gone"
    assert await goods.of_donation(one, giving.dee.community_id) is False


async def test_what_was_received_while_the_phone_had_no_network_lies_in_the_hub_whatever_was_said_meanwhile(giving):
    one = await giving.offered()
    await giving.done(answering.decline, one, "enough", "")

    async def received(waited: bool):
        def work():
            return receiving.receive(one, giving.cabbage, giving.hub, 5, None, by=giving.dee)

        [told] = await perform([Press(ids.secret(), "test/receive", giving.dee, work, b"test", waited=waited)])
        return told

    assert (await received(False)).state == "refused" and await lies() == {}
    assert (await received(True)).state == "applied" and await lies() == {"donor": -5, "hub": 5}
    assert await giving.state(one) == "received"
