"""/track/{token}: what the resident sees of her need, and what she can say about it."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.coming import reads as coming
from app.coming.ics import calendar
from app.coming.pages.series import Drawn, rhythms, weekdays
from app.coming.rhythm import DAY, KINDS
from app.door.asking import frame
from app.kernel import clock
from app.kernel.qr import square
from app.kernel.reply import answer, page, press, read_form
from app.kernel.trouble import Gone, Later, Misfit
from app.kernel.words import gettext
from app.needs.reads import NeedLine
from app.needs.reads.detail import NeedFacts, facts
from app.needs.reads.spoken import WordFacts, words
from app.needs.reads.tracked import by_token, steps
from app.notices import reads as notices
from app.people.history import Item
from app.people.person import Person
from app.people.reads import rosters
from app.photos import reads as photos
from app.photos.pages import jpeg
from app.places import reads as places
from app.push.identity import public_key
from app.push.pages.phone import said_by_script


class TrackPage(msgspec.Struct, frozen=True):
    """`fresh`: asked just now, so the number stands large and the link can be kept. `photo`: where it was put, if that was taken.
    `key`: what a browser subscribes with, while there is something to be told."""

    need: NeedLine
    facts: NeedFacts
    words: list[WordFacts]
    steps: list[Item]
    state: str
    tone: str
    token: str
    address: str
    qr: str
    fresh: bool
    hours: str
    can_cancel: bool
    can_came: bool
    can_again: bool
    photo: str = ""
    key: str = ""
    hanging: notices.Hanging = notices.Hanging()
    duty: rosters.AtDoor = rosters.AtDoor()
    series: coming.Series | None = None
    dates: tuple[coming.Coming, ...] = ()
    can_repeat: bool = False
    drawn: Drawn = Drawn()
    rhythms: tuple[tuple[str, str], ...] = ()
    weekdays: tuple[tuple[str, str], ...] = ()


@get("/track/{token:str}")
async def show(request: Request, visitor: NamedDependency[Person | None], token: FromPath[str]) -> Response:
    return await _drawn(request, token)


async def _drawn(request: Request, token: str, misfit: Misfit | None = None) -> Response:
    need = await by_token(token)
    await frame(need.community_id)
    address = f"{request.app.state.settings.public_url}/track/{token}"
    series = await coming.of_need(need.id)
    tomorrow = clock.local(clock.now()).date() + DAY
    known = TrackPage(
        need=need,
        facts=await facts(need),
        words=await words(need, shown_only=True),
        steps=await steps(need),
        state=gettext(f"door.track.state.{need.state}"),
        tone={"delivered": "calm", "confirmed": "calm", "answered": "calm", "waiting": "watch"}.get(need.state, "plain"),
        token=token,
        address=address,
        qr=square(address),
        fresh=request.query_params.get("new") == "1",
        hours=(await places.community(need.community_id)).hours,
        can_cancel=need.state in ("waiting", "triaged", "planned"),
        can_came=need.state in ("underway", "delivered"),
        can_again=need.state in ("delivered", "confirmed", "answered", "cancelled"),
        photo=f"/track/{token}/photo" if await _photo(need) else "",
        key=public_key() if need.open else "",
        hanging=await notices.hanging(need.community_id, await places.building(need.building_id)),
        duty=await rosters.duty_at(need.community_id, need.building_id),
        series=series,
        dates=tuple(await coming.next_of(series)) if series and not series.ended_at else (),
        can_repeat=need.household_id is not None and need.kind in KINDS and (series is None or series.ended_at is not None),
        drawn=Drawn(first=tomorrow.isoformat(), weekdays=(str(tomorrow.weekday()),), month_day=str(tomorrow.day)),
        rhythms=tuple(rhythms()),
        weekdays=tuple(weekdays()),
    )
    return await page(request, "door/track/show.html", known, misfit=misfit)


async def _photo(need: NeedLine) -> str | None:
    """The latest that can be shown."""
    taken = (await photos.photos_of("need", [need.id])).get(need.id, ())
    return next((one.id for one in reversed(taken) if one.shown == "kept"), None)


@get("/track/{token:str}/photo")
async def show_photo(request: Request, visitor: NamedDependency[Person | None], token: FromPath[str]) -> Response:
    """Her own delivery, to whoever holds her link."""
    found = await _photo(await by_token(token))
    if found is None:
        raise Gone("photo")
    return jpeg(await photos.image(found))


async def _acted(request: Request) -> Response:
    form, _ = await read_form(request)
    token = next(iter(form.typed.get("token", [])), "")
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await _drawn(request, token, misfit)
    return await answer(request, receipt, to=f"/track/{token}" if receipt.trouble != "gone" else "/found")


@post("/track/need/{need_id:uuid}/words")
async def create_word(request: Request, visitor: NamedDependency[Person | None], need_id: FromPath[UUID]) -> Response:
    return await _acted(request)


@post("/track/need/{need_id:uuid}/cancel")
async def cancel(request: Request, visitor: NamedDependency[Person | None], need_id: FromPath[UUID]) -> Response:
    return await _acted(request)


@post("/track/need/{need_id:uuid}/came")
async def came(request: Request, visitor: NamedDependency[Person | None], need_id: FromPath[UUID]) -> Response:
    return await _acted(request)


@post("/track/need/{need_id:uuid}/again")
async def again(request: Request, visitor: NamedDependency[Person | None], need_id: FromPath[UUID]) -> Response:
    return await _acted(request)


@post("/track/need/{need_id:uuid}/repeat")
async def repeat(request: Request, visitor: NamedDependency[Person | None], need_id: FromPath[UUID]) -> Response:
    return await _acted(request)


@post("/track/need/{need_id:uuid}/date")
async def leave_out(request: Request, visitor: NamedDependency[Person | None], need_id: FromPath[UUID]) -> Response:
    return await _acted(request)


@post("/track/need/{need_id:uuid}/stop")
async def stop(request: Request, visitor: NamedDependency[Person | None], need_id: FromPath[UUID]) -> Response:
    return await _acted(request)


@get("/track/{token:str}/dates.ics")
async def take_along(request: Request, visitor: NamedDependency[Person | None], token: FromPath[str]) -> Response:
    """Her dates for the calendar of her phone: kind and hours, nothing of who and where."""
    need = await by_token(token)
    await frame(need.community_id)
    series = await coming.of_need(need.id)
    if series is None or series.ended_at:
        raise Gone("series")
    made = calendar(gettext(f"needs.kind.{series.kind}"), await coming.next_of(series, 30))
    headers = {"Content-Disposition": 'attachment; filename="dates.ics"', "Cache-Control": "no-store"}
    return Response(made, media_type="text/calendar; charset=utf-8", headers=headers)


async def _told(request: Request) -> Response:
    """Her phone's script says it; her token is in the form, as with every act of hers."""
    form, _ = await read_form(request)
    token = next(iter(form.typed.get("token", [])), "")
    if wait := request.app.state.buckets.allow("push", token or "", burst=20, per_second=0.1):
        raise Later("ways.slowly", seconds=int(wait) + 1)
    return await said_by_script(request, f"/track/{token}")


@post("/track/need/{need_id:uuid}/tell")
async def follow(request: Request, visitor: NamedDependency[Person | None], need_id: FromPath[UUID]) -> Response:
    return await _told(request)


@post("/track/need/{need_id:uuid}/untell")
async def unfollow(request: Request, visitor: NamedDependency[Person | None], need_id: FromPath[UUID]) -> Response:
    return await _told(request)


PAGES = [show, show_photo, follow, unfollow, create_word, cancel, came, again, repeat, leave_out, stop, take_along]
