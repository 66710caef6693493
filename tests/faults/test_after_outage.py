"""F25. After an outage every phone comes back with all that it kept: quick answers, soon drained, nothing lost.

The phones had time to reach their longest pause, so their first tries spread over it (full jitter); Retry-After is kept.
"""

import asyncio
import random
import time
from typing import NamedTuple

import cast
import pytest
from support import server
from support.outcome import CLEAN, acts, filled, outcome
from support.swarm import GOOD, Phone, Tally, Waits

SEED = random.SystemRandom().randrange(10**6)
P95, DRAINED = 2, 90  # seconds


class Return(NamedTuple):
    """`longest`: a phone's longest pause in seconds; 0 lets all of them come in the same instant. `one_address`: behind one carrier."""

    phones: int
    each: int
    batch: int
    longest: float
    one_address: bool = False


def test_phones_that_come_back_are_served_quickly_and_lose_nothing(tmp_path):
    back(tmp_path / "data", Return(phones=40, each=12, batch=12, longest=4))


@pytest.mark.long
def test_two_hundred_phones_with_fifty_acts_each_drain_in_time(tmp_path):
    back(tmp_path / "data", Return(phones=200, each=50, batch=50, longest=60))


@pytest.mark.long
def test_ten_thousand_acts_drain_in_batches_of_fifty(tmp_path):
    """Twenty phones at a time without a pause: as fast as the server takes them."""
    back(tmp_path / "data", Return(phones=20, each=500, batch=50, longest=0))


@pytest.mark.long
def test_who_comes_too_often_from_one_address_waits_as_told_and_loses_nothing(tmp_path):
    tally = back(tmp_path / "data", Return(phones=200, each=50, batch=2, longest=10, one_address=True))
    assert tally.counts[429], f"seed {SEED}: nobody was told to wait: {dict(tally.counts)}"


def back(folder, how: Return) -> Tally:
    world = cast.world(filled(folder))
    sent, tally = acts(world, how.phones * how.each), Tally()
    address = "100.64.0.1" if how.one_address else ""
    phones = [Phone(n, world.dispatcher_token, sent[n :: how.phones], SEED, batch=how.batch, address=address) for n in range(how.phones)]
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
