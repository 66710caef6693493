"""The hubs in the sample: trucks that came and are to come, a gift, what spoils soon, what is on its way, a count that waits."""

from datetime import date, timedelta
from uuid import UUID

from app.demo.day.agenda import do
from app.demo.day.town import Town
from app.demo.texts import read
from app.goods import reads
from app.goods.rules import counting, driving, handling, inbound, prices, sending
from app.kernel import clock
from app.people.reads.skills import skills_of
from app.people.rules import vehicles, vouching


def places_of(goods: list[dict]) -> str:
    """The hub that all of it goes to: shelves are called after theirs."""
    return goods[0]["place"].split()[0]


async def plan_stock(town: Town) -> None:
    keeper, second, agenda = town.people["hub_keeper"], town.people["dispatcher2"], town.agenda
    said, community = read("goods"), town.community.id
    places: dict[str, UUID] = {}
    items: dict[str, UUID] = {}

    async def found() -> None:
        for hub in said["hubs"]:
            places[hub["name"]] = await do(keeper, handling.add_place, hub["name"], None)
            await do(keeper, inbound.set_docks, places[hub["name"]], hub["docks"])
            for shelf in hub.get("shelves", ()):
                places[f"{hub['name']} {shelf}"] = await do(keeper, handling.add_place, shelf, places[hub["name"]])
        for one in said["items"]:
            items[one["name"]] = await do(keeper, handling.add_item, one["name"], one["unit"], one["kind"], one.get("fresh", False))

    trucks: dict[str, UUID] = {}

    def truck(one: dict) -> None:
        hub = places_of(one["goods"])
        starts = agenda.back(one["hours"])

        async def book() -> None:
            trucks[one["plate"]] = await do(second, inbound.book, places[hub], one["from"], one["plate"], one["kilos"], starts, 60)
            for goods in one["goods"]:
                await do(second, inbound.expect, trucks[one["plate"]], items[goods["item"]], goods["many"] + goods.get("short", 0))

        async def unload() -> None:
            this: date = clock.local(agenda.now).date()
            await do(keeper, inbound.arrive, trucks[one["plate"]])
            for goods in one["goods"]:
                keeps = this + timedelta(days=goods["days"]) if "days" in goods else None
                await do(keeper, inbound.unload, trucks[one["plate"]], items[goods["item"]], places[goods["place"]], goods["many"], keeps)

        agenda.at(agenda.back(9.4), book)
        agenda.at(starts, unload)
        if "reason" in one:
            agenda.at(agenda.back(one["hours"] - 0.6), lambda: do(keeper, inbound.leave, trucks[one["plate"]], one["kilos"], one["reason"]))

    async def gift() -> None:
        one = said["gift"]
        keeps = clock.local(agenda.now).date() + timedelta(days=one["days"])
        await do(keeper, handling.receive, items[one["item"]], places[one["place"]], one["many"], keeps, True)

    async def book_ahead() -> None:
        for one in said["coming"]:
            starts = agenda.now + timedelta(hours=one["in_hours"])
            made = await do(second, inbound.book, places[one["hub"]], one["from"], one["plate"], one["kilos"], starts, 60)
            for goods in one["goods"]:
                await do(second, inbound.expect, made, items[goods["item"]], goods["many"])

    async def give_out() -> None:
        for one in said["out"]:
            await do(keeper, handling.issue, items[one["item"]], places[one["place"]], one["many"])

    async def lot(item: str, place: str) -> UUID:
        return (await reads.lots_of(items[item], places[place], community))[0].lot_id

    async def send_on() -> None:
        for one in said["sent"]:
            await do(keeper, sending.send, await lot(one["item"], one["place"]), places[one["place"]], places[one["to"]], one["many"])

    async def count() -> None:
        done, half = said["counted"]
        first = await do(keeper, counting.begin, await lot(done["item"], done["place"]), places[done["place"]], done["found"])
        await do(second, counting.finish, first, done["found"], "missing")
        await do(keeper, counting.begin, await lot(half["item"], half["place"]), places[half["place"]], half["found"])

    async def drive() -> None:
        """One is on its way with the first of two who may drive."""
        drivers = []
        for one in town.volunteers:
            if len(drivers) < 2 and one.vouched and "driving" in [each.skill for each in await skills_of(one.id)]:
                drivers.append(one)
                if not all(each.seen for each in await skills_of(one.id) if each.skill == "driving"):
                    await do(second, vouching.see_certificate, one.id, "driving")
        parked = [await do(keeper, vehicles.add, one["plate"], one["kilos"], one["standing"]) for one in said["vehicles"]]
        await do(keeper, driving.leave, parked[0], drivers[0].id, places[said["hubs"][0]["name"]], 860)

    async def throw_away() -> None:
        one = said["wasted"]
        await do(keeper, handling.waste, await lot(one["item"], one["place"]), places[one["place"]], one["many"], one["reason"])

    async def note_prices() -> None:
        """The last of six days is today; one of them was put right an hour ago."""
        this: date = clock.local(agenda.now).date()
        days = [this - timedelta(days=n) for n in range(5, -1, -1)]
        for n, day in enumerate(days):
            costs = {items[name]: one["fen"][n] for name, one in said["prices"].items() if "fen" in one}
            came = {items[name]: one["volume"][n] for name, one in said["prices"].items() if "volume" in one}
            await do(keeper, prices.enter, day, costs, came)
        await do(second, prices.correct, items["鸡蛋"], days[-2], 2520, 180)

    agenda.at(agenda.back(9.5), found)
    agenda.at(agenda.back(1.2), note_prices)
    for one in said["trucks"]:
        truck(one)
    agenda.at(agenda.back(6.5), gift)
    agenda.at(agenda.back(1.5), book_ahead)
    agenda.at(agenda.back(3), throw_away)
    agenda.at(agenda.back(2.5), give_out)
    agenda.at(agenda.back(2), send_on)
    agenda.at(agenda.back(1), count)
    agenda.at(agenda.back(0.6), drive)
