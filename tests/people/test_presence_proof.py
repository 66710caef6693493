"""Claimed or strong: what a poster, a moving square and somebody's word prove, and what a picture of them does not."""

from datetime import timedelta
from uuid import UUID

import pytest
from tasks.calls import called, crowd

from app import web
from app.door import here_acts
from app.journal.record import listened
from app.journal.worker import Worker
from app.kernel import act as acts
from app.kernel import clock, db, ids
from app.people import moving
from app.people import reads as people
from app.people.rules import confirming, flagging, presence, roles, sessions, showing
from app.tasks import reads as tasks
from app.tasks.rules import attending, taking

WORKER = Worker(web.LISTENERS, [])
SOME = ("volunteer", "volunteer2", "newcomer", "operator", "steward")


@pytest.fixture(autouse=True)
def _listening() -> None:
    """Another test's worker may have had other listeners."""
    listened(set(WORKER.listeners))


@pytest.fixture
def shown(world, person, act):
    """`await shown()` starts the steward's square; then `shown.token(moment)` and `shown.typed(moment)` are what it shows."""

    class Square:
        async def __call__(self, building=None, by="steward"):
            receipt = await act(showing.start, building or world.building, by=await person(by))
            assert receipt.state == "applied", receipt
            self.it = await people.shown_by((await person(by)).session_id)
            self.secret = moving.secret_of(self.it.id)
            return self

        def token(self, moment) -> str:
            return moving.token_at(self.it.short, self.secret, moving.step_of(moment))

        def typed(self, moment) -> str:
            return moving.typed_at(self.secret, moving.step_of(moment))

    return Square()


async def press(verb, *args, by, at=None, now=None, **fields):
    """As from a phone: pressed at `at`, received at `now`."""
    with clock.at(now or clock.now()):
        act = acts.Press(ids.secret(), f"/test/{verb.__name__}", by, lambda: verb(*args, by=by, **fields), b"test", at=at)
        [receipt] = await acts.perform([act])
    return receipt


async def proof_of(account) -> list[str]:
    return await db.rows(str, "SELECT proof FROM presence WHERE account_id = ? ORDER BY since, id", account)


async def flags() -> list[str]:
    return await db.rows(str, "SELECT kind FROM presence_flag ORDER BY id")


async def told() -> None:
    await WORKER.once()


def code(token: str) -> moving.Code:
    found = moving.read(token)
    assert found is not None, token
    return found


@pytest.mark.postgres
async def test_a_poster_is_claimed_and_the_moving_square_is_strong(world, person, shown):
    bo, now = await person("volunteer"), clock.now()
    await shown()
    assert (await press(attending.arrive, world.building, by=bo)).state == "applied"
    assert await proof_of(bo.id) == ["claimed"]
    receipt = await press(here_acts.check_in, code(shown.token(clock.now())), by=bo)
    assert (receipt.state, receipt.reason, receipt.words) == ("applied", None, "presence.in.strong")
    assert await proof_of(bo.id) == ["strong"]
    who = await db.rows(UUID, "SELECT proved_by FROM presence WHERE account_id = ?", bo.id)
    assert who == [world.steward] and await flags() == []
    assert now < clock.now()


@pytest.mark.postgres
async def test_a_picture_of_the_square_an_hour_later_never_proves_anything(world, person, shown):
    """S04: replayed from many accounts none becomes strong, and each is flagged."""
    await shown()
    taken = shown.token(clock.now())
    later = clock.now() + timedelta(hours=1)
    for name in SOME[:4]:
        receipt = await press(here_acts.check_in, code(taken), by=await person(name), now=later)
        assert (receipt.state, receipt.reason) == ("applied", "old-code"), receipt
        assert await proof_of((await person(name)).id) == ["claimed"]
    assert await flags() == ["old_code"] * 4


