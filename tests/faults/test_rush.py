"""L01 to L03. Packs are opened to a community: everybody looks and many order in the same seconds. None is sold that is not there,
no order is lost, and when ten times as many come, what can wait is refused before what cannot."""

import asyncio
import random
import re
import shutil
import sqlite3
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from support import server
from support.crowd import Crowd, Wanted, get, post
from support.outcome import KINDS, acts
from support.swarm import Phone, Tally

from app.kernel import ids

PAGES, ORDERS, DESKS = 350, 77, 40  # a second, when packs are opened to 10,000 residents (section 6.2 of the load model)
SEED = random.SystemRandom().randrange(10**6)
PATIENCE = 30.0  # seconds until a phone without a receipt counts as turned away


class Home(NamedTuple):
    code: str
    unit: int
    floor: int
    door: int


class Market(NamedTuple):
    """`homes`: none of them has ordered yet. `taken`: what was ordered before."""

    data: Path
    offer: str
    homes: list[Home]
    taken: int

    def read(self, sql: str) -> int:
        with closing(sqlite3.connect(self.data / "lastmetre.db", timeout=20)) as db:
            return db.execute(sql, (self.offer,)).fetchone()[0]


def opened(sample, folder: Path, stock: int) -> Market:
    """The sample's open offer, for everybody; of pack A there are `stock` more."""
    data = shutil.copytree(sample[0], folder / "data", ignore=lambda at, names: [n for n in names if Path(at, n).is_socket()])
    with closing(sqlite3.connect(data / "lastmetre.db")) as db:
        offer, community = db.execute("SELECT id, community_id FROM offer WHERE frozen_at IS NULL AND called_off_at IS NULL").fetchone()
        db.execute("DELETE FROM offer_building WHERE offer_id = ?", (offer,))
        db.execute("UPDATE offer_pack SET most = taken + ? WHERE offer_id = ? AND letter = 'A'", (stock, offer))
        homes = db.execute(
            "SELECT b.code, h.unit, h.floor, h.door FROM household h JOIN building b ON b.id = h.building_id WHERE b.community_id = ?"
            " AND NOT EXISTS (SELECT 1 FROM household_order o WHERE o.offer_id = ? AND o.household_id = h.id) ORDER BY h.id",
            (community, offer),
        ).fetchall()
        [taken] = db.execute("SELECT taken FROM offer_pack WHERE offer_id = ? AND letter = 'A'", (offer,)).fetchone()
        db.commit()
    return Market(data, offer, [Home(*home) for home in homes], taken)


def ordering(market: Market) -> Iterator[Wanted]:
    """Each home one pack. She has what she came for when she has her order, or reads that nothing is left."""
    for n, home in enumerate(market.homes):
        form = {"unit": home.unit, "room": f"{home.floor}{home.door:02}", "pack-A": 1, "phone": f"139{n:08}", "act": ids.secret()}
        yield Wanted(post(f"/order/{home.code}/{market.offer}", urlencode(form).encode()), lambda status, _: status in (303, 409, 422))


def looking(market: Market) -> Iterator[Wanted]:
    for home in cycle(random.Random(SEED).sample(market.homes, len(market.homes))):
        yield Wanted(get(f"/order/{home.code}/{market.offer}"), lambda status, _: status == 200)


def read(sid: str, *paths: str) -> Iterator[Wanted]:
    for path in cycle(paths):
        yield Wanted(get(path, cookie=sid), lambda status, _: status == 200)


def signed_in(running: server.Server, path: str) -> str:
    """The session of a sample person, as her browser would hold it."""
    head = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    asked = urllib.request.Request(running.url + path, urlencode({"act": ids.secret()}).encode(), head)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stays)
    try:
        told = opener.open(asked).headers
    except urllib.error.HTTPError as moved:
        told = moved.headers
    return re.search(r"sid=([^;]+)", str(told))[1]


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def rush(market: Market, facts: dict, factor: float, seconds: float) -> tuple[Crowd, dict[str, int]]:
    """What everybody was told, and how many requests of each kind the server refused."""
    with server.serve(market.data, env={"LASTMETRE_DEMO": "1"}) as running:
        desk, volunteer = (signed_in(running, facts["sign_in"][role]) for role in ("dispatcher", "volunteer"))
        crowd = Crowd(running.port, PATIENCE)
        flows = {
            "dashboards": (DESKS * factor, read(desk, "/board", "/today")),
            "lists": (DESKS * factor, read(volunteer, "/tasks")),
            "pages": (PAGES * factor, looking(market)),
            "orders": (ORDERS * factor, ordering(market)),
        }
        asyncio.run(crowd.rush(seconds, flows))
        with server._DIRECT.open(running.url + "/metrics") as page:
            shed = {kind: int(float(n)) for kind, n in re.findall(r'requests_shed_total\{kind="(\w+)"\} (\S+)', page.read().decode())}
    print(f"seed {SEED}")
    for kind, told in crowd.told.items():
        print(f"{kind}: {told}")
    print(f"refused by the server: {shed}")
    return crowd, shed


