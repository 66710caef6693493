"""F01. A server that is killed again and again, phones on bad lines: each act counts exactly once, and none is lost.

`hasty`, a server that answers before it commits, goes through the same and must be caught.
"""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cast
import pytest
from support import server
from support.outcome import CLEAN, Outcome, acts, filled, outcome
from support.swarm import GOOD, Line, Phone, Tally

SEED = random.SystemRandom().randrange(10**6)
BAD = Line(cut=0.12, lost=0.12, twice=0.2)


class Storm(NamedTuple):
    """`pause`: seconds from ready to killed, at least and at most. `pace`: a phone's longest wait between two requests.

    `kills`: at least and at most; on a slow machine a start takes long, and the short form has only so much time.
    """

    phones: int
    acts: int
    batch: int
    pause: tuple[float, float]
    pace: float
    kills: tuple[int, int]


SHORT = Storm(phones=40, acts=800, batch=6, pause=(0.6, 1.0), pace=0.25, kills=(2, 3))
LONG = Storm(phones=200, acts=10_000, batch=8, pause=(2, 4), pace=3, kills=(6, 1000))


def test_every_act_counts_once_whatever_is_killed(tmp_path):
    result, tally = storm(tmp_path / "data", SHORT)
    passed(result, tally, SHORT)


def test_a_server_that_answers_before_it_commits_is_caught(tmp_path):
    result, tally = storm(tmp_path / "data", SHORT, module="tests.support.hasty")
    assert result.lost > 0, f"seed {SEED}: {result} {tally.counts}"


@pytest.mark.long
def test_ten_thousand_acts_of_two_hundred_phones_count_once(tmp_path):
    result, tally = storm(tmp_path / "data", LONG)
    passed(result, tally, LONG)


@pytest.mark.long
def test_ten_thousand_acts_show_a_server_that_answers_before_it_commits(tmp_path):
    result, tally = storm(tmp_path / "data", LONG, module="tests.support.hasty")
    assert result.lost > 0, f"seed {SEED}: {result} {tally.counts}"


def passed(result: Outcome, tally: Tally, how: Storm) -> None:
    seen = f"seed {SEED}: {result} {dict(tally.counts)}"
    print(seen)
    assert result == CLEAN and len(tally.acked) == how.acts and set(tally.acked.values()) == {"applied"}, seen
    assert not tally.unlike, f"{seen}: a repeat was told something else"
    assert tally.counts["kills"] >= how.kills[0] and tally.counts["cut"] and tally.counts["lost"], seen
    assert tally.counts["again"] >= how.acts * 1.1, seen  # every one once at the end, and a tenth before


def storm(folder: Path, how: Storm, *, module: str = "app") -> tuple[Outcome, Tally]:
    world = cast.world(filled(folder))
    sent, tally = acts(world, how.acts), Tally()
    phones = [Phone(n, world.dispatcher_token, sent[n :: how.phones], SEED, batch=how.batch) for n in range(how.phones)]
    with server.serve(folder, module=module) as running:
        asyncio.run(_storm(running, phones, tally, how))
    return outcome(folder, sent, tally.acked), tally


async def _storm(running: server.Server, phones: Sequence[Phone], tally: Tally, how: Storm) -> None:
    chance, over = random.Random(SEED), asyncio.Event()

    async def killer() -> None:
        while tally.counts["kills"] < how.kills[1]:
            try:
                return await asyncio.wait_for(over.wait(), chance.uniform(*how.pause))
            except TimeoutError:
                running.kill()
                tally.counts["kills"] += 1
                await asyncio.to_thread(running.start)

    async def sender() -> None:
        try:
            async with asyncio.TaskGroup() as every:
                for phone in phones:
                    every.create_task(phone.send_all(running.port, tally, BAD, pace=how.pace))
        finally:
            over.set()

    async with asyncio.TaskGroup() as both:
        both.create_task(killer())
        both.create_task(sender())
    # in the same loop: a server that a thread started ends with that thread, and the loop's threads end with the loop
    await _once_more(running, phones, tally)


async def _once_more(running: server.Server, phones: Sequence[Phone], tally: Tally) -> None:
    """Everything again, to the last act: the stored receipts, and no second effect."""
    for phone in phones:
        for start in range(0, len(phone.acts), 100):
            answer = await phone.send(running.port, phone.acts[start : start + 100], tally, GOOD)
            assert answer and answer.status == 200
