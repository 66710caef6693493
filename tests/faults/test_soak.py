"""A shift of acts and pages without a pause: memory, open files and the write-ahead log stay where they were."""

import asyncio
import os
import random
from pathlib import Path

import cast
import httpx
import pytest
from support import server
from support.outcome import CLEAN, acts, filled, outcome
from support.swarm import Line, Phone, Tally

SEED = random.SystemRandom().randrange(10**6)
PAGES = ("/me", "/board", "/tasks", "/runs", "/people")  # none that lists what the acts make without end
WAL = 16_000_000  # bytes; SQLite writes the log back at about 4 MB, later when somebody reads meanwhile


def test_a_short_shift_leaves_nothing_open_and_nothing_behind(tmp_path):
    shift(tmp_path / "data", rounds=4, each=120)


@pytest.mark.long
def test_a_long_shift_leaves_nothing_open_and_nothing_behind(tmp_path):
    shift(tmp_path / "data", rounds=12, each=1000)


def shift(folder: Path, *, rounds: int, each: int) -> None:
    """The first round warms up; the last must stand where the second stood."""
    world = cast.world(filled(folder))
    sent, tally = acts(world, rounds * each), Tally()
    with server.serve(folder) as running:
        found = asyncio.run(_rounds(running, world, sent, tally, rounds))
    seen = f"seed {SEED}: {found} {dict(tally.counts)}"
    print(seen)
    assert outcome(folder, sent, tally.acked) == CLEAN and len(tally.acked) == len(sent), seen
    (memory, files), (later, open_files) = found[1], found[-1]
    assert later < memory * 1.25 + 10, seen
    assert open_files <= files + 3, seen
    assert not (folder / "lastmetre.db-wal").exists() or (folder / "lastmetre.db-wal").stat().st_size < WAL, seen


async def _rounds(running: server.Server, world, sent: list[dict], tally: Tally, rounds: int) -> list[tuple[float, int]]:
    found = []
    each = len(sent) // rounds
    for n in range(rounds):
        mine = sent[n * each : (n + 1) * each]
        phones = [Phone(n * 8 + k, world.dispatcher_token, mine[k::8], SEED, batch=10) for k in range(8)]
        async with asyncio.TaskGroup() as both:
            for phone in phones:
                both.create_task(phone.send_all(running.port, tally, Line(cut=0.05, lost=0.05, twice=0.1)))
            both.create_task(_look(running, world))
        found.append(used(running.process.pid))
    return found


async def _look(running: server.Server, world) -> None:
    cookies = {"sid": world.dispatcher_token}
    async with httpx.AsyncClient(base_url=running.url, cookies=cookies, trust_env=False, timeout=30) as line:
        for page in PAGES * 2:
            assert (await line.get(page)).status_code == 200, page


def used(pid: int) -> tuple[float, int]:
    """Megabytes of its own memory, and open files."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1), len(os.listdir(f"/proc/{pid}/fd"))
