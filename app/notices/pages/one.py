"""One notice: read, confirmed, withdrawn; and who has not confirmed it yet."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.journal.differences import open_about
from app.journal.record import version_of
from app.kernel import clock, paging
from app.kernel.reply import Live, answer, fragment, live, not_modified, page, press
from app.kernel.trouble import Barred, Gone
from app.notices import reads
from app.notices.rules.differing import label
from app.people import reads as people
from app.people.entry import SignInFirst
from app.people.person import Person
from app.people.rights import can, may
from app.photos import reads as photos
from app.photos.pages import jpeg
from app.photos.reads import Photo


class NoticePage(msgspec.Struct, frozen=True):
    """`asks`: she is to confirm it. `photos`: how far the picture is, for whoever wrote it. `before`: what it said. `counts`: (confirmed, all)."""

    notice: reads.NoticeFacts
    live: Live
    picture: str
    photos: tuple[Photo, ...] = ()
    by: str = ""
    asks: bool = False
    has_confirmed: bool = False
    may_withdraw: bool = False
    knocks: bool = False
    before: tuple[reads.Text, ...] = ()
    counts: tuple[int, int] | None = None
    differing: tuple[str, ...] = ()


class OpenPage(msgspec.Struct, frozen=True):
    """For whoever has no account: what hangs in the stairwell anyway."""

    notice: reads.NoticeFacts
    picture: str


class ReadersPage(msgspec.Struct, frozen=True):
    notice: reads.NoticeFacts
    readers: reads.Readers
    calls: bool
    knocks: bool


@get("/notices/{notice_id:uuid}")
async def show(request: Request, visitor: NamedDependency[Person | None], notice_id: FromPath[UUID]) -> Response:
    """What hangs in the stairwell is for everybody while it hangs: a chat's robot sends people here."""
    one = await reads.notice(notice_id)
    hangs = one is not None and one.public and one.current
    if hangs and (visitor is None or visitor.community_id != one.community_id):
        return await page(request, "notices/open.html", OpenPage(one, await _picture(one)))
    if visitor is None:
        raise SignInFirst()
    return await page(request, "notices/show.html", await _facts(notice_id, visitor, await _version(visitor)))


@get("/notices/{notice_id:uuid}/live")
async def renewed(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID]) -> Response:
    now = await _version(person)
    return not_modified(request, now) or fragment(request, "notices/_one.html", await _facts(notice_id, person, now), version=now)


async def _version(person: Person) -> str:
    return f"{await version_of(person.community_id)} {clock.now():%Y-%m-%dT%H:%M}"


async def _picture(one: reads.NoticeFacts) -> str:
    [pinned] = await reads.pinned([one])
    return pinned.picture


async def _facts(notice_id: UUID, person: Person, now: str) -> NoticePage:
    one = await reads.visible(notice_id, person)
    done, picture = await reads.confirmed(one, person.id), await _picture(one)
    names = await people.names_within(person.community_id, {str(one.written_by)})
    facts = NoticePage(
        one, live(f"{one.path}/live", now), picture, by=names.get(str(one.written_by), ""), has_confirmed=done,
        asks=one.must_confirm and one.current and not done and one.written_by != person.id, before=await reads.texts_before(one),
        knocks=await knocks(one, person),
    )  # fmt: skip
    if not (reads.writes(person) and reads.may_withdraw(one, person)):
        return facts
    taken = (await photos.photos_of("notice", [one.id])).get(one.id, ()) if not picture else ()
    counts = await reads.counts(one) if one.must_confirm else None
    differing = tuple(label(field) for field in (await open_about(one.id)).get(one.id, ()))
    return msgspec.structs.replace(facts, photos=taken, may_withdraw=True, counts=counts, differing=differing)


async def knocks(one: reads.NoticeFacts, person: Person) -> bool:
    """Whether she may say of a household here that it was told at its door."""
    return any(can(person, "notice.write", building=each.id) for each in await reads.buildings_of(one))


@get("/notices/{notice_id:uuid}/photo")
async def show_photo(request: Request, visitor: NamedDependency[Person | None], notice_id: FromPath[UUID]) -> Response:
    """What hangs in the stairwell is for everybody while it hangs; the rest for those whom it is for."""
    one = await reads.notice(notice_id)
    if one is None or not (one.public and one.current):
        try:
            await reads.visible(notice_id, visitor)
        except Gone:
            raise Gone("photo") from None
    found = await reads.picture_of(notice_id)
    if found is None:
        raise Gone("photo")
    return jpeg(await photos.image(found))


@get("/notices/{notice_id:uuid}/readers")
async def readers(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID]) -> Response:
    one = await reads.visible(notice_id, person)
    may(person, "notice.write")
    if not reads.may_withdraw(one, person):
        raise Barred("trouble.barred.notice_not_hers", reason="barred")
    found = await reads.readers(one, paging.number(request.query_params.get("page", "1")))
    return await page(request, "notices/readers.html", ReadersPage(one, found, can(person, "account.reveal"), await knocks(one, person)))


@post("/notices/{notice_id:uuid}/confirm")
async def confirm(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/notices/{notice_id}")


@post("/notices/{notice_id:uuid}/withdraw")
async def delete(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/notices/{notice_id}")


@post("/notices/{notice_id:uuid}/restore")
async def restore(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/notices/{notice_id}")


PAGES = [show, renewed, show_photo, readers, confirm, delete, restore]
