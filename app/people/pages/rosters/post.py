"""One post: who is there, who comes, what was handed over; for who keeps its roster, putting people in."""

from datetime import timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import clock
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.people import reads
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import everywhere, may
from app.people.rules.rosters.posting import kept
from app.places import reads as places


class PostPage(msgspec.Struct, frozen=True):
    post: rosters.PostFacts
    shifts: list[rosters.ShiftFacts]
    gaps: tuple
    notes: list[rosters.NoteFacts]
    makes: bool
    people: list[tuple[UUID, str]]
    starts: str
    until: str


class PostForm(msgspec.Struct, frozen=True):
    """`post` is None for a new one. `wide`: she may make posts that are in no building."""

    post: rosters.PostFacts | None
    kinds: tuple[tuple[str, str], ...]
    buildings: list[tuple[UUID, str]]
    wide: bool


async def helpers(person: Person) -> list[tuple[UUID, str]]:
    found = await reads.members(person.community_id, reads.Filters(state="vouched"), size=2000)
    return [(one.id, one.name) for one in found.found]


async def facts_of(post_id: UUID, person: Person) -> PostPage:
    if (found := await rosters.post(post_id, person.community_id)) is None:
        raise Gone("post")
    may(person, "roster.see")
    now, makes = clock.now(), rosters.makes(person, found.building_id)
    covers = await rosters.covers(person.community_id, now, now + timedelta(days=7))
    gaps = next((each.gaps for each in covers if each.post.id == post_id), ())
    shifts = await rosters.at_post(post_id, now - timedelta(hours=12))
    first = clock.local(gaps[0].from_at if gaps else now).replace(minute=0, second=0, microsecond=0)
    last = clock.local(min(gaps[0].until_at, gaps[0].from_at + timedelta(hours=12))) if gaps else first + timedelta(hours=8)
    on_it = makes or any(each.account_id == person.id for each in shifts)
    return PostPage(
        found, shifts, gaps[:20], await rosters.notes_of(post_id) if on_it else [], makes, await helpers(person) if makes else [],
        _local(first), _local(last),
    )  # fmt: skip


def _local(moment) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


async def form_of(person: Person, found: rosters.PostFacts | None) -> PostForm:
    may(person, "roster.make")
    wide = everywhere(person, "roster.make")
    near = [each for each in await places.buildings(person.community_id) if wide or each.id in person.buildings]
    kinds = tuple((kind, gettext(f"roster.kind.{kind}")) for kind in rosters.KINDS)
    return PostForm(found, kinds, [(each.id, each.label) for each in near], wide)


@get("/posts/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "rosters/post_form.html", await form_of(person, None))


@post("/posts")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "rosters/post_form.html", await form_of(person, None), misfit=misfit)
    return await answer(request, receipt, to=f"/posts/{receipt.about}" if receipt.about else "/roster")


@get("/posts/{post_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], post_id: FromPath[UUID]) -> Response:
    return await page(request, "rosters/post.html", await facts_of(post_id, person))


@get("/posts/{post_id:uuid}/edit")
async def edit(request: Request, person: NamedDependency[Person], post_id: FromPath[UUID]) -> Response:
    return await page(request, "rosters/post_form.html", await form_of(person, await kept(post_id, person)))


@post("/posts/{post_id:uuid}")
async def update(request: Request, person: NamedDependency[Person], post_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "rosters/post_form.html", await form_of(person, await kept(post_id, person)), misfit=misfit)
    return await answer(request, receipt, to=f"/posts/{post_id}")


@post("/posts/{post_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], post_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/roster")


@post("/posts/{post_id:uuid}/reopen")
async def reopen(request: Request, person: NamedDependency[Person], post_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/posts/{post_id}")


@post("/posts/{post_id:uuid}/shifts")
async def add(request: Request, person: NamedDependency[Person], post_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        await kept(post_id, person)
        return await page(request, "rosters/post.html", await facts_of(post_id, person), misfit=misfit)
    return await answer(request, receipt, to=f"/posts/{post_id}")


PAGES = [new, create, show, edit, update, delete, reopen, add]
