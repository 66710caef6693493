"""POST /acts: a receipt for each act, in order, whatever happened to its neighbours."""

from app.kernel import db, ids


async def send(phone, *acts, **more):
    return await phone.post("/acts", json={"device": "d1", "acts": list(acts), **more})


def read_inbox(**more):
    return {"id": ids.secret(), "seq": 1, "at": "2026-11-22T08:00:00+08:00", "method": "POST", "path": "/inbox/read", "form": {}, **more}


async def test_each_act_gets_its_receipt_and_a_repeat_says_again(client):
    phone, one = client("volunteer"), read_inbox()
    first = (await send(phone, one)).json()["receipts"][0]
    again = (await send(phone, one)).json()["receipts"][0]
    assert (first["id"], first["state"], first["again"]) == (one["id"], "applied", False)
    assert (again["state"], again["again"]) == ("applied", True)


async def test_an_unknown_path_and_a_wrong_id_do_not_hold_up_their_neighbours(client):
    acts = [read_inbox(seq=1), read_inbox(seq=2, path="/nowhere"), read_inbox(seq=3, id="short"), read_inbox(seq=4)]
    receipts = (await send(client("volunteer"), *acts)).json()["receipts"]
    assert [r["state"] for r in receipts] == ["applied", "refused", "refused", "applied"]
    assert [r["id"] for r in receipts] == [a["id"] for a in acts]


async def test_the_device_time_and_the_servers_are_both_kept(client):
    one = read_inbox()
    await send(client("volunteer"), one)
    row = await db.value("SELECT at FROM receipt WHERE id = ?", one["id"])
    assert str(row).startswith("2026-11-22 00:00:00")


async def test_a_body_that_is_no_batch_is_refused_whole(client):
    phone = client("volunteer")
    for content in (b"", b"{", b"[]", b'{"acts": 7}', b"\xff\xfe", b'{"acts": [{"id": 5}]}'):
        assert (await phone.post("/acts", content=content)).status_code == 400
    assert (await send(phone, *[read_inbox(seq=n) for n in range(101)])).status_code == 413
    assert await db.value("SELECT count(*) FROM receipt WHERE path = '/inbox/read'") == 0


async def test_a_stranger_is_told_to_sign_in_and_nothing_is_decided(client):
    answer = await send(client(), read_inbox())
    assert answer.status_code == 401 and "x-act-receipt" not in answer.headers