@pytest.mark.parametrize(
    ("late", "proof"), [(0, "strong"), (60, "strong"), (89, None), (150, "claimed"), (-60, "strong"), (-150, "claimed")]
)
async def test_two_half_minutes_either_way_and_no_more(world, person, shown, late, proof):
    """At 89 s it depends on where in its half minute it was shown: at most two steps away is taken."""
    await shown()
    start = clock.now() + timedelta(minutes=10)
    moment = start - timedelta(seconds=start.timestamp() % moving.SECONDS)
    pressed = moment + timedelta(seconds=late)
    bo = await person("volunteer")
    await press(here_acts.check_in, code(shown.token(moment)), by=bo, now=pressed)
    assert await proof_of(bo.id) == [proof or "strong"]


async def test_a_check_that_did_not_look_at_the_time_would_be_caught(world, person, shown, monkeypatch):
    """The control: with it, the hour-old picture passes, so the test above does see the difference."""
    monkeypatch.setattr(moving, "WITHIN", 10**9)
    await shown()
    taken, bo = shown.token(clock.now()), await person("volunteer")
    await press(here_acts.check_in, code(taken), by=bo, now=clock.now() + timedelta(hours=1))
    assert await proof_of(bo.id) == ["strong"]


@pytest.mark.postgres
async def test_pressed_without_network_it_is_judged_by_when_it_was_pressed(world, person, shown):
    await shown()
    at, bo = clock.now() + timedelta(minutes=5), await person("volunteer")
    receipt = await press(here_acts.check_in, code(shown.token(at)), by=bo, at=at, now=at + timedelta(hours=3))
    assert receipt.state == "applied" and receipt.words == "presence.in.strong"
    assert await proof_of(bo.id) == ["strong"] and await flags() == []
    since = (await people.spells(bo.id, bo.community_id))[0].since
    assert since == at


async def test_the_code_is_typed_in_any_hand_and_a_slip_is_told_before_anything_is_looked_up(world, person, shown):
    await shown()
    bo, typed = await person("volunteer"), shown.typed(clock.now())
    assert len(typed) == 8 and moving.read(f" {typed[:4].lower()}-{typed[4:]} ") == moving.Code(typed=typed)
    swapped = typed[1] + typed[0] + typed[2:]
    assert swapped == typed or moving.read(swapped) is None
    assert (await press(here_acts.check_in, code(typed), by=bo)).words == "presence.in.strong"
    assert await proof_of(bo.id) == ["strong"]


async def test_an_old_typed_code_is_found_again_and_one_that_nobody_showed_is_refused(world, person, shown):
    await shown()
    bo, old = await person("volunteer"), shown.typed(clock.now())
    receipt = await press(here_acts.check_in, code(old), by=bo, now=clock.now() + timedelta(hours=2))
    assert (receipt.state, receipt.reason) == ("applied", "old-code")
    stranger = moving.typed_at(b"another secret", 7)
    refused = await press(here_acts.check_in, code(stranger), by=await person("volunteer2"))
    assert (refused.state, refused.words) == ("refused", "presence.in.wrong_typed")


async def test_typing_wrong_again_and_again_costs_little(world, person, shown, monkeypatch):
    await shown()
    made, mac = [], moving._mac
    monkeypatch.setattr(moving, "_mac", lambda *of: made.append(of) or mac(*of))
    bo, tries = await person("volunteer"), 20
    for n in range(tries):
        wrong = moving.Code(typed=moving.typed_at(b"another phone", n))
        assert (await press(here_acts.check_in, wrong, by=bo)).words == "presence.in.wrong_typed"
    day = int(showing.LONGEST.total_seconds()) // moving.SECONDS
    assert len(made) < day + 20 * tries


async def test_a_square_that_no_phone_here_made_is_refused_with_words(world, person, shown):
    await shown()
    bo, step = await person("volunteer"), moving.step_of(clock.now())
    forged = moving.token_at(shown.it.short, b"not the secret", step)
    refused = await press(here_acts.check_in, code(forged), by=bo)
    assert (refused.state, refused.words) == ("refused", "presence.in.wrong")
    moved = shown.token(clock.now()).replace(str(step), str(step + 1))
    assert (await press(here_acts.check_in, code(moved), by=bo)).state == "refused"
    foreign = await press(here_acts.check_in, code(shown.token(clock.now())), by=await person("outsider"))
    assert (foreign.state, foreign.trouble) == ("refused", "gone")
    assert await proof_of(bo.id) == [] and await flags() == []


