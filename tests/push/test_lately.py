"""What came of a line is told to her open page of ways, and a test says in words what became of it."""

import random
from datetime import timedelta
from uuid import UUID

import pytest
from board.test_events import settled as long_ago
from support.standin import standin
from support.streams import listening

from app.board.reads import news
from app.kernel import bus, clock, db, hub, ids
from app.push.carriers import wire
from app.push.draining import Drainer
from app.push.reads import lately
from app.push.rules import ending, showing, trying


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(hub.HUB, "gather", 0.02)
    monkeypatch.setattr(bus, "MARGIN", timedelta(milliseconds=50))  # or each test's first listening tells what the cast did just before


@pytest.fixture
async def service(app):
    async with standin() as one:
        yield one
    await wire.close()


@pytest.fixture
def drainer():
    """Its jitter comes from a seed: 7."""
    return Drainer(chance=random.Random(7))


async def pressed(act, person, name: str = "volunteer") -> UUID:
    """She pressed "test me"; the line."""
    assert (await act(trying.try_out, by=await person(name))).state == "applied"
    return (await db.rows(UUID, "SELECT id FROM carrying ORDER BY id DESC LIMIT 1"))[0]


async def fates(app) -> list[str]:
    return [one.fate for one in await lately.last_test(app.world.volunteer, clock.now())]


async def ways(page) -> None:
    """Waits until her page hears that something came of a line."""
    while (await page.next()).kind != "ways":
        pass


@pytest.mark.postgres
async def test_what_came_of_a_line_and_that_it_is_shown_is_told_to_her_alone(app, act, person, told, service, drainer):
    await told("volunteer", service.url)
    line = await pressed(act, person)
    async with (
        listening(app.edge, app.world.volunteer_token, await long_ago(app)) as hers,
        listening(app.edge, app.world.volunteer2_token, await long_ago(app)) as another,
    ):
        assert await fates(app) == ["waiting"]
        await drainer.drain()
        await ways(hers)
        assert await fates(app) == ["carried"]
        await showing.note(line)
        await ways(hers)
        assert await fates(app) == ["shown"] and another.silent


@pytest.mark.postgres
async def test_a_line_that_is_refused_or_too_late_is_told_too(app, act, person, told, service, drainer):
    await told("volunteer", service.url)
    service.behave = lambda path: 400
    async with listening(app.edge, app.world.volunteer_token, await long_ago(app)) as page:
        await pressed(act, person)
        await drainer.drain()
        await ways(page)
        assert await fates(app) == ["dropped"]
        clock.advance(timedelta(seconds=1))  # a test is what was pressed in one moment
        line = await pressed(act, person)
        await db.run("UPDATE carrying SET until_at = ? WHERE id = ?", clock.now(), line)
        assert await ending.end_late() == 1
        await ways(page)
        assert await fates(app) == ["over"]


@pytest.mark.postgres
async def test_what_came_of_it_while_the_page_was_away_or_nobody_listened_is_told_when_it_comes_again(
    app, act, person, told, service, drainer
):
    await told("volunteer", service.url)
    await pressed(act, person)
    seen, before = ids.new(), clock.now()
    topic = hub.of_ways(app.world.volunteer)
    assert topic not in (await news.behind([app.world.community], app.world.volunteer, ids.at(clock.now() + timedelta(minutes=1))))[1]
    await drainer.drain()
    assert topic in (await news.behind([app.world.community], app.world.volunteer, seen))[1]
    assert topic in [one for one, _ in await news.missed(before)]


async def test_a_test_that_does_not_come_says_so_after_a_while_and_the_part_is_asked_for_again_then(
    app, client, act, person, told, service, drainer
):
    await told("volunteer", service.url)
    phone = client("volunteer", htmx=True)
    assert "data-fate" not in (await phone.get("/me/ways/live")).text
    await pressed(act, person)
    await drainer.drain()
    first = await phone.get("/me/ways/live")
    assert 'data-fate="carried"' in first.text and 'data-again="' in first.text
    assert (await phone.get("/me/ways/live", headers={"HX-PTag": first.headers["HX-PTag"]})).status_code == 304
    clock.advance(lately.SOON)
    late = await phone.get("/me/ways/live", headers={"HX-PTag": first.headers["HX-PTag"]})
    assert late.status_code == 200 and 'data-fate="late_carried"' in late.text and "data-again" not in late.text
    clock.advance(lately.STANDS)
    assert "data-fate" not in (await phone.get("/me/ways/live")).text
