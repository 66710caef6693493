"""The pages of a day over the whole sample: 8,638 households and 1,238 people, the ledger sealed; one phone, one page after another."""

import time
from statistics import median

from app.commands.measuring import wire
from app.commands.measuring.figures import Figure, times
from app.commands.measuring.servers import Server
from app.commands.measuring.stage import Phone

PAGES = (("day_page", "steward", "/today"), ("day_unreached", "dispatcher", "/unreached"), ("day_unreached_own", "steward", "/unreached"))


async def figures(hello: Server, app: Server, phones: dict[str, Phone], rounds: int) -> list[Figure]:
    """Milliseconds from the last byte asked to the last byte answered, against a bare application's answer in the same round."""
    return [await _page(hello, app, name, wire.get(path, **phones[who].headers()), rounds) for name, who, path in PAGES]


async def _page(hello: Server, app: Server, name: str, sent: bytes, rounds: int) -> Figure:
    await wire.ask(app.port, sent)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(await _took(app, sent))
        theirs.append(await _took(hello, wire.get("/")))
    return times(f"{name}_x_hello", ours, theirs, "ms", beside=f"median {median(ours):.1f} ms, {max(ours):.1f} at most")


async def _took(server: Server, sent: bytes) -> float:
    began = time.perf_counter()
    await wire.ask(server.port, sent)
    return (time.perf_counter() - began) * 1000
