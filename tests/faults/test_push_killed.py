"""F29. The server is killed in the middle of a fan-out: nobody is missed, and nobody's phone shows it twice."""

import asyncio
import sqlite3
import time
from contextlib import closing

from push.conftest import browser
from push.test_frame import say
from support import server
from support.standin import standin

from app.kernel import clock, db, ids
from app.people.reads import key_of
from app.push.rules.subscribing import INSERT
from app.push.sealing import endpoint_hash, subscription_seal
from app.push.shape import Keys, encoded

PHONES = 160


async def many_phones(world, person, base: str) -> None:
    """All hers: past the verb, which stops at five."""
    bo, key, now = await person("volunteer"), await key_of(world.volunteer), clock.now()
    for _ in range(PHONES):
        row, said = ids.new(), browser(base).said
        sealed = subscription_seal(row, key)
        keys = sealed.close("keys", encoded(Keys(said["p256dh"], said["auth"])))
        address, hashed = sealed.close("endpoint", said["endpoint"]), endpoint_hash(said["endpoint"])
        await db.run(INSERT, row, bo.id, None, None, bo.session_id, "", key, address, keys, hashed, base, "zh", now, now)


def states(path) -> dict[str, int]:
    with closing(sqlite3.connect(path, timeout=10)) as raw:
        return dict(
            raw.execute("SELECT state || CASE WHEN lease_until IS NULL THEN '' ELSE ' leased' END, count(*) FROM carrying GROUP BY 1")
        )


async def test_a_kill_in_the_middle_of_a_fan_out_loses_none_and_shows_none_twice(world, person, database):
    async with standin() as service:
        service.delay = 0.25
        await many_phones(world, person, service.url)
        await say(world.volunteer, "message.task_urgent", urgent=True, kind="call", tag="task-7", community=world.community, number=7)
        await db.disconnect()
        with server.serve(database.data, env={"LASTMETRE_TEST_STANDINS": service.url}) as running:
            await service.wait_for(PHONES // 3)
            await asyncio.to_thread(running.kill)
            before, at_kill = service.paths(), await asyncio.to_thread(states, database.data / "lastmetre.db")
            assert len(set(before)) < PHONES, "it was killed too late to tell"
            await asyncio.to_thread(running.start)
            deadline = time.monotonic() + 30
            while (await asyncio.to_thread(states, database.data / "lastmetre.db")) != {"carried": PHONES}:
                assert time.monotonic() < deadline, states(database.data / "lastmetre.db")
                await asyncio.sleep(0.1)
        topics: dict[str, list[str]] = {}
        for post in service.posts:
            topics.setdefault(post.path, []).append(post.headers["topic"])
    twice = {path for path, sent in topics.items() if len(sent) > 1}
    assert len(topics) == PHONES
    assert len(twice) <= at_kill.get("waiting leased", 0), "only what was on its way in that moment may be sent again"
    assert all(len(set(sent)) == 1 for sent in topics.values()), "and it takes the place of the first"
    print(f"{PHONES} phones, killed after {len(before)} posts with {at_kill}: {len(twice)} sent again under the same topic")
