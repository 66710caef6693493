"""From a request to a person: the session cookie, her roles, the frame that her pages stand in."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from http.cookies import SimpleCookie
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Scope, Send

from app.journal.differences import count_open
from app.kernel import clock, db, ids, receipts, seal
from app.kernel.reply import SIGHT, BarItem, Me, RoleChoice, sight
from app.kernel.sight import ToConfirm
from app.kernel.trouble import Trouble
from app.people import reads
from app.people.person import STRANGER, Person
from app.people.reads.desk import at_the_desk
from app.people.reads.rosters import gaps_of
from app.people.rights import can, reach
from app.people.rules import sessions

TOUCH = timedelta(minutes=10)
# Set by the script of a phone that was signed out without network: whoever holds it now is not who the session says.
LOCKED = "locked"

_BARS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "volunteer": (("/now", "now", "now"), ("/mine", "mine", "mine"), ("/scan", "scan", "scan"), ("/inbox", "inbox", "inbox"), ("/me", "me", "me")),
    "steward": (("/today", "today", "today"), ("/households", "households", "households"), ("/scan", "scan", "scan"), ("/needs", "needs", "needs"), ("/me", "me", "me")),
    "dispatcher": (("/needs", "triage", "needs"), ("/tasks", "tasks", "tasks"), ("/runs", "deliveries", "deliveries"), ("/people", "people", "people"), ("/board", "board", "board")),
    "operator": (("/needs/new", "calls", "calls"), ("/needs", "needs", "needs"), ("/inbox", "inbox", "inbox"), ("/me", "me", "me")),
    "command": (("/board", "board", "board"), ("/report", "report", "report"), ("/inbox", "inbox", "inbox"), ("/me", "me", "me")),
    "hub_keeper": (("/trucks", "trucks", "deliveries"), ("/packing", "pack", "pack"), ("/scan", "scan", "scan"), ("/distributions", "ship", "deliveries"), ("/stock", "stock", "stock")),
}  # fmt: skip
# What the bar has no room for, in the sheet behind her name.
_MORE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "volunteer": (("/mine/people", "my_people", "people"), ("/rounds", "rounds", "phone"), ("/roster", "roster", "clock"), ("/notices", "notices", "inbox"), ("/lines", "lines", "lines")),
    "steward": (("/unreached", "unreached", "unreached"), ("/medicine", "medicine", "medicine"), ("/coming", "coming", "today"), ("/rounds", "rounds", "phone"), ("/gaps/carers", "carers", "people"), ("/mine/people", "my_people", "people"), ("/roster", "roster", "clock"), ("/here", "here", "pin"), ("/distributions", "distributions", "deliveries"), ("/offers", "orders", "pack"), ("/stock", "stock", "stock"), ("/differences", "differences", "needs"), ("/print", "print", "print"), ("/cards", "cards", "phone"), ("/notices", "notices", "inbox"), ("/now", "now", "now"), ("/inbox", "inbox", "inbox")),
    "dispatcher": (
        ("/unreached", "unreached", "unreached"), ("/medicine", "medicine", "medicine"), ("/coming", "coming", "today"), ("/rounds", "rounds", "phone"), ("/roster", "roster", "clock"), ("/households", "households", "households"), ("/distributions", "distributions", "deliveries"), ("/offers", "orders", "pack"), ("/donations", "donations", "pack"), ("/packing", "packing", "pack"), ("/stock", "stock", "stock"), ("/trucks", "trucks", "deliveries"), ("/ledger", "ledger", "report"),
        ("/differences", "differences", "needs"),
        ("/reveals", "reveals", "eye"), ("/exports", "exports", "report"), ("/emergency", "emergency", "report"), ("/gaps", "gaps", "people"), ("/gaps/carers", "carers", "people"), ("/teams", "teams", "people"), ("/report", "report", "report"), ("/settings", "settings", "tasks"),
        ("/phones", "phones", "phone"), ("/calls", "calls", "calls"), ("/presence/flags", "flags", "eye"), ("/here", "here", "pin"), ("/print", "print", "print"), ("/cards", "cards", "phone"),
        ("/scan", "scan", "scan"), ("/notices", "notices", "inbox"), ("/lines", "lines", "lines"), ("/inbox", "inbox", "inbox"),
    ),
    "operator": (("/unreached", "unreached", "unreached"), ("/medicine", "medicine", "medicine"), ("/offers", "orders", "pack"), ("/donations", "donations", "pack"), ("/coming", "coming", "today"), ("/rounds", "rounds", "phone"), ("/roster", "roster", "clock"), ("/households", "households", "households"), ("/cards", "cards", "phone"), ("/notices", "notices", "inbox"), ("/lines", "lines", "lines")),
    "command": (("/roster", "roster", "clock"), ("/gaps", "gaps", "people"), ("/reveals", "reveals", "eye"), ("/exports", "exports", "report"), ("/emergency", "emergency", "report"), ("/notices", "notices", "inbox")),
    "hub_keeper": (("/offers", "orders", "tasks"), ("/donations", "donations", "pack"), ("/stock/open", "stock_open", "tasks"), ("/now", "now", "now"), ("/mine", "mine", "mine"), ("/roster", "roster", "clock"), ("/notices", "notices", "inbox"), ("/lines", "lines", "lines"), ("/inbox", "inbox", "inbox")),
}  # fmt: skip
FIRST = {role: bar[0][0] for role, bar in _BARS.items()} | {"hub_keeper": "/stock"}


Unconfirmed = Callable[[Person], Awaitable[tuple[ToConfirm, ...]]]
_unconfirmed: list[Unconfirmed] = []


def confirming(find: Unconfirmed) -> None:
    """Who knows what a person has still to confirm; told once by whoever composes the app."""
    _unconfirmed[:] = [find]


class SignInFirst(Trouble):
    """A page for people who are signed in; answered with a redirect to sign-in that comes back here."""

    status = 401

    def __init__(self) -> None:
        super().__init__("trouble.sign_in_first")


def bar_role(role: str) -> str:
    return {"grid_lead": "steward", "grid_deputy": "steward"}.get(role, role if role in _BARS else "volunteer")


class Entry:
    """Middleware: finds the session, sets `scope["user"]` and what the frame shows."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            connection: ASGIConnection = ASGIConnection(scope)
            person = await enter(connection)
            scope["user"], scope["auth"] = person or STRANGER, None
        await self.app(scope, receive, send)


