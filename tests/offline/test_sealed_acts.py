"""Acts that a phone sealed to the server, and the rescue file that carries them another way."""

import base64
import json

import pytest

from app.kernel import db, ids
from app.offline.sealed import close_envelope

pytestmark = pytest.mark.postgres

NEED = {"room": "602", "kind": "food", "what": "土豆", "phone": "", "confirm_double": "1"}


def need(her, app, **more):
    return her.act("/needs", NEED | {"building": app.world.code}, **more)


def sealed(one: dict, device: str) -> dict:
    content = {name: value for name, value in one.items() if name not in ("id", "method")} | {"device": device}
    return {"id": one["id"], "sealed": close_envelope(one["id"], content)}


async def raised() -> list[str]:
    return await db.rows(str, "SELECT CAST(by AS TEXT) FROM happening WHERE kind = 'need.raised' ORDER BY id")


async def test_a_sealed_act_counts_for_its_owner_once_sealed_or_not(app, client, phone):
    her = phone("steward")
    await her.take_grant()
    one = need(her, app)
    for sender, again in ((client(), False), (client("volunteer"), True)):
        [told] = await phone(None, device="another").send(sealed(one, her.device), http=sender)
        assert (told["id"], told["state"], told["again"]) == (one["id"], "applied", again)
    assert [told["again"] for told in await her.send(one)] == [True]
    assert await raised() == [str(app.world.steward)]
    assert tuple(await db.rows(str, "SELECT device FROM receipt WHERE id = ?", one["id"])) == (her.device,)


def spoilt(envelope: str, act_id: str):
    raw = base64.urlsafe_b64decode(envelope + "=" * (-len(envelope) % 4))
    yield ""
    yield "!"
    yield "長"
    yield envelope[:40]
    yield envelope[:-4]
    yield ids.b64(bytes([2]) + raw[1:])
    yield ids.b64(raw[:1] + bytes(65) + raw[66:])
    for at in (5, 70, 90, len(raw) - 1):
        yield ids.b64(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    yield close_envelope("B" * 22, {"path": "/inbox/read"})
    for content in ({"path": 7}, {"form": "text"}, {"seq": "many"}):
        yield close_envelope(act_id, content)


async def test_a_damaged_one_is_kept_apart_and_told_and_holds_nobody_up(app, phone):
    her = phone("steward")
    await her.take_grant()
    good = need(her, app)
    for envelope in spoilt(sealed(good, her.device)["sealed"], good["id"]):
        receipts = await her.send({"id": good["id"], "sealed": envelope}, her.act())
        assert [(told["state"], told["reason"]) for told in receipts] == [("refused", "unreadable"), ("applied", None)], envelope
    assert 0 < await db.value("SELECT count(*) FROM quarantine WHERE path = 'sealed'") <= 5
    assert await raised() == []
    assert [told["state"] for told in await her.send(sealed(good, her.device))] == ["applied"]


async def test_a_sealed_act_without_a_known_grant_counts_for_nobody(app, client, phone):
    her = phone("steward")
    receipts = await her.send(
        sealed(need(her, app), her.device), sealed(need(her, app, grant="A" * 22), her.device), http=client("dispatcher")
    )
    assert [(told["state"], told["reason"]) for told in receipts] == [("refused", "no-grant")] * 2
    assert await raised() == []


def rescue(*acts, **more) -> bytes:
    return json.dumps(
        {"format": "lastmetre-rescue", "version": 1, "device": "d9", "made_at": "2026-11-22T08:00:00Z", "acts": list(acts)} | more
    ).encode()


async def bring(http, data: bytes):
    return await http.post("/rescue", files={"file": ("rescue.json", data, "application/json")})


async def test_each_act_of_a_rescue_file_counts_for_whoever_pressed_it_once(app, client, phone):
    her, his = phone("steward"), phone("operator")
    await her.take_grant()
    await his.take_grant()
    acts = [need(her, app), need(his, app), need(her, app, grant=None)]
    file = rescue(acts[0], sealed(acts[1], his.device), acts[2], {"id": ids.secret(), "sealed": "rubbish"})
    for _ in range(2):
        answer = await bring(client("dispatcher"), file)
        assert answer.status_code == 200 and "x-act-receipt" in answer.headers
        assert answer.text.count('role="rowheader"') == 4
    assert sorted(await raised()) == sorted([str(app.world.steward), str(app.world.operator)])
    assert [told["again"] for told in await her.send(acts[0])] == [True]
    assert [told["again"] for told in await his.send(acts[1])] == [True]


async def test_another_file_is_a_complaint(client):
    http = client("dispatcher")
    for data in (b"", b"{", b"[]", b"\xff\xfe", rescue(format="other"), rescue(version=2), rescue({"no": "id"}), rescue(acts=[7])):
        assert (await bring(http, data)).status_code == 422, data[:40]
    assert (await http.post("/rescue", data={})).status_code == 422
