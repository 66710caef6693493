"""Every class of what is kept has its timer, held at its edge: a minute before it is there, a minute after it is gone (P4)."""

from datetime import timedelta
from uuid import UUID

import pytest
from privacy.test_closing import full
from privacy.test_erasing import LADY
from tasks.calls import called

from app.door.printing import jobs as printing
from app.door.printing import making
from app.journal import chain
from app.journal.record import record
from app.journal.worker import do
from app.kernel import clock, db, ids, quarantine, seal
from app.kernel.act import Press
from app.kernel.forms import Form
from app.offline import holding
from app.people.rules import presence
from app.privacy.rules import erasing, retention
from app.tasks import reads as tasks

MINUTE = timedelta(minutes=1)


async def walked() -> int:
    gone = 0
    while done := await retention.end_due():
        gone += done
    await erasing.settle()
    return gone


def test_every_class_has_its_timer_here():
    assert {each.name: (each.since, each.days) for each in retention.TABLE} == {
        "photos": ("taken", 7), "prints": ("printed", 3), "routes": ("left", 7), "held": ("came", 30), "quarantine": ("settled", 30),
        "ledger": ("end", 30), "words": ("end", 30), "care": ("end", 30), "texts": ("end", 30), "audit": ("end", 3 * 365),
    }  # fmt: skip


@pytest.mark.postgres
async def test_where_a_helper_stood_is_forgotten_a_week_after_she_left_and_her_hours_stay(world, act, person):
    bo = await person("volunteer")

    async def here(*, by):
        await presence.start(by=by, building=world.building)

    assert (await act(here, by=bo)).state == "applied"
    clock.advance(timedelta(hours=2))
    assert (await act(presence.end, by=bo)).state == "applied"
    there = "SELECT count(*) FROM presence WHERE building_id IS NOT NULL"
    clock.advance(timedelta(days=7, hours=2) - MINUTE)
    assert await walked() == 0 and await db.value(there) == 1
    clock.advance(timedelta(days=7, hours=2) + MINUTE)
    assert await walked() == 1 and await db.value(there) == 0
    assert await db.value("SELECT count(*) FROM presence WHERE since IS NOT NULL AND until_at IS NOT NULL") == 1


@pytest.mark.postgres
async def test_what_waited_thirty_days_for_a_person_goes_and_its_phone_is_told(world, act, person):
    bo = await person("volunteer")
    press = Press(ids.secret(), "/needs", bo, lambda: None, b"x")
    form = Form({"what": [LADY["note"]]})

    async def kept(*, by):
        return await holding.keep(press, form, "revoked", world.community)

    told = await act(kept, by=bo, id=press.id)
    assert told.state == "held", told
    clock.advance(timedelta(days=30) - MINUTE)
    assert await walked() == 0 and await db.value("SELECT count(*) FROM held_act") == 1
    clock.advance(timedelta(days=30) + MINUTE)
    assert await walked() == 1 and await db.value("SELECT count(*) FROM held_act") == 0
    assert await db.value("SELECT reason FROM receipt WHERE id = ?", press.id) == "too-late"


@pytest.mark.postgres
async def test_what_came_twice_goes_thirty_days_after_somebody_settled_it_and_not_before_she_did(world, act, person):
    bo = await person("volunteer")

    async def aside(*, by):
        sql, params = quarantine.row(ids.secret(), bo.owner, "/needs", f"what='{LADY['note']}'", community=world.community)
        await db.run(sql, *params)

    await act(aside, by=bo)
    [key] = await db.rows(UUID, "SELECT key_id FROM quarantine")
    clock.advance(timedelta(days=90))
    assert await walked() == 0
    settled = "UPDATE quarantine SET settled_at = ?, settled_by = ?, choice = 'keep'"
    await db.run(settled, clock.now(), world.dispatcher)
    clock.advance(timedelta(days=120) - MINUTE)
    assert await walked() == 0
    clock.advance(timedelta(days=120) + MINUTE)
    assert await walked() == 1 and await walked() == 0
    assert await db.value("SELECT count(*) FROM quarantine WHERE body_sealed IS NOT NULL") == 0 and seal.destroy_keys([key]) == 0


