"""A world for each test: copies of one migrated database with the cast in it, and clients for its people."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import cast
import httpx
import pytest
from support import postgres
from tortoise.backends.base.executor import EXECUTOR_CACHE

from app import web
from app.journal.worker import Worker
from app.kernel import clock, db, ids, migrate, seal, settings, words
from app.kernel.act import Press, perform
from app.kernel.edge import Edge
from app.kernel.limits import Buckets
from app.kernel.receipts import Receipt
from app.kernel.static import Static
from app.people import reads
from app.people.person import Person
from app.people.rules import sessions

ORIGIN = "http://localhost:8000"
pytest_plugins = ["support.fixtures", "support.second_try"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("postgres")
        # `postgres(long=True)`: a wide walk, of which SQLite alone runs every time
        other = pytest.param("postgres", marks=pytest.mark.long) if both and both.kwargs.get("long") else "postgres"
        metafunc.parametrize("database", ["sqlite", other] if both else ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    EXECUTOR_CACHE.clear()
    folder = tmp_path_factory.mktemp("template")
    Static(web.STATIC, cache=folder / "cache")  # what a server would squeeze at its start
    migrate.sqlite_up(folder / "lastmetre.db")
    cast.fill(folder, f"sqlite://{folder / 'lastmetre.db'}", web.MODELS)
    return folder


@pytest.fixture(scope="session")
def postgres_template(
    tmp_path_factory: pytest.TempPathFactory, postgres_cluster: postgres.Cluster
) -> Iterator[tuple[postgres.Cluster, str, Path]]:
    folder = tmp_path_factory.mktemp("template-pg")

    def fill(url: str) -> None:
        asyncio.run(migrate.postgres_up(url))
        cast.fill(folder, url, web.MODELS)

    EXECUTOR_CACHE.clear()
    yield postgres_cluster, postgres_cluster.template("cast", fill), folder


@pytest.fixture(autouse=True)
def _one_dialect_at_a_time() -> None:
    """Tortoise keeps its prepared SQL by connection name, and a process normally has one dialect."""
    EXECUTOR_CACHE.clear()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[settings.Settings]:
    """Settings of a fresh installation that holds the cast."""
    data = tmp_path / "data"
    with ExitStack() as stack:
        if request.param == "postgres":
            cluster, template, folder = request.getfixturevalue("postgres_template")
            shutil.copytree(folder, data)
            url = stack.enter_context(cluster.lent(template))
        else:
            shutil.copytree(request.getfixturevalue("sqlite_template"), data)
            url = f"sqlite://{data / 'lastmetre.db'}"
        yield settings.load({"LASTMETRE_DATA": str(data), "LASTMETRE_DATABASE_URL": url, "LASTMETRE_DEMO": "1"})


@pytest.fixture
async def world(database: settings.Settings) -> AsyncIterator[SimpleNamespace]:
    """The open database with the cast; for tests of verbs and reads."""
    words.LANG.set("zh")
    seal.open_keys(database.data, database.master_key)
    await db.connect(database.database_url, web.MODELS)
    try:
        yield cast.world(database.data)
    finally:
        await db.disconnect()
        seal.close_keys()
        clock.advance(timedelta(0))


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> SimpleNamespace:
    """The cast, whether the test opened the whole app or the database alone."""
    return request.getfixturevalue("app").world if "app" in request.fixturenames else request.getfixturevalue("world")


@pytest.fixture
def person(opened: SimpleNamespace) -> Callable:
    """`await person("dispatcher")`: that one of the cast, as a request would see her."""

    async def find(name: str) -> Person:
        session = await sessions.find(getattr(opened, f"{name}_token"))
        found = await reads.person(session)
        assert found is not None
        return found

    return find


@pytest.fixture
def act(opened: SimpleNamespace) -> Callable:
    """`await act(verb, ..., by=person)`: run a verb as an act; answers its receipt, or the Misfit or None instead of one."""

    async def run(verb, *args, by, id: str | None = None, **fields) -> Receipt:
        press = Press(id or ids.secret(), f"test/{verb.__name__}", by, lambda: verb(*args, by=by, **fields), b"test")
        [receipt] = await perform([press])
        return receipt

    return run


@asynccontextmanager
async def running(app) -> AsyncIterator[None]:
    """The lifespan in a task of its own: a fixture's two halves run in different tasks, which its task group refuses."""
    ready, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            ready.set()
            await stop.wait()

    task = asyncio.create_task(live())
    started = asyncio.create_task(ready.wait())
    await asyncio.wait({task, started}, return_when=asyncio.FIRST_COMPLETED)
    started.cancel()
    try:
        if task.done():
            await task
        yield
    finally:
        stop.set()
        await task


@cache
def built() -> Edge:
    """One application for each process of tests: building its routes takes longer than most tests."""
    with TemporaryDirectory() as folder:
        return web.build(settings.load({"LASTMETRE_DATA": folder, "LASTMETRE_DEMO": "1"}), worker=False)


def housed(database: settings.Settings) -> Edge:
    """That application as it would start over this installation."""
    edge = built()
    edge.settings, edge.buckets = database, Buckets()
    edge.app.state.update(settings=database, buckets=edge.buckets, worker=Worker(web.LISTENERS, web.DUTIES))
    return edge


@pytest.fixture
async def app(database: settings.Settings) -> AsyncIterator[SimpleNamespace]:
    """The whole application in this process, its worker off; `app.world` is the cast."""
    words.LANG.set("zh")
    edge = housed(database)
    async with running(edge.app):
        yield SimpleNamespace(edge=edge, world=cast.world(database.data), settings=database)
    clock.advance(timedelta(0))


@pytest.fixture
def client(app: SimpleNamespace) -> Callable[..., httpx.AsyncClient]:
    """`client("steward")` is her phone; `client()` a stranger's. `lang="en"`, `htmx=True` for fragments."""

    def make(name: str | None = None, *, lang: str = "zh", htmx: bool = False) -> httpx.AsyncClient:
        headers = {"Sec-Fetch-Site": "same-origin"}
        if htmx:
            headers |= {"HX-Request": "true", "HX-Request-Type": "partial"}
        cookies = {"lang": lang}
        if name:
            cookies["sid"] = getattr(app.world, f"{name}_token")
        return httpx.AsyncClient(transport=httpx.ASGITransport(app.edge), base_url=ORIGIN, headers=headers, cookies=cookies)

    return make
