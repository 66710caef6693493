"""A door orders once, never more than there is, until the second of the cut-off; what came late is judged and never lost."""

import asyncio
from datetime import timedelta

import pytest

from app.kernel import clock, db, ids
from app.kernel.act import Press, perform
from app.kernel.trouble import Misfit
from app.orders import reads
from app.orders.reads import placed, sums
from app.orders.rules import cutting, offering, ordering
from app.people.person import STRANGER

pytestmark = pytest.mark.postgres


async def hers(receipt) -> placed.Order:
    return await placed.by_token(await ordering.token_of(receipt.about))


async def test_a_door_orders_changes_and_takes_back_and_the_sums_follow(market, act):
    told = await market.order("602", A=2, B=1)
    assert told.state == "applied", told
    order = await hers(told)
    assert (order.has, await market.sums()) == ({"A": 2, "B": 1}, {"A": 2, "B": 1})
    token = await ordering.token_of(order.id)
    told = await act(ordering.change, order.id, token, {"A": 1}, (), False, by=STRANGER)
    assert told.state == "applied" and await market.sums() == {"A": 1, "B": 0}
    told = await act(ordering.take_back, order.id, await ordering.token_of(order.id), by=STRANGER)
    assert told.state == "applied" and await market.sums() == {"A": 0, "B": 0}
    again = await market.order("602", B=2)
    assert again.state == "applied" and again.about == told.about, "the same door's row"
    assert await market.sums() == {"A": 0, "B": 2}


async def test_the_link_of_an_order_that_was_taken_back_is_not_that_of_the_next(market, act):
    told = await market.order("602", A=1)
    old = await ordering.token_of(told.about)
    await act(ordering.take_back, (await hers(told)).id, old, by=STRANGER)
    await market.order("602", A=1)
    told = await act(ordering.change, (await hers(told)).id, old, {"A": 3}, (), False, by=STRANGER)
    assert told.trouble == "gone"


async def test_a_door_that_ordered_is_not_ordered_for_again(market, act):
    await market.order("602", A=1)
    assert (await market.order("602", A=3)).reason == "taken"
    told = await act(
        ordering.order_for,
        market.offer,
        market.building.id,
        "1",
        "602",
        {"A": 3},
        False,
        by=market.dee,
        name="",
        phone="",
        note="",
        instead=False,
        avoids=(),
    )
    assert told.reason == "taken" and await market.sums() == {"A": 1, "B": 0}


async def test_more_than_a_household_may_have_an_unknown_pack_and_nothing_are_complained_about(market):
    for wanted, field in (({"A": 4}, "pack-A"), ({"C": 1}, "pack-C"), ({}, "packs"), ({"A": 0}, "packs")):
        told = await market.order("602", **wanted)
        assert isinstance(told, Misfit) and field in told.errors, wanted
    told = await market.order("909", A=1)
    assert isinstance(told, Misfit) and "room" in told.errors


async def test_nobody_is_promised_what_there_is_not(market, act):
    for room in ("101", "102"):
        assert (await market.order(room, B=2)).state == "applied"
    told = await market.order("201", B=2)
    assert (told.reason, told.filled["left"]) == ("full", 1)
    assert (await placed.of_offer(market.offer))[-1].room != "201", "nothing of it is left behind"
    assert (await market.order("201", B=1)).state == "applied"
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run("UPDATE order_line SET quantity = quantity + 1, wished = wished + 1 WHERE quantity = 1")


async def test_two_who_swap_their_last_packs_are_both_served(market, act):
    scarce = await market.offered(most={market.greens: 2, market.meat: 2}, each={market.greens: 2, market.meat: 2})
    one = await hers(await market.order("101", offer=scarce, A=2))
    two = await hers(await market.order("102", offer=scarce, B=2))
    assert (await act(ordering.change, one.id, await ordering.token_of(one.id), {"B": 1, "A": 1}, (), False, by=STRANGER)).reason == "full"
    assert (await act(ordering.change, two.id, await ordering.token_of(two.id), {"B": 1}, (), False, by=STRANGER)).state == "applied"
    assert (
        await act(ordering.change, one.id, await ordering.token_of(one.id), {"B": 1, "A": 1}, (), False, by=STRANGER)
    ).state == "applied"


