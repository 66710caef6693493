"""Server CPU per answered request: each round asks hello and the app in turn, so that both had the same machine."""

import asyncio
from collections.abc import Sequence

import msgspec

from app.commands.measuring import wire
from app.commands.measuring.figures import Figure, amount, times
from app.commands.measuring.servers import Server
from app.commands.measuring.stage import Stage, call_tasks, close_tasks

LIST = "/needs?state=open"
ROWS = 50
POLLED = "/runs/live"
SETTLE = 0.2  # seconds for what the app does after its last answer


class Counts(msgspec.Struct, frozen=True):
    """Rounds, and requests in each."""

    rounds: int
    hello: int
    changed: int
    unchanged: int


class Round(msgspec.Struct, frozen=True):
    """Milliseconds of CPU a request; megabytes after it."""

    hello: float
    changed: float
    unchanged: float
    take: float
    memory: float
    hello_memory: float


async def figures(hello: Server, app: Server, stage: Stage, counts: Counts) -> list[Figure]:
    page = await wire.ask(app.port, wire.get(LIST, **stage.dispatcher.headers()))
    if page.body.count(b"data-thing") < ROWS:
        raise wire.Wrong(f"{LIST} shows fewer than {ROWS} rows")
    await _round(hello, app, stage, counts)  # templates, caches and connections are there from here on
    found = [await _round(hello, app, stage, counts) for _ in range(counts.rounds)]
    ceiling = [each.hello for each in found]

    def beside(name: str) -> Figure:
        costs = [getattr(each, name) for each in found]
        figure = f"{'take' if name == 'take' else f'list_{name}'}_x_hello"
        return times(figure, costs, ceiling, "ms", beside=f"{min(costs):.2f} to {max(costs):.2f} ms a request")

    memory = amount("set_pss_mb", [each.memory for each in found], [each.hello_memory for each in found], "MB")
    return [beside("changed"), beside("unchanged"), beside("take"), memory]


async def _round(hello: Server, app: Server, stage: Stage, counts: Counts) -> Round:
    tasks = await call_tasks(app, stage, len(stage.volunteers))
    takes = [wire.post(f"{path}/take", **phone.headers()) for path in tasks for phone in stage.volunteers]
    lists = [wire.get(LIST, **stage.dispatcher.headers(lang)) for lang in ("zh", "en")]
    found = Round(
        hello=await _cost(hello, [wire.get("/", **stage.dispatcher.headers())] * counts.hello, 200),
        changed=await _cost(app, lists * (counts.changed // 2), 200),
        unchanged=await _unchanged(app, stage, counts.unchanged),
        take=await _cost(app, takes, 303),
        memory=app.memory(),
        hello_memory=hello.memory(),
    )
    await close_tasks(app, stage, tasks)
    return found


async def _unchanged(app: Server, stage: Stage, count: int) -> float:
    """A fragment that is polled at the version that its page shows."""
    headers = stage.dispatcher.headers()
    for attempt in range(3):
        tag = (await wire.ask(app.port, wire.get(POLLED, **headers))).header("hx-ptag")
        try:
            return await _cost(app, [wire.get(POLLED, **headers, HX_PTag=tag)] * count, 304)
        except wire.Wrong:
            if attempt == 2:  # the worker may have recorded something meanwhile, but not three times
                raise
    raise AssertionError


async def _cost(server: Server, requests: Sequence[bytes], status: int) -> float:
    before = server.cpu()
    await wire.flood(server.port, requests, status)
    await asyncio.sleep(SETTLE)
    return (server.cpu() - before) / len(requests) * 1000
