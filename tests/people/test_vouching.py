"""A dispatcher's word, suspension, roles: who may, and what they change."""

import pytest

from app.kernel import db
from app.people import reads
from app.people.rules import accounts, roles, vouching


@pytest.mark.postgres
async def test_vouching_once_with_undo_and_a_word_to_her(world, act, person):
    by = await person("dispatcher")
    receipt = await act(vouching.vouch, world.newcomer, by=by)
    assert receipt.state == "applied" and receipt.undo == f"/people/{world.newcomer}/unvouch"
    assert (await act(vouching.vouch, world.newcomer, by=by)).reason == "vouched-already"
    assert (await person("newcomer")).vouched
    assert [message.words for message in await reads.messages(world.newcomer)] == ["message.vouched"]
    assert (await act(vouching.unvouch, world.newcomer, by=by)).state == "applied"
    assert not (await person("newcomer")).vouched
    assert (await act(vouching.unvouch, world.newcomer, by=by)).reason == "not-vouched"


async def test_vouching_for_many_passes_over_strangers_and_those_done(world, act, person):
    picked = (world.newcomer, world.volunteer, world.outsider)
    receipt = await act(vouching.vouch_many, picked, by=await person("dispatcher"))
    assert receipt.state == "applied" and receipt.filled == {"n": 1}
    assert (await act(vouching.vouch_many, picked, by=await person("dispatcher"))).reason == "vouched-already"


@pytest.mark.parametrize("verb", [vouching.vouch, vouching.unvouch, accounts.suspend, accounts.restore])
async def test_outsiders_see_nobody_and_readers_may_not(world, act, person, verb):
    for name in ("outsider", "outside_dispatcher"):
        assert (await act(verb, world.newcomer, by=await person(name))).trouble == "gone"
    for name in ("volunteer", "steward", "operator"):
        assert (await act(verb, world.newcomer, by=await person(name))).trouble == "barred"


async def test_the_word_stays_while_a_role_rests_on_it(world, act, person):
    assert (await act(vouching.unvouch, world.steward, by=await person("dispatcher"))).reason == "unvouch-has-roles"


async def test_a_suspended_person_is_out_at_once_and_cannot_come_back(client, app, act, person):
    phone, desk = client("volunteer"), client("dispatcher")
    assert (await phone.get("/me")).status_code == 200
    assert (await desk.post(f"/people/{app.world.volunteer}/suspend")).status_code == 303
    assert (await phone.get("/me")).headers["location"].startswith("/sign-in")
    assert (await phone.post("/inbox/read")).status_code == 401
    assert (await desk.post(f"/people/{app.world.volunteer}/link")).status_code == 409
    assert (await desk.post(f"/people/{app.world.volunteer}/restore")).status_code == 303
    assert (await phone.get("/me")).headers["location"].startswith("/sign-in"), "old sessions stay ended"


async def test_a_password_does_not_open_a_suspended_account(client, app, act, person):
    import cast

    await db.run("UPDATE account SET suspended_at = made_at WHERE id = ?", app.world.dispatcher)
    answer = await client().post("/sign-in", data={"phone": "13800000000", "password": cast.PASSWORD})
    assert answer.status_code == 422 and "set-cookie" not in answer.headers


async def test_nobody_suspends_herself_or_one_who_answers_for_another_place(world, act, person):
    by = await person("dispatcher")
    assert (await act(accounts.suspend, world.dispatcher, by=by)).reason == "suspend-self"

    async def also_away(*, by) -> None:
        await accounts.give_role(world.volunteer, "dispatcher", world.away, place="community", place_id=world.away)

    await act(also_away, by=by)
    assert (await act(accounts.suspend, world.volunteer, by=by)).reason == "elsewhere"


async def test_suspending_ends_her_stay_on_site(world, act, person):
    from app.people.rules import presence

    async def arrive(*, by) -> None:
        await presence.start(by=by)

    await act(arrive, by=await person("volunteer"))
    await act(accounts.suspend, world.volunteer, by=await person("dispatcher"))
    assert await reads.now_present(world.volunteer) is None


