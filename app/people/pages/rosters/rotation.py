"""Taking turns: who, how long, from when until when; the shifts are shown before they are made."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import clock
from app.kernel.forms import Form
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.kernel.words import say
from app.people import forms
from app.people.pages.rosters.post import helpers
from app.people.person import Person
from app.people.reads import rosters
from app.people.reads.rosters.cover import span_words
from app.people.rules.rosters.filling import Turn, foresee
from app.people.rules.rosters.posting import kept


class Foreseen(msgspec.Struct, frozen=True):
    name: str
    day: str
    hours: str
    double: bool


class RotationPage(msgspec.Struct, frozen=True):
    """`foreseen`: the shifts as they would be made, empty until she has asked to see them. `fields` go with the press.

    `order`: (name, address of the same page with her one turn earlier; blank for the first).
    """

    post: rosters.PostFacts
    people: list[tuple[str, str]]
    hours: tuple[tuple[str, str], ...]
    starts: str
    until: str
    foreseen: list[Foreseen]
    chosen: tuple[str, ...]
    order: list[tuple[str, str]]
    length: str
    doubles: int


async def _facts(post_id: UUID, person: Person, turns: list[Turn], typed: Mapping[str, list[str]] = MappingProxyType({})) -> RotationPage:
    found = await kept(post_id, person)
    people = await helpers(person)
    names, tomorrow = dict(people), clock.local(clock.day_start(clock.now() + timedelta(days=1)))
    opens = tomorrow.replace(hour=8) if found.always else tomorrow.replace(hour=found.covers_from // 60, minute=found.covers_from % 60)
    chosen = tuple(dict.fromkeys(typed.get("people", ())))
    places = {account: place for place, account in enumerate(chosen)}
    return RotationPage(
        found,
        sorted(((str(account), name) for account, name in people), key=lambda each: places.get(each[0], len(chosen))),
        tuple((str(n), say("roster.rotation.hours_n", n=n)) for n in forms.HOURS),
        _one(typed, "starts") or opens.strftime("%Y-%m-%dT%H:%M"),
        _one(typed, "until") or (opens + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M"),
        [_shown(turn, names) for turn in turns],
        chosen,
        _order(post_id, typed, {str(account): name for account, name in people}),
        _one(typed, "hours") or ("24" if found.always else "12"),
        sum(turn.double for turn in turns),
    )


def _order(post_id: UUID, typed: Mapping[str, list[str]], names: dict[str, str]) -> list[tuple[str, str]]:
    whose = list(dict.fromkeys(typed.get("people", ())))
    found = []
    for place, account in enumerate(whose):
        earlier = [*whose[: place - 1], account, whose[place - 1], *whose[place + 1 :]] if place else []
        query = urlencode([(name, _one(typed, name)) for name in ("hours", "starts", "until")] + [("people", each) for each in earlier])
        found.append((names.get(account, "—"), f"/posts/{post_id}/rotations/new?{query}" if earlier else ""))
    return found


def _one(typed: Mapping[str, list[str]], name: str) -> str:
    return next(iter(typed.get(name, ())), "")


def _shown(turn: Turn, names: dict[UUID, str]) -> Foreseen:
    piece = span_words(turn.from_at, turn.until_at)
    return Foreseen(names.get(turn.account_id, "—"), piece[0], piece[1], turn.double)


def _sent(request: Request) -> dict[str, list[str]]:
    query = request.query_params
    return {name: [value for value in query.getall(name, []) if value] for name in ("people", "hours", "starts", "until")}


@get("/posts/{post_id:uuid}/rotations/new")
async def new(request: Request, person: NamedDependency[Person], post_id: FromPath[UUID]) -> Response:
    """With the fields in the address it shows the shifts that these would make."""
    typed = _sent(request)
    if not any(typed.values()):
        return await page(request, "rosters/rotation.html", await _facts(post_id, person, []))
    try:
        turns = await foresee(post_id, **forms.rotation(Form(typed)), by=person)
    except Misfit as misfit:
        return await page(request, "rosters/rotation.html", await _facts(post_id, person, [], typed), misfit=misfit)
    return await page(request, "rosters/rotation.html", await _facts(post_id, person, turns, typed))


@post("/posts/{post_id:uuid}/rotations")
async def create(request: Request, person: NamedDependency[Person], post_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "rosters/rotation.html", await _facts(post_id, person, [], dict(misfit.typed)), misfit=misfit)
    return await answer(request, receipt, to=f"/posts/{post_id}")


@post("/rotations/{rotation_id:uuid}/undo")
async def delete(request: Request, person: NamedDependency[Person], rotation_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/roster")


PAGES = [new, create, delete]
