"""Whose act it is, whoever is signed in when it comes, or nobody."""

from datetime import timedelta

import pytest

from app.journal import worker
from app.kernel import clock, db, ids
from app.people.rules import devices

pytestmark = pytest.mark.postgres

NEED = {"room": "602", "kind": "food", "what": "土豆", "phone": "", "confirm_double": "1"}


async def raised() -> list[str]:
    return [str(row) for row in await db.rows(str, "SELECT CAST(by AS TEXT) FROM happening WHERE kind = 'need.raised' ORDER BY id")]


def need(her, app, **more):
    return her.act("/needs", NEED | {"building": app.world.code}, **more)


async def test_the_same_phone_gets_the_same_grant_and_another_one_another(app, phone):
    one, other = phone("steward"), phone("steward")
    assert await one.take_grant() == await one.take_grant() != await other.take_grant()
    for body in (b"", b"[]", b'{"device": ""}', b'{"device": 7}', b"\xff"):
        assert (await one.http.post("/grants", content=body)).status_code == 422
    assert (await phone().http.post("/grants", json={"device": "d"})).status_code == 401


async def test_an_act_counts_for_its_grants_owner_whoever_sends_it(app, client, phone):
    her = phone("steward")
    await her.take_grant()
    acts = [need(her, app) for _ in range(3)]
    for one, sender in zip(acts, (client("volunteer"), client(), client("outsider")), strict=True):
        [told] = await her.send(one, http=sender)
        assert (told["state"], told["reason"]) == ("applied", None)
    assert await raised() == [str(app.world.steward)] * 3
    [again] = await her.send(acts[0])
    assert (again["state"], again["again"]) == ("applied", True)


async def test_the_sender_learns_the_state_of_anothers_act_and_no_more(app, client, phone):
    her = phone("steward")
    await her.take_grant()
    one = her.act("/people/invite")  # a steward may not
    [told] = await her.send(one, http=client("volunteer"))
    [hers] = await her.send(one)
    assert told["state"] == hers["state"] == "refused" and hers["again"]
    assert hers["words"] != told["words"] and (told["reason"], hers["reason"]) == (None, "barred")


async def test_no_session_and_no_grant_is_401_and_beside_a_grant_the_act_is_kept(app, client, phone):
    her = phone("steward")
    await her.take_grant()
    bare = need(her, app)
    bare.pop("grant")
    assert (await her.post(bare, http=client())).status_code == 401
    assert (await her.post(http=client())).status_code == 401
    receipts = await her.send(need(her, app), bare, her.act(grant="A" * 22), http=client())
    assert [told and told["state"] for told in receipts] == ["applied", None, None]


async def test_an_act_without_a_grant_never_counts_for_whoever_has_signed_in_since(app, client, phone):
    her = phone("steward")
    bare = need(her, app)
    assert await her.send(bare, http=client("operator"), owner="another") == [None]
    assert await raised() == []


async def test_signing_out_leaves_the_grant_and_ending_the_session_from_afar_ends_it(app, client, phone):
    her = phone("volunteer")
    await her.take_grant()
    await her.http.post("/sign-out")
    assert [told["state"] for told in await her.send(her.act(), http=client())] == ["applied"]
    at_home = phone("steward")
    lost = phone("steward")
    session = await db.rows(str, "SELECT CAST(id AS TEXT) FROM session WHERE account_id = ?", app.world.steward)
    await lost.take_grant()
    assert (await at_home.http.post(f"/sessions/{session[0]}/end")).status_code == 303
    assert (await devices.holder(lost.grant)).ended_at is None  # the session in her hand: that is signing out


@pytest.mark.parametrize("ended", ["others", "suspended"])
async def test_what_was_pressed_before_the_end_is_held_and_what_comes_after_is_refused(app, client, phone, ended):
    her = phone("steward")
    await her.take_grant()
    clock.advance(timedelta(minutes=10))
    before = need(her, app)
    clock.advance(timedelta(minutes=20))
    if ended == "others":
        await _end_others(app)
    else:
        await client("dispatcher").post(f"/people/{app.world.steward}/suspend")
    clock.advance(timedelta(minutes=30))
    after, silent = need(her, app), need(her, app, at=None)
    receipts = await her.send(before, after, silent, http=client())
    assert [(told["state"], told["reason"]) for told in receipts] == [("held", "revoked"), ("refused", "revoked"), ("refused", "revoked")]
    again = await her.send(before, after, silent, http=client())
    assert [(told["state"], told["again"]) for told in again] == [("held", True), ("refused", True), ("refused", True)]
    assert await raised() == []
    assert await db.value("SELECT count(*) FROM held_act") == 1


async def _end_others(app) -> None:
    """From another phone of hers, which holds no grant of this one's."""

    async def work() -> None:
        await devices.revoke_others(app.world.steward, ids.new())

    assert (await worker.do(work)).state == "applied"


async def test_a_clock_set_ahead_does_not_make_an_act_older_than_the_end(app, client, phone):
    her = phone("steward", behind=timedelta(days=3))
    await her.take_grant()
    clock.advance(timedelta(minutes=20))
    await _end_others(app)
    clock.advance(timedelta(minutes=30))
    off = int(her.behind.total_seconds() * 1000)
    [told] = await her.send(need(her, app, offset=off), http=client())
    assert (told["state"], told["reason"]) == ("refused", "revoked")


async def test_a_grant_ends_after_ninety_days_and_who_is_signed_in_herself_needs_none(app, client, phone):
    her = phone("steward")
    await her.take_grant()
    one = need(her, app)
    async with db.transaction():
        await db.run("UPDATE device_grant SET expires_at = made_at")
    clock.advance(timedelta(minutes=1))
    assert [told["reason"] for told in await her.send(need(her, app), http=client())] == ["revoked"]
    assert [told["state"] for told in await her.send(one)] == ["applied"]


async def test_an_act_stays_in_the_community_of_its_grant(app, client, phone):
    """Her only role there has ended: it must not slip into another community of hers."""
    her = phone("volunteer")
    await her.take_grant()
    one = her.act()
    async with db.transaction():
        await db.run(
            "UPDATE role SET community_id = ?, place_id = ? WHERE account_id = ?", app.world.away, app.world.away, app.world.volunteer
        )
    clock.advance(timedelta(minutes=1))
    assert [(told["state"], told["reason"]) for told in await her.send(one, http=client())] == [("held", "revoked")]


async def test_a_form_with_anothers_grant_counts_for_her_and_draws_nothing(app, client, phone):
    her = phone("steward")
    await her.take_grant()
    for sender in (client("volunteer"), client(), client("dispatcher", htmx=True)):
        act_id = ids.secret()
        form = NEED | {"building": app.world.code, "act": act_id, "grant": her.grant}
        answer = await sender.post("/needs", data=form)
        assert (answer.status_code, answer.text) == (204, "")
        assert answer.headers["x-act-receipt"] == f"{act_id}; applied; again=0"
    assert await raised() == [str(app.world.steward)] * 3
    hers = await her.http.post("/needs", data=NEED | {"building": app.world.code, "grant": her.grant})
    assert hers.status_code == 303
    unknown = await client("volunteer").post("/needs", data=NEED | {"building": app.world.code, "grant": "A" * 22})
    assert unknown.status_code == 401 and "x-act-receipt" not in unknown.headers
