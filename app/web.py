"""Composition: the only place that knows every slice."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from litestar import Litestar, MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.response import Redirect

from app.journal.worker import Worker
from app.kernel import db, reply, seal
from app.kernel.act import Book, Rule, shape_of
from app.kernel.edge import Edge, Static
from app.kernel.settings import Settings
from app.kernel.trouble import Gone, Later, Trouble
from app.offline import pages as offline_pages
from app.offline import replay
from app.people import entry
from app.people import pages as people_pages
from app.people.acts import ACTS as PEOPLE_ACTS

log = logging.getLogger(__name__)

MODELS = ("app.places.models", "app.people.models")
PAGES = [*offline_pages.PAGES, *replay.PAGES, *people_pages.PAGES]
ACTS: list[Rule] = [*PEOPLE_ACTS]
LISTENERS: list = []
DUTIES: list = []

STATIC = Path(__file__).parent.parent / "static"


@get("/healthz", media_type=MediaType.JSON)
async def healthz() -> dict[str, str]:
    return {"state": "alive"}


@get("/readyz", media_type=MediaType.JSON)
async def readyz() -> Response[dict[str, str]]:
    """Says which part is not ready."""
    parts = {"database": "ready", "keys": "ready"}
    try:
        await db.value("SELECT 1 FROM receipt LIMIT 1")
    except Exception:
        parts["database"] = "not ready"
    if seal._keys is None:
        parts["keys"] = "not ready"
    return Response(parts, status_code=200 if set(parts.values()) == {"ready"} else 503)


def build(settings: Settings, *, worker: bool = True) -> Edge:
    """The application as ASGI; `build(...).app` is the router with its lifespan."""
    static = Static(STATIC, cache=settings.data / "cache")
    env = reply.make_environment(static.asset, settings.demo)
    reply.use(env)
    works = Worker(LISTENERS, DUTIES)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        seal.open_keys(settings.data, settings.master_key)
        await db.connect(settings.database_url, MODELS)
        running = asyncio.create_task(works.run()) if worker else None
        try:
            yield
        finally:
            if running:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
            await db.disconnect()
            seal.close_keys()

    app = Litestar(
        route_handlers=[healthz, readyz, *PAGES],
        dependencies={"person": Provide(entry.someone), "visitor": Provide(entry.anyone)},
        middleware=[entry.Entry],
        exception_handlers={
            Trouble: trouble,
            entry.SignInFirst: sign_in_first,
            HTTPException: http_trouble,
            Exception: unexpected,
        },
        lifespan=[lifespan],
        state=State({"settings": settings, "book": Book(ACTS), "worker": works}),
        request_max_body_size=256 * 1024,
        openapi_config=None,
        debug=False,
    )
    edge = Edge(app, static, settings)
    app.state.buckets = edge.buckets
    return edge


def sign_in_first(request: Request, _: entry.SignInFirst) -> Response:
    """A page sends her to sign in and back; an act answers 401 and nothing is removed from the phone."""
    if request.method == "GET" and not reply.is_partial(request):
        return Redirect(entry.sign_in_path(request.url.path), status_code=303)
    return _drawn(request, entry.SignInFirst())


def trouble(request: Request, error: Trouble) -> Response:
    return _drawn(request, error)


def http_trouble(request: Request, error: HTTPException) -> Response:
    match error:
        case NotFoundException():
            return _drawn(request, Gone("page"))
        case MethodNotAllowedException():
            return _drawn(request, Gone("page"), status=405)
    if error.status_code == 413:
        return _drawn(request, Gone("page"), status=413, words_key="trouble.too_large")
    if error.status_code >= 500:
        return unexpected(request, error)
    return _drawn(request, Gone("page"), status=error.status_code, words_key="trouble.bad_request")


def unexpected(request: Request, error: Exception) -> Response:
    """Logged by kind and place only: values may be somebody's."""
    log.error("%s %s: %s", request.method, shape_of(request.url.path), type(error).__name__, exc_info=error)
    return _drawn(request, Later("trouble.unexpected"), status=500)


def _drawn(request: Request, error: Trouble, *, status: int | None = None, words_key: str | None = None) -> Response:
    template = "parts/_trouble.html" if reply.is_partial(request) else "trouble.html"
    if words_key:
        error.words = words_key
    html = reply.trouble_html(template, error, here="/", back="")
    return Response(html, media_type=MediaType.HTML, status_code=status or error.status)
