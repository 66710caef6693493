"""Goods balance: what lies where is the sum of the moves, never below zero, and each of them is undone by its opposite."""

import asyncio
import os
import random
from datetime import date
from uuid import UUID

import pytest

from app.goods import reads
from app.goods.rules import handling, sending
from app.kernel import db, ids
from app.kernel.act import Press, perform

pytestmark = pytest.mark.postgres
SOON, LATER = date(2026, 12, 1), date(2027, 3, 1)


async def there(hub, item, place=None) -> list[tuple[str | None, int]]:
    return [(lot.expiry, lot.quantity) for lot in await reads.lots_of(item, place or hub.here, hub.dee.community_id)]


async def lot_of(hub, item) -> UUID:
    return (await reads.lots_of(item, hub.here, hub.dee.community_id))[0].lot_id


async def test_what_expires_first_goes_first_from_as_many_lots_as_it_takes(hub, act):
    await act(handling.receive, hub.insulin, hub.here, 5, LATER, False, by=hub.dee)
    await act(handling.receive, hub.insulin, hub.here, 3, SOON, True, by=hub.dee)
    await act(handling.issue, hub.insulin, hub.here, 4, by=hub.dee)
    assert await there(hub, hub.insulin) == [(LATER.isoformat(), 4)]
    out = [(move.expiry, move.quantity) for move in await reads.moves_of(hub.insulin, hub.dee.community_id) if move.why == "issued"]
    assert sorted(out) == [(SOON.isoformat(), 3), (LATER.isoformat(), 1)]


async def test_medicine_without_a_day_is_not_received(hub, act):
    told = await act(handling.receive, hub.insulin, hub.here, 5, None, False, by=hub.dee)
    assert set(told.errors) == {"expiry"}
    assert await there(hub, hub.insulin) == []


async def test_twenty_takers_of_the_last_ten_get_ten(hub, act):
    await act(handling.receive, hub.masks, hub.here, 10, None, False, by=hub.dee)
    told = await asyncio.gather(*(act(handling.issue, hub.masks, hub.here, 1, by=hub.dee if n % 2 else hub.kim) for n in range(20)))
    assert [one.state for one in told].count("applied") == 10
    assert {one.reason for one in told} == {None, "too-few"}
    assert await there(hub, hub.masks) == []


async def _late(hub, verb, *said):
    """As it comes from a phone on which it waited."""
    [told] = await perform([Press(ids.secret(), "test/late", hub.dee, lambda: verb(*said, by=hub.dee), b"late", waited=True)])
    return told


async def test_what_left_for_another_hub_without_network_is_kept_as_a_difference(hub, act):
    await act(handling.receive, hub.masks, hub.here, 2, None, False, by=hub.dee)
    lot = await lot_of(hub, hub.masks)
    assert (await act(sending.send, lot, hub.here, hub.there, 5, by=hub.dee)).reason == "too-few", "pressed at the page it is refused"
    told = await _late(hub, sending.send, lot, hub.here, hub.there, 5)
    assert told.state == "applied"
    moves = [(move.from_kind, move.quantity, move.mark) for move in await reads.moves_of(hub.masks, hub.dee.community_id)]
    assert sorted(moves[:2]) == [("difference", 3, "beyond"), ("hub", 2, None)]
    assert (await act(sending.arrive, UUID(told.about), 5, "", by=hub.kim)).state == "applied"
    assert await there(hub, hub.masks) == [] and await there(hub, hub.masks, hub.there) == [(None, 5)]


async def test_what_was_put_on_a_shelf_without_network_is_there_though_the_book_had_none(hub, act):
    shelf = UUID((await act(handling.add_place, "A架", hub.here, by=hub.dee)).about)
    await act(handling.receive, hub.masks, hub.here, 4, None, False, by=hub.dee)
    lot = await lot_of(hub, hub.masks)
    await act(handling.issue, hub.masks, hub.here, 4, by=hub.dee)
    told = await _late(hub, sending.send, lot, hub.here, shelf, 3)
    assert told.state == "applied" and told.undo is None
    assert await there(hub, hub.masks) == [(None, 3)]
    assert (await _late(hub, sending.send, ids.new(), hub.here, shelf, 3)).trouble == "gone"


async def test_what_was_given_out_without_network_is_kept_as_a_difference(hub, act):
    await act(handling.receive, hub.masks, hub.here, 2, None, False, by=hub.dee)
    late = Press(ids.secret(), "test/issue", hub.dee, lambda: handling.issue(hub.masks, hub.here, 5, by=hub.dee), b"late", waited=True)
    [told] = await perform([late])
    assert told.state == "applied"
    moves = [(move.from_kind, move.quantity, move.mark) for move in await reads.moves_of(hub.masks, hub.dee.community_id)]
    assert sorted(moves[:2]) == [("difference", 3, "beyond"), ("hub", 2, None)]
    assert await there(hub, hub.masks) == []


async def test_a_move_is_undone_once_and_by_its_opposite(hub, act):
    came = UUID((await act(handling.receive, hub.masks, hub.here, 7, None, False, by=hub.dee)).about)
    out = UUID((await act(handling.issue, hub.masks, hub.here, 7, by=hub.dee)).about)
    assert (await act(handling.undo, came, by=hub.dee)).reason == "too-few"
    told = await asyncio.gather(*(act(handling.undo, out, by=who) for who in (hub.dee, hub.kim, hub.dee)))
    assert sorted(one.state for one in told) == ["applied", "refused", "refused"]
    assert await there(hub, hub.masks) == [(None, 7)]
    assert len(await reads.moves_of(hub.masks, hub.dee.community_id)) == 3


