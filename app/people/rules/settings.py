"""Who may change the community's settings; what they are is in `app.places`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.kernel.act import Done
from app.kernel.edits import UNSAID
from app.kernel.trouble import Gone
from app.people.person import Person
from app.people.rights import may
from app.places import rules as places


async def change(version: int, *, was: Mapping[str, str] = UNSAID, by: Person, **values: Any) -> Done:
    """Writes what she changed; what somebody else changed to something else meanwhile stays, hers beside it."""
    may(by, "settings.change")
    return await places.change_settings(by.community_id, version=version, was=was, **values)


async def put(community_id: UUID, field: str, value: str, *, by: Person) -> str:
    if community_id != by.community_id:
        raise Gone("community")
    may(by, "settings.change")
    return await places.put_setting(community_id, field, value)
