"""A notice is corrected while it is valid, and what two people changed at once is kept on both sides."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.journal import differences
from app.journal.worker import Worker
from app.kernel import clock, db, edits
from app.notices import reads
from app.notices.jobs import DUTIES
from app.notices.rules import confirming, correcting, lines, writing
from app.people.reads import inbox_version, messages
from app.people.rules import accounts
from app.people.rules.messages import read_all

pytestmark = pytest.mark.postgres


async def standing(account) -> list[str]:
    return [each.words for each in reversed(await messages(account)) if each.words.startswith("message.notice")]


@pytest.fixture
def corrected(act, person):
    """`await corrected(notice, body=..., by=...)`: from a form as it would be drawn now, or from `drawn`."""

    async def correct(notice: UUID, *, by: str = "dispatcher", drawn: reads.NoticeFacts | None = None, **typed):
        one = drawn or await reads.notice(notice)
        was = {name.removeprefix(edits.PREFIX): mark for name, mark in edits.base(one.id, correcting.fields_of(one)).items()}
        said = {"title": one.title, "body": one.body, "until": None, "urgent": one.urgent, "must_confirm": one.must_confirm}
        return await act(correcting.change, notice, version=one.version, was=was, by=await person(by), **(said | typed))

    return correct


async def test_whoever_confirmed_the_old_text_is_asked_again_and_the_old_text_stays(world, written, corrected, act, person):
    notice = await written(must_confirm=True)
    bo = await person("volunteer")
    await act(confirming.confirm, notice, text=1, by=bo)
    assert await reads.to_confirm(bo) == []
    assert (await corrected(notice, body="改到后天停水。")).state == "applied"
    one = await reads.notice(notice)
    assert (one.text, one.body) == (2, "改到后天停水。")
    assert [each.id for each in await reads.to_confirm(bo)] == [notice]
    assert [(each.number, each.body) for each in await reads.texts_before(one)] == [(1, "明天九点到十二点停水。")]
    found = await reads.readers(one)
    assert found.confirmed == 0 and [each.account_id for each in found.found if each.confirmed_before] == [world.volunteer]
    assert await standing(world.volunteer) == ["message.notice_confirm"]  # once, of what it says now
    await act(confirming.confirm, notice, text=1, by=await person("volunteer2"))  # pressed before, arrives now
    assert (await reads.counts(one))[0] == 0 and [each.id for each in await reads.to_confirm(await person("volunteer2"))] == [notice]
    await act(confirming.confirm, notice, text=2, by=bo)
    assert (await reads.counts(one))[0] == 1


async def test_a_new_end_alone_asks_nobody_again(world, written, corrected, act, person):
    notice = await written(must_confirm=True)
    await act(confirming.confirm, notice, by=await person("volunteer"))
    later = clock.now() + timedelta(days=9)
    assert (await corrected(notice, until=later)).state == "applied"
    one = await reads.notice(notice)
    assert (one.text, (await reads.counts(one))[0]) == (1, 1) and one.valid_until == later.replace(second=0, microsecond=0)
    assert await standing(world.volunteer2) == ["message.notice_confirm"]
    clock.advance(timedelta(days=8))
    assert await standing(world.volunteer2) == ["message.notice_confirm"]


async def test_two_who_correct_at_once(world, written, corrected):
    """Other fields are put together; the same field is kept on both sides and a person decides."""
    notice = await written("building", world.building, by="steward")
    drawn = await reads.notice(notice)
    assert (await corrected(notice, title="停水改期", by="steward")).state == "applied"
    assert (await corrected(notice, body="后天停水。", drawn=drawn)).state == "applied"
    beside = await corrected(notice, title="停水取消", drawn=drawn)
    assert beside.state == "conflict"
    one = await reads.notice(notice)
    assert (one.title, one.body, one.text) == ("停水改期", "后天停水。", 3)
    [line] = await differences.open_lines(world.community, None, offset=0, limit=10)
    assert (line.subject, line.opened("standing"), line.opened("other")) == ("notice", "停水改期", "停水取消")


async def test_two_who_change_a_line_at_once(world, act, person):
    typed = {"kind": "pharmacy", "name": "桃花药房", "number": "12306", "hours": "", "place": 1}
    line = UUID((await act(lines.add, by=await person("dispatcher"), **typed)).about)
    drawn = await reads.line(line, world.community)
    was = {name.removeprefix(edits.PREFIX): mark for name, mark in edits.base(line, lines.fields_of(drawn)).items()}
    said = {"version": drawn.version, "was": was} | typed

    async def role(*, by) -> None:
        await accounts.give_role(world.operator, "dispatcher", world.community, place="community", place_id=world.community)

    await act(role, by=await person("dispatcher"))
    assert (await act(lines.change, line, by=await person("dispatcher"), **said | {"name": "桃花大药房"})).state == "applied"
    assert (await act(lines.change, line, by=await person("operator"), **said | {"hours": "全天"})).state == "applied"
    beside = await act(lines.change, line, by=await person("operator"), **said | {"name": "桃花二店"})
    assert beside.state == "conflict"
    now = await reads.line(line, world.community)
    assert (now.name, now.hours) == ("桃花大药房", "全天")
    [open_] = await differences.open_lines(world.community, None, offset=0, limit=10)
    assert (open_.subject, open_.opened("other")) == ("line_to_call", "桃花二店")


async def test_one_that_is_over_leaves_inboxes_and_is_called_back_once(world, written, corrected):
    notice = await written(urgent=True)
    before = await inbox_version(world.volunteer)
    assert await standing(world.volunteer) == ["message.notice_urgent"]
    clock.advance(timedelta(days=2))
    assert await standing(world.volunteer) == [] and await inbox_version(world.volunteer) != before
    worker = Worker([], DUTIES)
    await worker.once()
    at = await db.value("SELECT called_back_at FROM notice")
    assert at is not None
    await worker.once()
    assert await db.value("SELECT called_back_at FROM notice") == at
    await corrected(notice, until=clock.now() + timedelta(days=1))  # it stands again, and is said again
    assert await standing(world.volunteer) == ["message.notice_urgent"]
    assert await db.value("SELECT called_back_at FROM notice") is None


async def test_what_she_had_read_comes_back_read(world, written, act, person):
    notice, bo, dee = await written(), await person("volunteer"), await person("dispatcher")
    await act(read_all, by=bo)
    await act(writing.withdraw, notice, by=dee)
    assert await standing(world.volunteer) == []
    await act(writing.restore, notice, by=dee)
    [back] = [each for each in await messages(world.volunteer) if each.words == "message.notice"]
    assert not back.fresh
    [again] = [each for each in await messages(world.volunteer2) if each.words == "message.notice"]
    assert again.fresh


async def test_what_was_corrected_while_it_was_withdrawn_is_told_anew_to_whoever_read_the_old_text(world, written, corrected, act, person):
    notice, bo, dee = await written(), await person("volunteer"), await person("dispatcher")
    await act(read_all, by=bo)
    await act(writing.withdraw, notice, by=dee)
    assert (await corrected(notice, body="改到后天停水。")).state == "applied"
    await act(writing.restore, notice, by=dee)
    [back] = [each for each in await messages(world.volunteer) if each.words.startswith("message.notice")]
    assert back.fresh, "she knows only what it said before"


async def test_texts_are_sealed(world, written, corrected, act, person):
    notice = await written(title="金丝雀之题", body="金丝雀之文")
    await corrected(notice, body="新的金丝雀")
    await act(lines.add, kind="other", name="金丝雀药房", number="12345", hours="金丝雀时", place=1, by=await person("dispatcher"))
    for column, table in (
        ("title_sealed", "notice"),
        ("body_sealed", "notice"),
        ("body_sealed", "notice_text"),
        ("hours_sealed", "line_to_call"),
    ):
        sealed = bytes(await db.value(f"SELECT {column} FROM {table}"))
        assert "金丝雀".encode() not in sealed and sealed[:1] == b"\x01"
