"""One series: what comes back, when, its next dates; written down, changed, ended; all of a household's."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.care.rules import residents
from app.coming import rhythm
from app.coming.reads.dates import Coming, named, next_of
from app.coming.reads.series import Series, clock_words, of_household, of_need, visible
from app.kernel import clock
from app.kernel.reply import answer, page, press
from app.kernel.seal import mask_name, mask_phone
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.needs import reads as needs
from app.needs.reads.detail import facts as need_facts
from app.people import history
from app.people.person import Person
from app.people.rights import can, may
from app.places import reads as places


class SeriesPage(msgspec.Struct, frozen=True):
    series: Series
    whom: str
    name: str
    phone: str
    dates: list[Coming]
    can_change: bool
    history: list[history.Item]


class Drawn(msgspec.Struct, frozen=True):
    """What the form holds before anything is typed. `whom`, `name`, `phone`: masked, of the request or the series; blank fields leave them."""

    kind: str = ""
    what: str = ""
    whom: str = ""
    name: str = ""
    phone: str = ""
    rhythm: str = "week"
    weekdays: tuple[str, ...] = ()
    every_days: str = ""
    month_day: str = ""
    starts: str = "08:00"
    ends: str = "12:00"
    first: str = ""
    last: str = ""


class SeriesForm(msgspec.Struct, frozen=True):
    """`series` None for a new one. `like`: the request that it follows."""

    household_id: UUID
    room: str
    building: str
    back_path: str
    like: str
    series: Series | None
    drawn: Drawn
    kinds: list[tuple[str, str]]
    rhythms: list[tuple[str, str]]
    weekdays: list[tuple[str, str]]


class HouseholdSeries(msgspec.Struct, frozen=True):
    id: UUID
    room: str
    building: str
    there: list[tuple[Series, list[Coming]]]
    ended: list[Series]
    can_make: bool


def rhythms() -> list[tuple[str, str]]:
    return [(one, gettext(f"coming.form.{one}")) for one in rhythm.RHYTHMS]


def weekdays() -> list[tuple[str, str]]:
    return [(str(day), gettext(f"coming.weekday.{day}")) for day in range(7)]


async def _form(person: Person, home: places.HouseholdFacts, drawn: Drawn, *, like: str = "", series: Series | None = None) -> SeriesForm:
    kinds = [(kind, gettext(f"needs.kind.{kind}")) for kind in rhythm.KINDS]
    back = series.path if series else f"/needs/{like}" if like else f"/households/{home.id}/coming"
    building = (await places.building(home.building_id)).label
    return SeriesForm(home.id, home.room, building, back, like, series, drawn, kinds, rhythms(), weekdays())


async def _home(household_id: UUID, person: Person) -> places.HouseholdFacts:
    return await residents.household(household_id, "need.raise", by=person)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _new(request: Request, person: Person, sent: Mapping[str, list[str]] = MappingProxyType({})) -> SeriesForm | Redirect:
    """For a door, or after a request at one; what comes back already is shown instead."""
    may(person, "need.raise")
    query = request.query_params
    need_id = _id(next(iter(sent.get("like", [])), "") or query.get("need", ""))
    household_id = _id(next(iter(sent.get("household", [])), "") or query.get("household", ""))
    first = clock.local(clock.now()).date() + rhythm.DAY
    drawn = Drawn(first=first.isoformat(), weekdays=(str(first.weekday()),), month_day=str(first.day))
    if need_id is None:
        if household_id is None:
            raise Gone("household")
        return await _form(person, await _home(household_id, person), drawn)
    need = await needs.visible(need_id, person)
    may(person, "need.raise", building=need.building_id)
    if not sent and (there := await of_need(need.id)):
        return Redirect(there.path, status_code=303)
    if need.household_id is None:
        return Redirect(f"/needs/{need.id}#mend", status_code=303)
    known = await need_facts(need)
    kind = need.kind if need.kind in rhythm.KINDS else "other"
    drawn = msgspec.structs.replace(drawn, kind=kind, what=need.line, whom=known.whom, name=known.name, phone=known.phone)
    return await _form(person, await _home(need.household_id, person), drawn, like=str(need.id))


@get("/series/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response | Redirect:
    found = await _new(request, person)
    return found if isinstance(found, Redirect) else await page(request, "coming/form.html", found)


@post("/series")
async def create(request: Request, person: NamedDependency[Person]) -> Response | Redirect:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        found = await _new(request, person, dict(misfit.typed))
        return found if isinstance(found, Redirect) else await page(request, "coming/form.html", found, misfit=misfit)
    return await answer(request, receipt, to=f"/series/{receipt.about}" if receipt.about else "/coming")


async def facts_of(series_id: UUID, person: Person) -> SeriesPage:
    one = await visible(series_id, person)
    dates = [] if one.ended_at else await named(await next_of(one))
    changes = can(person, "need.raise", building=one.building_id)
    told = await history.timeline(one.id)
    return SeriesPage(
        one, mask_name(one.opened("for")), mask_name(one.opened("name")), mask_phone(one.opened("phone")), dates, changes, told
    )  # fmt: skip


@get("/series/{series_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], series_id: FromPath[UUID]) -> Response:
    return await page(request, "coming/show.html", await facts_of(series_id, person))


async def _edit(series_id: UUID, person: Person) -> SeriesForm:
    one = await visible(series_id, person, "need.raise")
    end = (one.minute_from + one.minutes) % 1440
    drawn = Drawn(
        kind=one.kind, what=one.line, whom=mask_name(one.opened("for")), name=mask_name(one.opened("name")), phone=mask_phone(one.opened("phone")),
        rhythm=one.rhythm, weekdays=tuple(map(str, rhythm.weekdays(one.weekdays))), every_days=str(one.every_days or ""),
        month_day=str(one.month_day or ""), starts=clock_words(one.minute_from), ends=clock_words(end), first=one.first_day.isoformat(),
        last=one.last_day.isoformat() if one.last_day else "",
    )  # fmt: skip
    return await _form(person, await places.household(one.household_id), drawn, series=one)


@get("/series/{series_id:uuid}/edit")
async def edit(request: Request, person: NamedDependency[Person], series_id: FromPath[UUID]) -> Response:
    return await page(request, "coming/form.html", await _edit(series_id, person))


@post("/series/{series_id:uuid}")
async def update(request: Request, person: NamedDependency[Person], series_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "coming/form.html", await _edit(series_id, person), misfit=misfit)
    return await answer(request, receipt, to=f"/series/{series_id}")


@post("/series/{series_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], series_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/series/{series_id}")


@post("/series/{series_id:uuid}/resume")
async def resume(request: Request, person: NamedDependency[Person], series_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/series/{series_id}")


@post("/series/{series_id:uuid}/skip")
async def skip(request: Request, person: NamedDependency[Person], series_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/series/{series_id}")


@post("/coming/{coming_id:uuid}/restore")
async def restore(request: Request, person: NamedDependency[Person], coming_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/series/{receipt.about}" if receipt.about else "/coming")


@get("/households/{household_id:uuid}/coming")
async def index(request: Request, person: NamedDependency[Person], household_id: FromPath[UUID]) -> Response:
    home = await residents.household(household_id, "need.see", by=person)
    all_of = await of_household(home.id, ended=True)
    there = [(one, await named(await next_of(one, 4))) for one in all_of if one.ended_at is None]
    facts = HouseholdSeries(
        home.id, home.room, (await places.building(home.building_id)).label, there, [one for one in all_of if one.ended_at],
        can(person, "need.raise", building=home.building_id),
    )  # fmt: skip
    return await page(request, "coming/household.html", facts)


PAGES = [new, create, show, edit, update, delete, resume, skip, restore, index]
