"""An act whose form names one before it waits for that one; then it goes on as its owner's, with its own time."""

from datetime import timedelta
from itertools import pairwise

import pytest

from app.kernel import clock, db, ids
from app.offline import jobs

pytestmark = pytest.mark.postgres

NEED = {"room": "602", "kind": "food", "phone": "", "confirm_double": "1"}


def need(her, app, what: str = "土豆", **more):
    return her.act("/needs", NEED | {"building": app.world.code, "what": what}, **more)


async def count(kind: str) -> int:
    return await db.value("SELECT count(*) FROM happening WHERE kind = ?", kind)


async def states(her, *acts) -> list[tuple[str, str | None]]:
    return [(told["state"], told["reason"]) for told in await her.send(*acts)]


async def test_it_waits_for_the_one_before_and_then_goes_on_as_hers_with_its_own_time(app, phone):
    her = phone("steward")
    first, second = need(her, app), need(her, app)
    second["after"] = first["id"]
    assert await states(her, second) == [("held", "after")]
    assert await count("need.raised") == 0
    clock.advance(timedelta(hours=1))
    assert await states(her, first) == [("applied", None)]
    assert await count("need.raised") == 1
    await jobs.release()
    assert await states(her, second) == [("applied", None)]
    sql = "SELECT count(*) FROM happening h JOIN receipt r ON r.id = h.act WHERE h.act = ? AND h.by = ? AND h.at = r.at AND h.received_at = r.received_at"
    assert await db.value(sql, second["id"], app.world.steward) == 1
    assert await db.value("SELECT count(*) FROM held_act") == 0
    await jobs.release()
    assert await count("need.raised") == 2


async def test_its_body_lies_sealed(app, phone):
    her = phone("steward")
    await her.send(need(her, app, "不可告人", after=ids.secret()))
    body = await db.rows(bytes, "SELECT body_sealed FROM held_act")
    assert body[0] and "不可告人".encode() not in body[0]


async def test_a_chain_goes_on_in_order_in_one_round(app, phone):
    her = phone("steward")
    acts = [need(her, app, f"第{n}样") for n in range(5)]
    for before, after in pairwise(acts):
        after["after"] = before["id"]
    assert await states(her, *reversed(acts[1:])) == [("held", "after")] * 4
    await her.send(acts[0])
    await jobs.release()
    done = await db.rows(str, "SELECT act FROM happening WHERE kind = 'need.raised' ORDER BY id")
    assert done == [one["id"] for one in acts]


@pytest.mark.parametrize("before", ["refused", "misfit", "unreadable"])
async def test_one_that_was_refused_or_not_understood_keeps_nobody_waiting(app, phone, before):
    her = phone("steward")
    forms = {
        "refused": ("/people/invite", {}),
        "misfit": ("/needs", {"building": "nowhere"}),
        "unreadable": ("/needs", {"building": app.world.code}),
    }
    path, form = forms[before]
    first = her.act(path, form)
    if before == "unreadable":
        first |= {"seq": "seven"}
    second = need(her, app, after=first["id"])
    assert [state for state, _ in await states(her, second, first)] == ["held", "refused"]
    await jobs.release()
    assert await states(her, second) == [("applied", None)]


async def test_a_typing_error_on_its_page_keeps_nobody_waiting(app, phone):
    her = phone("steward")
    act_id = ids.secret()
    second = need(her, app, after=act_id)
    assert await states(her, second) == [("held", "after")]
    answer = await her.http.post("/needs", data={"act": act_id}, headers={"X-Device": her.device, "X-Seq": "9"})
    assert (answer.status_code, answer.headers["x-act-misfit"]) == (422, act_id)
    await jobs.release()
    assert await states(her, second) == [("applied", None)]


async def test_the_same_id_with_another_body_is_kept_apart_while_it_waits(app, phone):
    her = phone("steward")
    one = need(her, app, after=ids.secret())
    assert await states(her, one, one | {"form": one["form"] | {"what": "另一样"}, "seq": 7}) == [
        ("held", "after"),
        ("refused", "id-reused"),
    ]
    assert await db.value("SELECT count(*) FROM quarantine WHERE act = ?", one["id"]) == 1
    assert await states(her, one) == [("held", "after")]


