"""What every page of this request shows around its own facts: who is looking, her bar, this phone's look."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from uuid import UUID

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


class ToConfirm(msgspec.Struct, frozen=True):
    """Something that she has to say she has read, at the top of her first page until she does; `text` counts what it said."""

    id: UUID
    path: str
    title: str
    short: str
    urgent: bool
    text: int


class Me(msgspec.Struct, frozen=True):
    """`asked_since`: what `to_confirm` is as of, on her first page; blank elsewhere."""

    name: str
    role: str
    roles: tuple[RoleChoice, ...]
    community: str
    unread: int
    more: tuple[BarItem, ...] = ()
    to_confirm: tuple[ToConfirm, ...] = ()
    asked_since: str = ""


class Sight(msgspec.Struct):
    """What every page of this request shows around its own facts; filled by `app.people.entry`.

    `owner_tag` is what a phone may keep of whose page this is: it names account and community to nobody else, blank for a stranger.
    `waiting` counts what waits for her to decide, by the link in her sheet that leads there; whole pages only.
    `naming` answers the names of those accounts whose names she may know.
    """

    owner: str = "anon"
    owner_tag: str = ""
    me: Me | None = None
    bar: tuple[BarItem, ...] = ()
    hotline: str = ""
    refused: dict[str, int] = {}
    waiting: dict[str, int] = {}
    look: Look = Look()
    naming: Callable[[set[str]], Awaitable[dict[str, str]]] | None = None


SIGHT: ContextVar[Sight] = ContextVar("sight")


def sight() -> Sight:
    return SIGHT.get(None) or Sight()
