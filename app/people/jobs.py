"""What follows from a check-in by itself: somebody in charge is told when it cannot well have been, and a shift there has its person.
And what the clock asks: a gap in the roster is told before it hurts."""

from functools import partial
from uuid import UUID

from app.journal import worker
from app.journal.record import Happening
from app.kernel import db
from app.people.rules import flagging
from app.people.rules.rosters import duty, watching


async def look(happening: Happening) -> None:
    if stay := happening.told.get("stay"):
        await flagging.look_at(UUID(stay))


async def came(happening: Happening) -> None:
    if building := happening.told.get("building"):
        await duty.came(happening.about, happening.community_id, UUID(building), happening.at or happening.received_at)


async def watch() -> None:
    posts = "SELECT DISTINCT community_id FROM post WHERE ended_at IS NULL OR id IN (SELECT post_id FROM roster_gap)"
    changed = [(community, post) for community in await db.rows(UUID, posts) for post in await watching.changed(community)]
    await worker.do_each([partial(watching.watch, community, post) for community, post in changed])


LISTENERS = [("presence.started", look), ("presence.started", came)]
DUTIES = [watch]
