"""What other processes committed, on PostgreSQL: one held connection listens, and tells the hub of this process.

A note is sent inside the transaction that it is about and holds a topic and a row's id. A connection that was lost may have
missed some: after each new one `missed` is asked what was written since the old one was last known to work.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from app.kernel import clock, db
from app.kernel.hub import Hub

log = logging.getLogger(__name__)

CHANNEL = "live"
NOTE = f"SELECT pg_notify('{CHANNEL}', ?)"
MARGIN = timedelta(seconds=20)  # ids are made before their transaction commits
CHECK = 20  # seconds of silence until it is asked whether the connection still works
LONGEST = 10  # seconds between tries to come back

Missed = Callable[[datetime], Awaitable[list[tuple[str, str]]]]


def note(topic: str, version: str) -> str:
    return f"{topic}:{version}"


async def sent(changed: Mapping[str, str]) -> dict[str, str]:
    """Within the transaction that changed these topics (topic: id). Answers what this process alone tells its pages after it."""
    if not db.is_postgres():
        return dict(changed)
    await db.run_many(NOTE, [(note(topic, version),) for topic, version in changed.items()])
    return {}


async def listen(url: str, hub: Hub, missed: Missed) -> None:
    """Until cancelled."""
    import asyncpg  # costs memory that SQLite need not pay

    wait, heard = 0.2, clock.now()
    while True:
        connection = None
        try:
            connection = await asyncpg.connect(url, timeout=10)
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _, lost=lost: lost.set())
            await connection.add_listener(CHANNEL, lambda _connection, _process, _channel, said: _tell(hub, said))
            for topic, version in await missed(heard - MARGIN):
                hub.tell(topic, version)
            wait = 0.2
            while not lost.is_set():
                heard = clock.now()
                try:
                    async with asyncio.timeout(CHECK):  # `wait_for` forgets a cancellation that comes together with the loss
                        await lost.wait()
                except TimeoutError:
                    await connection.execute("SELECT 1", timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("the connection that listens: %s", type(error).__name__)
        except Exception as error:  # of `missed`: the next connection asks again
            log.error("what was missed: %s", type(error).__name__)
        finally:
            if connection is not None:
                connection.terminate()
        await asyncio.sleep(wait * (1 + random.random()))
        wait = min(wait * 2, LONGEST)


def _tell(hub: Hub, said: str) -> None:
    topic, _, version = said.rpartition(":")
    hub.tell(topic, version)
