"""What has expired is never given out; shelves belong to their hub; a count is compared with the moment in which it was made."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.goods import reads
from app.goods.reads import listing
from app.goods.rules import counting, handling, sending
from app.kernel import clock, ids
from app.kernel.act import Press, perform

pytestmark = pytest.mark.postgres


def in_days(many: int) -> date:
    return clock.local(clock.now()).date() + timedelta(days=many)


async def there(hub, item, place=None) -> list[tuple[str | None, int]]:
    return [(lot.expiry, lot.quantity) for lot in await reads.lots_of(item, place or hub.here, hub.dee.community_id)]


async def test_an_expired_lot_is_never_given_out(hub, act):
    await act(handling.receive, hub.insulin, hub.here, 5, in_days(2), False, by=hub.dee)
    await act(handling.receive, hub.insulin, hub.here, 3, in_days(9), False, by=hub.dee)
    gone = in_days(2).isoformat()
    with clock.at(clock.now() + timedelta(days=2)):
        assert (await act(handling.issue, hub.insulin, hub.here, 1, by=hub.dee)).state == "applied", "its last day counts"
    with clock.at(clock.now() + timedelta(days=3)):
        told = await act(handling.issue, hub.insulin, hub.here, 4, by=hub.dee)
        assert (told.reason, told.filled["there"]) == ("too-few-good", 3)
        assert (await act(handling.issue, hub.insulin, hub.here, 3, by=hub.dee)).state == "applied"
    assert await there(hub, hub.insulin) == [(gone, 4)]


async def test_what_was_given_out_without_network_on_its_last_day_was_good(hub, act):
    await act(handling.receive, hub.insulin, hub.here, 5, in_days(0), False, by=hub.dee)
    pressed = clock.now()
    with clock.at(pressed + timedelta(days=2)):
        work = lambda: handling.issue(hub.insulin, hub.here, 2, by=hub.dee)  # noqa: E731
        [told] = await perform([Press(ids.secret(), "test/issue", hub.dee, work, b"late", at=pressed, waited=True)])
    assert told.state == "applied" and await there(hub, hub.insulin) == [(in_days(0).isoformat(), 3)]


async def test_what_has_expired_is_not_received(hub, act):
    told = await act(handling.receive, hub.insulin, hub.here, 5, in_days(-1), False, by=hub.dee)
    assert told.errors == {"expiry": ("goods.expired_already", {})}
    assert await there(hub, hub.insulin) == []


async def test_a_shelf_is_of_its_hub_and_its_goods_go_out_with_it(hub, act):
    shelf = UUID((await act(handling.add_place, "A架", hub.here, by=hub.dee)).about)
    assert (await act(handling.add_place, "A架", hub.there, by=hub.dee)).state == "applied", "each hub has a shelf A"
    assert set((await act(handling.add_place, "A架", hub.here, by=hub.dee)).errors) == {"name"}
    await act(handling.receive, hub.masks, hub.here, 10, None, False, by=hub.dee)
    [lot] = await reads.lots_of(hub.masks, hub.here, hub.dee.community_id)
    moved = await act(sending.send, lot.lot_id, hub.here, shelf, 6, by=hub.dee)
    assert moved.undo and await there(hub, hub.masks, shelf) == [(None, 6)], "at once, for it never left the hub"
    assert (await act(handling.issue, hub.masks, hub.here, 9, by=hub.dee)).state == "applied"
    assert sum(many for _, many in await there(hub, hub.masks)) == 1


@pytest.fixture
async def late(hub, act):
    """Ten masks; `late(verb, ..., by=, at=)` presses without network so many minutes after they came, and comes an hour after that."""
    await act(handling.receive, hub.masks, hub.here, 10, None, False, by=hub.dee)
    start = clock.now()

    async def pressed(verb, *said, at: int, by=hub.dee):
        with clock.at(start + timedelta(minutes=60)):
            press = Press(ids.secret(), "test/late", by, lambda: verb(*said, by=by), b"late", at=start + timedelta(minutes=at), waited=True)
            [told] = await perform([press])
        return told

    return pressed


@pytest.fixture
def counted(hub, act, late):
    async def found(many: int, *, at: int, reason: str = "miscounted") -> None:
        start = clock.now()
        with clock.at(start + timedelta(minutes=at)):
            [lot] = await reads.lots_of(hub.masks, hub.here, hub.dee.community_id)
            count = UUID((await act(counting.begin, lot.lot_id, hub.here, many, by=hub.dee)).about)
            assert (await act(counting.finish, count, many, reason, by=hub.kim)).state == "applied"

    return found


async def test_what_comes_late_about_the_time_before_a_count_does_not_unmake_it(hub, late, counted):
    await counted(7, at=10)
    assert (await late(handling.issue, hub.masks, hub.here, 3, at=5)).state == "applied", "that is why they found seven"
    assert await there(hub, hub.masks) == [(None, 7)]
    await late(handling.receive, hub.masks, hub.here, 4, None, False, at=5)
    assert await there(hub, hub.masks) == [(None, 7)]
    await late(handling.issue, hub.masks, hub.here, 2, at=15)
    assert await there(hub, hub.masks) == [(None, 5)], "after the count it moves as ever"


async def test_more_than_lay_there_does_not_leave_because_it_was_counted_since(hub, late, counted):
    [lot] = await reads.lots_of(hub.masks, hub.here, hub.dee.community_id)
    await counted(10, at=10)
    assert (await late(handling.waste, lot.lot_id, hub.here, 50, "broken", at=5)).reason == "too-few"
    assert (await late(sending.send, lot.lot_id, hub.here, hub.there, 10, at=5)).state == "applied"
    assert await there(hub, hub.masks) == [(None, 10)]
    told = await late(handling.issue, hub.masks, hub.here, 5, at=6)
    assert told.state == "applied", "given out it is, whatever the book had then"
    assert await there(hub, hub.masks) == [(None, 10)]
    beyond = [(one.from_kind, one.quantity) for one in await reads.moves_of(hub.masks, hub.dee.community_id) if one.mark == "beyond"]
    assert beyond == [("difference", 5)]
    told = await late(sending.send, lot.lot_id, hub.here, hub.there, 50, at=7)
    assert told.state == "applied", "and so it is sent"
    assert await there(hub, hub.masks) == [(None, 10)]
    beyond = [(one.quantity, one.to_kind) for one in await reads.moves_of(hub.masks, hub.dee.community_id) if one.mark == "beyond"]
    assert sorted(beyond) == [(5, "household"), (50, "transit")]


async def test_of_two_counts_the_later_one_stands_whichever_comes_first(hub, act, late, counted):
    [lot] = await reads.lots_of(hub.masks, hub.here, hub.dee.community_id)
    first = UUID((await act(counting.begin, lot.lot_id, hub.here, 6, by=hub.dee)).about)
    told = await late(counting.finish, first, 6, "missing", at=20, by=hub.kim)
    assert told.state == "applied" and await there(hub, hub.masks) == [(None, 6)]
    await counted(8, at=30)
    second = UUID((await late(counting.begin, lot.lot_id, hub.here, 3, at=10)).about)
    assert (await late(counting.finish, second, 3, "missing", at=10, by=hub.kim)).state == "applied"
    assert await there(hub, hub.masks) == [(None, 8)]


async def test_a_late_count_that_misses_more_than_is_left_is_kept(hub, act, late):
    [lot] = await reads.lots_of(hub.masks, hub.here, hub.dee.community_id)
    count = UUID((await act(counting.begin, lot.lot_id, hub.here, 6, by=hub.dee)).about)
    with clock.at(clock.now() + timedelta(minutes=10)):
        await act(handling.issue, hub.masks, hub.here, 9, by=hub.dee)
    assert (await late(counting.finish, count, 6, "missing", at=5, by=hub.kim)).state == "applied"
    assert await there(hub, hub.masks) == []


async def test_what_was_counted_since_is_not_undone(hub, act, undoable, late, counted):
    twice = UUID((await act(handling.receive, hub.masks, hub.here, 10, None, False, by=hub.dee)).about)
    assert twice in await undoable()
    await counted(10, at=10)
    with clock.at(clock.now() + timedelta(minutes=20)):
        assert (await act(handling.undo, twice, by=hub.dee)).reason == "counted-since"
        assert await undoable() == set(), "nor offered"
    assert await there(hub, hub.masks) == [(None, 10)]


@pytest.fixture
def undoable(hub):
    async def offered() -> set[UUID]:
        return {one.id for one in await listing.moved(hub.dee.community_id) if one.undoable}

    return offered


async def test_what_was_undone_was_never_there_for_a_count_that_comes_late(hub, act, late):
    [lot] = await reads.lots_of(hub.masks, hub.here, hub.dee.community_id)
    twice = UUID((await act(handling.receive, hub.masks, hub.here, 10, None, False, by=hub.dee)).about)
    count = UUID((await act(counting.begin, lot.lot_id, hub.here, 10, by=hub.dee)).about)
    with clock.at(clock.now() + timedelta(minutes=20)):
        await act(handling.undo, twice, by=hub.dee)
    assert (await late(counting.finish, count, 10, "miscounted", at=5, by=hub.kim)).state == "applied"
    assert await there(hub, hub.masks) == [(None, 10)]


async def test_a_count_that_comes_late_does_not_unmake_what_moved_since(hub, act):
    await act(handling.receive, hub.masks, hub.here, 10, None, False, by=hub.dee)
    [lot] = await reads.lots_of(hub.masks, hub.here, hub.dee.community_id)
    count = UUID((await act(counting.begin, lot.lot_id, hub.here, 10, by=hub.dee)).about)
    start = clock.now()
    with clock.at(start + timedelta(minutes=5)):
        await act(handling.receive, hub.masks, hub.here, 7, None, False, by=hub.dee)
    with clock.at(start + timedelta(minutes=9)):
        work = lambda: counting.finish(count, 9, "missing", by=hub.kim)  # noqa: E731
        [told] = await perform([Press(ids.secret(), "test/count", hub.kim, work, b"late", at=start + timedelta(minutes=2), waited=True)])
    assert told.state == "applied" and await there(hub, hub.masks) == [(None, 16)]
