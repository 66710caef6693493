"""A hub with cabbage in the catalogue, and somebody who wants to give some."""

from types import SimpleNamespace
from uuid import UUID

import pytest

from app.donations import reads
from app.donations.rules import answering, offering, receiving
from app.goods.rules import handling
from app.kernel import ids
from app.kernel.act import Press, perform
from app.kernel.trouble import Misfit
from app.people.person import STRANGER
from app.places import reads as places

HERS = {"what": "大白菜", "amount": 100, "unit": "斤", "on_day": None, "brings": True, "name": "王芳", "phone": "13912345678", "note": ""}


class Giving(SimpleNamespace):
    """`offered()`: a stranger offers; answers the donation's id."""

    async def offered(self, **over) -> UUID:
        def work():
            return offering.offer(self.community.code, by=STRANGER, **(HERS | over))

        [told] = await perform([Press(ids.secret(), "test/give", STRANGER, work, b"test")])
        if isinstance(told, Misfit):
            raise told
        assert told.state == "applied", told
        return UUID(told.about)

    async def done(self, verb, *said, by=None, **more) -> UUID:
        receipt = await self.act(verb, *said, by=by or self.dee, **more)
        assert receipt.state == "applied", receipt
        return UUID(receipt.about)

    async def accepted(self, **over) -> UUID:
        one = await self.offered(**over)
        await self.done(answering.accept, one, "明天上午送到东门")
        return one

    async def received(self, quantity: int = 100) -> UUID:
        one = await self.accepted()
        await self.done(receiving.receive, one, self.cabbage, self.hub, quantity, None)
        return one

    async def state(self, one: UUID) -> str:
        return (await reads.donation(one, self.dee.community_id)).state


@pytest.fixture
async def giving(world, person, act) -> Giving:
    dee = await person("dispatcher")
    made = Giving(dee=dee, act=act, world=world, community=await places.community(dee.community_id))
    made.hub = await made.done(handling.add_place, "东门中转站", None)
    made.cabbage = await made.done(handling.add_item, "大白菜", "斤", "food", False)
    return made
