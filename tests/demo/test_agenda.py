"""The script of the day fits into the day that there is, whatever the time."""

from datetime import datetime, timedelta

import pytest

from app.demo.day.agenda import Agenda, Refused, do
from app.journal.worker import SYSTEM, Worker
from app.kernel import clock
from app.kernel.trouble import Overtaken


def agenda(hour: int) -> Agenda:
    return Agenda(datetime(2026, 11, 22, hour, 20, tzinfo=clock.ZONE.get()), Worker([], []))


@pytest.mark.parametrize(("hour", "hours"), [(0, 10), (3, 10), (8, 10), (9, 3 + 1 / 3), (15, 9 + 1 / 3), (23, 17 + 1 / 3)])
def test_it_begins_at_six_or_ten_hours_ago(hour, hours):
    made = agenda(hour)
    assert made.now - made.begins == pytest.approx(timedelta(hours=hours), abs=timedelta(seconds=1))


@pytest.mark.parametrize("hour", [0, 9, 14, 23])
def test_the_order_of_the_script_is_kept_and_its_last_hour_as_it_was(hour):
    made = agenda(hour)
    times = [made.back(tenth / 10) for tenth in range(101)]
    assert times == sorted(times, reverse=True)
    assert made.now - made.back(0.5) == timedelta(minutes=30)
    assert abs(made.back(10) - made.begins) < timedelta(seconds=1)


async def test_things_happen_in_order_with_the_clock_set_and_nothing_lies_ahead(world):
    now, seen = clock.now(), []
    made = Agenda(now, Worker([], []))

    async def see() -> None:
        seen.append(clock.now())

    for minutes in (5, 90, 40, -10):
        made.at(now - timedelta(minutes=minutes), see)
    await made.live()
    assert seen == [now - timedelta(minutes=minutes) for minutes in (90, 40, 5)]


async def test_what_comes_of_it_may_plan_more(world):
    now, seen = clock.now(), []
    made = Agenda(now, Worker([], []))

    async def later() -> None:
        seen.append("later")

    async def first() -> None:
        made.at(clock.now() + timedelta(minutes=5), later)

    made.at(now - timedelta(minutes=30), first)
    await made.live()
    assert seen == ["later"]


async def test_a_refusal_stops_the_script(world):
    async def refuse(*, by) -> None:
        raise Overtaken("tasks.full")

    with pytest.raises(Refused, match="full"):
        await do(SYSTEM, refuse)
