"""From the act alone the server knows that a photo is to come; no act fails for its photo."""

from datetime import timedelta
from uuid import UUID

import pytest
from support import pictures

from app.deliveries import reads as deliveries
from app.deliveries.rules import handing, mending
from app.kernel import clock, db, ids
from app.kernel.forms import File
from app.photos.reads import photos_of
from app.photos.rules import finishing, keeping


async def of(kind: str, subject) -> list[str]:
    return [photo.shown for photo in (await photos_of(kind, [UUID(str(subject))])).get(UUID(str(subject)), ())]


@pytest.mark.postgres
async def test_a_photo_is_on_its_way_for_an_hour_then_missing(world, announced):
    said = await announced()
    need = said.need
    assert await of("handover", said.handover) == ["on_way"] == await of("need", need)
    clock.advance(timedelta(minutes=59))
    assert await of("need", need) == ["on_way"]
    clock.advance(timedelta(minutes=61))
    assert await of("handover", said.handover) == ["missing"] == await of("need", need)


@pytest.mark.postgres
async def test_a_late_photo_is_missing_until_it_comes(world, announced, sent):
    said = await announced()
    clock.advance(timedelta(hours=30))
    assert await of("handover", said.handover) == ["missing"]
    await sent(said.id, pictures.SMALL)
    assert await of("handover", said.handover) == ["kept"]


@pytest.mark.postgres
async def test_a_photo_that_the_phone_has_lost_is_missing_at_once_and_may_come_after_all(world, act, person, announced, sent):
    said = await announced()
    assert (await act(keeping.lose, said.id, by=await person("volunteer2"))).trouble == "gone"
    assert await of("handover", said.handover) == ["on_way"]
    assert (await act(keeping.lose, said.id, by=await person("volunteer"))).state == "applied"
    assert await of("handover", said.handover) == ["missing"]
    await sent(said.id, pictures.SMALL)
    assert await of("handover", said.handover) == ["kept"]
    assert (await act(keeping.lose, said.id, by=await person("volunteer"))).words == "photos.lost_not"
    assert await of("handover", said.handover) == ["kept"]


@pytest.mark.parametrize(
    "said",
    [
        {"photo": "short", "photo_size": "9", "photo_sha": "x"},
        {"photo": "A" * 22, "photo_size": "a lot"},
        {"photo": "A" * 22, "photo_size": str(3 * 1024 * 1024)},
        {"photo": "A" * 22, "photo_size": "-4", "photo_sha": "\x00"},
        {"photo": ["A" * 22, "B" * 22], "photo_size": ["1", "2"]},
        {"photo": ""},
    ],
    ids=str,
)
async def test_no_handover_fails_for_what_is_said_of_its_photo(app, client, run, said):
    made = await run("602", "501")
    answer = await client("volunteer").post(
        f"/runs/{made.id}/stops/{made.stop}/handover", data={"where": "door", "act": ids.secret(), **said}
    )
    assert answer.headers["x-act-receipt"].split("; ")[1] == "applied"
    assert await db.value("SELECT outcome FROM handover") == "at_door"
    assert await db.value("SELECT count(*) FROM photo WHERE state = 'awaited' AND size <= 0") == 0


async def test_an_id_that_another_announced_is_no_photo_of_this_act(world, announced):
    one = await announced()
    two = await announced(b"x", "301", photo=one.id)
    assert await db.value("SELECT count(*) FROM photo") == 1
    assert await of("handover", two.handover) == [] and await of("handover", one.handover) == ["on_way"]


@pytest.mark.postgres
async def test_a_refused_handover_announces_nothing(world, act, person, run):
    made = await run("602", "501", state="draft")
    receipt = await act(
        handing.hand_over, made.id, made.stop, by=await person("dispatcher"), where="door", photo=ids.secret(), photo_size=9
    )
    assert receipt.state == "refused" and await db.value("SELECT count(*) FROM photo") == 0


@pytest.mark.postgres
async def test_a_photo_goes_with_the_word_beside_another(world, act, person, run):
    made = await run("602", "501", carriers=("volunteer", "volunteer2"))
    await act(handing.hand_over, made.id, made.stop, by=await person("volunteer"), where="door")
    await act(handing.hand_over, made.id, made.stop, by=await person("volunteer2"), where="hand", photo=ids.secret(), photo_size=9)
    evidence = await db.value("SELECT id FROM evidence")
    assert await of("evidence", evidence) == ["on_way"] and await db.value("SELECT count(*) FROM photo_about WHERE kind = 'need'") == 0
    seen = await deliveries.cards(await deliveries.visible(made.id, await person("volunteer")), await person("volunteer"))
    assert [len(card.photos) for card in seen if card.id == made.stop] == [1]


