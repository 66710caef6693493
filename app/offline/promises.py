"""What works without network, with the number that each promise names and the test that breaks when it does.

`GET /works-offline` · no acts, no tables. The README's table is the same rows; a house test compares them.
"""

import msgspec
from litestar import Request, Response, get

from app.kernel.reply import page
from app.kernel.words import say


class Promise(msgspec.Struct, frozen=True):
    """`key` names its words (`offline.promise.<key>`); `number` with its unit is part of them; `test` is path::name."""

    key: str
    number: str
    test: str

    @property
    def words(self) -> str:
        return say(f"offline.promise.{self.key}", number=self.number)


PROMISES: tuple[Promise, ...] = ()


class Works(msgspec.Struct, frozen=True):
    promises: tuple[Promise, ...]


@get("/works-offline")
async def index(request: Request) -> Response:
    return await page(request, "offline/promises.html", Works(PROMISES))


PAGES = [index]
