"""Households that no phone tells are told at their door; a chat's robot and pictures follow the notice."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.kernel import clock, db, ids
from app.notices import reads
from app.notices.rules import confirming, correcting, writing
from app.photos.rules import keeping

pytestmark = pytest.mark.postgres


async def homes(building) -> list[UUID]:
    return await db.rows(UUID, "SELECT id FROM household WHERE building_id = ? ORDER BY id", building)


async def told(one, building) -> tuple[int, int]:
    found = await reads.doors(one, building, phoneless=False, top_first=True, number=1, path="/")
    return found.told, found.total


async def test_told_at_the_door_counts_once_and_is_asked_again_of_a_new_text(world, written, act, person):
    notice, steward = await written("building", world.building), await person("steward")
    one, [door, *rest] = await reads.notice(notice), await homes(world.building)
    for _ in range(2):
        assert (await act(confirming.told, notice, door, by=steward)).state == "applied"
    assert await told(one, world.building) == (1, 1 + len(rest))
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'notice.told_at_door'") == 2
    dee = await person("dispatcher")
    said = {"title": one.title, "body": "改了。", "until": None, "urgent": False, "must_confirm": False, "version": one.version}
    assert (await act(correcting.change, notice, by=dee, **said)).state == "applied"
    now = await reads.notice(notice)
    assert (await told(now, world.building))[0] == 0
    await act(confirming.told, notice, door, text=1, by=steward)  # pressed with the old text in her hand
    assert (await told(now, world.building))[0] == 0
    await act(confirming.told, notice, door, text=2, by=steward)
    assert (await told(now, world.building))[0] == 1
    assert (await act(confirming.untold, notice, door, by=steward)).state == "applied"
    assert (await act(confirming.untold, notice, door, by=steward)).trouble == "overtaken"


async def test_only_who_may_write_there_notes_a_door_and_only_where_it_hangs(world, written, act, person):
    notice = await written("building", world.building)
    [door, *_], [other, *_] = await homes(world.building), await homes(world.building2)
    assert (await act(confirming.told, notice, other, by=await person("dispatcher"))).trouble == "gone"
    assert (await act(confirming.told, notice, door, by=await person("volunteer"))).trouble == "barred"
    wide = await written()
    assert (await act(confirming.told, wide, other, by=await person("steward"))).trouble == "barred"
    role = await written("role", None, "steward")
    assert (await act(confirming.told, role, door, by=await person("steward"))).trouble == "gone"


async def robot(world) -> UUID:
    row = ids.new()
    await db.run(
        """INSERT INTO robot(id, community_id, name_sealed, chat, key_id, address_sealed, origin, made_by, made_at)
        VALUES (?, ?, ?, 'plain', ?, ?, 'https://chat.example', ?, ?)""",
        row, world.community, b"x", ids.new(), b"x", world.dispatcher, clock.now(),
    )  # fmt: skip
    return row


async def test_a_chat_hears_that_there_is_a_notice_and_none_of_its_words(world, written, act, person):
    await robot(world)
    await written("role", None, "volunteer")
    assert await db.value("SELECT count(*) FROM carrying WHERE way = 'robot'") == 0
    notice = await written("building", world.building, title="金丝雀", body="金丝雀")
    said = await db.rows(str, "SELECT words || params || coalesce(path, '') FROM carrying WHERE way = 'robot'")
    assert said == ["message.notice_robot{}" + f"/notices/{notice}"]
    await act(writing.withdraw, notice, by=await person("dispatcher"))
    states = "SELECT words || state FROM carrying WHERE way = 'robot' ORDER BY id"
    assert await db.rows(str, states) == ["message.notice_robotdropped", "message.notice_overwaiting"]


async def test_a_picture_lives_as_long_as_its_notice(world, act, person, opened):
    until = clock.now() + timedelta(days=20)
    photo = ids.secret()
    said = {"title": "路线图", "body": "见图", "until": until, "photo": photo, "photo_size": 100}
    receipt = await act(writing.write, to=("community", None, None), by=await person("dispatcher"), **said)
    assert receipt.state == "applied"

    async def state() -> str:
        await keeping.end_old()
        return await db.value("SELECT state FROM photo WHERE id = ?", photo)

    clock.advance(timedelta(days=10))
    assert await state() == "awaited"
    one = await reads.notice(UUID(receipt.about))
    later = {"title": one.title, "body": one.body, "until": until + timedelta(days=10), "urgent": False, "must_confirm": False}
    assert (await act(correcting.change, one.id, version=one.version, by=await person("dispatcher"), **later)).state == "applied"
    clock.advance(timedelta(days=25))
    assert await state() == "awaited"
    clock.advance(timedelta(days=31))
    assert await state() == "lost"
