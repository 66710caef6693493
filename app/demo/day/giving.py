"""What people give in the sample: one offer that waits, one that is to come, one that came and goes to the doors of a building."""

from datetime import timedelta
from uuid import UUID

from app.deliveries import reads as deliveries
from app.deliveries.rules import carrying, giving, handing, spreading
from app.demo.day.agenda import do
from app.demo.day.asking import MINUTE
from app.demo.day.carrying import doors_of
from app.demo.day.town import Town
from app.demo.texts import read
from app.donations.rules import answering, offering, receiving
from app.goods.reads import listing
from app.kernel import clock
from app.people.person import STRANGER

DOORS = 8


async def plan_donations(town: Town) -> None:
    by, keeper, agenda, said = town.people["dispatcher"], town.people["hub_keeper"], town.agenda, read("goods")["donations"]
    carrier, building = town.volunteers[44], town.of_estate(read("tasks")["distribution"]["estate"])[-1]
    made: dict[str, UUID] = {}

    async def offer(key: str) -> None:
        one = said[key]
        day = clock.local(agenda.now).date() + timedelta(days=1) if one.get("tomorrow") else None
        made[key] = await do(
            STRANGER, offering.offer, town.community.code, what=one["what"], amount=one["amount"], unit=one["unit"], on_day=day, brings=one["brings"],
            name=one["name"], phone=town.phone(), note=one.get("note", ""),
        )  # fmt: skip

    async def came() -> None:
        one = said["came"]
        [item] = [each.id for each in await listing.items(town.community.id) if each.name == one["item"]]
        [hub] = [spot.id for spot in await listing.spots(town.community.id) if spot.label == one["hub"]]
        keeps = clock.local(agenda.now).date() + timedelta(days=one["days"]) if "days" in one else None
        await do(keeper, receiving.receive, made["came"], item, hub, one["received"], keeps)
        homes = (await town.homes(building.id))[:DOORS]
        doors = "\n".join(f"{home.unit}-{home.floor}{home.door:02}" for home in homes)
        spread = await do(
            by, spreading.make_distribution, what=one["each"], buildings=[building.id], doors=doors, parts={item: 1}, hub=hub, donation=made["came"]
        )  # fmt: skip
        [run] = [run.id for run in await deliveries.runs(town.community.id, "draft") if run.distribution_id == spread]
        await do(by, giving.give, run, accounts=[carrier.id])
        starts = clock.now() + 10 * MINUTE
        agenda.at(starts, lambda: do(carrier, carrying.start, run))
        for n in range(DOORS - 2):
            agenda.at(starts + (n + 1) * 2 * MINUTE, lambda: bring(run))

    async def bring(run: UUID) -> None:
        stop = next(stop for stop in await doors_of(run, carrier) if stop.outcome is None)
        await do(carrier, handing.hand_over, run, stop.id, where="door")

    agenda.at(agenda.back(6.5), lambda: offer("came"))
    agenda.at(agenda.back(6.2), lambda: do(keeper, answering.accept, made["came"], said["came"]["answer"]))
    agenda.at(agenda.back(2.6), came)
    agenda.at(agenda.back(3), lambda: offer("accepted"))
    agenda.at(agenda.back(2.2), lambda: do(by, answering.accept, made["accepted"], said["accepted"]["answer"]))
    agenda.at(agenda.back(0.4), lambda: offer("waits"))
