"""Notices that Dee writes."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.kernel import clock
from app.notices.rules import writing


@pytest.fixture
def written(opened, act, person):
    """`await written("building", opened.building, ...)`: a notice's id. Until tomorrow, by the dispatcher."""

    async def write(kind: str = "community", place: UUID | None = None, role: str | None = None, *, by: str = "dispatcher", **said) -> UUID:
        told = {"title": "停水通知", "body": "明天九点到十二点停水。", "until": clock.now() + timedelta(days=1)} | said
        receipt = await act(writing.write, to=(kind, place, role), by=await person(by), **told)
        assert receipt.state == "applied", receipt
        return UUID(receipt.about)

    return write
