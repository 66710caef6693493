"""A page that is the same for every stranger, drawn once in three seconds however many ask: an opening rush is mostly people who look.

Only what knows nobody: no session, no query, no complaint. Each answer carries act ids of its own.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from time import monotonic

import msgspec
from litestar import Request, Response

from app.kernel import ids
from app.kernel.look import Look
from app.kernel.reply import page, sight

FRESH = 3.0  # seconds; what is left of a pack may be so old on a page, never in an order
MOST = 400

_Key = tuple[str, Look]
_drawn: dict[_Key, tuple[float, str]] = {}
_drawing: dict[_Key, asyncio.Lock] = {}
_MINTED = re.compile(r'(?<=name="act" value=")[\w-]{22}')


async def shared(request: Request, template: str, facts: Callable[[], Awaitable[msgspec.Struct]]) -> Response[str]:
    """As `page`, for whoever is not signed in the one drawn within these seconds."""
    if sight().owner_tag or request.url.query:
        return await page(request, template, await facts())
    key = (request.url.path, sight().look)
    if (found := _fresh(key)) is None:
        async with _drawing.setdefault(key, asyncio.Lock()):
            if (found := _fresh(key)) is None:
                drawn = await page(request, template, await facts())
                _keep(key, drawn.content)
                return drawn
    html = _MINTED.sub(lambda _: ids.secret(), found)
    return Response(html, media_type="text/html", headers={"Cache-Control": "no-store", "Vary": "HX-Request-Type"})


def _fresh(key: _Key) -> str | None:
    until, html = _drawn.get(key, (0.0, ""))
    return html if monotonic() < until else None


def _keep(key: _Key, html: str) -> None:
    if len(_drawn) >= MOST:
        _drawn.clear()
        _drawing.clear()
    _drawn[key] = (monotonic() + FRESH, html)
