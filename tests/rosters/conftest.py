"""A gate that is kept around the clock, and people put in at it."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.kernel import clock
from app.people.rules.rosters import filling, posting

GATE = {"kind": "gate", "name": "北门", "building": None, "covers": (0, 1440), "shows_name": False}


@pytest.fixture
def post(act, person):
    """`await post(name="东门")`: a post's id, made by the dispatcher."""

    async def make(*, by: str = "dispatcher", **said) -> UUID:
        receipt = await act(posting.make, **GATE | said, by=await person(by))
        assert receipt.state == "applied", receipt
        return UUID(receipt.about)

    return make


@pytest.fixture
def put(opened, act, person):
    """`await put(post, "volunteer", 2, 8)`: her shift from two hours from now until eight hours from now."""

    async def fill(post_id: UUID, who: str, starts: float, until: float, *, by: str = "dispatcher") -> UUID:
        now = clock.now()
        fields = {"who": getattr(opened, who), "starts": now + timedelta(hours=starts), "until": now + timedelta(hours=until)}
        receipt = await act(filling.put, post_id, **fields, by=await person(by))
        assert receipt.state == "applied", receipt
        return UUID(receipt.about)

    return fill
