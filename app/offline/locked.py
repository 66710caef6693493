"""What a phone shows whose owner signed out without network, until the server has heard of it."""

import msgspec
from litestar import Request, Response, get

from app.kernel.reply import SIGHT, Sight, page, sight


class LockedPage(msgspec.Struct, frozen=True):
    pass


@get("/locked")
async def show(request: Request) -> Response:
    """The worker keeps this page for whoever comes next: who is signed in while it is fetched must not stand in it."""
    SIGHT.set(Sight(look=sight().look))
    return await page(request, "offline/locked.html", LockedPage())


PAGES = [show]
