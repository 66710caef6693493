"""看板: how it stands now, drawn again when something happened or a minute has passed."""

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from app.board.pages.choosing import Choice, choices, title
from app.board.reads import now
from app.board.reads.scope import ALL, Scope, scope
from app.journal.record import version_of
from app.kernel import clock
from app.kernel.reply import Live, fragment, live, not_modified, page
from app.people.person import Person


class BoardPage(msgspec.Struct, frozen=True):
    title: str
    board: now.Board
    choices: tuple[Choice, ...]
    live: Live
    report: str
    can_raise: bool


class LivePart(msgspec.Struct, frozen=True):
    board: now.Board
    can_raise: bool


@get("/board")
async def index(request: Request, person: NamedDependency[Person], community: FromQuery[str] = "") -> Response:
    looked = await scope(person, "board.see", community)
    code, version = looked.code or ALL, await _version(looked)
    return await page(
        request,
        "board/index.html",
        BoardPage(
            title(looked),
            await now.board(looked),
            choices(looked, "/board"),
            live(f"/board/live?community={code}", version, code),
            f"/report?community={code}",
            looked.named,
        ),
    )


@get("/board/live")
async def show(request: Request, person: NamedDependency[Person], community: FromQuery[str] = "") -> Response:
    looked = await scope(person, "board.see", community)
    version = await _version(looked)
    if same := not_modified(request, version):
        return same
    return fragment(request, "board/_live.html", LivePart(await now.board(looked), looked.named), version=version)


async def _version(looked: Scope) -> str:
    """Ages, gaps and what nobody touched change with the clock too."""
    return f"{await version_of(*looked.ids)} {clock.now():%Y-%m-%dT%H:%M} {looked.code}"


PAGES = [index, show]
