"""Two persons count, and every difference has its reason."""

from uuid import UUID

import pytest

from app.goods import reads
from app.goods.rules import counting, handling

pytestmark = pytest.mark.postgres


@pytest.fixture
async def lot(hub, act) -> UUID:
    """Ten masks."""
    await act(handling.receive, hub.masks, hub.here, 10, None, False, by=hub.dee)
    return (await reads.lots_of(hub.masks, hub.here, hub.dee.community_id))[0].lot_id


async def test_nobody_is_her_own_second_person(hub, act, lot):
    count = UUID((await act(counting.begin, lot, hub.here, 10, by=hub.dee)).about)
    assert (await act(counting.finish, count, 10, "", by=hub.dee)).trouble == "barred"
    assert (await act(counting.finish, count, 10, "", by=hub.kim)).state == "applied"
    assert (await act(counting.finish, count, 10, "", by=hub.kim)).trouble == "overtaken"


async def test_a_difference_of_either_has_a_reason_and_is_a_move(hub, act, lot):
    count = UUID((await act(counting.begin, lot, hub.here, 9, by=hub.dee)).about)
    for found in (8, 10):
        assert set((await act(counting.finish, count, found, "", by=hub.kim)).errors) == {"reason"}
    assert (await act(counting.finish, count, 8, "missing", by=hub.kim)).state == "applied"
    assert await reads.quantity(hub.here, lot) == 8
    last = (await reads.moves_of(hub.masks, hub.dee.community_id))[0]
    assert (last.why, last.to_kind, last.quantity, last.reason) == ("counted", "difference", 2, "missing")
    assert (await act(handling.undo, last.id, by=hub.dee)).trouble == "overtaken"


async def test_what_the_first_person_found_is_not_told_to_the_second(hub, act, lot):
    count = UUID((await act(counting.begin, lot, hub.here, 987654, by=hub.dee)).about)
    assert "987654" not in str(await reads.count(count, hub.dee.community_id))
    assert (await act(counting.begin, lot, hub.here, 10, by=hub.kim)).trouble == "overtaken"