async def test_what_must_not_be_eaten_is_asked_about_before_it_is_ordered(market):
    told = await market.order("602", B=1, avoids=("pork",))
    assert isinstance(told, Misfit) and "avoids" in told.errors
    assert (await market.order("601", A=1, avoids=("pork",))).state == "applied"
    told = await market.order("602", B=1, avoids=("pork",), confirm_holds=True)
    assert told.state == "applied" and (await hers(told)).opened("avoids") == "pork"
    late = await market.order("502", B=1, avoids=("pork",), at=clock.now(), waited=True)
    assert late.state == "applied", "a question would reach nobody"


async def test_what_is_said_of_a_person_is_sealed(market):
    told = await market.order("602", A=1, name="王芳", phone="13912345678", note="放门口")
    row = await db.value("SELECT phone_sealed FROM household_order WHERE id = ?", told.about)
    assert b"139" not in bytes(row) and (await hers(told)).opened("phone") == "13912345678"


async def test_the_cut_off_counts_to_the_second(market):
    offer = await reads.offer(market.offer, market.dee.community_id)
    with clock.at(offer.cut_off_at - timedelta(seconds=1)):
        assert (await market.order("101", A=1)).state == "applied"
    with clock.at(offer.cut_off_at):
        assert (await market.order("102", A=1)).reason == "cut-off"
    with clock.at(offer.opens_at - timedelta(seconds=1)):
        assert (await market.order("201", A=1)).reason == "not-yet"


async def test_what_was_pressed_in_time_and_came_within_the_grace_counts_by_itself(market):
    offer = await reads.offer(market.offer, market.dee.community_id)
    with clock.at(offer.cut_off_at + timedelta(minutes=9)):
        told = await market.order("101", A=1, at=offer.cut_off_at - timedelta(seconds=1), waited=True)
        assert (told.state, told.reason) == ("applied", "late")
        assert (await market.order("102", A=1, at=offer.cut_off_at, waited=True)).reason == "cut-off"


async def test_what_came_when_the_lists_were_made_waits_for_a_person(market, act):
    offer = await reads.offer(market.offer, market.dee.community_id)
    early = await hers(await market.order("102", A=2))
    await market.cut()
    pressed = offer.cut_off_at - timedelta(minutes=1)
    with clock.at(offer.cut_off_at + timedelta(hours=1)):
        told = await market.order("101", A=1, B=1, at=pressed, waited=True)
        assert (told.state, told.reason) == ("conflict", "late")
        assert await market.sums() == {"A": 2, "B": 0}, "the lists stand"

        async def back():
            return await ordering.take_back(early.id, await ordering.token_of(early.id), by=STRANGER)

        [told] = await perform([Press(ids.secret(), "test/back", STRANGER, back, b"", at=pressed, waited=True)])
        assert told.state == "conflict"
        new, gone = await placed.late_open(market.offer)
        assert (await act(cutting.let_in, new.id, by=market.dee)).state == "applied"
        assert await market.sums() == {"A": 3, "B": 1}
        assert (await act(cutting.turn_away, new.id, by=market.dee)).reason == "decided-already"
        assert (await act(cutting.turn_away, gone.id, by=market.dee)).state == "applied"
        assert await market.sums() == {"A": 3, "B": 1} and not await placed.late_open(market.offer)


async def test_once_the_lists_are_made_the_database_takes_no_more(market, act):
    await market.order("101", A=1)
    await market.cut()
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run("UPDATE order_line SET quantity = 2, wished = 2")
    assert (await act(offering.move_cut_off, market.offer, clock.now() + timedelta(hours=9), by=market.dee)).reason == "frozen"
    assert (await act(cutting.cut_off, market.offer, by=market.dee)).reason == "frozen"


