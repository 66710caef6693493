"""What every page of this request shows around its own facts: who is looking, her bar, this phone's look."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar

import msgspec

from app.kernel.look import Look


class RoleChoice(msgspec.Struct, frozen=True):
    value: str
    label: str
    place: str

    def __iter__(self):
        return iter((self.value, self.label, self.place))


class BarItem(msgspec.Struct, frozen=True):
    path: str
    key: str
    icon: str
    current: bool = False
    badge: int = 0


class Me(msgspec.Struct, frozen=True):
    name: str
    role: str
    roles: tuple[RoleChoice, ...]
    community: str
    unread: int
    more: tuple[BarItem, ...] = ()


class Sight(msgspec.Struct):
    """What every page of this request shows around its own facts; filled by `app.people.entry`.

    `owner_tag` is what a phone may keep of whose page this is: it names account and community to nobody else, blank for a stranger.
    `naming` answers the names of those accounts whose names she may know.
    """

    owner: str = "anon"
    owner_tag: str = ""
    me: Me | None = None
    bar: tuple[BarItem, ...] = ()
    hotline: str = ""
    refused: dict[str, int] = {}
    look: Look = Look()
    naming: Callable[[set[str]], Awaitable[dict[str, str]]] | None = None


SIGHT: ContextVar[Sight] = ContextVar("sight")


def sight() -> Sight:
    return SIGHT.get(None) or Sight()
