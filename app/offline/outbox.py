"""What is on this phone: the page is the same for everybody, the script fills it from the phone's own outbox.

`GET /outbox` · no acts, no tables: nothing of it leaves the phone but a rescue file that she saves herself.
"""

import msgspec
from litestar import Request, Response, get

from app.kernel.reply import page


class OutboxPage(msgspec.Struct, frozen=True):
    pass


@get("/outbox")
async def index(request: Request) -> Response:
    return await page(request, "offline/outbox.html", OutboxPage())


PAGES = [index]
