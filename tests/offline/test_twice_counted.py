"""An act that was kept apart for its phone's used count, and that the phone sent again under another name: one effect, whoever counts it first."""

import re

import pytest

from app.kernel import db, ids
from app.offline import aside

pytestmark = pytest.mark.postgres

NEED = {"room": "602", "kind": "food", "what": "土豆", "phone": "", "confirm_double": "1"}


async def effects() -> int:
    return await db.value("SELECT count(*) FROM happening WHERE kind = 'need.raised'")


@pytest.fixture
def apart(app, phone):
    """A phone whose profile was copied, and its act that came under a used count."""

    async def make():
        her = phone("steward")
        await her.take_grant()
        assert [told["state"] for told in await her.send(her.act("/needs", NEED | {"building": app.world.code}))] == ["applied"]
        her.seq = 0
        one = her.act("/needs", NEED | {"building": app.world.code})
        assert [told["reason"] for told in await her.send(one)] == ["seq-reused"]
        return her, one

    return make


async def buttons(client) -> list[str]:
    return re.findall(r'action="(/quarantine/[^"]+/count)"', (await client("dispatcher").get("/quarantine")).text)


async def test_what_its_phone_sent_again_is_not_offered_to_be_counted_too(app, client, person, apart):
    her, one = await apart()
    [button] = await buttons(client)
    [told] = await her.send(one, device=ids.secret())
    assert told["state"] == "applied" and await effects() == 2
    assert await buttons(client) == [] and await aside.count(await person("dispatcher")) == 0
    assert (await client("dispatcher").post(button, data={"act": ids.secret()})).status_code == 404
    assert await effects() == 2


async def test_what_was_counted_is_not_done_again_when_its_phone_sends_it(app, client, apart):
    her, one = await apart()
    [button] = await buttons(client)
    assert (await client("dispatcher").post(button, data={"act": ids.secret()})).status_code == 303
    assert await effects() == 2
    [told] = await her.send(one, device=ids.secret())
    assert (told["state"], told["again"], await effects()) == ("applied", True, 2)


async def test_another_body_under_a_used_id_is_still_offered(app, client, phone):
    her = phone("steward")
    first = her.act("/needs", NEED | {"building": app.world.code})
    await her.send(first)
    await her.send(her.act("/needs", NEED | {"building": app.world.code, "what": "油"}, id=first["id"]))
    [button] = await buttons(client)
    assert (await client("dispatcher").post(button, data={"act": ids.secret()})).status_code == 303
    assert await effects() == 2
