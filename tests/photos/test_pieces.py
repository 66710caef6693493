"""The pieces: resumed where they stopped, each as often as it likes, from the phone that announced the photo and no other."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
from support import pictures

from app.kernel import clock, db, ids, limits
from app.people.rules import devices
from app.photos.sealing import PIECE

BIG = pictures.jpeg(1200, 900, noise=True)


async def post(phone, photo: str, start, data: bytes, **headers):
    return await phone.post(f"/photos/{photo}/pieces", content=data, headers={"Upload-Offset": str(start), **headers})


def offset(answer) -> int:
    return int(answer.headers["upload-offset"])


async def test_a_photo_cut_at_four_fifths_goes_on_where_it_stopped(app, client, announced):
    said = await announced(BIG)
    phone, cut = client("volunteer"), len(BIG) * 4 // 5 // PIECE * PIECE
    assert len(BIG) > 6 * PIECE and cut
    for start in range(0, cut, PIECE):
        assert (await post(phone, said.id, start, BIG[start : start + PIECE])).status_code == 204
    phone = client("volunteer")  # the browser was killed
    here = await phone.get(f"/photos/{said.id}/pieces")
    assert offset(here) == cut and "upload-over" not in here.headers
    sent = 0
    for start in range(cut, len(BIG), PIECE):
        answer = await post(phone, said.id, start, BIG[start : start + PIECE])
        sent += 1
    assert sent == -(-(len(BIG) - cut) // PIECE) and answer.headers["upload-over"] == "1"
    assert await db.rows(str, "SELECT state FROM photo") == ["kept"] and await db.value("SELECT count(*) FROM photo_piece") == 0


async def test_a_piece_may_come_again_and_a_gap_is_told(app, client, announced):
    said = await announced(BIG)
    phone = client("volunteer")
    for _ in range(3):
        answer = await post(phone, said.id, 0, BIG[:PIECE])
        assert (answer.status_code, offset(answer)) == (204, PIECE)
    for start in (2 * PIECE, PIECE + 1, PIECE - 1, 10**8):
        answer = await post(phone, said.id, start, BIG[start : start + PIECE] or b"x")
        assert (answer.status_code, offset(answer)) == (409, PIECE), start
    for nonsense in ("", "-1", "x", "٣", "9" * 40, "1e3"):
        answer = await post(phone, said.id, nonsense.encode(), BIG[:9])
        assert (answer.status_code, offset(answer)) == (409, PIECE), nonsense
    assert await db.value("SELECT count(*) FROM photo_piece") == 1


@pytest.mark.postgres
async def test_five_copies_of_each_piece_at_once_make_one_photo(app, client, announced):
    said = await announced(BIG)
    phones = [client("volunteer") for _ in range(5)]
    for start in range(0, len(BIG), PIECE):
        answers = await asyncio.gather(*(post(phone, said.id, start, BIG[start : start + PIECE]) for phone in phones))
        assert {answer.status_code for answer in answers} == {204}
    assert await db.rows(str, "SELECT state FROM photo") == ["kept"]
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'photo.kept'") == 1


async def test_nobody_else_can_ask_for_it_or_add_to_it(app, client, announced):
    said = await announced()
    for name in ("volunteer2", "dispatcher", "steward", "outsider"):
        assert (await client(name).get(f"/photos/{said.id}/pieces")).status_code == 404, name
        assert (await post(client(name), said.id, 0, pictures.SMALL)).status_code == 404, name
        assert (await client(name).post(f"/photos/{said.id}/lost", data={"act": ids.secret()})).status_code == 404, name
    assert (await post(client(), said.id, 0, pictures.SMALL)).status_code == 401
    assert (await post(client("volunteer"), ids.secret(), 0, pictures.SMALL)).status_code == 404
    assert await db.value("SELECT count(*) FROM photo_piece") == 0


async def test_the_phones_grant_counts_whoever_is_signed_in_and_a_revoked_one_does_not(app, client, person, announced):
    said = await announced(BIG)
    grant = await devices.give("d", by=await person("volunteer"))
    assert (await post(client(), said.id, 0, BIG[:PIECE], **{"X-Grant": grant})).status_code == 204
    assert (await post(client("steward"), said.id, PIECE, BIG[PIECE : 2 * PIECE], **{"X-Grant": grant})).status_code == 204
    hers = await devices.give("e", by=await person("volunteer2"))
    assert (await post(client("volunteer"), said.id, 2 * PIECE, BIG[:9], **{"X-Grant": hers})).status_code == 404
    await devices.revoke_all((await person("volunteer")).id)
    assert (await post(client(), said.id, 2 * PIECE, BIG[:9], **{"X-Grant": grant})).status_code == 401
    assert (await post(client(), said.id, 0, BIG[:9], **{"X-Grant": "nonsense"})).status_code == 401


@pytest.mark.postgres
async def test_what_is_not_what_was_announced_begins_anew_and_is_given_up_after_three_times(app, client, announced):
    said = await announced(pictures.SMALL)
    phone, wrong = client("volunteer"), pictures.SMALL[:-1] + b"\x00"
    for _ in range(2):
        answer = await post(phone, said.id, 0, wrong)
        assert (answer.status_code, offset(answer)) == (204, 0) and "upload-over" not in answer.headers
    answer = await post(phone, said.id, 0, wrong)
    assert answer.headers["upload-over"] == "1"
    assert (await db.rows(str, "SELECT state FROM photo"), await db.rows(str, "SELECT reason FROM photo")) == (["unreadable"], ["spoilt"])


async def test_a_photo_that_was_spoilt_once_comes_whole_the_second_time(app, client, announced):
    said = await announced(pictures.SMALL)
    phone = client("volunteer")
    await post(phone, said.id, 0, pictures.SMALL[:-1] + b"\x00")
    assert (await post(phone, said.id, 0, pictures.SMALL)).headers["upload-over"] == "1"
    assert await db.rows(str, "SELECT state FROM photo") == ["kept"]


async def test_no_more_comes_in_than_was_announced(app, client, announced):
    said = await announced(pictures.SMALL)
    phone = client("volunteer")
    assert (await post(phone, said.id, 0, pictures.SMALL + b"x")).status_code == 422
    assert (await post(phone, said.id, 0, bytes(PIECE + 5000))).status_code == 413
    assert await db.value("SELECT count(*) FROM photo_piece") == 0


async def test_one_account_cannot_fill_the_line(app, client, announced, monkeypatch):
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 0.0))  # a slow machine must not refill it
    said = await announced(BIG)
    phone = client("volunteer")
    answers = [await post(phone, said.id, 0, b"") for _ in range(230)]
    assert answers[0].status_code == 204 and answers[-1].status_code == 503


async def test_after_seven_days_nothing_is_wanted_any_more(app, client, announced):
    said = await announced(pictures.SMALL)
    clock.advance(timedelta(days=7, minutes=1))
    answer = await post(client("volunteer"), said.id, 0, pictures.SMALL)
    assert answer.headers["upload-over"] == "1" and await db.value("SELECT count(*) FROM photo_piece") == 0
