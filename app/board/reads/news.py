"""What changed in the topics that somebody listens to: since an id that she knows, or while nobody of us was listening."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.journal import record
from app.kernel import bus, db, hub, ids
from app.people import reads as people
from app.push.reads import lately

FIRST = UUID(int=0)


async def behind(communities: Sequence[UUID], account: UUID, seen: UUID | None) -> tuple[UUID, list[str]]:
    """The id of the last change, and the topics that changed after `seen`; all of them where nothing can be made of it.

    On PostgreSQL what was written shortly before `seen` counts too: it may have been committed after it. The page asks in vain then.
    """
    last, told = await record.last_in(communities) or FIRST, await people.last_message(account) or FIRST
    topics = [*map(hub.of_community, communities), hub.of_account(account), hub.of_ways(account)]
    if seen is None:
        return max(last, told), topics
    since = ids.before(seen, bus.MARGIN) if db.is_postgres() else seen
    moved = [hub.of_community(each) for each in communities if (await record.last_in([each]) or FIRST) > since] if last > since else []
    if told > since or await people.read_after(account, ids.moment_of(since)):
        moved.append(hub.of_account(account))
    if await lately.settled_after(account, ids.moment_of(since) - bus.MARGIN):  # a moment is noted before it is committed
        moved.append(hub.of_ways(account))
    return max(last, told, seen), moved


async def missed(moment: datetime) -> list[tuple[str, str]]:
    """(topic, id) of all that changed since then."""
    happened = [(hub.of_community(each), str(row)) for each, row in (await record.moved_since(moment)).items()]
    said = [(hub.of_account(each), str(row)) for each, row in (await people.told_since(moment)).items()]
    looked = [(hub.of_account(each), str(ids.new())) for each in await people.had_read_since(moment)]
    carried = [(hub.of_ways(each), str(ids.new())) for each in await lately.settled_since(moment)]
    return [*happened, *said, *looked, *carried]
