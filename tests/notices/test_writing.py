"""From a notice to everybody whom it is for: inboxes, the ask page, the first page, and back."""

from datetime import timedelta

import pytest

from app.journal.worker import Worker
from app.kernel import clock, db, ids
from app.notices.jobs import DUTIES
from app.notices.rules import confirming, writing
from app.people.reads import messages
from app.people.rules import accounts

pytestmark = pytest.mark.postgres


async def told(account) -> list[str]:
    """What stands in her inbox."""
    return [each.words for each in reversed(await messages(account)) if each.words.startswith("message.notice")]


async def test_a_notice_to_the_community_is_told_to_everybody_here_and_to_nobody_else(world, written):
    await written()
    for name in ("steward", "volunteer", "volunteer2", "newcomer", "operator"):
        assert await told(getattr(world, name)) == ["message.notice"], name
    for name in ("outsider", "outside_dispatcher", "dispatcher"):
        assert await told(getattr(world, name)) == [], name


async def test_a_building_a_grid_a_role_and_a_team_reach_theirs(world, written, act, person):
    await written("building", world.building)
    assert await told(world.steward) == ["message.notice"] and await told(world.volunteer) == []
    grid = await db.value("SELECT grid_id FROM building WHERE id = ?", world.building)
    from uuid import UUID

    await written("grid", UUID(str(grid)))
    assert len(await told(world.steward)) == 2 and await told(world.operator) == []
    await written("role", None, "operator")
    assert await told(world.operator) == ["message.notice"] and await told(world.volunteer) == []
    team = ids.new()
    await db.run("INSERT INTO team(id, community_id, name, lead_id) VALUES (?, ?, ?, ?)", team, world.community, "先锋队", world.volunteer)
    await written("team", team)
    assert await told(world.volunteer) == ["message.notice"] and await told(world.volunteer2) == []


async def test_an_urgent_one_is_told_at_once_and_one_to_confirm_says_so(world, written):
    await written(urgent=True, must_confirm=True)
    await written(must_confirm=True)
    rows = await db.rows(str, "SELECT words FROM message WHERE account_id = ? AND urgent = ? ORDER BY id", world.volunteer, True)
    assert rows == ["message.notice_urgent"] and (await told(world.volunteer))[1] == "message.notice_confirm"


async def test_a_steward_writes_to_her_buildings_and_nowhere_else(world, act, person):
    said = {"title": "停水", "body": "明天停水", "until": clock.now() + timedelta(days=1), "by": await person("steward")}
    assert (await act(writing.write, to=("building", world.building, None), **said)).state == "applied"
    for to in (("building", world.building2, None), ("community", None, None), ("role", None, "volunteer")):
        assert (await act(writing.write, to=to, **said)).trouble == "barred", to
    said["by"] = await person("volunteer")
    assert (await act(writing.write, to=("building", world.building, None), **said)).trouble == "barred"
    said["by"] = await person("outside_dispatcher")
    assert (await act(writing.write, to=("building", world.building, None), **said)) is not None
    assert await db.value("SELECT count(*) FROM notice") == 1


async def test_one_written_ahead_is_told_when_it_begins_and_once(world, written):
    await written(starts=clock.now() + timedelta(hours=3))
    worker = Worker([], DUTIES)
    await worker.once()
    assert await told(world.volunteer) == []
    clock.advance(timedelta(hours=4))
    await worker.once()
    await worker.once()
    assert await told(world.volunteer) == ["message.notice"]


async def test_a_confirmation_counts_once_and_stays(world, written, act, person):
    notice = await written(must_confirm=True)
    bo = await person("volunteer")
    for _ in range(2):
        assert (await act(confirming.confirm, notice, by=bo)).state == "applied"
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'notice.confirmed'") == 1
    assert (await act(writing.withdraw, notice, by=await person("dispatcher"))).state == "applied"
    assert (await act(confirming.confirm, notice, by=await person("volunteer2"))).state == "applied"
    assert (await act(confirming.confirm, notice, by=await person("outsider"))).trouble == "gone"
    assert await db.value("SELECT count(*) FROM notice_reading WHERE confirmed_at IS NOT NULL") == 2


async def test_withdrawing_and_putting_back_are_undone_by_each_other(world, written, act, person):
    notice = await written()
    dee = await person("dispatcher")
    first, again = [await act(writing.withdraw, notice, by=dee) for _ in range(2)]
    assert (first.state, first.undo, again.trouble) == ("applied", f"/notices/{notice}/restore", "overtaken")
    assert await told(world.volunteer) == []
    assert (await act(writing.restore, notice, by=dee)).undo == f"/notices/{notice}/withdraw"
    assert await told(world.volunteer) == ["message.notice"]
    assert (await act(writing.withdraw, notice, by=await person("steward"))).trouble == "barred"


async def test_whoever_reports_in_later_is_among_those_who_have_not_confirmed(world, written, act, person):
    from app.notices import reads

    notice = await written(must_confirm=True)
    before = await reads.readers(await reads.notice(notice))

    async def join(*, by) -> None:
        await accounts.join(await accounts.make_account("后来人", "13900000009"), world.community)

    await act(join, by=await person("dispatcher"))
    await act(confirming.confirm, notice, by=await person("volunteer"))
    after = await reads.readers(await reads.notice(notice))
    assert (after.total, after.confirmed) == (before.total + 1, 1) and "后来人" in {one.name for one in after.found}
    assert after.found[-1].account_id == world.volunteer and "****" in after.found[0].masked


async def test_the_database_refuses_half_a_notice(world, written):
    notice = await written()
    for wrong in (
        "audience = 'role'", "audience = 'building'", "title_sealed = NULL", "text = 0", "key_id = NULL", "valid_until = valid_from", "withdrawn_at = valid_from",
        "audience_role = 'king'",
    ):  # fmt: skip
        with pytest.raises(db.IntegrityError):
            await db.run(f"UPDATE notice SET {wrong} WHERE id = ?", notice)