async def test_prints_go_three_days_after(world):
    """Its own slice ends them; here only the edge."""
    key, job = seal.new_key("print"), ids.new()
    sealed = seal.Seal("print_job", job, key, world.community).close("content", LADY["note"])
    await db.run(
        """INSERT INTO print_job(id, community_id, key_id, kind, scope, scope_id, lang, by_id, at, state, things, hash, content_sealed, finished_at)
        VALUES (?, ?, ?, 'phones', 'building', ?, 'zh', ?, ?, 'done', 1, 'x', ?, ?)""",
        job, world.community, key, world.building, world.dispatcher, clock.now(), sealed, clock.now(),
    )  # fmt: skip
    left = "SELECT count(*) FROM print_job WHERE content_sealed IS NOT NULL"
    assert timedelta(days=3) == making.SHRED
    clock.advance(making.SHRED - MINUTE)
    await printing.end_old()
    assert await db.value(left) == 1
    clock.advance(making.SHRED + MINUTE)
    await printing.end_old()
    assert await db.value(left) == 0 and seal.destroy_keys([key]) == 0


@pytest.mark.postgres
async def test_thirty_days_after_the_end_care_and_the_words_of_tasks_and_deliveries_go_without_a_close_out(world, act, person):
    await full(world, act, person)
    dispatcher = await person("dispatcher")
    task = await called(act, dispatcher)
    [key] = await db.rows(UUID, "SELECT key_id FROM community WHERE id = ?", world.community)
    await db.run("UPDATE emergency SET ended_at = ? WHERE id = ?", clock.now(), world.emergency)
    clock.advance(timedelta(days=30) - MINUTE)
    assert await walked() == 0
    assert (await tasks.visible(task, dispatcher)).title != "—"
    clock.advance(timedelta(days=30) + MINUTE)
    assert await walked() > 0 and await walked() == 0
    for table in ("contact", "watch", "contact_clock", "carer", "mute"):
        assert await db.value(f"SELECT count(*) FROM {table} WHERE community_id = ?", world.community) == 0, table
    assert (await tasks.visible(task, dispatcher)).title == "—"
    assert seal.destroy_keys([key]) == 0 and (await chain.verify())[1] == []


@pytest.mark.postgres
async def test_three_years_after_the_end_what_happened_goes_whole_and_the_verifier_knows_why(world, act, person):
    await full(world, act, person)
    await chain.note_heads(now=True)
    await db.run("UPDATE emergency SET ended_at = ? WHERE id = ?", clock.now() - timedelta(days=3 * 365) + MINUTE, world.emergency)
    await walked()
    left = "SELECT count(*) FROM happening WHERE community_id = ?"
    assert await db.value(left, world.community) > 3
    clock.advance(MINUTE * 2)
    assert await walked() > 3
    assert await db.value(left, world.community) == 0
    assert (await chain.verify())[1] == []

    async def again() -> None:
        record("community.made", world.community, community=world.community)

    await do(again)
    await chain.note_heads(now=True)
    assert (await chain.verify())[1] == []


async def test_the_noted_heads_are_never_taken_back(world, act, person):
    """Somebody cuts the end off and waits for the next minute's note: it is still named."""
    await full(world, act, person)
    await chain.note_heads(now=True)
    last = await db.value("SELECT max(link) FROM happening WHERE community_id = ?", world.community)
    await db.run("DELETE FROM happening WHERE community_id = ? AND link = ?", world.community, last)
    await chain.note_heads(now=True)
    assert [(wrong.link, wrong.why) for wrong in (await chain.verify())[1]] == [(last, "cut")]
    await db.run("DELETE FROM happening WHERE community_id = ?", world.community)
    await chain.note_heads(now=True)
    assert [(wrong.link, wrong.why) for wrong in (await chain.verify())[1]] == [(1, "cut")]
