"""Whoever is told to stop, stops: also where what it waits for comes in the same moment."""

import asyncio
import re

import pytest
from support.server import ROOT

from app.journal.worker import Worker
from app.push.draining import Drainer


class Wake(asyncio.Event):
    """An event that says that somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.awaited = asyncio.Event()

    async def wait(self) -> bool:
        asyncio.get_running_loop().call_soon(self.awaited.set)
        return await super().wait()


@pytest.mark.parametrize("part", [lambda: Worker((), (), beat=60), Drainer], ids=["worker", "drainer"])
async def test_a_stop_that_comes_together_with_work_is_not_forgotten(part, world):
    running = part()
    running.wake = wake = Wake()
    task = asyncio.create_task(running.run())
    await asyncio.wait_for(wake.awaited.wait(), 10)
    wake.set()
    await asyncio.sleep(0)  # the one that waits is woken and has not yet run
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=10)
    assert done


def test_nothing_waits_in_the_way_that_forgets_a_stop():
    """`asyncio.wait_for` of Python 3.11 answers what came in the same moment and drops the cancellation."""
    assert [str(path) for path in (ROOT / "app").rglob("*.py") if re.search(r"asyncio\.wait_for\(", path.read_text())] == []
