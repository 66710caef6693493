"""What fails once holds up no alarm: neither another duty, nor another community, nor another series."""

from datetime import timedelta

import pytest
from care.test_contacts import MORNING, watched  # noqa: F401
from care.test_residents import WANG, door
from coming.common import INSULIN, written

from app.care import jobs
from app.care.rules import alarming, clocks, residents
from app.coming import jobs as coming_jobs
from app.coming.rules import making
from app.journal import worker
from app.journal.worker import Worker
from app.kernel import clock, db


async def _broken(*_) -> None:
    raise RuntimeError("broken")


async def _late(watched, act, person) -> None:  # noqa: F811
    home = await door(watched.building)
    await act(residents.add, home, by=await person("steward"), **WANG)
    await clocks.wind(watched.community, [home])


TOLD = "SELECT count(*) FROM message WHERE words = 'message.unreached'"


async def test_a_duty_that_fails_every_time_keeps_no_alarm_from_being_told(watched, act, person):  # noqa: F811
    await _late(watched, act, person)
    with clock.at(MORNING + timedelta(days=1, hours=12)), pytest.raises(RuntimeError):
        await Worker([], [_broken, *jobs.DUTIES]).once()
    assert await db.value(TOLD) == 1


async def test_a_community_whose_alarm_fails_holds_up_no_other(watched, act, person, monkeypatch):  # noqa: F811
    await _late(watched, act, person)
    tell, news = alarming.tell_all, alarming.news

    async def breaks_elsewhere(community) -> None:
        await (tell(community) if community == watched.community else _broken())

    async def always(community) -> alarming.News:
        return alarming.News({community: 1}, {}, set()) if community != watched.community else await news(community)

    monkeypatch.setattr(alarming, "tell_all", breaks_elsewhere)
    monkeypatch.setattr(alarming, "news", always)
    monkeypatch.setattr("app.places.reads.communities", _in_order(watched))
    with clock.at(MORNING + timedelta(days=1, hours=12)), pytest.raises(worker.Undecided):
        await jobs.raise_alarms()
    assert await db.value(TOLD) == 1


def _in_order(world):
    """The other community first."""
    from app.places import reads as places

    there = places.communities

    async def communities(*args, **said):
        return sorted(await there(*args, **said), key=lambda each: each.id == world.community)

    return communities


async def test_a_series_that_fails_holds_up_no_other(watched, act, person, monkeypatch):  # noqa: F811
    steward = await person("steward")
    found = [await written(act, steward, await door(watched.building, floor=floor), said=INSULIN) for floor in (2, 3)]
    agree = making.agree

    async def first_breaks(series) -> None:
        await (_broken() if series == min(found) else agree(series))

    monkeypatch.setattr(making, "agree", first_breaks)
    through = "SELECT made_through FROM series WHERE id = ?"
    before = await db.value(through, max(found))
    with clock.at(MORNING + timedelta(days=30)), pytest.raises(worker.Undecided):
        await coming_jobs.make_ahead()
    assert await db.value(through, max(found)) > before
