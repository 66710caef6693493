"""What comes back in the sample: dialysis on Mondays, Wednesdays and Fridays, whose next trip somebody has, and insulin that lasts two more days."""

from datetime import timedelta
from uuid import UUID

from app.coming import reads as coming
from app.coming.rhythm import Rhythm, bits
from app.coming.rules import series
from app.demo.day.agenda import do
from app.demo.day.town import Neighbour, Town
from app.kernel import clock
from app.needs.rules import triaging
from app.people.person import Person

DIALYSIS, INSULIN = "去区人民医院透析，要轮椅，家属陪一位", "门冬胰岛素笔芯两支，冷藏，空盒在家可以对照"


async def plan_returning(town: Town) -> None:
    town.agenda.at(town.agenda.back(9), lambda: _write_down(town))


def _somebody(town: Town, kind: str, but: UUID | None = None) -> Neighbour:
    """The first of that care kind whose building has a steward; anybody of such a building where there is none."""
    there = [each for each in town.neighbours if each.home.building_id in town.stewards and each.home.id != but]
    return next((each for each in there if kind in each.kinds), there[-1])


async def _write_down(town: Town) -> None:
    this = clock.local(town.agenda.now).date()
    her = _somebody(town, "dialysis")
    his = _somebody(town, "chronic_medicine", her.home.id)
    week = Rhythm(rhythm="week", weekdays=bits((0, 2, 4)), first=this + timedelta(days=1))
    month = Rhythm(rhythm="month", month_day=(this + timedelta(days=2)).day, first=this + timedelta(days=1))
    steward = town.stewards[her.home.building_id]
    trips = await _write(steward, her, "trip", DIALYSIS, week, series.Hours(7 * 60, 5 * 60))
    await _write(town.stewards[his.home.building_id], his, "medicine", INSULIN, month, series.Hours(9 * 60, 9 * 60))
    [next_one] = [one for one in await coming.of_household(her.home.id) if one.id == trips]
    for date in (await coming.next_of(next_one))[:1]:
        if date.need_id:
            await do(steward, triaging.take, date.need_id)


async def _write(by: Person, who: Neighbour, kind: str, what: str, when: Rhythm, hours: series.Hours) -> UUID:
    said = {"kind": kind, "what": what, "whom": "", "name": who.name, "phone": who.phone, "like": None}
    return await do(by, series.make, household=who.home.id, when=when, hours=hours, **said)
