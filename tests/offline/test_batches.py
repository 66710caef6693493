"""F02, F03, F04, F05, F07, F21: copies, other bodies under one id, cut bodies, lost replies, one bad act among many."""

import asyncio
import json

import pytest

from app.kernel import db, ids

NEED = {"room": "602", "kind": "food", "phone": "", "confirm_double": "1"}


def need(her, app, what: str = "土豆", **more):
    return her.act("/needs", NEED | {"building": app.world.code, "what": what}, **more)


async def raised() -> int:
    return await db.value("SELECT count(*) FROM happening WHERE kind = 'need.raised'")


@pytest.mark.postgres
async def test_f02_five_copies_at_once_of_each_of_a_hundred_acts(app, phone):
    """On PostgreSQL over several connections: identical receipts, one effect each."""
    her = phone("steward")
    acts = [need(her, app, f"第{n}样") for n in range(100)]
    portions = [acts[start : start + 20] for start in range(0, 100, 20)]
    answers = await asyncio.gather(*(her.send(*portion) for portion in portions for _ in range(5)))
    told: dict[str, list[dict]] = {}
    for receipt in (one for answer in answers for one in answer):
        told.setdefault(receipt["id"], []).append(receipt)
    assert set(told) == {one["id"] for one in acts}
    for copies in told.values():
        assert sorted(copy.pop("again") for copy in copies) == [False, True, True, True, True]
        assert all(copy == copies[0] for copy in copies) and copies[0]["state"] == "applied"
    assert await raised() == await db.value("SELECT count(*) FROM need") == 100


@pytest.mark.postgres
async def test_f03_another_body_under_one_id_is_kept_apart_and_told(app, client, phone):
    her = phone("steward")
    one = need(her, app)
    other = one | {"seq": 99, "form": one["form"] | {"what": "另一样"}}
    receipts = await her.send(one, other, her.act())
    assert [(told["state"], told["trouble"], told["reason"]) for told in receipts] == [
        ("applied", None, None), ("refused", "overtaken", "id-reused"), ("applied", None, None),
    ]  # fmt: skip
    form = NEED | {"building": app.world.code, "what": "第三样", "act": one["id"]}
    for http in (her.http, client("steward", htmx=True)):
        answer = await http.post("/needs", data=form, headers={"Idempotency-Key": one["id"]})
        assert (answer.status_code, answer.headers["x-act-receipt"]) == (409, f"{one['id']}; refused; again=0")
    assert await raised() == 1
    assert await db.value("SELECT count(*) FROM quarantine WHERE act = ?", one["id"]) == 3
    assert [told["again"] for told in await her.send(one)] == [True]


@pytest.mark.postgres
async def test_one_act_twice_in_a_batch_is_told_the_same_twice(app, phone):
    """Also a refusal or a hold: its receipt is not yet written when the second copy comes."""
    her = phone("steward")
    held, refused = need(her, app, after=ids.secret()), her.act(f"/tasks/{ids.new()}/take")
    first, second, *both = await her.send(held, held, refused, refused)
    assert (first["state"], second["state"], second["again"]) == ("held", "held", True)
    assert first["words"] == second["words"] and first["reason"] == second["reason"]
    assert [told["state"] for told in both] == ["refused", "refused"] and both[0]["words"] == both[1]["words"]


@pytest.mark.postgres
async def test_a_number_used_twice_is_told_so_that_the_phone_takes_a_new_name(app, phone):
    her = phone("steward")
    one, two = need(her, app), need(her, app)
    receipts = await her.send(one, two | {"seq": one["seq"]}, her.act())
    assert [(told["state"], told["reason"]) for told in receipts] == [("applied", None), ("refused", "seq-reused"), ("applied", None)]
    assert [told["state"] for told in await her.send(two, device=ids.secret())] == ["applied"]
    assert await raised() == 2


