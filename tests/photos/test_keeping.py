"""What is left of a photo: no notes of the camera, nothing readable in the database, seven days, then nothing."""

import io
import sqlite3
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image
from support import pictures

from app.kernel import clock, db, seal
from app.needs.rules import linking
from app.photos import reads
from app.photos.rules import finishing, keeping


async def kept(made) -> bytes:
    return await reads.image(made.id)


async def test_where_and_with_what_it_was_taken_is_gone(world, announced, sent):
    data = pictures.jpeg(exif=True)
    before = pictures.notes(data)
    assert before["gps"] and before["comment"] and pictures.CANARY.encode() in data
    said = await announced(data)
    await sent(said.id, data)
    after = await kept(said)
    assert pictures.notes(after) == {"exif": {}, "gps": {}, "comment": None, "xmp": None}
    assert pictures.CANARY.encode() not in after and b"Exif" not in after and after[:2] == b"\xff\xd8"


async def test_it_stands_upright_and_is_at_most_1600_pixels(world, announced, sent):
    data = pictures.jpeg(3000, 2000, orientation=6)
    said = await announced(data)
    await sent(said.id, data)
    after = await kept(said)
    assert pictures.size(after) == (1067, 1600)
    with Image.open(io.BytesIO(after)) as image:
        left, right = image.getpixel((10, 800)), image.getpixel((1050, 800))
    assert left[2] > 200 > 60 > left[0] and right[0] > 200 > 60 > right[2]


