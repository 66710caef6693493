"""The database keeps each promise by itself: every test here goes around the verbs."""

from uuid import UUID

import pytest

from app.kernel import clock, db, ids
from app.kernel.act import Done

pytestmark = pytest.mark.postgres


@pytest.fixture
def broken(act, person):
    """`await broken(sql, *params)`: True when the database refuses the statement."""

    async def attempt(sql: str, *params) -> bool:
        refused = []

        async def work(*, by) -> Done:
            try:
                async with db.savepoint():
                    await db.run(sql, *params)
            except db.IntegrityError:
                refused.append(True)
            return Done()

        await act(work, by=await person("dispatcher"))
        return bool(refused)

    return attempt


HANDOVER = "INSERT INTO handover(id, community_id, stop_id, outcome, by_id, at, received_at, undone_at, corrects) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


async def test_one_handover_holds_for_a_stop_and_none_is_changed_or_deleted(world, run, broken):
    made, now, first = await run("602", "501"), clock.now(), ids.new()
    stop = made.stops["602"]
    row = (world.community, stop, "at_door", world.volunteer, now, now, None, None)
    assert not await broken(HANDOVER, first, *row)
    assert await broken(HANDOVER, ids.new(), *row)
    assert await broken("DELETE FROM handover WHERE id = ?", first)
    assert await broken("UPDATE handover SET outcome = 'in_hand' WHERE id = ?", first)
    assert await broken("UPDATE handover SET by_id = ? WHERE id = ?", world.volunteer2, first)
    assert await broken("UPDATE handover SET undone_at = ? WHERE id = ?", now, first)
    assert not await broken("UPDATE handover SET undone_at = ?, undone_by = ? WHERE id = ?", now, world.volunteer, first)
    assert await broken("UPDATE handover SET undone_at = NULL, undone_by = NULL WHERE id = ?", first)
    assert not await broken(HANDOVER, ids.new(), *row[:-1], first)
    other = (world.community, made.stops["501"], "at_door", world.volunteer, now, now, None, first)
    assert await broken(HANDOVER, ids.new(), *other)


async def test_a_handover_is_of_a_known_kind_and_of_its_own_community(world, run, broken):
    made, now = await run("602"), clock.now()
    assert await broken(HANDOVER, ids.new(), world.community, made.stop, "lost", world.volunteer, now, now, None, None)
    assert await broken(HANDOVER, ids.new(), world.away, made.stop, "at_door", world.volunteer, now, now, None, None)
    same = ids.new()
    assert await broken(HANDOVER, same, world.community, made.stop, "at_door", world.volunteer, now, now, None, same)


async def test_a_need_is_on_one_open_stop(world, run, broken):
    one, two = await run("602"), await run("501")
    sql = "INSERT INTO stop_need(id, community_id, stop_id, need_id, left_at) VALUES (?, ?, ?, ?, ?)"
    assert await broken(sql, ids.new(), world.community, two.stop, one.needs["602"], None)
    assert await broken(sql, ids.new(), world.community, one.stop, one.needs["602"], clock.now())
    assert not await broken(sql, ids.new(), world.community, two.stop, one.needs["602"], clock.now())
    assert await broken(sql, ids.new(), world.community, two.stop, ids.new(), None)


async def test_a_door_is_one_stop_of_a_run_and_runs_stay_in_their_community(world, run, broken):
    made = await run("602")
    sql = "INSERT INTO stop(id, community_id, run_id, building_id, unit, floor, door) VALUES (?, ?, ?, ?, 1, 6, ?)"
    assert await broken(sql, ids.new(), world.community, made.id, world.building, 2)
    assert await broken(sql, ids.new(), world.away, made.id, world.building, 1)
    carrier = "INSERT INTO carrier(id, community_id, run_id, account_id, given_by, given_at) VALUES (?, ?, ?, ?, ?, ?)"
    assert await broken(carrier, ids.new(), world.community, made.id, world.volunteer, world.dispatcher, clock.now())
    assert await broken(carrier, ids.new(), world.away, made.id, world.volunteer2, world.dispatcher, clock.now())


