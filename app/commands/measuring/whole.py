"""The whole measuring: a sample of its own, servers of its own, and nothing left but bench.json."""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from app.commands.measuring import batches, costs, day, district, live, pushing, scanning, servers, stage, visit
from app.commands.measuring.costs import Counts
from app.commands.measuring.figures import Figure, amount, keep
from app.commands.measuring.wire import Wrong

FULL = Counts(rounds=7, hello=30_000, changed=200, unchanged=1000)
QUICK = Counts(rounds=2, hello=5000, changed=20, unchanged=100)


def measure(data: Path, *, quick: bool) -> int:
    """`data`: where bench.json goes, and for the time of the run a folder whose syncing is that of real data."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what is begun here is ended here
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=data) as folder:
        try:
            figures = _figures(Path(folder), quick)
        except Wrong as wrong:
            sys.exit(str(wrong))
    for figure in figures:
        print(figure.line)
    keep(figures, data / "bench.json")
    return 0


def _figures(folder: Path, quick: bool) -> list[Figure]:
    data = folder / "data"
    _tell("loading the sample")
    told = stage.sample(data)
    with servers.hello(folder) as hello, servers.app(data) as app:
        _tell("asking the server")
        people = asyncio.run(stage.settle(app, told, 20 if quick else 120))
        found = asyncio.run(costs.figures(hello, app, people, QUICK if quick else FULL))
        days = asyncio.run(day.figures(hello, app, {"dispatcher": people.dispatcher, "steward": people.steward}, 5 if quick else 60))
        visits = asyncio.run(visit.figures(app, people.ask))
        _tell("open pages")
        pages = live.Counts(300, 60, 2, 1) if quick else live.Counts(5000, 200, 10, 3)
        opened = asyncio.run(live.figures(hello, app, people, told, data, pages))
    _tell("acts in batches")
    acts = batches.figure(data, people, 3 if quick else 20)
    _tell("starting again and again")
    *costing, memory = found
    starts = _start(folder, data, 2 if quick else 7)
    _tell("a district of 200,000 households")
    wide = asyncio.run(district.figures(folder, district.QUICK if quick else district.FULL))
    _tell("telling 200 phones")
    pushes = pushing.figures(folder, quick)
    _tell("reading hard squares")
    return [*costing, acts, memory, starts, *days, *wide, *visits, *opened, *pushes, *scanning.figures(folder, quick)]


def _start(folder: Path, data: Path, rounds: int) -> Figure:
    """Seconds of CPU from nothing to the first 200 of /readyz; for hello, to its first answer."""
    ours, theirs = [], []
    for _ in range(rounds):
        with servers.hello(folder) as hello:
            theirs.append(hello.start_cpu)
        with servers.app(data) as app:
            ours.append(app.start_cpu)
    return amount("start_cpu_s", ours, theirs, "s")


def _tell(words: str) -> None:
    print(f"{words} …", file=sys.stderr, flush=True)
