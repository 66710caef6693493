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
BUSY = 60.0  # seconds; so old may it be where nobody has the time to draw it anew
MOST = 600

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
    return Response(_minted(found), media_type="text/html", headers={"Cache-Control": "no-store", "Vary": "HX-Request-Type"})


def remembered(request: Request, drawn: Response[str]) -> Response[str]:
    """The same answer, which may also be shown for a minute to strangers where nobody has the time to draw (`while_busy`)."""
    if not sight().owner_tag and drawn.status_code == 200:
        _keep((_asked(request.url.path, request.url.query), sight().look), drawn.content)
    return drawn


def while_busy(path: str, query: str, look: Look) -> str | None:
    """The one drawn within the last minute, for whoever would be refused else: sending it costs no more than the refusal."""
    found = _fresh((_asked(path, query), look), BUSY)
    return found and _minted(found)


def _asked(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _minted(html: str) -> str:
    return _MINTED.sub(lambda _: ids.secret(), html)


def _fresh(key: _Key, seconds: float = FRESH) -> str | None:
    at, html = _drawn.get(key, (float("-inf"), ""))
    return html if monotonic() < at + seconds else None


def _keep(key: _Key, html: str) -> None:
    if len(_drawn) >= MOST:
        _drawn.clear()
        _drawing.clear()
    _drawn[key] = (monotonic(), html)