@pytest.mark.postgres
async def test_a_corrected_handover_keeps_its_photo_and_one_taken_back_shows_none(world, act, person, announced):
    said = await announced()
    bo, need = await person("volunteer"), said.need
    await act(mending.correct, said.made.id, said.made.stop, by=bo, outcome="in_hand")
    now = await db.value("SELECT id FROM handover WHERE undone_at IS NULL")
    assert await of("handover", now) == ["on_way"] == await of("need", need)
    await act(mending.correct, said.made.id, said.made.stop, by=bo, outcome="nobody")
    now = await db.value("SELECT id FROM handover WHERE undone_at IS NULL")
    assert await of("handover", now) == ["on_way"] and await of("need", need) == []
    other = await announced(b"x", "301")
    await act(mending.undo, other.made.id, other.made.stop, by=bo)
    seen = await deliveries.cards(await deliveries.visible(other.made.id, bo), bo)
    assert [card.photos for card in seen] == [()] and await of("need", other.need) == []


async def test_without_script_the_file_comes_with_the_form_and_is_shown(app, client, run):
    made = await run("602", "501")
    phone, path = client("volunteer"), f"/runs/{made.id}/stops/{made.stop}/handover"
    answer = await phone.post(
        path, data={"where": "door", "act": ids.secret()}, files={"photo_file": ("a.jpg", pictures.jpeg(), "image/jpeg")}
    )
    assert answer.status_code == 303 and "applied" in answer.headers["x-act-receipt"]
    assert await db.rows(str, "SELECT state FROM photo") == ["kept"]
    photo = await db.value("SELECT id FROM photo")
    assert f'href="/photos/{photo}?back=' in (await phone.get(f"/runs/{made.id}")).text


@pytest.mark.parametrize(
    "name, data, reason",
    [
        ("a.jpg", b"", "no_picture"),
        ("a.jpg", b"<svg onload=alert(1)>" * 50, "no_picture"),
        ("a.heic", pictures.HEIC, "heic"),
        ("a.png", pictures.png_bomb(30_000, 30_000), "too_large"),
        ("a.jpg", pictures.jpeg()[:-400], "no_picture"),
    ],
    ids=["empty", "svg", "heic", "bomb", "cut"],
)
async def test_without_script_a_bad_picture_never_stops_the_handover(app, client, run, name, data, reason):
    made = await run("602", "501")
    phone = client("volunteer")
    answer = await phone.post(
        f"/runs/{made.id}/stops/{made.stop}/handover", data={"where": "door", "act": ids.secret()}, files={"photo_file": (name, data)}
    )
    assert "applied" in answer.headers["x-act-receipt"] and await db.value("SELECT outcome FROM handover") == "at_door"
    assert (await db.rows(str, "SELECT state FROM photo"), await db.rows(str, "SELECT reason FROM photo")) == (["unreadable"], [reason])
    assert 'data-shown="unreadable"' in (await phone.get(f"/runs/{made.id}")).text


async def test_the_form_without_a_photo_is_the_same_act_as_before(app, client, run):
    made = await run("602", "501")
    answer = await client("volunteer").post(
        f"/runs/{made.id}/stops/{made.stop}/handover", data={"where": "door", "act": ids.secret()}, files={"photo_file": ("", b"")}
    )
    assert answer.status_code == 303 and await db.value("SELECT count(*) FROM photo") == 0


async def test_a_form_beyond_twelve_megabytes_is_refused_with_words_and_the_others_stay_small(app, client, run):
    made = await run("602", "501")
    phone, file = client("volunteer"), {"photo_file": ("a.jpg", b"\xff\xd8" + bytes(12 * 1024 * 1024 + 70_000))}
    assert (await phone.post(f"/runs/{made.id}/stops/{made.stop}/handover", data={"where": "door"}, files=file)).status_code == 413
    small = {"photo_file": ("a.jpg", bytes(300 * 1024))}
    assert (await phone.post(f"/runs/{made.id}/stops/{made.stop}/failure", data={"reason": "nobody"}, files=small)).status_code == 413


async def test_what_was_whole_when_the_server_stopped_is_finished_by_the_worker(world, act, person, run):
    made = await run("602", "501")
    file = File("a.jpg", pictures.jpeg())
    await act(handing.hand_over, made.id, made.stop, by=await person("volunteer"), where="door", photo_file=file)
    assert await db.rows(str, "SELECT state FROM photo") == ["received"]
    await finishing.finish_received()
    assert await db.rows(str, "SELECT state FROM photo") == ["kept"] and await db.value("SELECT count(*) FROM photo_piece") == 0