@pytest.mark.postgres
async def test_a_role_reaches_its_place_ends_and_comes_back(world, act, person):
    by = await person("dispatcher")
    given = await act(roles.give, world.volunteer, "steward", (world.building, world.building2), None, by=by)
    assert given.state == "applied"
    assert (await person("volunteer")).buildings == {world.building, world.building2}
    assert (await act(roles.give, world.volunteer, "steward", (world.building,), None, by=by)).reason == "held-already"
    [first, _] = [held for held in await reads.held(world.volunteer, world.community) if held.role == "steward"]
    ended = await act(roles.end, first.id, by=by)
    assert ended.state == "applied" and ended.undo == f"/roles/{first.id}/again"
    assert len((await person("volunteer")).buildings) == 1
    assert (await act(roles.end, first.id, by=by)).trouble == "gone"
    assert (await act(roles.again, first.id, by=await person("steward"))).trouble == "barred"
    assert (await act(roles.again, first.id, by=await person("outside_dispatcher"))).trouble == "gone"
    assert (await act(roles.again, first.id, by=by)).state == "applied"
    assert len((await person("volunteer")).buildings) == 2


async def test_a_role_needs_a_vouched_member_a_place_and_the_right(world, act, person):
    by = await person("dispatcher")
    assert (await act(roles.give, world.newcomer, "operator", (), None, by=by)).reason == "not-vouched"
    assert (await act(roles.give, world.outsider, "operator", (), None, by=by)).trouble == "gone"
    assert (await act(roles.give, world.volunteer, "steward", (), None, by=by)).errors
    assert (await act(roles.give, world.volunteer, "steward", (world.far_building,), None, by=by)).errors
    assert (await act(roles.give, world.volunteer, "grid_lead", (), None, by=by)).errors
    assert (await act(roles.give, world.volunteer, "grid_lead", (), world.building, by=by)).errors
    for name in ("steward", "volunteer", "operator"):
        assert (await act(roles.give, world.volunteer, "dispatcher", (), None, by=await person(name))).trouble == "barred"


async def test_the_last_word_is_not_taken_from_oneself(world, act, person):
    by = await person("dispatcher")
    mine = {held.role: held.id for held in await reads.held(world.dispatcher, world.community)}
    assert (await act(roles.end, mine["dispatcher"], by=by)).reason == "own-dispatcher"
    assert (await act(roles.end, mine["volunteer"], by=by)).reason == "volunteer-stays"
    [held] = [held for held in await reads.held(world.steward, world.community) if held.role == "steward"]
    assert (await act(roles.end, held.id, by=await person("outside_dispatcher"))).trouble == "gone"
    assert (await act(roles.end, held.id, by=await person("volunteer"))).trouble == "barred"


@pytest.mark.postgres
async def test_a_certificate_is_seen_once_and_goes_with_its_skill(world, act, person):
    from app.people.rules import profile

    by = await person("dispatcher")
    assert (await act(vouching.see_certificate, world.volunteer, "sampling", by=by)).state == "applied"
    assert (await act(vouching.see_certificate, world.volunteer, "sampling", by=by)).reason == "certificate-seen-already"
    assert (await act(vouching.see_certificate, world.volunteer, "driving", by=by)).trouble == "gone"
    assert [skill.seen for skill in await reads.skills_of(world.volunteer)] == [True]
    await act(profile.change, "薄志愿", "", ("driving",), "zh", by=await person("volunteer"))
    await act(profile.change, "薄志愿", "", ("sampling",), "zh", by=await person("volunteer"))
    assert [skill.unseen for skill in await reads.skills_of(world.volunteer)] == [True]
    with pytest.raises(db.IntegrityError):
        await db.run(
            "INSERT INTO skill_vouched(account_id, skill, at, by) VALUES (?, 'flying', ?, ?)",
            world.volunteer,
            (await reads.member(world.volunteer, world.community)).joined_at,
            world.dispatcher,
        )


async def test_one_tap_in_the_list_draws_that_line_again(client, app):
    desk = client("dispatcher", htmx=True)
    answer = await desk.post(f"/people/{app.world.newcomer}/vouch")
    assert answer.status_code == 200 and f'id="person-{app.world.newcomer}"' in answer.text
    assert "/unvouch" in answer.text, "the toast offers to take it back"
    assert f"/people/{app.world.newcomer}/vouch" not in answer.text
