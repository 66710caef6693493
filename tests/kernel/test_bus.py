"""Notes between processes: only what was committed, and nothing missed by a connection that was cut."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from app.kernel import bus, clock
from app.kernel.hub import Hub


@pytest.fixture
async def heard(postgres_url):
    """What a listening hub is told: `await heard.next()`; `heard.missed` is what it finds after a gap."""
    hub = Told()
    running = asyncio.create_task(bus.listen(postgres_url, hub, hub.ask))
    await asyncio.wait_for(hub.asked.wait(), 30)
    yield hub
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class Told(Hub):
    def __init__(self) -> None:
        super().__init__()
        self.queue, self.missed, self.since, self.asked = asyncio.Queue(), [], [], asyncio.Event()

    def tell(self, topic, version) -> None:
        self.queue.put_nowait((topic, version))

    async def ask(self, moment):
        self.since.append(moment)
        self.asked.set()
        return self.missed

    async def next(self):
        return await asyncio.wait_for(self.queue.get(), 20)


@pytest.fixture
async def other(postgres_url):
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()


NOTE = bus.NOTE.replace("?", "$1")


async def test_a_note_comes_with_the_commit_and_not_without(heard, other):
    lost = other.transaction()
    await lost.start()
    await other.execute(NOTE, bus.note("community 1", "01"))
    await lost.rollback()
    async with other.transaction():
        await other.execute(NOTE, bus.note("account 2", "02"))
        await other.execute("SELECT 1")
        assert heard.queue.empty()
    assert await heard.next() == ("account 2", "02")


async def test_after_the_connection_was_killed_it_asks_what_it_missed_and_listens_again(heard, other):
    for turn in range(3):
        heard.asked.clear()
        heard.missed = [("community 1", f"{turn}")]
        before = clock.now()
        async with asyncio.timeout(20):
            while not await other.fetchval("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"):
                await asyncio.sleep(0.01)
        assert await heard.next() == ("community 1", f"{turn}")
        assert before - timedelta(seconds=30) < heard.since[-1] < before
        await other.execute(NOTE, bus.note("community 2", "x"))
        assert await heard.next() == ("community 2", "x")


async def test_a_failing_question_is_asked_again(postgres_url):
    hub, tries = Told(), []

    async def missed(moment):
        tries.append(moment)
        if len(tries) < 3:
            raise RuntimeError
        hub.asked.set()
        return []

    running = asyncio.create_task(bus.listen(postgres_url, hub, missed))
    await asyncio.wait_for(hub.asked.wait(), 30)
    assert tries[0] == min(tries) and len(tries) == 3
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
