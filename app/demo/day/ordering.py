"""Packs in the sample: one offer that is open until the evening, one that was cut off and waits to be packed."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from app.demo.day.agenda import do
from app.demo.day.town import Town
from app.demo.texts import read
from app.goods.reads import listing
from app.kernel import clock
from app.orders.rules import cutting, offering, ordering
from app.people.person import STRANGER

HERS = {"name": "", "phone": "", "note": "", "instead": True, "avoids": ()}


async def plan_orders(town: Town) -> None:
    keeper, agenda, said = town.people["hub_keeper"], town.agenda, read("goods")["orders"]
    estate = town.of_estate(read("tasks")["distribution"]["estate"])
    packs: list[UUID] = []
    offers: dict[str, UUID] = {}
    doors = [(b, home) for b in estate[:3] for home in await town.homes(b.id)]
    town.rng.shuffle(doors)

    async def catalogue() -> None:
        items = {one.name: one.id for one in await listing.items(town.community.id)}
        for one in said["packs"]:
            takes = {items[part["item"]]: part["many"] for part in one.get("takes", ())}
            packs.append(
                await do(keeper, offering.make_pack, one["name"], one["contents"], one["price"], tuple(one.get("holds", ())), takes)
            )

    async def offer(key: str, which: list[int], until: timedelta, fair: bool) -> None:
        ends = clock.now() + until
        chosen = [packs[n] for n in which]
        most = {chosen[-1]: said[key]["most"]} if "most" in said[key] else {}
        offers[key] = await do(
            keeper, offering.make_offer, title=said[key]["title"], opens_at=None, cut_off_at=ends, brought_on=clock.local(ends).date() + timedelta(days=1),
            grace=60, fair=fair, buildings=tuple(b.id for b in estate), packs=tuple(chosen), each={chosen[0]: 3}, most=most,
        )  # fmt: skip

    async def order(key: str, n: int, wanted: dict[str, int]) -> None:
        building, home = doors[n]
        hers = HERS | ({"avoids": ("peanut",), "note": said["avoids"]} if n == 1 else {})
        await do(STRANGER, ordering.order, building.code, offers[key], str(home.unit), f"{home.floor}{home.door:02}", wanted, True, **hers)

    agenda.at(agenda.back(9), catalogue)
    agenda.at(agenda.back(8.9), lambda: offer("cut", [1], agenda.back(2) - clock.now(), False))
    agenda.at(agenda.back(5), lambda: offer("open", [0, 1, 2], agenda.now + timedelta(hours=5) - clock.now(), True))
    for n in range(9):
        agenda.at(agenda.back(8 - n * 0.5), partial(order, "cut", n, {"A": 1 + n % 2}))
    for n in range(44):
        wanted = {"A": 1 + n % 3, **({"B": 1} if n % 2 else {}), **({"C": 1} if n % 4 == 0 else {})}
        agenda.at(agenda.back(4.8 - n * 0.1), partial(order, "open", n, wanted))
    agenda.at(agenda.back(1.9), lambda: do(keeper, cutting.cut_off, offers["cut"]))
