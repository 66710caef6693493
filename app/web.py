"""Composition: the only place that knows every slice."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar, MediaType, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.response import Redirect

from app.board import pages as board_pages
from app.board.acts import ACTS as BOARD_ACTS
from app.board.reads import news
from app.care import jobs as care_jobs
from app.care import pages as care_pages
from app.care.acts import ACTS as CARE_ACTS
from app.care.rules.differing import RESIDENT, TIMING
from app.coming import jobs as coming_jobs
from app.coming import pages as coming_pages
from app.coming.acts import ACTS as COMING_ACTS
from app.deliveries import jobs as deliveries_jobs
from app.deliveries import pages as deliveries_pages
from app.deliveries import reads as deliveries
from app.deliveries.acts import ACTS as DELIVERIES_ACTS
from app.demo import pages as demo_pages
from app.donations import jobs as donations_jobs
from app.donations import pages as donations_pages
from app.donations.acts import ACTS as DONATIONS_ACTS
from app.door import asking, card_pages, giving, hanging, here, ordering, scanning, team, today, tracking
from app.door import building as door_building
from app.door import now as door_now
from app.door.building_acts import ACTS as BUILDING_ACTS
from app.door.here_acts import ACTS as HERE_ACTS
from app.door.printing import facing as printing_facing
from app.door.printing import jobs as printing_jobs
from app.door.printing import pages as printing_pages
from app.door.printing import scanned as printing_scanned
from app.door.printing.acts import ACTS as PRINTING_ACTS
from app.goods import jobs as goods_jobs
from app.goods import pages as goods_pages
from app.goods.acts import ACTS as GOODS_ACTS
from app.goods.reads import inbound as trucks
from app.journal import chain
from app.journal import differences as differing
from app.journal.worker import Worker
from app.kernel import backups, bus, db, probes, reply, seal
from app.kernel.book import Book, Rule
from app.kernel.edge import Edge
from app.kernel.hub import HUB
from app.kernel.logs import shape_of
from app.kernel.quarantine import locate_by
from app.kernel.settings import Settings
from app.kernel.shedding import Shedder
from app.kernel.static import Static
from app.kernel.trouble import Gone, Later, Misfit, Trouble
from app.needs import jobs as needs_jobs
from app.needs import pages as needs_pages
from app.needs import reads as needs
from app.needs.acts import ACTS as NEEDS_ACTS
from app.needs.rules.differing import NEED
from app.notices import jobs as notices_jobs
from app.notices import pages as notices_pages
from app.notices import reads as notices
from app.notices.acts import ACTS as NOTICES_ACTS
from app.notices.rules import first_page
from app.notices.rules.differing import LINE, NOTICE
from app.offline import (
    aside,
    deciding,
    differences,
    differing_jobs,
    grants,
    holding,
    locked,
    outbox,
    promises,
    quarantine,
    reading,
    replay,
    rescue,
    whereabouts,
)
from app.offline import jobs as offline_jobs
from app.offline import pages as offline_pages
from app.offline.acts import ACTS as OFFLINE_ACTS
from app.offline.phones import pages as phones_pages
from app.orders import jobs as orders_jobs
from app.orders import pages as orders_pages
from app.orders import reads as orders
from app.orders.acts import ACTS as ORDERS_ACTS
from app.people import entry
from app.people import jobs as people_jobs
from app.people import pages as people_pages
from app.people import reads as people
from app.people.acts import ACTS as PEOPLE_ACTS
from app.people.rules.differing import SETTINGS, TEAM
from app.photos import jobs as photos_jobs
from app.photos import pages as photos_pages
from app.photos.acts import ACTS as PHOTOS_ACTS
from app.places import reads as places
from app.privacy import jobs as privacy_jobs
from app.privacy import pages as privacy_pages
from app.privacy.acts import ACTS as PRIVACY_ACTS
from app.privacy.rules import erasing, over
from app.push import identity
from app.push import jobs as push_jobs
from app.push import pages as push_pages
from app.push.acts import ACTS as PUSH_ACTS
from app.push.draining import Drainer
from app.push.pages import answers as push_answers
from app.push.reads import listed
from app.push.rules import answering as push_answering
from app.tasks import jobs as tasks_jobs
from app.tasks import pages as tasks_pages
from app.tasks.acts import ACTS as TASKS_ACTS
from app.tasks.reads import spoken as tasks_spoken
from app.tasks.rules import answering as tasks_answering
from app.tasks.rules.differing import TASK

log = logging.getLogger(__name__)

MODELS = (
    "app.places.models", "app.people.models", "app.supplies.models", "app.care.models", "app.needs.models", "app.deliveries.models",
    "app.tasks.models",
)  # fmt: skip
PAGES = [
    *probes.PAGES,
    *offline_pages.PAGES,
    *reading.PAGES,
    *replay.PAGES,
    *grants.PAGES,
    *phones_pages.PAGES,
    *rescue.PAGES,
    *locked.PAGES,
    *outbox.PAGES,
    *promises.PAGES,
    *differences.PAGES,
    *quarantine.PAGES,
    *people_pages.PAGES,
    *push_pages.PAGES,
    *care_pages.PAGES,
    *needs_pages.PAGES,
    *asking.PAGES,
    *ordering.PAGES,
    *giving.PAGES,
    *tracking.PAGES,
    *coming_pages.PAGES,
    *tasks_pages.PAGES,
    *goods_pages.PAGES,
    *orders_pages.PAGES,
    *deliveries_pages.PAGES,
    *donations_pages.PAGES,
    *photos_pages.PAGES,
    *push_answers.PAGES,
    *notices_pages.PAGES,
    *hanging.PAGES,
    *door_now.PAGES,
    *today.PAGES,
    *door_building.PAGES,
    *here.PAGES,
    *team.PAGES,
    *printing_pages.PAGES,
    *printing_scanned.PAGES,
    *card_pages.PAGES,
    *scanning.PAGES,
    *board_pages.PAGES,
    *privacy_pages.PAGES,
    *demo_pages.PAGES,
]
ACTS: list[Rule] = [
    *PEOPLE_ACTS,
    *PUSH_ACTS,
    *CARE_ACTS,
    *NEEDS_ACTS,
    *COMING_ACTS,
    *TASKS_ACTS,
    *BUILDING_ACTS,
    *HERE_ACTS,
    *PRINTING_ACTS,
    *BOARD_ACTS,
    *GOODS_ACTS,
    *ORDERS_ACTS,
    *DELIVERIES_ACTS,
    *DONATIONS_ACTS,
    *PHOTOS_ACTS,
    *NOTICES_ACTS,
    *PRIVACY_ACTS,
    *OFFLINE_ACTS,
    *deciding.ACTS,
    *aside.ACTS,
]
BOOK = holding.use(Book(ACTS, around=lambda press, form: over.around(holding.around(press, form), form)))
LISTENERS: list = [
    *people_jobs.LISTENERS,
    *push_jobs.LISTENERS,
    *care_jobs.LISTENERS,
    *needs_jobs.LISTENERS,
    *coming_jobs.LISTENERS,
    *tasks_jobs.LISTENERS,
    *deliveries_jobs.LISTENERS,
    *differing_jobs.LISTENERS,
    *privacy_jobs.LISTENERS,
]
DUTIES: list = [
    *people_jobs.DUTIES,
    *chain.DUTIES,
    *care_jobs.DUTIES,
    *needs_jobs.DUTIES,
    *coming_jobs.DUTIES,
    *tasks_jobs.DUTIES,
    *goods_jobs.DUTIES,
    *orders_jobs.DUTIES,
    *deliveries_jobs.DUTIES,
    *donations_jobs.DUTIES,
    *photos_jobs.DUTIES,
    *push_jobs.DUTIES,
    *notices_jobs.DUTIES,
    *offline_jobs.DUTIES,
    *printing_jobs.DUTIES,
    *privacy_jobs.DUTIES,
]

# Who may see a photo, by what it is of; each raises Gone for whom it is nothing.
PHOTO_SIGHT = {
    "handover": deliveries.see_said,
    "evidence": deliveries.see_said,
    "need": needs.visible,
    "notice": notices.visible,
    "truck": trucks.visible,
    "pack": orders.visible,
}

# What two people may change at once, and how each is shown and decided.
differing.known([NEED, RESIDENT, TIMING, TASK, TEAM, SETTINGS, NOTICE, LINE])
aside.use(BOOK)
push_answering.listen({"/tasks/": tasks_answering.answered})
listed.spoken_by({"/tasks/": tasks_spoken.spoken})
locate_by(whereabouts.of)
entry.confirming(first_page.to_confirm)

STATIC = Path(__file__).parent.parent / "static"


def build(settings: Settings, *, worker: bool = True) -> Edge:
    """The application as ASGI; `build(...).app` is the router with its lifespan."""
    static = Static(STATIC, cache=settings.data / "cache")
    env = reply.make_environment(static.asset, settings.demo, settings.worker)
    reply.use(env)
    printing_facing.use(settings.public_url)
    identity.use(settings)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        seal.open_keys(app.state.settings.data, app.state.settings.master_key)
        await db.connect(app.state.settings.database_url, MODELS)
        await chain.begin()
        await erasing.replay()
        running = [asyncio.create_task(part.run()) for part in (app.state.worker, Drainer())] if worker else []
        running.append(asyncio.create_task(hotlines(app.state.shedder)))
        if app.state.backups:
            running.append(asyncio.create_task(app.state.backups.run()))
        HUB.open(people.standing)
        if db.is_postgres():
            running.append(asyncio.create_task(bus.listen(app.state.settings.database_url, HUB, news.missed)))
        try:
            yield
        finally:
            await HUB.rest()
            for part in running:
                part.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await db.disconnect()
            seal.close_keys()

    app = Litestar(
        route_handlers=PAGES,
        dependencies={"person": Provide(entry.someone), "visitor": Provide(entry.anyone)},
        middleware=[entry.Entry],
        before_request=grants.for_its_owner,
        exception_handlers={
            Trouble: trouble,
            entry.SignInFirst: sign_in_first,
            HTTPException: http_trouble,
            db.Unwell: unwell,
            Exception: unexpected,
        },
        lifespan=[lifespan],
        state=State({"settings": settings, "book": BOOK, "worker": Worker(LISTENERS, DUTIES), "photo_sight": PHOTO_SIGHT}),
        request_max_body_size=256 * 1024,
        compression_config=CompressionConfig(backend="brotli", brotli_quality=1, minimum_size=1_000),
        openapi_config=None,
        debug=False,
    )
    edge = Edge(app, static, settings)
    app.state.buckets, app.state.shedder = edge.buckets, edge.shedder
    app.state.backups = backups.Keeper(settings) if settings.backups else None
    return edge


async def hotlines(shedder: Shedder) -> None:
    """Whom to ring is known before nothing can be asked any more."""
    while True:
        try:
            shedder.know([(one.name, one.hotline) for one in await places.communities() if one.hotline][:12])
        except db.Unwell:
            log.warning("the hotlines could not be read")
        await asyncio.sleep(60)


def sign_in_first(request: Request, _: entry.SignInFirst) -> Response:
    """A page sends her to sign in and back; an act answers 401 and nothing is removed from the phone."""
    if request.method == "GET" and not reply.is_partial(request):
        return Redirect(entry.sign_in_path(request.url.path), status_code=303)
    return _drawn(request, entry.SignInFirst())


def trouble(request: Request, error: Trouble) -> Response:
    return _drawn(request, error)


LEFT = "client disconnected prematurely"  # Litestar's words: it has no class for a phone that lost its network in the midst of a body


def http_trouble(request: Request, error: HTTPException) -> Response:
    match error:
        case NotFoundException():
            return _drawn(request, Gone("page"))
        case MethodNotAllowedException():
            return _drawn(request, Gone("page"), status=405)
    if error.status_code == 413:
        return _drawn(request, Gone("page"), status=413, words_key="trouble.too_large")
    if error.detail == LEFT:
        return Response(None, status_code=400)  # nobody is there to read it
    if error.status_code >= 500:
        return unexpected(request, error)
    return _drawn(request, Gone("page"), status=error.status_code, words_key="trouble.bad_request")


def unexpected(request: Request, error: Exception) -> Response:
    """Logged by kind and place only: values may be somebody's."""
    log.error("%s %s: %s", request.method, shape_of(request.url.path), type(error).__name__, exc_info=error)
    return _drawn(request, Later("trouble.unexpected"), status=500)


def unwell(request: Request, error: db.Unwell) -> Response:
    """The database takes nothing just now: nothing was decided, and phones come again."""
    log.error("%s %s: %s", request.method, shape_of(request.url.path), type(error.__cause__ or error).__name__, exc_info=error)
    answer = _drawn(request, Later("trouble.later"))
    answer.headers["Retry-After"] = "5"
    return answer


def _drawn(request: Request, error: Trouble, *, status: int | None = None, words_key: str | None = None) -> Response:
    template = "parts/_trouble.html" if reply.is_partial(request) else "trouble.html"
    if words_key:
        error.words = words_key
    html = reply.trouble_html(template, error, here="/", back="")
    undecided = isinstance(error, Later | Misfit | entry.SignInFirst) or words_key == "trouble.bad_request"
    headers = reply.not_understood(request, error) | reply.decided(request, None if undecided else error)
    return Response(html, media_type=MediaType.HTML, status_code=status or error.status, headers=headers)