@pytest.mark.postgres
async def test_showing_ends_when_stopped_after_twelve_hours_and_with_the_session(world, person, shown, act):
    steward, bo = await person("steward"), await person("volunteer")
    await shown()
    assert (await press(showing.end, shown.it.id, by=steward)).state == "applied"
    assert (await press(showing.end, shown.it.id, by=steward)).state == "refused"
    later = clock.now() + timedelta(minutes=5)
    assert (await press(here_acts.check_in, code(shown.token(later)), by=bo, now=later)).reason == "old-code"

    await shown()
    long = clock.now() + timedelta(hours=12, minutes=3)
    assert (await press(here_acts.check_in, code(shown.token(long)), by=await person("operator"), now=long)).reason == "old-code"

    await press(sessions.end, steward.session_id, by=steward)
    assert await people.shown_by(steward.session_id) is None
    after = clock.now() + timedelta(minutes=5)
    receipt = await press(here_acts.check_in, code(shown.token(after)), by=await person("volunteer2"), now=after)
    assert receipt.reason == "old-code"


async def test_the_square_of_somebody_whose_role_ended_proves_nothing_more(world, person, shown, act):
    bo, before = await person("volunteer"), clock.now()
    await shown()
    role = await db.rows(UUID, "SELECT id FROM role WHERE account_id = ? AND role = 'steward'", world.steward)
    assert (await act(roles.end, role[0], by=await person("dispatcher"))).state == "applied"
    after = clock.now() + timedelta(minutes=5)
    assert (await press(here_acts.check_in, code(shown.token(after)), by=bo, now=after)).reason == "old-code"
    receipt = await press(here_acts.check_in, code(shown.token(before)), by=await person("volunteer2"), at=before, now=after)
    assert receipt.words == "presence.in.strong", "what it showed until then counts"


async def test_a_phone_shows_one_building_at_a_time_and_only_where_she_may(world, person, shown, act):
    await shown()
    first = shown.it.id
    await shown()
    assert shown.it.id != first
    assert await db.value("SELECT count(*) FROM showing WHERE ended_at IS NULL") == 1
    steward = await person("steward")
    assert (await act(showing.start, world.building2, by=steward)).trouble == "barred"
    assert (await act(showing.start, world.building2, by=await person("dispatcher"))).state == "applied"
    assert (await act(showing.start, world.building, by=await person("volunteer"))).trouble == "barred"


async def test_her_own_square_does_not_prove_her(world, person, shown):
    await shown()
    receipt = await press(here_acts.check_in, code(shown.token(clock.now())), by=await person("steward"))
    assert (receipt.state, receipt.words) == ("applied", "presence.in.own")
    assert await proof_of(world.steward) == ["claimed"]


@pytest.mark.postgres
async def test_a_steward_confirms_whom_she_sees_and_takes_it_back(world, person, act):
    bo, steward = await person("volunteer"), await person("steward")
    await press(attending.arrive, world.building, by=bo)
    stay = await people.now_present(bo.id)
    done = await act(confirming.confirm, stay, by=steward)
    assert done.state == "applied" and done.undo == f"/presence/{stay}/unconfirm"
    assert await proof_of(bo.id) == ["strong"]
    assert (await act(confirming.confirm, stay, by=steward)).reason == "already"
    assert (await act(confirming.unconfirm, stay, by=steward)).state == "applied"
    assert await proof_of(bo.id) == ["claimed"]
    assert (await act(confirming.confirm, stay, by=await person("dispatcher"))).state == "applied"
    assert (await act(confirming.unconfirm, stay, by=steward)).reason == "not-yours"


