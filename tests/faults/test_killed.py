"""A server that is killed in the middle of a burst, and phones that send everything again: each act counts once."""

import asyncio
import random
import sqlite3
from collections import Counter
from pathlib import Path

import cast
import httpx
from support import server

from app import web
from app.kernel import ids, migrate

SEED = random.SystemRandom().randrange(10**6)
ACTS, BATCH, KILLS = 600, 7, 3


def filled(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    migrate.sqlite_up(folder / "lastmetre.db")
    cast.fill(folder, f"sqlite://{folder / 'lastmetre.db'}", web.MODELS)
    return folder


def burst(world) -> list[dict]:
    """Teams with names of their own, and residents' needs: each leaves a row that can be counted."""
    acts = []
    for n in range(ACTS):
        form = {"building": world.code, "room": f"{n % 6 + 1}01", "unit": "1", "kind": "food", "what": f"第{n}", "confirm_double": "1"}
        path, form = ("/needs", form) if n % 3 == 0 else ("/teams", {"name": f"队{n}"})
        acts.append({"id": ids.secret(), "path": path, "form": form, "seq": n})
    return acts


def test_every_act_counts_once_whatever_is_killed(tmp_path):
    folder = filled(tmp_path / "data")
    asyncio.run(_burst(folder))


async def _burst(folder: Path) -> None:
    chance = random.Random(SEED)
    world = cast.world(folder)
    acts, receipts, again = burst(world), {}, Counter()
    with server.serve(folder) as running:
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"sid={world.dispatcher_token}"}
        stop, killed = asyncio.Event(), []

        async def phone(mine: list[dict]) -> None:
            """Sends until every act has its receipt, each batch sometimes twice, as a phone with a bad line does."""
            async with httpx.AsyncClient(base_url=running.url, headers=headers, timeout=5, trust_env=False) as line:
                while left := [act for act in mine if act["id"] not in receipts]:
                    batch = chance.sample(left, min(BATCH, len(left)))
                    for _ in range(chance.choice((1, 1, 2))):
                        try:
                            answer = await line.post("/acts", json={"device": mine[0]["id"], "acts": batch})
                        except httpx.HTTPError:
                            await asyncio.sleep(0.05)
                            continue
                        if answer.status_code == 200:
                            for told in filter(None, answer.json()["receipts"]):
                                receipts[told["id"]] = told["state"]
                                again[told["again"]] += 1

        async def killer() -> None:
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.05, 0.3))
                if stop.is_set():
                    return
                running.kill()
                killed.append(len(receipts))
                await asyncio.to_thread(running.start)

        killing = asyncio.create_task(killer())
        await asyncio.gather(*(phone(acts[n::6]) for n in range(6)))
        stop.set()
        await killing
        kept = dict(receipts)
        async with httpx.AsyncClient(base_url=running.url, headers=headers, timeout=20, trust_env=False) as line:
            for n in range(6):
                for start in range(0, len(acts[n::6]), 100):
                    mine = acts[n::6]
                    told = (await line.post("/acts", json={"device": mine[0]["id"], "acts": mine[start : start + 100]})).json()["receipts"]
                    assert all(one["again"] and one["state"] == kept[one["id"]] for one in told)
    assert Counter(kept.values()) == {"applied": ACTS}, f"seed {SEED}: {Counter(kept.values())}"
    raw = sqlite3.connect(folder / "lastmetre.db")
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert raw.execute("SELECT count(*), count(DISTINCT name) FROM team").fetchone() == (400, 400), f"seed {SEED}"
    assert raw.execute("SELECT count(*), count(DISTINCT number) FROM need").fetchone() == (200, 200), f"seed {SEED}"
    for kind, wanted in (("team.made", 400), ("need.raised", 200)):
        sql = "SELECT count(*), count(DISTINCT act) FROM happening WHERE kind = ?"
        assert raw.execute(sql, (kind,)).fetchone() == (wanted, wanted), f"seed {SEED}"
    raw.close()
    assert killed, f"seed {SEED}: nothing was killed while the burst went on"
    print(f"seed {SEED}: killed after {killed} receipts, {sum(again.values())} receipts told, {again[True]} again")