async def test_a_form_on_its_page_is_held_too(app, phone):
    her = phone("steward")
    act_id = ids.secret()
    form = NEED | {"building": app.world.code, "what": "土豆", "act": act_id, "after": ids.secret()}
    answer = await her.http.post("/needs", data=form)
    assert answer.headers["x-act-receipt"] == f"{act_id}; held; again=0"
    assert await count("need.raised") == 0


async def test_after_six_hours_the_desk_is_told_once_and_after_seventy_two_it_is_performed_with_a_mark(app, client, phone):
    her = phone("steward")
    one = need(her, app, after=ids.secret())
    await her.send(one)
    told = "SELECT count(*) FROM message WHERE words = 'message.act_waited_long' AND account_id = ?"
    for hours, n in ((5.9, 0), (6.1, 1), (7, 1), (71.9, 1)):
        clock.advance(timedelta(hours=hours))
        for duty in jobs.DUTIES:
            await duty()
        assert await db.value(told, app.world.dispatcher) == n
        assert await states(her, one) == [("held", "after")]
    assert one["id"] in (await client("dispatcher").get("/phones")).text
    clock.advance(timedelta(hours=72.1))
    await jobs.release()
    assert await states(her, one) == [("applied", "out-of-order")]
    assert await count("need.raised") == 1


async def test_who_has_no_role_any_more_when_its_turn_comes_is_refused(app, client, phone):
    her = phone("steward")
    first = her.act()
    second = need(her, app, after=first["id"])
    await her.send(second)
    async with db.transaction():
        await db.run("UPDATE role SET ended_at = ? WHERE account_id = ?", clock.now(), app.world.steward)
    await her.send(first, http=client("volunteer"))
    clock.advance(timedelta(hours=73))
    await jobs.release()
    state = await db.rows(str, "SELECT reason FROM receipt WHERE id = ?", second["id"])
    assert state == ["no-role"] and await count("need.raised") == 0


async def test_a_kept_act_counts_as_hers_once_the_desk_says_so_or_is_put_aside_with_a_reason(app, client, phone):
    her = phone("steward")
    await her.take_grant()
    clock.advance(timedelta(minutes=1))
    acts = [need(her, app, f"第{n}样") for n in range(2)]
    clock.advance(timedelta(minutes=2))
    desk = client("dispatcher")
    await desk.post(f"/people/{app.world.steward}/suspend")
    clock.advance(timedelta(minutes=3))
    assert [told["state"] for told in await her.send(*acts, http=client())] == ["held"] * 2
    shown = (await desk.get("/phones")).text
    assert all(one["id"] in shown for one in acts) and "第0样" not in shown
    assert (await client("outside_dispatcher").post(f"/held/{acts[0]['id']}/count")).status_code == 404
    assert (await desk.post(f"/held/{acts[0]['id']}/count")).status_code == 303
    assert (await desk.post(f"/held/{acts[0]['id']}/aside", data={"why": "mistaken"})).status_code == 409
    assert (await desk.post(f"/held/{acts[1]['id']}/aside", data={"why": "nonsense"})).status_code == 422
    assert (await desk.post(f"/held/{acts[1]['id']}/aside", data={"why": "mistaken"})).status_code == 303
    await jobs.release()
    receipts = await her.send(*acts, http=client())
    assert [told["state"] for told in receipts] == ["applied", "refused"]
    assert await db.rows(str, "SELECT CAST(by AS TEXT) FROM happening WHERE kind = 'need.raised'") == [str(app.world.steward)]
    reasons = await db.rows(str, "SELECT reason FROM receipt WHERE id = ?", acts[1]["id"])
    assert reasons == ["put-aside"]
    assert await db.value("SELECT count(*) FROM message WHERE account_id = ?", app.world.steward) >= 1
