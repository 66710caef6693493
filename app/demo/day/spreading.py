"""One pack to every door of one small estate: the first building done but for two doors, the second half, the third waits."""

from uuid import UUID

from app.deliveries import reads as deliveries
from app.deliveries.rules import carrying, giving, handing, spreading
from app.demo.day.agenda import do
from app.demo.day.asking import MINUTE
from app.demo.day.carrying import doors_of
from app.demo.day.town import Town
from app.demo.texts import read
from app.people.person import Person

NOBODY = (5, 17)  # doors, counted as they are walked, where nobody opened


async def plan_distribution(town: Town) -> None:
    said, by, agenda = read("tasks")["distribution"], town.people["dispatcher"], town.agenda
    made: list[UUID] = []

    async def make() -> None:
        made.append(await do(by, spreading.make_distribution, what=said["what"], buildings=[b.id for b in town.of_estate(said["estate"])]))
        runs = [run for run in await deliveries.runs(town.community.id, "draft") if run.distribution_id == made[0]]
        for n, run in enumerate(sorted(runs, key=lambda run: run.number)[:2]):
            carrier = town.volunteers[40 + n]
            await do(by, giving.give, run.id, accounts=[carrier.id])
            await _bring(town, run.id, carrier, n)

    agenda.at(agenda.back(3.4), make)


async def _bring(town: Town, run_id: UUID, carrier: Person, n: int) -> None:
    """Plans the doors now that the run is there."""
    agenda = town.agenda
    doors = len(await doors_of(run_id, carrier))
    done, starts = doors if n == 0 else doors // 2, agenda.back(3.2 - n * 1.4)

    def door(number: int):
        async def work() -> None:
            stop = next(stop for stop in await doors_of(run_id, carrier) if stop.outcome is None)
            if number in NOBODY:
                await do(carrier, handing.fail, run_id, stop.id, reason="nobody", note="")
            else:
                await do(carrier, handing.hand_over, run_id, stop.id, where="hand" if number % 5 == 0 else "door")

        return work

    agenda.at(starts, lambda: do(carrier, carrying.start, run_id))
    for number in range(done):
        agenda.at(starts + (number + 1) * 1.5 * MINUTE, door(number))
    if n == 0:
        agenda.at(starts + (done + 2) * 1.5 * MINUTE, lambda: do(carrier, carrying.finish, run_id, rest=True))
