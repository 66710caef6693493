"""The sample community in a folder of its own, and people of it with phones, all through the front door."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import msgspec

from app.commands.measuring import wire
from app.commands.measuring.servers import ROOT, Server, clean_env

EACH = 3  # open takes a person may hold in a community that set nothing else


class Phone(msgspec.Struct, frozen=True):
    """`address`: as the proxy in front would tell it; the limits on writing go by it."""

    sid: str
    address: str

    def headers(self, lang: str = "zh") -> dict[str, str]:
        return {"Cookie": f"sid={self.sid}; lang={lang}", "X-Forwarded-For": self.address}


class Stage(msgspec.Struct, frozen=True):
    ask: str
    dispatcher: Phone
    steward: Phone
    volunteers: list[Phone]


def sample(data: Path) -> dict:
    """Loads the sample; what `demo --json` prints."""
    command = [sys.executable, "-m", "app", "demo", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=clean_env(data), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the sample could not be loaded:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


async def settle(server: Server, told: dict, volunteers: int) -> Stage:
    """The dispatcher signs in with her link; `volunteers` new people report in."""
    dispatcher = await _let_in(server, told["sign_in"]["dispatcher"], {}, "198.51.100.1")
    steward = await _let_in(server, told["sign_in"]["steward"], {}, "198.51.100.2")
    phones = []
    for n in range(volunteers):
        form = {"name": f"志愿{n}", "phone": f"1880000{n:04d}"}
        phones.append(await _let_in(server, told["join"], form, f"203.0.113.{n + 1}"))
    return Stage(told["building"]["ask"], dispatcher, steward, phones)


async def more_phones(server: Server, told: dict, number: int) -> list[Phone]:
    """So many further people report in, some at a time."""
    gate = asyncio.Semaphore(8)

    async def one(n: int) -> Phone:
        async with gate:
            address = f"198.18.{n // 250}.{n % 250 + 1}"
            return await _let_in(server, told["join"], {"name": f"众{n}", "phone": f"1870000{n:04d}"}, address)

    return list(await asyncio.gather(*(one(n) for n in range(number))))


async def _let_in(server: Server, path: str, form: dict[str, str], address: str) -> Phone:
    answer = await wire.ask(server.port, wire.post(path, form, X_Forwarded_For=address), 303)
    return Phone(answer.header("set-cookie").partition("sid=")[2].partition(";")[0], address)


async def call_tasks(server: Server, stage: Stage, places: int) -> list[str]:
    """As many fresh tasks of `places` places as one person may take; their paths."""
    form = {"title": "搬运物资", "meeting": "北门", "places": str(places), "hours": "4", "starts": "60"}
    sent = wire.post("/tasks", form, **stage.dispatcher.headers())
    return [(await wire.ask(server.port, sent, 303)).header("location").partition("?")[0] for _ in range(EACH)]


async def close_tasks(server: Server, stage: Stage, paths: list[str]) -> None:
    """Who took a place of them is free to take others; nobody is sent a message, as nobody checked in."""
    for path in paths:
        await wire.ask(server.port, wire.post(f"{path}/done", **stage.dispatcher.headers()), 303)
