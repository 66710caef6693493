"""A steward's day: sixty households nobody has heard of, a call round and a knock round, half of it without network, in larger type."""

import re
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import cast
import pytest
from playwright.sync_api import expect
from support import server
from support.browser import axe, shoot, too_wide
from support.reading import NETWORK, fetched, go, kept_anew, made, post, soon

pytestmark = pytest.mark.browser
UNITS, FLOORS, DOORS = 2, 15, 2
CALLED, KNOCKED = ([f"{unit}-{floor}0{door}" for floor in range(1, FLOORS + 1) for door in (1, 2)] for unit in (1, 2))
HALF = len(CALLED) // 2


def said(n: int, in_vain: str) -> str:
    """What comes of the n-th door of a round: every fifth is tried in vain."""
    return in_vain if n % 5 == 4 else "needs" if n % 5 == 2 else "well"


@pytest.fixture
def street(sqlite_template, tmp_path):
    """Her new building of sixty doors, silent for three days beyond their time, before the app is served."""
    data = tmp_path / "data"
    shutil.copytree(sqlite_template, data)
    world, now = cast.world(data), datetime.now(UTC)

    def moment(days: int) -> str:
        return (now - timedelta(days=days)).isoformat(" ", "microseconds")

    raw = sqlite3.connect(data / "lastmetre.db")
    building, community = str(uuid4()), str(world.community)
    [estate] = raw.execute("SELECT estate_id FROM building WHERE id = ?", [str(world.building)]).fetchone()
    [given] = raw.execute("SELECT given_by FROM role WHERE account_id = ?", [str(world.steward)]).fetchone()
    with raw:
        raw.execute(
            "INSERT INTO building(id, community_id, estate_id, number, code, units, floors, doors) VALUES (?, ?, ?, 9, 'QQ9KK9', ?, ?, ?)",
            [building, community, estate, UNITS, FLOORS, DOORS],
        )
        raw.execute(
            "INSERT INTO role(id, account_id, community_id, role, place, place_id, given_by, given_at) VALUES (?, ?, ?, 'steward', 'building', ?, ?, ?)",
            [str(uuid4()), str(world.steward), community, building, given, moment(0)],
        )
        raw.execute("INSERT INTO contact_setting(id, community_id) VALUES (?, ?)", [str(uuid4()), community])
        for number in range(1, UNITS + 1):
            unit = str(uuid4())
            raw.execute("INSERT INTO unit(id, building_id, number) VALUES (?, ?, ?)", [unit, building, number])
            for floor in range(1, FLOORS + 1):
                for door in range(1, DOORS + 1):
                    home = str(uuid4())
                    raw.execute(
                        "INSERT INTO household VALUES (?, ?, ?, ?, ?, ?, ?)", [home, community, building, unit, number, floor, door]
                    )
                    raw.execute(
                        "INSERT INTO contact_clock(household_id, community_id, building_id, every_days, since, due_at) VALUES (?, ?, ?, 14, ?, ?)",
                        [home, community, building, moment(18), moment(3)],
                    )
    raw.close()
    with server.serve(data, env={"LASTMETRE_DEMO": "1"}, forked=True) as running:
        yield SimpleNamespace(url=running.url, world=world, server=running, building=building, data=data)


def contacts(street) -> list[tuple[str, str, str]]:
    """(door, how, outcome) of every contact that the server has, in the order of doors."""
    raw = sqlite3.connect(f"file:{Path(street.server.data) / 'lastmetre.db'}?mode=ro", uri=True)
    try:
        return raw.execute("""SELECT h.unit || '-' || h.floor || '0' || h.door, c.how, c.outcome FROM contact c
        JOIN household h ON h.id = c.household_id ORDER BY h.unit, h.floor, h.door, c.id""").fetchall()  # fmt: skip
    finally:
        raw.close()


def walk(page, street, doors: int, in_vain: str, start: int) -> None:
    """So many doors of the round on the page, one after the other."""
    current = page.locator(".walk > [data-state=open]:not([data-waits]):visible")
    for n in range(start, start + doors):
        room = current.locator(".room").text_content()
        if n % 5 == 2:
            current.locator("textarea[name=note]").fill(f"第{n}户：要盐")
        current.locator(f"button[name=outcome][value={said(n, in_vain)}]").click()
        expect(current.locator(".room", has_text=re.compile(f"^{re.escape(room)}$"))).to_have_count(0)


def test_sixty_silent_households_in_a_day_half_of_it_without_network(street, phones):
    phone = phones(street.url, type="larger", width=360)
    phone.add_cookies([{"name": "sid", "value": street.world.steward_token, "url": street.url}])
    phone.pardon(NETWORK)
    page = phone.open("/today")
    assert page.locator("main [id]:not(#title)").first.get_attribute("id") == "unreached"
    assert page.locator("a[href='/unreached'] .number").text_content() == "60"
    assert too_wide(page) == [] and axe(page) == []
    shoot(page, "stewards-day-morning")
    page.goto(street.url + "/unreached")
    assert page.locator("main a[href^='/households/']").count() == 50
    shoot(page, "stewards-day-unreached")

    paths = [
        made(post(phone, "/rounds", kind=kind, which="doors", building=street.building, doors=",".join(doors), to=""))
        for kind, doors in (("call", CALLED), ("knock", KNOCKED))
    ]
    page.goto(street.url + "/today")
    for path, in_vain, name in zip(paths, ("no_answer", "nobody"), ("call", "knock"), strict=True):
        page.goto(street.url + path)
        walk(page, street, HALF, in_vain, 0)
        shoot(page, f"stewards-day-{name}")
        soon(page, lambda at=(HALF if name == "call" else 3 * HALF): len(contacts(street)) == at)
        page.goto(street.url + "/today")
        soon(page, lambda at=path: at in fetched(page))
        kept_anew(page, street.url + path)
        phone.set_offline(True)
        page.goto(street.url + path)
        walk(page, street, HALF, in_vain, HALF)
        shoot(page, f"stewards-day-{name}-offline")
        assert len(contacts(street)) == (HALF if name == "call" else 3 * HALF)
        phone.set_offline(False)
        go(page, street.url + path)
        soon(page, lambda at=(2 * HALF if name == "call" else 4 * HALF): len(contacts(street)) == at)

    found = contacts(street)
    assert sorted(door for door, _, _ in found) == sorted([*CALLED, *KNOCKED])
    for how, in_vain in (("call", "no_answer"), ("visit", "nobody")):
        came = sorted(outcome for _, each, outcome in found if each == how)
        assert came == sorted(said(n, in_vain) for n in range(2 * HALF)), how
    page.goto(street.url + "/today")
    assert page.locator("a[href='/unreached'] .number").text_content() == "12"
    shoot(page, "stewards-day-evening")
    page.goto(street.url + "/unreached")
    assert page.locator("main a[href^='/households/']").count() == 12
    assert too_wide(page) == [] and axe(page) == []
    shoot(page, "stewards-day-left")