async def test_nobody_confirms_herself_another_building_or_what_was_long_ago(world, person, act):
    steward, bo = await person("steward"), await person("volunteer")
    await press(attending.arrive, world.building, by=steward)
    assert (await act(confirming.confirm, await people.now_present(steward.id), by=steward)).reason == "self"
    await press(attending.arrive, world.building2, by=bo)
    stay = await people.now_present(bo.id)
    assert (await act(confirming.confirm, stay, by=steward)).trouble == "barred"
    assert (await act(confirming.confirm, stay, by=await person("outside_dispatcher"))).trouble == "gone"
    with clock.at(clock.now() + timedelta(hours=25)):
        assert (await act(confirming.confirm, stay, by=await person("dispatcher"))).reason == "long-ago"


async def test_what_a_square_proved_nobody_takes_back(world, person, shown, act):
    await shown()
    bo = await person("volunteer")
    await press(here_acts.check_in, code(shown.token(clock.now())), by=bo)
    assert (await act(confirming.unconfirm, await people.now_present(bo.id), by=await person("dispatcher"))).state == "refused"
    assert await proof_of(bo.id) == ["strong"]


@pytest.mark.parametrize(
    ("title", "chosen", "proof"),
    [("搬菜", "usual", "claimed"), ("给三户送药", "usual", "strong"), ("代拿钥匙", "usual", "strong"), ("Collect prescriptions", "usual", "strong"),
     ("Monkey bars", "usual", "claimed"), ("给三户送药", "claimed", "claimed"), ("搬菜", "strong", "strong")],
)  # fmt: skip
async def test_medicine_and_keys_ask_for_proof_unless_somebody_says_otherwise(world, person, act, title, chosen, proof):
    dispatcher = await person("dispatcher")
    task = await called(act, dispatcher, title=title, proof=chosen)
    assert (await tasks.visible(task, dispatcher)).proof == proof


