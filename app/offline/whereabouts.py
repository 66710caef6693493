"""Whose steward is to look at an act that cannot be counted by itself: the community and building that its address is about."""

import re
from uuid import UUID

from app.care import reads as care
from app.kernel.act import Press
from app.needs import reads as needs
from app.people.person import Person
from app.places import reads as places

Place = tuple[UUID | None, UUID | None]
_THING = re.compile(r"/(needs|track/need|residents|households|ask)/([^/]+)")


async def of(press: Press) -> Place:
    """The owner's community; a stranger's act belongs where the door is that it is about."""
    own = press.by.community_id if isinstance(press.by, Person) else None
    community, building = await _door(press.path)
    if own is not None and community != own:
        return own, None
    return community, building


async def _door(path: str) -> Place:
    match = _THING.match(path)
    if match is None:
        return None, None
    kind, text = match.groups()
    if kind == "ask":
        found = await places.building_by_code(text)
        return (found.community_id, found.id) if found else (None, None)
    try:
        thing = UUID(text)
    except ValueError:
        return None, None
    match kind:
        case "residents":
            found = await care.resident(thing)
        case "households":
            found = await places.household(thing)
        case _:
            found = next(iter(await needs.lines([thing])), None)
    return (found.community_id, found.building_id) if found else (None, None)
