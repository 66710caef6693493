"""F25. After an outage every phone comes back with all that it kept: quick answers, soon drained, nothing lost.

The phones had time to reach their longest pause, so their first tries spread over it (full jitter); Retry-After is kept.
"""

import asyncio
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlencode

import cast
import pytest
from support import server
from support.outcome import CLEAN, acts, filled, outcome
from support.swarm import GOOD, Phone, Tally, Waits, post

from app.kernel import ids

SEED = random.SystemRandom().randrange(10**6)
P95, DRAINED = 2, 90  # seconds
ASKED = 500  # 300 in a burst, then five a second


class Return(NamedTuple):
    """`longest`: a phone's longest pause in seconds; 0 lets all of them come in the same instant."""

    phones: int
    each: int
    batch: int
    longest: float


def test_phones_that_come_back_are_served_quickly_and_lose_nothing(tmp_path):
    back(tmp_path / "data", Return(phones=40, each=12, batch=12, longest=4))


@pytest.mark.long
def test_two_hundred_phones_with_fifty_acts_each_drain_in_time(tmp_path):
    back(tmp_path / "data", Return(phones=200, each=50, batch=50, longest=60))


@pytest.mark.long
def test_ten_thousand_acts_drain_in_batches_of_fifty(tmp_path):
    """Twenty phones without a pause, ten batches each: as fast as the server takes them."""
    back(tmp_path / "data", Return(phones=20, each=500, batch=50, longest=0))


@pytest.mark.long
def test_a_whole_estate_behind_one_address_waits_as_told_and_loses_nothing(tmp_path):
    """More residents ask than one address may in a burst: each comes again when Retry-After says, and is heard once."""
    world = cast.world(filled(tmp_path / "data"))
    with server.serve(tmp_path / "data") as running:
        told = asyncio.run(_asking(running, world.code, ASKED))
    print(f"told to wait: {told[429]}, asked: {told[303]}")
    assert told[429] and told[303] == ASKED
    with closing(sqlite3.connect(tmp_path / "data" / "lastmetre.db")) as db:
        assert db.execute("SELECT count(*) FROM need").fetchone() == (ASKED,)


async def _asking(running: server.Server, code: str, count: int) -> Counter:
    told: Counter = Counter()
    head = {"Host": "127.0.0.1", "Sec-Fetch-Site": "same-origin", "Connection": "close", "X-Forwarded-For": "100.64.0.1"}
    head["Content-Type"] = "application/x-www-form-urlencoded"

    async def ask(number: int) -> None:
        said = {"room": "101", "unit": "1", "kind": "food", "what": f"第{number}", "confirm_double": "1", "reason": "另一件"}
        body = urlencode(said | {"act": ids.secret()}).encode()
        while (answer := await post(running.port, f"/ask/{code}", body, head)).status == 429:
            told[429] += 1
            assert answer.retry_after > 0
            await asyncio.sleep(answer.retry_after)
        told[answer.status] += 1

    for start in range(0, count, 30):
        await asyncio.gather(*(ask(number) for number in range(start, min(start + 30, count))))
    return told


def back(folder, how: Return) -> Tally:
    world = cast.world(filled(folder))
    sent, tally = acts(world, how.phones * how.each, needs=False), Tally()
    phones = [Phone(n, world.dispatcher_token, sent[n :: how.phones], SEED, batch=how.batch) for n in range(how.phones)]
    with server.serve(folder) as running:
        running.kill()
        seconds = asyncio.run(_back(running, phones, tally, Waits(1, how.longest)))
    result = outcome(folder, sent, tally.acked)
    seen = f"seed {SEED}: p95 {tally.p95():.2f} s a request, drained in {seconds:.1f} s, {result} {dict(tally.counts)}"
    print(f"{how}: {seen}")
    assert result == CLEAN and len(tally.acked) == len(sent), seen
    assert tally.p95() < P95 and seconds < DRAINED, seen
    return tally


async def _back(running: server.Server, phones: list[Phone], tally: Tally, waits: Waits) -> float:
    """Seconds from ready to drained. A phone that finds nobody pauses, and the tries of the outage are behind it."""
    gone = [asyncio.create_task(phone.send_all(running.port, tally, GOOD, waits, tries=20)) for phone in phones]
    await asyncio.sleep(min(1.0, waits.most))
    await asyncio.to_thread(running.start)
    ready = time.monotonic()
    await asyncio.gather(*gone)
    return time.monotonic() - ready