@pytest.mark.postgres
async def test_a_strict_task_takes_a_claimed_check_in_with_a_mark_and_the_square_settles_it(world, person, shown, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    task = await called(act, dispatcher, building=world.building, proof="strong")
    await act(taking.take, task, by=bo)
    receipt = await press(attending.check_in, task, by=bo)
    assert (receipt.state, receipt.reason, receipt.words) == ("applied", "unproven", "tasks.checked_in_unproven")
    assert not (await tasks.visible(task, dispatcher)).spot_of(bo.id).proven
    await shown()
    receipt = await press(here_acts.check_in, code(shown.token(clock.now())), by=bo)
    assert receipt.reason is None
    spot = (await tasks.visible(task, dispatcher)).spot_of(bo.id)
    assert spot.proven and spot.here


async def test_the_square_checks_in_for_the_task_that_is_there(world, person, shown, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    task = await called(act, dispatcher, building=world.building, proof="strong")
    await act(taking.take, task, by=bo)
    await shown()
    receipt = await press(here_acts.check_in, code(shown.token(clock.now())), by=bo)
    assert (receipt.state, receipt.reason) == ("applied", None)
    spot = (await tasks.visible(task, dispatcher)).spot_of(bo.id)
    assert spot.here and spot.proven


async def test_a_task_without_a_building_is_proven_by_a_square_and_goes_on(world, person, shown, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    task = await called(act, dispatcher, building=None, proof="strong")
    await act(taking.take, task, by=bo)
    await press(attending.check_in, task, by=bo)
    await shown()
    await press(here_acts.check_in, code(shown.token(clock.now())), by=bo)
    spot = (await tasks.visible(task, dispatcher)).spot_of(bo.id)
    assert spot.here and spot.proven


# flags


@pytest.mark.postgres
async def test_one_poster_from_fifty_accounts_is_one_line_and_nothing_is_strong_or_refused(world, person):
    """S04: a picture of a poster goes round; one event, one line, with how many they were."""
    start = clock.now()
    for number, one in enumerate(await crowd(world, 50)):
        receipt = await press(attending.arrive, world.building, by=one, now=start + timedelta(seconds=number))
        assert receipt.state == "applied"
        assert await proof_of(one.id) == ["claimed"]
    await told()
    assert await flags() == ["burst"]
    [flag] = await people.flags(world.community, seen=False)
    assert flag.people == 50 and len(flag.crowd) == 50 and flag.where


async def test_four_are_no_crowd_and_five_apart_are_none(world, person):
    start, some = clock.now(), await crowd(world, 9)
    for number, one in enumerate(some[:4]):
        await press(attending.arrive, world.building, by=one, now=start + timedelta(seconds=number))
    for number, one in enumerate(some[4:]):
        await press(attending.arrive, world.building2, by=one, now=start + timedelta(seconds=20 * number))
    await told()
    assert await flags() == []


@pytest.mark.postgres
async def test_two_estates_within_a_minute_are_flagged_once_and_a_walk_is_not(world, person):
    bo, cem, start = await person("volunteer"), await person("volunteer2"), clock.now()
    await press(attending.arrive, world.building, by=bo, now=start)
    await press(attending.arrive, world.building3, by=bo, now=start + timedelta(seconds=40))
    await press(attending.arrive, world.building, by=cem, now=start)
    await press(attending.arrive, world.building2, by=cem, now=start + timedelta(seconds=20))  # the same estate
    await press(attending.arrive, world.building3, by=cem, now=start + timedelta(minutes=9))
    await told()
    await told()
    assert await flags() == ["travel"]
    [flag] = await people.flags(world.community, seen=False)
    assert (flag.account_id, flag.seconds) == (bo.id, 40) and flag.before and flag.before != flag.where
    assert len(await proof_of(bo.id)) == 2


async def test_a_check_out_says_when_she_was_there_for_the_last_time(world, person):
    bo, start = await person("volunteer"), clock.now()
    await press(attending.arrive, world.building, by=bo, now=start)
    await press(presence.end, by=bo, now=start + timedelta(hours=1))
    await press(attending.arrive, world.building3, by=bo, now=start + timedelta(hours=1, seconds=20))
    await told()
    assert await flags() == ["travel"]


async def test_two_communities_within_five_minutes_are_flagged_where_she_came_to(world, person):
    bo, start = await person("volunteer"), clock.now()
    await press(attending.arrive, world.building, by=bo, now=start)
    async with db.transaction():
        sql = "UPDATE presence SET community_id = ?, building_id = ? WHERE account_id = ?"
        await db.run(sql, world.away, world.far_building, bo.id)
    await press(attending.arrive, world.building, by=bo, now=start + timedelta(minutes=4))
    await told()
    assert await flags() == ["travel"]
    assert await people.flags(world.community, seen=False) and not await people.flags(world.away, seen=False)


async def test_a_flag_is_seen_and_unseen_and_grows_into_the_open_again(world, person, act):
    start, some, dee = clock.now(), await crowd(world, 6), await person("dispatcher")
    for one in some[:5]:
        await press(attending.arrive, world.building, by=one, now=start)
    await told()
    [flag] = await people.flags(world.community, seen=False)
    assert (await act(flagging.seen, flag.id, by=dee)).undo == f"/presence/flags/{flag.id}/unseen"
    assert (await act(flagging.seen, flag.id, by=dee)).state == "refused"
    assert [each.seen_by for each in await people.flags(world.community, seen=True)]
    assert (await act(flagging.unseen, flag.id, by=dee)).state == "applied"
    await act(flagging.seen, flag.id, by=dee)
    await press(attending.arrive, world.building, by=some[5], now=start + timedelta(seconds=5))
    await told()
    [again] = await people.flags(world.community, seen=False)
    assert (again.id, again.people) == (flag.id, 6)


@pytest.mark.postgres
async def test_the_database_lets_no_proof_stand_without_whose_it_is(world, person):
    bo = await person("volunteer")
    await press(attending.arrive, world.building, by=bo)
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run("UPDATE presence SET proof = 'strong' WHERE account_id = ?", bo.id)
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run("UPDATE presence SET proved_by = ? WHERE account_id = ?", bo.id, bo.id)