async def test_a_run_says_when_it_set_out_and_ended(world, run, broken):
    made = await run("602", state="given")
    for state in ("out", "finished", "cancelled", "lost"):
        assert await broken("UPDATE run SET state = ? WHERE id = ?", state, made.id), state
    assert await broken("UPDATE run SET started_at = ? WHERE id = ?", clock.now(), made.id)
    assert await broken("UPDATE run SET number = 0 WHERE id = ?", made.id)
    other = await run("501")
    assert await broken("UPDATE run SET number = (SELECT number FROM run WHERE id = ?) WHERE id = ?", other.id, made.id)
    assert await broken("UPDATE run SET distribution_id = ? WHERE id = ?", ids.new(), made.id)


async def test_a_distribution_names_a_door_once_and_one_stop_brings_it(world, act, person, broken):
    from app.deliveries.rules import spreading

    made = await act(spreading.make_distribution, by=await person("dispatcher"), what="菜", buildings=(world.building3,), doors="401\n302")
    copied = """INSERT INTO distribution_door(id, community_id, distribution_id, household_id, building_id, unit, floor, door)
    SELECT ?, community_id, distribution_id, household_id, building_id, unit, floor, door FROM distribution_door WHERE distribution_id = ? LIMIT 1"""
    assert await broken(copied, ids.new(), UUID(made.about))
    assert await broken("UPDATE distribution_door SET stop_id = (SELECT x.id FROM stop x LIMIT 1)")
    assert await broken("UPDATE distribution_door SET community_id = ?", world.away)
    assert await broken("UPDATE distribution SET number = 0")


EVIDENCE = "INSERT INTO evidence(id, community_id, stop_id, handover_id, outcome, by_id, at, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
DISPUTE = "INSERT INTO dispute(id, community_id, stop_id, why, evidence_id, need_id, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?)"


async def test_another_account_is_never_changed_and_a_dispute_is_settled_once(world, run, broken):
    made, now, held, said = await run("602", "501"), clock.now(), ids.new(), ids.new()
    stop, other = made.stops["602"], made.stops["501"]
    assert not await broken(HANDOVER, held, world.community, stop, "at_door", world.volunteer, now, now, None, None)
    row = (world.community, stop, held, "nobody", world.volunteer2, now, now)
    assert not await broken(EVIDENCE, said, *row)
    assert await broken(EVIDENCE, ids.new(), world.away, *row[1:])
    assert await broken(EVIDENCE, ids.new(), *row[:2], ids.new(), *row[3:])
    assert await broken(EVIDENCE, ids.new(), *row[:3], "lost", *row[4:])
    assert await broken("DELETE FROM evidence WHERE id = ?", said)
    assert await broken("UPDATE evidence SET outcome = 'in_hand' WHERE id = ?", said)
    torn = ids.new()
    assert not await broken(DISPUTE, torn, world.community, stop, "outcome", said, None, now)
    assert await broken(DISPUTE, ids.new(), world.community, stop, "outcome", said, None, now), "one line for one account"
    assert await broken(DISPUTE, ids.new(), world.community, other, "outcome", said, None, now), "an account of another stop"
    assert await broken(DISPUTE, ids.new(), world.community, stop, "outcome", None, None, now)
    assert await broken(DISPUTE, ids.new(), world.community, stop, "need", None, None, now)
    assert await broken(DISPUTE, ids.new(), world.community, stop, "lost", None, None, now)
    assert not await broken(DISPUTE, ids.new(), world.community, stop, "need", None, made.needs["602"], now)
    assert await broken(DISPUTE, ids.new(), world.community, stop, "need", None, made.needs["602"], now)
    assert not await broken(DISPUTE, ids.new(), world.community, stop, "door", None, None, now)
    assert await broken(DISPUTE, ids.new(), world.community, stop, "door", None, None, now)
    assert await broken("DELETE FROM dispute WHERE id = ?", torn)
    assert await broken("UPDATE dispute SET why = 'door' WHERE id = ?", torn)
    assert await broken("UPDATE dispute SET decision = 'kept' WHERE id = ?", torn)
    settle = "UPDATE dispute SET settled_at = ?, settled_by = ?, decision = ? WHERE id = ?"
    assert await broken(settle, now, world.dispatcher, "lost", torn)
    assert not await broken(settle, now, world.dispatcher, "kept", torn)
    assert await broken(settle, now, world.dispatcher, "changed", torn)
