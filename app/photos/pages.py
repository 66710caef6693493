"""A photo's own addresses: what came of it, the picture, its pieces.

Who may see a photo is for the slices of its subjects to say: `app.web` leaves their judges in the state as `photo_sight`, by kind.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import ids
from app.kernel.act import Done
from app.kernel.reply import answer, fragment, is_partial, own_path, page, perform_here, press
from app.kernel.trouble import Gone, Later, Trouble
from app.people.entry import SignInFirst
from app.people.person import Person
from app.people.rules import devices
from app.photos import reads
from app.photos.rules import finishing, keeping, receiving
from app.photos.sealing import PIECE

Judge = Callable[[UUID, Person], Awaitable[object]]


class PhotoPage(msgspec.Struct, frozen=True):
    photo: reads.Photo
    back: str = ""


@get("/photos/{photo:str}")
async def show(request: Request, person: NamedDependency[Person], photo: FromPath[str]) -> Response:
    found = await _seen(request, photo, person)
    if is_partial(request):
        return fragment(request, "photos/_photo.html", PhotoPage(found))
    back = own_path(request.query_params.get("back", "")) or "/mine"
    return await page(request, "photos/show.html", PhotoPage(found, back))


@get("/photos/{photo:str}/image")
async def image(request: Request, person: NamedDependency[Person], photo: FromPath[str]) -> Response:
    """A look is kept, as that at a phone number is."""
    await _seen(request, photo, person)
    data = await reads.image(photo)

    async def look() -> Done:
        await keeping.note("photo.seen", photo)
        return Done("photos.seen")

    await perform_here(request, look)
    return jpeg(data)


def jpeg(data: bytes) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="photo.jpg"'}
    return Response(data, media_type="image/jpeg", headers=headers)


async def _seen(request: Request, photo: str, person: Person) -> reads.Photo:
    """The photo, for whoever may see one of its subjects. Raises Gone."""
    if not ids.ACT.fullmatch(photo):
        raise Gone("photo")
    sight: dict[str, Judge] = request.app.state.photo_sight
    for subject in await reads.subjects(photo):
        if judge := sight.get(subject.kind):
            try:
                await judge(subject.subject_id, person)
            except Trouble:
                continue
            return await reads.photo(photo)
    raise Gone("photo")


@get("/photos/{photo:str}/pieces")
async def index(request: Request, visitor: NamedDependency[Person | None], photo: FromPath[str]) -> Response:
    """How much of it is here."""
    return _told(await receiving.progress(photo, await _announcer(request, photo)))


@post("/photos/{photo:str}/pieces", request_max_body_size=PIECE + 1024)
async def create(request: Request, visitor: NamedDependency[Person | None], photo: FromPath[str]) -> Response:
    """The piece that begins at `Upload-Offset`; the answer's `Upload-Offset` says where the next one begins.

    409 for one that does not join on. The last one is answered when the picture is drawn anew, or is none.
    """
    account = await _announcer(request, photo)
    if wait := request.app.state.buckets.allow("photos", str(account), burst=200, per_second=10):
        raise Later("photos.slowly", seconds=int(wait) + 1)
    start = request.headers.get("Upload-Offset", "")
    try:
        if not (start.isascii() and start.isdecimal() and len(start) < 10):
            raise receiving.Gap((await receiving.progress(photo, account)).offset)
        here = await receiving.take_piece(photo, int(start), await request.body(), account)
    except receiving.Gap as gap:
        return Response(None, status_code=409, headers={"Upload-Offset": str(gap.offset)})
    if here.over:
        await finishing.finish(photo)
        here = await receiving.progress(photo, account)
    return _told(here)


def _told(here: receiving.Progress) -> Response:
    over = {"Upload-Over": "1"} if here.over else {}
    return Response(None, status_code=204, headers={"Upload-Offset": str(here.offset), **over})


async def _announcer(request: Request, photo: str) -> UUID:
    """Whose phone this is: the account of its grant, whoever is signed in meanwhile, else that of the session."""
    if not ids.ACT.fullmatch(photo):
        raise Gone("photo")
    if token := request.headers.get("X-Grant"):
        holder = await devices.holder(token)
        if holder is not None and holder.person is not None and holder.ended_at is None:
            return holder.person.id
    if isinstance(request.user, Person):
        return request.user.id
    raise SignInFirst


@post("/photos/{photo:str}/lost")
async def delete(request: Request, person: NamedDependency[Person], photo: FromPath[str]) -> Response:
    return await answer(request, await press(request), to=f"/photos/{photo}")


PAGES = [show, image, index, create, delete]
