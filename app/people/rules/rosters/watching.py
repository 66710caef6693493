"""A gap in the roster is told before it hurts: once to whoever keeps the roster, when it is a day ahead or nearer."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids
from app.people.reads import rosters
from app.people.reads.desk import dispatchers
from app.people.reads.rosters.cover import spans_of
from app.people.reads.rosters.hours import Span, uncovered
from app.people.rules.messages import tell
from app.places import reads as places


class Told(msgspec.Struct, frozen=True):
    id: UUID
    post_id: UUID
    from_at: datetime
    until_at: datetime
    told_at: datetime


async def keepers(community_id: UUID, building_id: UUID | None) -> set[UUID]:
    """The dispatchers, and the stewards of the building that the post is in."""
    found = set(await dispatchers(community_id))
    if building_id is not None:
        sql = """SELECT r.account_id FROM role r JOIN account a ON a.id = r.account_id
        WHERE r.role = 'steward' AND r.place = 'building' AND r.place_id = ? AND r.ended_at IS NULL AND a.suspended_at IS NULL"""
        found |= set(await db.rows(UUID, sql, building_id))
    return found


async def changed(community_id: UUID) -> list[UUID]:
    """The posts whose gaps are other than when somebody was told last; a quiet round only reads."""
    now = clock.now()
    holes, told = await _holes(community_id, now), await _told(community_id)
    there = set(holes) | set(told)
    return [post for post in there if _open(told.get(post, []), now) != holes.get(post, [])]


def _open(told: list[Told], now: datetime) -> list[Span]:
    return sorted((max(each.from_at, now), each.until_at) for each in told if each.until_at > now)


async def _holes(community_id: UUID, now: datetime) -> dict[UUID, list[Span]]:
    there = await rosters.posts(community_id)
    if not there:
        return {}
    community = await places.community(community_id)
    had = await spans_of(now, community_id)
    found = {post.id: rosters.holes_of(post, had.get(post.id, []), now, rosters.zone_of(community.zone)) for post in there}
    return {post: holes for post, holes in found.items() if holes}


async def _told(community_id: UUID) -> dict[UUID, list[Told]]:
    found: dict[UUID, list[Told]] = {}
    for row in await db.rows(Told, "SELECT id, post_id, from_at, until_at, told_at FROM roster_gap WHERE community_id = ?", community_id):
        found.setdefault(row.post_id, []).append(row)
    return found


async def watch(community_id: UUID, post_id: UUID) -> None:
    """Inside an act: note the gaps of a post as they are now, and tell of hours that nobody was told of."""
    await db.run("UPDATE post SET id = id WHERE id = ?", post_id)  # two workers come one after the other
    post, now = await rosters.post(post_id, community_id), clock.now()
    holes, told = (await _holes(community_id, now)).get(post_id, []), (await _told(community_id)).get(post_id, [])
    known: list[Span] = [(each.from_at, each.until_at) for each in told]
    await db.run("DELETE FROM roster_gap WHERE post_id = ?", post_id)
    for start, end in holes:
        # what grew at the far end of a gap that was told is that gap still
        fresh = [piece for piece in uncovered([(start, end)], known) if piece[0] < now + rosters.AHEAD]
        first = next((each.told_at for each in told if each.from_at < end and each.until_at > start), now)
        sql = "INSERT INTO roster_gap(id, community_id, post_id, from_at, until_at, told_at) VALUES (?, ?, ?, ?, ?, ?)"
        await db.run(sql, ids.new(), community_id, post_id, start, end, first)
        if fresh and post is not None:
            await _tell(post)


async def _tell(post: rosters.PostFacts) -> None:
    record("shift.gap_told", post.id, community=post.community_id)
    for who in sorted(await keepers(post.community_id, post.building_id)):
        await tell(
            who, "message.roster_gap", path=f"/posts/{post.id}", community=post.community_id, kind="desk", urgent=True,
            tag=f"gap-{post.id.hex[-12:]}",
        )  # fmt: skip