async def enter(connection: ASGIConnection) -> Person | None:
    token = connection.cookies.get(cookie_name(connection.app.state.settings.secure))
    if not token or (connection.cookies.get(LOCKED) and connection.url.path != "/sign-out"):
        return None
    session = await sessions.find(token)
    if session is None:
        return None
    if clock.now() - session.seen_at > TOUCH:
        with suppress(db.Unwell):  # a full disk takes no word of the visit, and the page needs none
            await sessions.touch(session.id)
    person = await reads.person(session)
    if person is None:
        return None
    clock.ZONE.set(ZoneInfo(person.zone))
    path = connection.url.path
    bar = _BARS[bar_role(person.role)]
    here = max((item[0] for item in bar if path == item[0] or path.startswith(item[0] + "/")), key=len, default="")
    frame = sight()
    frame.owner = person.owner
    frame.owner_tag = owner_tag(person)
    first = _is_first(connection, person)
    frame.refused, frame.waiting, to_confirm = await db.at_once(
        receipts.refusals(person.owner), _waiting(connection, person), _to_confirm(person if first else None)
    )
    frame.hotline = person.hotline
    frame.naming = partial(reads.names_within, person.community_id)
    frame.bar = tuple(
        BarItem(address, f"frame.bar.{key}", icon, address == here, person.unread if key == "inbox" else 0) for address, key, icon in bar
    )
    frame.me = Me(
        person.name,
        bar_role(person.role),
        _choices(person),
        person.community,
        person.unread,
        _more(person, frame.waiting),
        to_confirm,
        str(ids.at(clock.now() - SLACK)) if first else "",
    )
    SIGHT.set(frame)
    return person


def owner_tag(person: Person) -> str:
    return ids.b64(seal.keyed_hash("owner", f"{person.id}|{person.community_id}")[:9])


def _choices(person: Person) -> tuple[RoleChoice, ...]:
    seen = dict.fromkeys(held.role for held in person.roles if held.community_id in (None, person.community_id))
    return tuple(RoleChoice(role, f"frame.role.{role}", person.community) for role in seen)


def _more(person: Person, waiting: dict[str, int]) -> tuple[BarItem, ...]:
    links, badges = _MORE.get(bar_role(person.role), ()), {"inbox": person.unread, **waiting}
    return tuple(BarItem(path, f"frame.more.{key}", icon, badge=badges.get(key, 0)) for path, key, icon in links)


SLACK = timedelta(seconds=5)  # an act that began earlier may commit after this page was drawn


async def _waiting(connection: ASGIConnection, person: Person) -> dict[str, int]:
    """What waits for her to decide: counted for whole pages only, fragments show no frame."""
    if connection.scope["method"] != "GET" or connection.headers.get("HX-Request-Type") == "partial":
        return {}
    desk = can(person, "phone.see") and can(person, "presence.watch")
    differences, at_desk, roster = await db.at_once(
        count_open(person.community_id, reach(person, "difference.decide")) if can(person, "difference.decide") else _nothing(),
        at_the_desk(person.community_id) if desk else _nothing(),
        gaps_of(person) if can(person, "roster.make") else _nothing(),
    )
    counted = {"differences": differences, **(msgspec.structs.asdict(at_desk) if at_desk else {}), "roster": roster}
    return {name: n for name, n in counted.items() if n is not None}


async def _nothing() -> None:
    return None


def _is_first(connection: ASGIConnection, person: Person) -> bool:
    first = connection.url.path == FIRST[bar_role(person.role)] and connection.scope["method"] == "GET"
    return first and connection.headers.get("HX-Request-Type") != "partial"


async def _to_confirm(person: Person | None) -> tuple[ToConfirm, ...]:
    return tuple([one for find in _unconfirmed for one in await find(person)]) if person else ()


def cookie_name(secure: bool) -> str:
    return "__Host-sid" if secure else "sid"


def session_cookie(secure: bool, token: str, *, max_age: int) -> str:
    cookie = SimpleCookie()
    name = cookie_name(secure)
    cookie[name] = token
    cookie[name].update({"path": "/", "httponly": True, "samesite": "Lax", "max-age": max_age})
    if secure:
        cookie[name]["secure"] = True
    return cookie[name].OutputString()


async def someone(request: Request) -> Person:
    """Dependency `person`: whoever is signed in; sends strangers to sign in."""
    if isinstance(request.user, Person):
        return request.user
    raise SignInFirst()


async def anyone(request: Request) -> Person | None:
    """Dependency `visitor`: the signed-in person, or None for a stranger."""
    return request.user if isinstance(request.user, Person) else None


def sign_in_path(path: str) -> str:
    return f"/sign-in?back={quote(path, safe='/')}" if path not in ("/", "") else "/sign-in"


__all__ = ["FIRST", "Entry", "anyone", "someone"]
