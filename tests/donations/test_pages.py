"""The pages of a donation: for whoever gives, without account and script, and for the desk."""

import re
from datetime import timedelta

import pytest
from support.shown import shown

from app.donations import reads
from app.donations.rules import drawing, offering
from app.kernel import clock, db, ids
from app.kernel.forms import File


@pytest.fixture
def world(app):
    return app.world


SAID = {"what": "大白菜", "amount": "100", "unit": "斤", "brings": "brings", "phone": "13912345678", "name": "王芳", "note": "上午方便"}
HEAD = {"Sec-Fetch-Site": "same-origin"}


async def given(client, giving, **over) -> str:
    """Her page's path, after she offered something."""
    told = await client(None).post(f"/give/{giving.community.code}", data=SAID | {"act": ids.secret()} | over, headers=HEAD)
    assert told.status_code == 303, told.text
    return told.headers["location"].partition("?")[0]


async def test_a_stranger_gives_and_reads_what_became_of_it(client, giving):
    page = await client(None).get(f"/give/{giving.community.code}")
    assert page.status_code == 200 and 'name="act"' in page.text
    path = await given(client, giving)
    hers = await client(None).get(path)
    assert "大白菜 100 斤" in shown(hers.text) and "13912345678" not in hers.text and "withdraw" in hers.text
    [one] = await reads.listed(giving.dee.community_id, reads.WAITING, limit=9)
    desk = client("dispatcher")
    for show in reads.SHOWN:
        assert (await desk.get(f"/donations?show={show}")).status_code == 200
    assert "大白菜" in shown((await desk.get("/donations")).text)
    page = await desk.get(f"/donations/{one.id}")
    assert "13912345678" not in page.text and "王芳" not in page.text and "上午方便" in shown(page.text)
    said = {"answer": "明天上午送到东门"}
    assert (await desk.post(f"/donations/{one.id}/accept", data=said | {"act": ids.secret()}, headers=HEAD)).status_code == 303
    assert "明天上午送到东门" in shown((await client(None).get(path)).text)
    put = {"item": giving.cabbage, "place": giving.hub, "quantity": "90", "act": ids.secret()}
    assert (await desk.post(f"/donations/{one.id}/receive", data=put, headers=HEAD)).status_code == 303
    assert "10" in shown((await desk.get(f"/donations/{one.id}")).text)
    hers = await client(None).get(path)
    assert "90 斤" in shown(hers.text) and "withdraw" not in hers.text
    again = await desk.post(f"/donations/{one.id}/reveal", data={"act": ids.secret(), "reason": "call"}, headers=HEAD)
    assert "13912345678" in again.text and await db.value("SELECT count(*) FROM happening WHERE kind = 'donation.revealed'") == 1


async def test_the_certificate_can_be_checked_and_not_invented(client, giving):
    one = await giving.received(90)
    path = f"/given/{offering.token_of(one)}"
    paper = await client(None).get(f"{path}/thanks")
    number = re.search(r"/thanks/(\w+-\d+-\w+)", paper.text)[1]
    assert paper.status_code == 200 and "王芳" in shown(paper.text) and "90 斤" in shown(paper.text)
    genuine = await client(None).get(f"/thanks/{number}")
    assert genuine.status_code == 200 and "90 斤" in shown(genuine.text) and "王芳" not in genuine.text
    for invented in (number[:-1] + ("A" if number[-1] != "A" else "B"), "nonsense", f"{giving.community.code}-99999999999999-ABCDEF"):
        assert (await client(None).get(f"/thanks/{invented}")).status_code == 404
    waits = await giving.offered()
    assert (await client(None).get(f"/given/{offering.token_of(waits)}/thanks")).status_code == 404


async def test_what_is_wrong_is_named_and_what_was_typed_stays(client, giving):
    page = await client(None).post(
        f"/give/{giving.community.code}", data=SAID | {"amount": "many", "phone": "12", "act": ids.secret()}, headers=HEAD
    )
    assert page.status_code == 422 and "f-amount-error" in page.text and "f-phone-error" in page.text and "上午方便" in page.text
    assert await db.value("SELECT count(*) FROM donation") == 0
    act = ids.secret()
    first = await given(client, giving, act=act)
    assert await given(client, giving, act=act) == first and await db.value("SELECT count(*) FROM donation") == 1
    other = await client(None).post(f"/give/{giving.community.code}", data=SAID | {"what": "土豆", "act": act}, headers=HEAD)
    assert "土豆" in other.text and await db.value("SELECT count(*) FROM donation") == 1


async def test_a_picture_is_shown_to_the_desk_once_it_was_drawn_anew(client, giving, monkeypatch):
    one = await giving.offered(photo_file=File("a.jpg", b"raw"))
    desk = client("dispatcher")
    assert (await desk.get(f"/donations/{one}/picture")).status_code == 404
    seen = []

    async def redraw(raw: bytes) -> bytes:
        seen.append(raw)
        return b"drawn"

    monkeypatch.setattr(drawing, "redraw", redraw)
    await drawing.draw_due()
    await drawing.draw_due()
    picture = await desk.get(f"/donations/{one}/picture")
    assert seen == [b"raw"] and picture.content == b"drawn" and picture.headers["cache-control"] == "no-store"
    assert await db.value("SELECT raw_sealed FROM donation_photo") is None
    assert (await client("outside_dispatcher").get(f"/donations/{one}/picture")).status_code == 404
    await drawing.end_old()
    assert await reads.pictured(one)
    with clock.at(clock.now() + timedelta(days=8)):
        await drawing.end_old()
    assert not await reads.pictured(one)


async def test_what_is_no_picture_goes(client, giving):
    one = await giving.offered(photo_file=File("a.jpg", b"no picture at all"))
    await drawing.draw_due()
    assert await db.value("SELECT count(*) FROM donation_photo WHERE raw_sealed IS NULL AND image_sealed IS NULL") == 1
    assert "/picture" not in (await client("dispatcher").get(f"/donations/{one}")).text


async def test_from_a_donation_to_its_distribution_everything_is_chosen_already(client, giving):
    one = await giving.received(90)
    desk = client("dispatcher")
    page = await desk.get(f"/donations/{one}")
    link = re.search(r'/distributions/new\?[^"]+', page.text)[0].replace("&amp;", "&")
    new = await desk.get(link)
    assert f'name="donation" value="{one}"' in new.text and f'value="{giving.hub}" selected' in new.text
    assert re.search(rf'name="item-{giving.cabbage}"[^>]*value="1"', new.text)


async def test_a_complaint_of_the_desk_stands_at_its_own_form(client, giving):
    one, desk = await giving.offered(), client("dispatcher")
    page = await desk.post(f"/donations/{one}/decline", data={"words": "下次吧", "act": ids.secret()}, headers=HEAD)
    assert page.status_code == 422 and "f-reason-error" in page.text and "下次吧" in page.text
    assert re.search(r'<details class="more" open>\s*<summary>[^<]*</summary>\s*<form method="post" action="[^"]*/decline"', page.text)
    page = await desk.post(f"/donations/{one}/receive", data={"quantity": "0", "act": ids.secret()}, headers=HEAD)
    assert page.status_code == 422 and "f-quantity-error" in page.text and await giving.state(one) == "offered"