def kept(market: Market, stock: int, asked: int) -> None:
    """Every order counts once, pack A is sold out to the last one or not, never beyond."""
    taken = market.read("SELECT taken FROM offer_pack WHERE offer_id = ? AND letter = 'A'")
    lines = market.read(
        "SELECT coalesce(sum(l.quantity), 0) FROM order_line l JOIN offer_pack p ON p.id = l.offer_pack_id WHERE p.offer_id = ? AND p.letter = 'A'"
    )
    assert taken == lines == market.taken + min(stock, asked)


def test_an_opening_serves_everybody_and_sells_what_there_is(sample, tmp_path):
    """As many in a second as come to a community of 10,000, for one second; there is a pack for half of them."""
    stock = ORDERS // 2
    market = opened(sample, tmp_path, stock)
    crowd, _ = rush(market, sample[1], 1, 1)
    assert [crowd.told[kind].share for kind in ("pages", "orders")] == [1, 1]
    kept(market, stock, crowd.told["orders"].asked)


@pytest.mark.long
def test_ten_times_the_opening_turns_away_what_can_wait_first(sample, tmp_path):
    market = opened(sample, tmp_path, 2_000)
    crowd, shed = rush(market, sample[1], 10, 5)
    assert crowd.told["orders"].share >= 0.95 and crowd.told["pages"].share >= 0.95
    assert shed["pressing"] == 0
    turned = {kind: sum(crowd.told[kind].refused.values()) / crowd.told[kind].asked for kind in crowd.told}
    assert turned["dashboards"] >= turned["lists"] >= turned["pages"] >= turned["orders"]
    kept(market, 2_000, len(crowd.told["orders"].seconds))


PHONES, EACH, REST = 40, 45, 5.0  # a day's 0.6 writes a second of 2,000 homes, 24 times as fast: about 15 a second for two minutes


@pytest.mark.long
def test_an_estate_s_day_runs_24_times_as_fast_through_an_opening_and_nothing_is_lost(sample, tmp_path):
    """L01. Everybody works and looks as on a full day, and in the midst of it packs are opened."""
    market, facts = opened(sample, tmp_path, 100), sample[1]
    with server.serve(market.data, env={"LASTMETRE_DEMO": "1"}) as running:
        desk, volunteer = (signed_in(running, facts["sign_in"][role]) for role in ("dispatcher", "volunteer"))
        world = SimpleNamespace(code=facts["building"]["code"])
        phones = [Phone(n, desk, acts(world, EACH), SEED, batch=1) for n in range(PHONES)]
        day, burst, tally = Crowd(running.port, PATIENCE), Crowd(running.port, PATIENCE), Tally()
        flows = {
            "dashboards": (1, read(desk, "/board", "/today")),
            "lists": (10, read(volunteer, "/tasks")),
            "pages": (5, looking(market)),
        }

        async def opening() -> None:
            await asyncio.sleep(40)
            await burst.rush(5, {"pages": (180, looking(market)), "orders": (40, ordering(market))})

        async def whole() -> None:
            await asyncio.gather(*(phone.send_all(running.port, tally, pace=REST) for phone in phones), day.rush(100, flows), opening())

        asyncio.run(whole())
    print(f"seed {SEED}\nacts: {len(tally.acked)}, p95 {tally.p95():.2f} s, {dict(tally.counts)}")
    for crowd in (day, burst):
        for kind, told in crowd.told.items():
            print(f"{kind}: {told}")
    assert all(told.share == 1 for crowd in (day, burst) for told in crowd.told.values())
    sent = [act["id"] for phone in phones for act in phone.acts]
    assert set(tally.acked) == set(sent) and set(tally.acked.values()) == {"applied"} and not tally.unlike
    with closing(sqlite3.connect(market.data / "lastmetre.db")) as db:
        marks = ", ".join("?" * len(KINDS))
        done = Counter(act for (act,) in db.execute(f"SELECT act FROM happening WHERE kind IN ({marks})", [*KINDS.values()]))
    assert all(done[act] == 1 for act in sent)
    kept(market, 100, burst.told["orders"].asked)