@pytest.mark.parametrize("kind, mode", [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("WEBP", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L")])
async def test_every_kind_of_picture_that_a_phone_may_have_is_read(world, announced, sent, kind, mode):
    out = io.BytesIO()
    Image.new(mode, (300, 200)).save(out, kind)
    said = await announced(out.getvalue())
    await sent(said.id, out.getvalue())
    assert pictures.size(await kept(said)) == (300, 200)


@pytest.mark.parametrize(
    "data, reason",
    [
        (pictures.png_bomb(50_000, 50_000), "too_large"),
        (pictures.png_bomb(6_000, 5_000), "too_large"),
        (pictures.HEIC, "heic"),
        (b"%PDF-1.7 " * 30, "no_picture"),
        (b"GIF89a" + bytes(100), "no_picture"),
        (pictures.jpeg()[:-500], "no_picture"),
        (b"\xff\xd8\xff\xe1" + bytes(3000), "no_picture"),
    ],
    ids=["bomb", "30 megapixels", "heic", "pdf", "gif", "cut", "only a head"],
)
async def test_what_is_no_picture_for_us_is_said_with_its_reason(world, announced, sent, data, reason):
    said = await announced(data)
    await sent(said.id, data)
    photo = await reads.photo(said.id)
    assert (photo.shown, photo.reason) == ("unreadable", reason) and photo.why
    assert await db.value("SELECT count(*) FROM photo_piece") == 0


async def test_a_file_that_is_two_things_comes_out_as_a_picture_alone(world, announced, sent):
    data = pictures.jpeg() + b"<script>alert(1)</script>PK\x03\x04"
    said = await announced(data)
    await sent(said.id, data)
    assert b"<script>" not in await kept(said)


async def test_a_picture_that_ties_up_the_decoder_is_given_up(world, announced, sent, monkeypatch):
    monkeypatch.setattr(finishing, "PROGRAM", ["sleep", "30"])
    monkeypatch.setattr(finishing, "PATIENCE", 0.3)
    said = await announced()
    await sent(said.id, pictures.SMALL)
    assert (await reads.photo(said.id)).shown == "unreadable"


@pytest.mark.postgres
async def test_neither_pieces_nor_picture_are_readable_in_the_database(world, announced, sent):
    data = pictures.jpeg()
    said = await announced(data)
    from app.photos.rules import receiving

    await receiving.take_piece(said.id, 0, data[:1500], world.volunteer)
    [piece] = await db.rows(bytes, "SELECT data_sealed FROM photo_piece")
    assert len(piece) > 1500 and data[:40] not in piece and b"\xff\xd8\xff" not in piece[:20] and pictures.CANARY.encode() not in piece
    for start in range(1500, len(data), 1500):
        await receiving.take_piece(said.id, start, data[start : start + 1500], world.volunteer)
    await finishing.finish(said.id)
    [image] = await db.rows(bytes, "SELECT image_sealed FROM photo")
    assert b"\xff\xd8\xff" not in image[:20] and (await kept(said))[:3] == b"\xff\xd8\xff" and b"JFIF" not in image


@pytest.mark.postgres
async def test_after_seven_days_the_photo_is_gone_and_says_so(world, announced, sent):
    said = await announced()
    await sent(said.id, pictures.SMALL)
    key = await db.value("SELECT key_id FROM photo")
    clock.advance(timedelta(days=6, hours=23))
    await keeping.end_old()
    assert (await reads.photo(said.id)).shown == "kept"
    image = (await db.rows(bytes, "SELECT image_sealed FROM photo"))[0]
    clock.advance(timedelta(days=7, hours=1))
    await keeping.end_old()
    photo = await reads.photo(said.id)
    assert photo.shown == "deleted" and "7" in photo.words
    assert await db.value("SELECT count(*) FROM photo WHERE image_sealed IS NOT NULL OR key_id IS NOT NULL") == 0
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'photo.deleted'") == 1
    with pytest.raises(seal.Closed):  # a copy in a backup
        seal.Seal("photo", said.id, str(key), world.community).open_bytes("image", image)
    await keeping.end_old()
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'photo.deleted'") == 1


@pytest.mark.postgres
async def test_a_photo_that_never_came_is_missing_for_good_and_its_pieces_go(world, announced):
    from app.photos.rules import receiving

    said = await announced(pictures.jpeg())
    await receiving.take_piece(said.id, 0, pictures.jpeg()[:1000], world.volunteer)
    clock.advance(timedelta(days=8))
    await keeping.end_old()
    assert (await reads.photo(said.id)).shown == "missing"
    assert await db.value("SELECT count(*) FROM photo_piece") == 0 and await db.value("SELECT key_id FROM photo") is None


async def test_an_idle_round_writes_nothing(world, announced, sent):
    said = await announced()
    await sent(said.id, pictures.SMALL)
    before = await db.value("SELECT count(*) FROM receipt")
    await finishing.finish_received()
    await keeping.end_old()
    assert await db.value("SELECT count(*) FROM receipt") == before


async def test_a_look_is_on_record_with_who_looked(app, client, announced, sent):
    said = await announced()
    await sent(said.id, pictures.SMALL)
    answer = await client("dispatcher").get(f"/photos/{said.id}/image")
    assert answer.headers["content-type"] == "image/jpeg" and answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["content-disposition"].startswith("inline")
    assert await db.rows(UUID, "SELECT by FROM happening WHERE kind = 'photo.seen'") == [app.world.dispatcher]
    assert (await client("volunteer2").get(f"/photos/{said.id}/image")).status_code == 404
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'photo.seen'") == 1


async def test_run_and_need_show_it_and_the_resident_sees_her_own(app, client, announced, sent):
    said = await announced()
    need = said.need
    for name, path in (("volunteer", f"/runs/{said.made.id}"), ("steward", f"/needs/{need}")):
        assert f'data-photo="{said.id}"' in (await client(name).get(path)).text
    token = await linking.token_of(need)
    [elsewhere] = {*said.made.needs.values()} - {need}
    other = await linking.token_of(elsewhere)
    assert (await client().get(f"/track/{token}/photo")).status_code == 404 and "/photo" not in (await client().get(f"/track/{token}")).text
    await sent(said.id, pictures.SMALL)
    assert f'src="/track/{token}/photo"' in (await client().get(f"/track/{token}")).text
    shown = await client().get(f"/track/{token}/photo")
    assert shown.content[:2] == b"\xff\xd8" and shown.headers["cache-control"] == "no-store"
    assert (await client().get(f"/track/{other}/photo")).status_code == 404
    clock.advance(timedelta(hours=2))
    assert f'href="/photos/{said.id}' in (await client("steward").get(f"/needs/{need}")).text


async def test_a_missing_photo_shows_as_missing_on_run_and_need(app, client, announced):
    said = await announced()
    clock.advance(timedelta(hours=1, minutes=1))
    for name, path in (
        ("volunteer", f"/runs/{said.made.id}"),
        ("dispatcher", f"/runs/{said.made.id}"),
        ("steward", f"/needs/{said.need}"),
    ):
        assert 'data-shown="missing"' in (await client(name).get(path)).text, name


async def test_a_key_that_is_gone_leaves_no_broken_page(app, client, announced, sent):
    said = await announced()
    await sent(said.id, pictures.SMALL)
    seal.destroy_keys([UUID(str(await db.value("SELECT key_id FROM photo")))])
    assert (await client("dispatcher").get(f"/photos/{said.id}/image")).status_code == 404
    assert (await client("dispatcher").get(f"/photos/{said.id}")).status_code == 200


@pytest.mark.parametrize("wrong", ["state = 'kept'", "got = size + 1", "state = 'unreadable'", "state = 'elsewhere'", "id = 'short'"])
async def test_the_database_refuses_what_cannot_be(world, announced, wrong):
    await announced()
    with pytest.raises(db.IntegrityError):
        await db.run(f"UPDATE photo SET {wrong}")


async def test_the_raw_file_of_the_database_holds_no_picture(app, client, announced, sent):
    data = pictures.jpeg()
    said = await announced(data)
    await sent(said.id, data)
    raw = sqlite3.connect(app.settings.data / "lastmetre.db")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    for path in app.settings.data.glob("lastmetre.db*"):
        found = path.read_bytes()
        assert b"JFIF" not in found and pictures.CANARY.encode() not in found and data[200:260] not in found
