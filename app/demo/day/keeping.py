"""The roster of the day: a gate around the clock, kept by two in turn, and a building with an hour that nobody has."""

from datetime import timedelta

from app.demo.day.agenda import do
from app.demo.day.town import Town
from app.kernel import clock
from app.people.rules.rosters import filling, posting


async def plan_rosters(town: Town) -> None:
    by, now = town.people["dispatcher"], town.agenda.now
    midnight = clock.day_start(now)
    home = town.building("桃花桥一村", 1).id
    helpers = [person.id for person in town.volunteers[:4]]
    with clock.at(now - timedelta(hours=20)):
        gate = await do(by, posting.make, kind="gate", name="一村北门", building=None, covers=(0, 1440), shows_name=True)
        starts = midnight - timedelta(hours=4)
        await do(by, filling.rotate, gate, people=tuple(helpers[:2]), hours=12, starts=starts, until=starts + timedelta(days=6))
        house = await do(by, posting.make, kind="building", name="一村1号楼值守", building=home, covers=(0, 1440), shows_name=False)
        free = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=6)
        await do(by, filling.put, house, who=helpers[2], starts=free - timedelta(hours=12), until=free)
        await do(
            by, filling.rotate, house, people=tuple(helpers[2:]), hours=12, starts=free + timedelta(hours=4), until=free + timedelta(days=5)
        )
