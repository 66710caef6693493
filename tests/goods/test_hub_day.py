"""A hub's day: parcels come in on pallets, are labelled and packed, and go out, by twelve keepers of whom two often scan the same pallet."""

import asyncio
import random
from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest

from app.deliveries import reads as deliveries
from app.deliveries.rules import giving, packing, spreading
from app.goods import reads
from app.goods.rules import handling, sending
from app.journal import worker
from app.kernel import clock, db, ids
from app.kernel.act import Press, perform
from app.kernel.receipts import Receipt
from app.people import reads as people
from app.people.models import Membership
from app.people.person import Person
from app.people.rules import accounts, sessions
from app.places import rules as places

SEED = random.SystemRandom().randrange(10**6)
PALLET, KEEPERS, TWICE = 20, 12, 0.25


async def test_a_short_hub_day_balances_to_the_unit(hub, act, world):
    await day(hub, act, world, buildings=2, doors=(5, 3))


@pytest.mark.long
async def test_a_hub_day_of_32500_parcels_balances_to_the_unit(hub, act, world):
    await day(hub, act, world, buildings=65, doors=(5, 5))


async def keepers(world) -> list[Person]:
    found: list[str] = []

    async def make() -> None:
        for n in range(KEEPERS):
            account = await accounts.make_account(f"管理{n}", f"139000{n:05d}")
            await accounts.join(account, world.community)
            await accounts.give_role(account, "hub_keeper", world.community, place="community", place_id=world.community)
            await Membership.filter(account_id=account).update(vouched_at=clock.now(), vouched_by_id=world.dispatcher)
            found.append(await sessions.start(account, label="test"))

    assert (await worker.do(make)).state == "applied"
    return [await people.person(await sessions.find(token)) for token in found]


async def runs(hub, act, world, buildings: int, doors: tuple[int, int]) -> list[UUID]:
    made: list[UUID] = []

    async def build() -> None:
        floors, each = doors
        for n in range(buildings):
            made.append(await places.add_building(world.community, "货场", n + 1, units=1, floors=floors, doors=each))

    assert (await worker.do(build)).state == "applied"
    told = await act(spreading.make_distribution, what="蔬菜包", buildings=tuple(made), doors="", by=hub.dee)
    assert told.state == "applied", told
    return [run.id for run in await deliveries.runs_for(UUID(told.about))]


class Day:
    """What the receipts say was done, added up."""

    def __init__(self, hub, shelf: UUID) -> None:
        self.hub, self.shelf, self.draw = hub, shelf, random.Random(SEED)
        self.came = self.gone = self.refused = 0
        self.loaded: dict[UUID, list[UUID]] = {}

    async def press(self, by: Person, verb, *said, **fields) -> Receipt:
        press = Press(ids.secret(), f"test/{verb.__name__}", by, lambda: verb(*said, by=by, **fields), b"test")
        [told] = await perform([press])
        assert told is not None and told.state in ("applied", "refused"), f"seed {SEED}: {told}"
        self.refused += told.state == "refused"
        return told

    def scanned_by(self, team: list[Person]) -> list[Person]:
        """One of them, or two at once."""
        return self.draw.sample(team, 2 if self.draw.random() < TWICE else 1)

    async def pallet(self, n: int, run: UUID, stop: UUID, team: list[Person]) -> None:
        """In, onto the shelf, labelled, and out. Each pallet is a lot of its own."""
        keeper, item = self.draw.choice(team), self.hub.insulin
        expiry = date(2027, 1, 1) + timedelta(days=n)
        told = await self.press(keeper, handling.receive, item, self.hub.here, PALLET, expiry, False)
        self.came += PALLET * (told.state == "applied")
        lot = UUID(str(await db.value("SELECT lot_id FROM goods_move WHERE id = ?", UUID(told.about))))
        on_shelf = [self.press(by, sending.send, lot, self.hub.here, self.shelf, PALLET) for by in self.scanned_by(team)]
        assert Counter(one.state for one in await asyncio.gather(*on_shelf))["applied"] == 1, f"seed {SEED}: a pallet on the shelf twice"
        labelled = [self.press(by, packing.pack, run, stops=(stop,), n=(PALLET,)) for by in (self.hub.dee, self.hub.kim)]
        await asyncio.gather(*labelled)
        out = [self.press(by, handling.issue, item, self.shelf, PALLET) for by in self.scanned_by(team)]
        told = await asyncio.gather(*out)
        self.gone += PALLET * sum(one.state == "applied" for one in told)

    async def load(self, parcel: UUID, carriers: list[Person]) -> None:
        told = await asyncio.gather(*(self.press(by, packing.load, parcel) for by in carriers))
        self.loaded[parcel] = [by.id for by, one in zip(carriers, told, strict=True) if one.state == "applied"]


async def day(hub, act, world, buildings: int, doors: tuple[int, int]) -> None:
    print(f"seed {SEED}")
    team, many = await keepers(world), buildings * doors[0] * doors[1] * PALLET
    shelf = UUID((await act(handling.add_place, "A架", hub.here, by=hub.dee)).about)
    made, whole = Day(hub, shelf), 0
    for run in await runs(hub, act, world, buildings, doors):
        carriers = made.draw.sample(team, 2)
        told = await act(giving.give, run, accounts=tuple(one.id for one in carriers), by=hub.dee)
        assert told.state == "applied", told
        stops = await deliveries.stop_rows(run)
        waiting = list(enumerate(stops, whole))
        whole += len(stops)

        async def work(by_hand=waiting, run=run) -> None:
            while by_hand:
                n, stop = by_hand.pop()
                await made.pallet(n, run, stop.id, team)

        await asyncio.gather(*(work() for _ in range(KEEPERS // 2)))
        parcels = await db.rows(UUID, "SELECT id FROM parcel WHERE run_id = ? ORDER BY id", run)
        for one in parcels:
            await made.load(one, carriers if made.draw.random() < TWICE else carriers[:1])
        assert await db.value("SELECT min(quantity) FROM goods_balance WHERE kind IN ('hub', 'shelf')") >= 0, f"seed {SEED}"
    await balanced(made, many)


async def balanced(made: Day, many: int) -> None:
    seen = f"seed {SEED}: in {made.came}, out {made.gone}, refused {made.refused}"
    print(seen)
    there = sum(lot.quantity for lot in await reads.lots_of(made.hub.insulin, made.hub.here, made.hub.dee.community_id))
    assert made.came == many and made.came - made.gone == there >= 0, seen
    assert made.refused > 0, f"{seen}: nobody scanned what another had"
    held = await db.rows(UUID, "SELECT holder_id FROM parcel WHERE holder_kind = 'carrier' ORDER BY id")
    assert len(held) == many == len(made.loaded), seen
    assert [[one] for one in held] == [made.loaded[parcel] for parcel in sorted(made.loaded)], f"{seen}: a parcel with two holders"
    twice = await db.value(
        "SELECT count(*) FROM (SELECT parcel_id FROM parcel_move WHERE why = 'loaded' GROUP BY parcel_id HAVING count(*) > 1) d"
    )
    assert not twice, seen
