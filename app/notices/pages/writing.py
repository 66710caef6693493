"""The form of a new notice."""

from datetime import timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.journal.differences import open_about
from app.kernel import clock, edits
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.kernel.words import day, gettext, say
from app.notices import reads
from app.notices.forms import ROLES, UNTIL
from app.notices.rules.correcting import fields_of
from app.notices.rules.differing import label
from app.notices.rules.writing import hers
from app.people.person import Person
from app.people.reads import teams
from app.people.rights import everywhere, may
from app.photos.forms import MOST_FILE
from app.photos.rules import finishing
from app.places import reads as places

DAY = timedelta(days=1)


class Values(msgspec.Struct, frozen=True):
    """What the form shows before anything is typed."""

    title: str = ""
    body: str = ""
    until: str = "tomorrow"
    until_other: str = ""
    urgent: bool = False
    must_confirm: bool = False
    version: int = 0


class EditPage(msgspec.Struct, frozen=True):
    notice: reads.NoticeFacts
    values: Values
    until: tuple[tuple[str, str], ...]
    was: dict[str, str]
    differing: list[str]


class WritePage(msgspec.Struct, frozen=True):
    """`audiences`: (value, label), the widest first; a steward's are her buildings."""

    audiences: tuple[tuple[str, str], ...]
    chosen: str
    until: tuple[tuple[str, str], ...]


async def _page(person: Person, building: str = "") -> WritePage:
    may(person, "notice.write")
    wide = everywhere(person, "notice.write")
    buildings = [each for each in await places.buildings(person.community_id) if wide or each.id in person.buildings]
    found = [(f"building:{each.id}", say("notices.to.building", name=each.label)) for each in buildings]
    if wide:
        found = [
            ("community", gettext("notices.to.community")),
            *((f"role:{role}", say("notices.to.role", name=gettext(f"frame.role.{role}"))) for role in ROLES),
            *((f"team:{each.id}", say("notices.to.team", name=each.name)) for each in await teams(person.community_id)),
            *((f"grid:{each.id}", say("notices.to.grid", name=each.name)) for each in await places.grids(person.community_id)),
            *found,
        ]
    at = next((f"building:{each.id}" for each in buildings if each.code == building), "")
    return WritePage(tuple(found), at or (found[0][0] if len(found) == 1 else ""), _until())


def _until() -> tuple[tuple[str, str], ...]:
    last = clock.day_start(clock.now())
    return tuple((value, say(f"notices.until.{value}", day=day(last + (UNTIL[value] - 1) * DAY))) for value in UNTIL)


@get("/notices/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "notices/new.html", await _page(person, request.query_params.get("building", "")))


@post("/notices", request_max_body_size=MOST_FILE + 64 * 1024)
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    """Without script the picture comes with the form: it is looked at once the act is safe."""
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "notices/new.html", await _page(person), misfit=misfit)
    if "photo_file" in await request.form():
        await finishing.finish_received()
    return await answer(request, receipt, to=f"/notices/{receipt.about}" if receipt.about else "/notices")


@get("/notices/{notice_id:uuid}/edit")
async def edit(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID]) -> Response:
    return await page(request, "notices/edit.html", await _edit(await hers(notice_id, by=person)))


@post("/notices/{notice_id:uuid}")
async def update(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID]) -> Response:
    one = await hers(notice_id, by=person)
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "notices/edit.html", await _edit(one), misfit=misfit)
    return await answer(request, receipt, to=f"/notices/{notice_id}")


async def _edit(one: reads.NoticeFacts) -> EditPage:
    at = clock.local(one.valid_until).strftime("%Y-%m-%dT%H:%M")
    values = Values(one.title, one.body, "keep", at, one.urgent, one.must_confirm, one.version)
    differing = [label(field) for field in (await open_about(one.id)).get(one.id, ())]
    return EditPage(one, values, (("keep", one.until_label), *_until()), edits.base(one.id, fields_of(one)), differing)


PAGES = [new, create, edit, update]
