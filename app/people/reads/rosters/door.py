"""Who is on duty at a door, for whoever lives behind it: the role and the hours, the family name only where the post says so."""

from datetime import timedelta
from uuid import UUID

import msgspec

from app.kernel import clock
from app.kernel.seal import mask_name
from app.people.reads.rosters.posts import posts
from app.people.reads.rosters.shifts import within


class Duty(msgspec.Struct, frozen=True):
    """`name`: masked, blank where it is not shown. `there`: she is known to be there."""

    post: str
    role: str
    hours: str
    name: str
    there: bool


class AtDoor(msgspec.Struct, frozen=True):
    """`posts`: those of this door, (name, hours); with no `duties` nobody is on duty now, and `next` says from when again."""

    posts: tuple[tuple[str, str], ...] = ()
    duties: tuple[Duty, ...] = ()
    next: str = ""


async def duty_at(community_id: UUID, building_id: UUID | None) -> AtDoor:
    """The building's own posts, and the gates and lines that are everybody's."""
    there = {
        post.id: post
        for post in await posts(community_id)
        if (post.building_id is None and post.kind in ("gate", "line")) or (building_id and post.building_id == building_id)
    }
    if not there:
        return AtDoor()
    now = clock.now()
    shifts = [each for each in await within(community_id, now, now + timedelta(hours=24)) if each.post_id in there and each.stands]
    duties = tuple(
        Duty(each.post, there[each.post_id].kind_label, each.times, mask_name(each.name) if there[each.post_id].shows_name else "", each.came_at is not None)
        for each in shifts
        if each.running
    )  # fmt: skip
    coming = next((each.hours for each in shifts if not each.running), "")
    return AtDoor(tuple((post.name, post.hours_label) for post in there.values()), duties, coming)
