"""Two packs on offer until in two hours, and somebody at each door who may want one."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from app.kernel import clock, ids
from app.kernel.act import Press, perform
from app.orders import reads
from app.orders.rules import cutting, offering, ordering
from app.people.person import STRANGER
from app.places import reads as places


class Market(SimpleNamespace):
    """`order(room, A=2)`: a resident of the first building's first unit orders."""

    async def offered(self, **over) -> UUID:
        said = {
            "title": "周三蔬菜包", "opens_at": None, "cut_off_at": clock.now() + timedelta(hours=2), "grace": 10, "fair": False,
            "brought_on": clock.local(clock.now() + timedelta(days=1)).date(), "buildings": (), "packs": (self.greens, self.meat),
            "each": {self.greens: 3, self.meat: 2}, "most": {self.meat: 5},
        }  # fmt: skip
        receipt = await self.act(offering.make_offer, by=self.dee, **(said | over))
        assert receipt.state == "applied", receipt
        return UUID(receipt.about)

    async def order(
        self, room: str, *, offer: UUID | None = None, code: str = "", unit: str = "1", at=None, waited: bool = False, **wanted
    ):
        said = {key: wanted.pop(key) for key in ("name", "phone", "note", "instead", "avoids") if key in wanted}
        confirm = wanted.pop("confirm_holds", False)

        def work():
            return ordering.order(
                code or self.code, offer or self.offer, unit, room, wanted, confirm, by=STRANGER,
                **({"name": "", "phone": "", "note": "", "instead": False, "avoids": ()} | said),
            )  # fmt: skip

        [told] = await perform([Press(ids.secret(), "test/order", STRANGER, work, b"test", at=at, waited=waited)])
        return told

    async def sums(self, offer: UUID | None = None) -> dict[str, int]:
        return {one.letter: one.taken for one in await reads.offered(offer or self.offer)}

    async def cut(self, offer: UUID | None = None) -> None:
        """The cut-off passes, and its grace."""
        found = await reads.offer(offer or self.offer, self.dee.community_id)
        with clock.at(found.cut_off_at + timedelta(minutes=found.grace)):
            await cutting.cut_off_due()


@pytest.fixture
async def market(world, person, act) -> Market:
    """`greens` is A: up to three each, as many as are ordered. `meat` is B: up to two each, five in all, with pork."""
    dee = await person("dispatcher")

    async def pack(name: str, price: int, holds: tuple[str, ...]) -> UUID:
        receipt = await act(offering.make_pack, name, "白菜 2 斤", price, holds, {}, by=dee)
        return UUID(receipt.about)

    made = Market(dee=dee, act=act, code=world.code, world=world)
    made.greens, made.meat = await pack("蔬菜包", 3000, ()), await pack("肉蛋包", 5050, ("pork", "egg"))
    made.offer = await made.offered()
    made.building = await places.building_by_code(world.code)
    return made