async def test_f04_a_body_cut_anywhere_decides_nothing_and_the_whole_one_does(app, phone):
    her = phone("steward")
    body = json.dumps({"device": her.device, "acts": [need(her, app, "长" * 60) for _ in range(50)]}).encode()
    assert len(body) > 20_000
    for cut in [*range(0, len(body), 1024), len(body) - 1]:
        assert (await her.http.post("/acts", content=body[:cut])).status_code == 400, cut
    for broken in (body + b"}", b"\xef\xbb\xbf{" + body, body.replace(b'"acts"', b'"acts', 1), body.replace(b"{", b"[", 1)):
        assert (await her.http.post("/acts", content=broken)).status_code == 400
    assert await raised() == await db.value("SELECT count(*) FROM receipt WHERE device = ?", her.device) == 0
    receipts = (await her.http.post("/acts", content=body)).json()["receipts"]
    assert [told["state"] for told in receipts] == ["applied"] * 50 and await raised() == 50


async def test_f04_a_broken_form_decides_nothing_and_the_whole_one_does(app, phone):
    her = phone("steward")
    act_id = ids.secret()
    fields = NEED | {"building": app.world.code, "what": "长" * 400, "act": act_id}
    parts = "".join(f'--line\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    whole = (parts + "--line--\r\n").encode()
    kind = {"Content-Type": "multipart/form-data; boundary=line"}
    cuts = [cut for cut in range(0, len(whole), 256) if cut < len(whole) - 40]
    for body, headers in [(whole[:cut], kind) for cut in cuts] + [(whole, {"Content-Type": "multipart/form-data"})]:
        answer = await her.http.post("/needs", content=body, headers=headers)
        assert 400 <= answer.status_code < 500 and "x-act-receipt" not in answer.headers, len(body)
    assert await raised() == 0
    answer = await her.http.post("/needs", content=whole, headers=kind)
    assert answer.headers["x-act-receipt"] == f"{act_id}; applied; again=0" and await raised() == 1


@pytest.mark.postgres
async def test_f05_a_reply_that_was_lost_is_given_again_word_for_word(app, phone):
    her = phone("steward")
    acts = [need(her, app), her.act("/people/invite"), need(her, app, after=ids.secret())]
    lost = await her.send(*acts)
    again = await her.send(*acts)
    assert [told | {"again": True} for told in lost] == again
    assert await raised() == 1


@pytest.mark.postgres
async def test_f07_one_bad_act_among_fifty_holds_up_none(app, phone):
    her = phone("steward")
    for bad in ({"form": "text"}, {"seq": "many"}, {"path": "/needs/\x00"}, {"path": "http://[", "form": {}}, {"id": "short"}, {"at": 7}, {"sealed": 5},
                {"form": {"what": [1]}}, {"path": None}, {"method": {}}, {"form": {"what": "\ud83d"}}):  # fmt: skip
        acts = [her.act() for _ in range(50)]
        acts[20] |= bad
        body = json.dumps({"device": her.device, "acts": acts})
        answer = await her.http.post("/acts", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 400), bad
        if answer.status_code == 200:
            receipts = answer.json()["receipts"]
            assert [told["id"] for told in receipts] == [one["id"] for one in acts], bad
            assert sum(told["state"] == "applied" for told in receipts) == 49, bad
            assert receipts[20]["state"] == "refused" and receipts[20]["words"], bad
        else:
            assert "\\ud83d" in body, bad


async def test_an_estate_behind_one_address_is_let_in_after_an_outage(app, phone, monkeypatch):
    """200 phones with 50 acts, each sent singly in the worst case, would be 10,000 requests: batches are 200, and each may ask ten times."""
    from app.kernel.limits import RATES, Buckets

    rule, burst, per_second = RATES["/acts"]
    buckets = Buckets()
    assert not any(buckets.allow(rule, "one", burst=burst, per_second=per_second) for _ in range(2_000))
    while not (wait := buckets.allow(rule, "one", burst=burst, per_second=per_second)):
        pass
    assert 0 < wait < 1
    monkeypatch.setitem(RATES, "/acts", ("acts", 2, 0.1))
    her = phone("steward")
    answers = [await her.post() for _ in range(3)]
    assert any(answer.status_code == 429 and int(answer.headers["retry-after"]) >= 1 for answer in answers)
    assert (await her.http.post("/inbox/read")).status_code == 303
