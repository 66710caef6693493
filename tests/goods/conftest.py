"""A hub with masks, and two who may move and count."""

from types import SimpleNamespace
from uuid import UUID

import pytest

from app.goods.rules import handling
from app.journal import worker
from app.people.rules import accounts


@pytest.fixture
async def hub(world, person, act) -> SimpleNamespace:
    """`dee` and `kim` dispatch; two hubs; masks that do not spoil, insulin that does."""

    async def second() -> None:
        await accounts.give_role(world.volunteer2, "dispatcher", world.community, place="community", place_id=world.community)

    await worker.do(second)
    dee = await person("dispatcher")

    async def made(verb, *said) -> UUID:
        return UUID(_about(await act(verb, *said, by=dee)))

    return SimpleNamespace(
        dee=dee,
        kim=await person("volunteer2"),
        here=await made(handling.add_place, "东门中转站", None),
        there=await made(handling.add_place, "西门中转站", None),
        masks=await made(handling.add_item, "口罩", "只", "other", False),
        insulin=await made(handling.add_item, "胰岛素", "支", "medicine", False),
    )


def _about(receipt) -> str:
    assert receipt.state == "applied", receipt
    return receipt.about