async def test_a_transfer_is_in_neither_hub_until_it_came_and_what_is_short_has_a_reason(hub, act):
    await act(handling.receive, hub.masks, hub.here, 10, None, False, by=hub.dee)
    sent = UUID((await act(sending.send, await lot_of(hub, hub.masks), hub.here, hub.there, 6, by=hub.dee)).about)
    assert await there(hub, hub.masks) == [(None, 4)]
    assert await there(hub, hub.masks, hub.there) == []
    assert set((await act(sending.arrive, sent, 5, "", by=hub.kim)).errors) == {"reason"}
    told = await asyncio.gather(*(act(sending.arrive, sent, 5, "broken", by=hub.kim) for _ in range(3)))
    assert [one.state for one in told].count("applied") == 1
    assert await there(hub, hub.masks, hub.there) == [(None, 5)]
    assert await db.value("SELECT sum(quantity) FROM goods_balance WHERE kind = 'transit'") == 0


async def test_waste_has_a_reason(hub, act):
    await act(handling.receive, hub.masks, hub.here, 3, None, False, by=hub.dee)
    lot = await lot_of(hub, hub.masks)
    assert set((await act(handling.waste, lot, hub.here, 1, "", by=hub.dee)).errors) == {"reason"}
    assert (await act(handling.waste, lot, hub.here, 1, "spoiled", by=hub.dee)).state == "applied"
    assert await there(hub, hub.masks) == [(None, 2)]


async def test_a_steward_moves_nothing_and_another_community_sees_nothing(hub, act, person):
    assert (await act(handling.receive, hub.masks, hub.here, 3, None, False, by=await person("steward"))).trouble == "barred"
    assert (await act(handling.receive, hub.masks, hub.here, 3, None, False, by=await person("outside_dispatcher"))).trouble == "gone"


async def test_balances_are_the_sums_of_the_moves_whatever_is_done(hub, act):
    seed = int(os.environ.get("GOODS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print("GOODS_SEED", seed)
    chance = random.Random(seed)
    items, places = [hub.masks, hub.insulin], [hub.here, hub.there]
    for _ in range(60):
        item, place, many = chance.choice(items), chance.choice(places), chance.randint(1, 9)
        lots = await reads.lots_of(item, place, hub.dee.community_id)
        moves = await reads.moves_of(item, hub.dee.community_id)
        match chance.randrange(6):
            case 0 | 1:
                day = chance.choice([SOON, LATER]) if item == hub.insulin else None
                await act(handling.receive, item, place, many, day, chance.random() < 0.5, by=hub.dee)
            case 2:
                await act(handling.issue, item, place, many, by=hub.dee)
            case 3 if lots:
                await act(handling.waste, lots[0].lot_id, place, many, "broken", by=hub.dee)
            case 4 if moves:
                await act(handling.undo, chance.choice(moves).id, by=hub.dee)
            case 5 if lots:
                other = places[1 - places.index(place)]
                sent = await act(sending.send, lots[-1].lot_id, place, other, many, by=hub.dee)
                if sent.state == "applied" and chance.random() < 0.7:
                    await act(sending.arrive, UUID(sent.about), chance.randint(0, 9), "missing", by=hub.kim)
    assert await torn() == []


async def torn() -> list:
    """Places and lots whose balance is not what their moves say."""
    return await db.rows(
        UUID,
        """SELECT b.place_id FROM goods_balance b WHERE b.quantity <>
        (SELECT coalesce(sum(CASE WHEN m.to_id = b.place_id THEN m.quantity ELSE -m.quantity END), 0) FROM goods_move m
        WHERE m.lot_id = b.lot_id AND b.place_id IN (m.from_id, m.to_id)) OR (b.quantity < 0 AND b.kind IN ('hub', 'shelf', 'transit'))""",
    )


async def test_the_database_refuses_by_itself(hub, act):
    """Around the verbs: below zero, a changed or deleted move, an undoing that is not the opposite, a balance without its move."""
    moved = UUID((await act(handling.receive, hub.masks, hub.here, 3, None, False, by=hub.dee)).about)
    copy = """INSERT INTO goods_move(id, community_id, lot_id, from_id, to_id, quantity, why, undoes, by_id, at, received_at)
    SELECT ?, community_id, lot_id, to_id, from_id, ?, ?, ?, by_id, at, received_at FROM goods_move WHERE id = ?"""
    attempts = (
        ("UPDATE goods_move SET quantity = 9 WHERE id = ?", moved),
        ("DELETE FROM goods_move WHERE id = ?", moved),
        (copy, ids.new(), 4, "issued", None, moved),
        (copy, ids.new(), 2, "undone", moved, moved),
        ("UPDATE goods_balance SET quantity = 9 WHERE place_id = ?", hub.here),
        ("UPDATE goods_balance SET quantity = quantity + 1, move_id = ? WHERE place_id = ?", moved, hub.here),
        ("UPDATE goods_balance SET quantity = quantity + 1, move_id = NULL WHERE place_id = ?", hub.here),
        ("UPDATE goods_balance SET place_id = ? WHERE place_id = ?", hub.there, hub.here),
        ("DELETE FROM goods_balance WHERE place_id = ?", hub.here),
        (
            "INSERT INTO goods_balance(place_id, lot_id, community_id, kind, quantity) SELECT ?, lot_id, community_id, kind, 5 FROM goods_balance WHERE place_id = ?",
            hub.there,
            hub.here,
        ),
    )
    for sql, *params in attempts:
        with pytest.raises(db.IntegrityError):
            async with db.transaction():
                await db.run(sql, *params)
    assert await there(hub, hub.masks) == [(None, 3)]
