"""The medicine desk of the sample: a directory, and medicines at every step of being found and bought."""

from datetime import timedelta

from app.demo.day.agenda import do
from app.demo.day.town import Town
from app.demo.texts import read
from app.kernel import clock
from app.needs.reads import medicine, sources
from app.needs.rules import buying, finding
from app.needs.rules import sources as directory

FEN = (0, 2_350, 4_680, 12_900)


def plan_medicine(town: Town) -> None:
    town.agenda.at(town.agenda.back(9), lambda: _directory(town))
    for n in range(24):
        town.agenda.at(town.agenda.back(2.4 - n * 0.09), lambda n=n: _seen_to(town, n))


async def _directory(town: Town) -> None:
    for one in read("medicine")["sources"]:
        await do(town.people["dispatcher"], directory.add, **one)


async def _seen_to(town: Town, n: int) -> None:
    """The shortest clock that nobody has rung for yet: found in some, bought in some, nowhere to be had in others."""
    by = town.people[("dispatcher", "dispatcher2", "dispatcher3")[n % 3]]
    left = [case for case in await medicine.cases(by) if case.step == "find" and not case.tries and case.need.open]
    if len(left) < 4:
        return  # some are left to whoever looks at the sample
    need, there = left[n % 3].need.id, [str(one.id) for one in await sources.sources(town.community.id)]
    first, second = there[n % 5], there[(n + 1) % 5]
    if n % 2:
        await do(by, finding.ask, need, source=first, outcome="has_not")
    if n % 6 == 1:
        day = clock.local(clock.now()).date() + timedelta(days=2)
        await do(by, finding.ask, need, source=second, outcome="later", day=day)
    if n % 6 in (0, 2, 3, 4):
        await do(by, finding.ask, need, source=second, outcome="part" if n % 6 == 4 else "has")
    if n % 6 == 2:
        await do(by, buying.go, need, source=second)
    if n % 6 == 3:
        await do(by, buying.pay, need, source=second, fen=FEN[n % 4])