async def test_a_fair_offer_gives_one_to_everybody_before_anybodys_second(market):
    fair = await market.offered(fair=True, most={market.meat: 4}, each={market.greens: 3, market.meat: 3})
    for room in ("101", "102", "201"):
        assert (await market.order(room, offer=fair, A=2, B=3)).state == "applied"
    assert await market.sums(fair) == {"A": 3, "B": 3}
    await market.cut(fair)
    has = {one.room: one.has for one in await placed.of_offer(fair)}
    assert [each["B"] for each in has.values()].count(2) == 1 and sum(each["B"] for each in has.values()) == 4
    assert next(one for one in await placed.of_offer(fair) if one.has["B"] == 2).floor == 1, "the first who ordered"
    assert await market.sums(fair) == {"A": 6, "B": 4}


def test_wishes_are_granted_level_by_level():
    wishes = [cutting.Wish(None, 1, 3), cutting.Wish(None, 1, 1), cutting.Wish(None, 1, 2)]
    assert [one.quantity for one in cutting.granted(wishes, 2)] == [2, 1, 2]
    assert [one.quantity for one in cutting.granted(wishes, None)] == [3, 1, 2]
    assert cutting.granted([], 5) == []


async def test_where_fewer_come_the_second_ones_go_before_the_first_and_another_pack_may_come_instead(market, act):
    await market.order("101", B=2)
    await market.order("102", B=1, instead=True)
    await market.order("201", B=1)
    told = await act(cutting.supply, market.offer, "B", 3, "A", by=market.dee)
    assert told.state == "applied" and [one.has for one in await placed.of_offer(market.offer)] == [{"B": 1}, {"B": 1}, {"B": 1}][::-1]
    told = await act(cutting.supply, market.offer, "B", 1, "A", by=market.dee)
    has = {one.number: one.has for one in await placed.of_offer(market.offer)}
    assert [has[n] for n in sorted(has)] == [{"B": 1}, {"A": 1}, {}] and await market.sums() == {"A": 1, "B": 1}


async def test_an_offer_for_some_buildings_is_for_nobody_else(market, world):
    other = await market.offered(buildings=(market.building.id,))
    assert (await market.order("101", offer=other, A=1)).state == "applied"
    assert (await market.order("101", offer=other, code=world.code2, A=1)).trouble == "gone"
    assert (await market.order("101", offer=other, code=world.far_code, A=1)).trouble == "gone"


async def test_the_totals_of_buildings_items_and_packs_agree(market, world):
    await market.order("101", A=2, B=1)
    await market.order("101", code=world.code2, A=3)
    by_building = await sums.by_building(market.offer)
    assert [(one.orders, one.packs) for one in by_building] == [(1, {"A": 2, "B": 1}), (1, {"A": 3})]
    assert {letter: sum(one.packs.get(letter, 0) for one in by_building) for letter in "AB"} == await market.sums()


async def test_five_hundred_orders_for_fifty_packs_leave_exactly_fifty(market, world):
    """From every door many times over, each by another press; the doors of the three buildings are the households."""
    scarce = await market.offered(most={market.greens: 20}, each={market.greens: 1}, packs=(market.greens,))
    doors = [(world.code, unit, f"{floor}{door:02}") for unit in "12" for floor in range(1, 7) for door in (1, 2)]
    doors += [(world.code2, "1", f"{floor}{door:02}") for floor in range(1, 7) for door in (1, 2)]
    presses = [door for door in doors for _ in range(500 // len(doors) + 1)][:500]
    got = []
    for start in range(0, 500, 50):  # so many at once
        some = presses[start : start + 50]
        got += await asyncio.gather(*(market.order(room, offer=scarce, code=code, unit=unit, A=1) for code, unit, room in some))
    applied = [one for one in got if one is not None and one.state == "applied"]
    assert len(applied) == 20 and len({one.about for one in applied}) == 20
    assert {one.reason for one in got if one is not None and one.state != "applied"} <= {"taken", "full"}
    assert await market.sums(scarce) == {"A": 20} and len(await placed.of_offer(scarce)) == 20
