"""What came of lines to people, told to their open pages once it is committed, from whatever process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from app.kernel import act, bus, db, hub, ids


@asynccontextmanager
async def transaction() -> AsyncIterator[set[UUID | None]]:
    """`db.transaction()` outside of an act; the accounts that are put into what it gives hear of it."""
    accounts: set[UUID | None] = set()
    async with db.transaction():
        yield accounts
        changed = await bus.sent({hub.of_ways(each): str(ids.new()) for each in accounts if each})
    for topic, version in changed.items():
        hub.HUB.tell(topic, version)


def tell(account_id: UUID) -> None:
    """Within an act."""
    act.tell(hub.of_ways(account_id), ids.new())
