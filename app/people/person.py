"""Who is asking: a signed-in person with her roles, or a stranger."""

from uuid import UUID

import msgspec


class Held(msgspec.Struct, frozen=True):
    """A role at a place. `community_id` is None for a role at a district, which holds in all its communities."""

    role: str
    community_id: UUID | None
    place: str
    place_id: UUID


class Person(msgspec.Struct, frozen=True):
    """`community_id` is the one community of this request; `buildings` those her steward and grid roles reach there."""

    id: UUID
    name: str
    lang: str
    session_id: UUID
    community_id: UUID
    community: str
    emergency_id: UUID
    zone: str
    hotline: str
    role: str
    roles: tuple[Held, ...]
    buildings: frozenset[UUID]
    vouched: bool
    skills: frozenset[str] = frozenset()
    unread: int = 0
    closed: bool = False  # her community's emergency is over: nothing new about anybody

    @property
    def owner(self) -> str:
        return f"a:{self.id}"


class Stranger(msgspec.Struct, frozen=True):
    """Nobody signed in. A resident with a link acts as the link's owner."""

    owner: str = "anon"
    id: None = None


STRANGER = Stranger()
