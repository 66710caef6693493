"""Who may change the community's settings; what they are is in `app.places`."""

from typing import Any

from app.kernel.act import Done
from app.people.person import Person
from app.people.rights import may
from app.places import rules as places


async def change(version: int, *, by: Person, **values: Any) -> Done:
    """Raises Overtaken when somebody saved since the page was drawn."""
    may(by, "settings.change")
    return await places.change_settings(by.community_id, version=version, **values)
