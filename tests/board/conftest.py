"""A day that is going on, made through the verbs: something behind every figure of the board and of the report."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from app.deliveries import reads as deliveries
from app.deliveries.rules import carrying, giving, handing, planning, spreading
from app.kernel import clock, few
from app.kernel.act import Done
from app.kernel.receipts import Receipt
from app.needs.rules import closing, triaging
from app.needs.rules.raising import Said, add
from app.people.rules.rosters import posting
from app.places import reads as places
from app.tasks.rules import attending, calling

AFTERNOON = timedelta(hours=15, minutes=30)


@pytest.fixture
def afternoon():
    """It is half past three, so that an hour ago is today and a day ago is not."""
    with clock.at(clock.day_start(clock.now()) + AFTERNOON):
        yield clock.now()


@pytest.fixture
def done(act):
    """As `act`, for steps that must succeed."""

    async def run(verb, *args, by, **fields) -> Receipt:
        receipt = await act(verb, *args, by=by, **fields)
        assert isinstance(receipt, Receipt) and receipt.state == "applied", (verb, receipt)
        return receipt

    return run


@pytest.fixture
def raised(opened, done, person):
    """`await raised(building, "602", "food", hours=2)`: a need, raised so many hours ago."""

    async def make(building: UUID, room: str = "602", kind: str = "food", *, hours: float = 0, by: str = "dispatcher") -> UUID:
        async def raise_it(*, by) -> Done:
            row = await add(
                await places.building(building), Said(kind=kind, what="<b>米</b>", unit="1", room=room), by=by, channel="steward"
            )
            return Done(about=str(row.id))

        with clock.at(clock.now() - timedelta(hours=hours)):
            return UUID((await done(raise_it, by=await person(by))).about)

    return make


@pytest.fixture
async def day(afternoon, opened, raised, done, person) -> SimpleNamespace:
    """What is going on in 桃花桥; next door one need waits, which must never be counted here."""
    dispatcher, bo, cem = await person("dispatcher"), await person("volunteer"), await person("volunteer2")
    one, two, three = opened.building, opened.building2, opened.building3
    waiting = [await raised(one), await raised(three, "301", "medicine", hours=2), await raised(two, "301", "repair", hours=30)]
    taken = [await raised(two, "401", "talk", hours=8), await raised(one, "301", "trip", hours=1.5), await raised(one, "302", "other")]
    await done(triaging.take, taken[0], by=dispatcher)
    await done(closing.answer, taken[1], by=dispatcher, line="")
    await done(closing.cancel, taken[2], by=dispatcher, line="不需要了")
    runs = []
    for building, rooms in ((one, ("601", "501", "402")), (three, ("201", "202")), (two, ("502",)), (two, ("602",))):
        needs = [await raised(building, room, hours=0.5) for room in rooms]
        runs.append(UUID((await done(planning.make_run, by=dispatcher, needs=tuple(needs), title="")).about))
    out, finished, given, draft = runs
    for run, who in ((out, bo), (finished, cem), (given, cem)):
        await done(giving.give, run, by=dispatcher, accounts=(who.id,))
    for run, who in ((out, bo), (finished, cem)):
        await done(carrying.start, run, by=who)
    stops = await deliveries.stop_rows(out)
    await done(handing.hand_over, out, stops[0].id, by=bo, where="hand")
    await done(handing.fail, out, stops[1].id, by=bo, reason="nobody", note="")
    for stop in await deliveries.stop_rows(finished):
        await done(handing.hand_over, finished, stop.id, by=cem, where="door")
    await done(carrying.finish, finished, by=cem)
    await done(spreading.make_distribution, by=dispatcher, what="蔬菜包", buildings=(three,))
    wish = {
        "title": "搬菜", "notes": "", "meeting": "", "building": None, "team": None, "skills": {}, "hours": 2,
        "urgent": False, "vouching": False, "release": None,
    }  # fmt: skip
    await done(calling.call, by=dispatcher, **wish, places_wanted=3, starts=clock.now())
    await done(calling.call, by=dispatcher, **wish, places_wanted=2, starts=clock.now() + timedelta(hours=20))
    with clock.at(clock.now() - timedelta(hours=4)):
        await done(calling.call, by=dispatcher, **wish, places_wanted=1, starts=clock.now())
    await done(posting.make, by=dispatcher, kind="gate", name="北门", building=None, covers=(0, 1440), shows_name=False)
    with clock.at(clock.now() - timedelta(hours=3)):
        await done(attending.arrive, one, by=bo)
    with clock.at(clock.now() - timedelta(hours=2)):
        await done(attending.arrive, two, by=cem)
    with clock.at(clock.now() - timedelta(hours=1)):
        await done(attending.leave, by=cem)
    await raised(opened.far_building, "301", by="outside_dispatcher")
    return SimpleNamespace(waiting=waiting, taken=taken, out=out, finished=finished, given=given, draft=draft)


@pytest.fixture(autouse=True)
def _whole_figures(request, monkeypatch) -> None:
    """Figures add up whoever reads them; that command is told no handful is `test_few`'s own subject."""
    if request.path.name != "test_few.py":
        monkeypatch.setattr(few, "FEW", 0)
