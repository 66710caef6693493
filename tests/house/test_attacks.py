"""Attacks across the slices: redirects that leave, requests that confuse, batches with poison, rights that have ended."""

import json
import logging
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from conftest import ORIGIN

from app.care.rules import residents
from app.journal import worker
from app.kernel import db, ids
from app.needs.rules import closing, raising, triaging
from app.people.rules import accounts, grants, roles, sessions, vouching
from app.places import reads as places

ELSEWHERE = (
    "//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "/\t/a//evil.example/", "/\n/evil.example",
    "\t//evil.example", "javascript:alert(1)", "/\x0b/evil.example", "/\x00/evil.example", "/\t\\evil.example", "evil.example",
    "///evil.example", "/\r\nSet-Cookie: sid=x", "/%09/evil.example", "/x?next=//evil.example#\t//evil.example",
)  # fmt: skip


def goes(address: str) -> str:
    """The host that a browser would go to: it drops tabs and line ends and takes backslashes for slashes."""
    said = "".join(c for c in address if c not in "\t\r\n").strip("".join(map(chr, range(33)))).replace("\\", "/")
    return urlsplit(urljoin(ORIGIN + "/sign-in", said)).netloc


@pytest.mark.parametrize("back", ELSEWHERE)
async def test_no_back_leads_off_this_origin(back, client, app):
    phone = client("volunteer")
    for path in ("/inbox/read", "/presence/end", "/look"):
        answer = await phone.post(path, data={"act": ids.secret(), "back": back})
        if "location" in answer.headers:
            assert goes(answer.headers["location"]) == urlsplit(ORIGIN).netloc, answer.headers["location"]
        assert "set-cookie: sid=x" not in str(answer.headers).lower()
        assert not [link for link in _links(answer.text) if goes(link) != urlsplit(ORIGIN).netloc]
    answer = await client().get("/sign-in", params={"back": back})
    assert not [link for link in _links(answer.text) if goes(link) != urlsplit(ORIGIN).netloc]


@pytest.mark.parametrize("reply", ["", "to"])
@pytest.mark.parametrize("back", ["/办公", "/é?办=公#楼", "/a b"])
async def test_an_act_from_a_strange_address_is_answered_with_its_page(back, reply, client):
    """It counted, so its answer must not be one that failed."""
    answer = await client("volunteer").post("/inbox/read", data={"act": ids.secret(), "back": back}, headers={"X-Act-Reply": reply})
    assert answer.status_code == (204 if reply else 303), answer.text
    to = answer.headers["x-act-to" if reply else "location"]
    assert to.isascii() and " " not in to and goes(to) == urlsplit(ORIGIN).netloc


def _links(html: str) -> list[str]:
    import html as markup
    import re

    return [markup.unescape(link) for link in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', html)]


@pytest.mark.parametrize("cookie", ["a,b=c", "a[=1", "sid=\xff\xfe; lang=zh", "=; ;;", 'x="\\', "lang=zh; a@b=1"])
async def test_a_cookie_of_somebody_elses_program_breaks_nothing(cookie, app, client):
    phone = client()
    phone.cookies.clear()
    answer = await phone.get("/sign-in", headers={"Cookie": cookie.encode("latin-1")})
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["http://[", "null", "http://evil.example", "", "http://localhost:8000.evil.example"])
async def test_a_strange_origin_is_refused(origin, app, client):
    phone = client("volunteer")
    del phone.headers["Sec-Fetch-Site"]
    assert (await phone.post("/inbox/read", data={"act": ids.secret()}, headers={"Origin": origin})).status_code == 403


@pytest.mark.parametrize("path", ["/people", "/needs", "/tasks?show=past", "/runs?state=finished", "/people?state=vouched", "/inbox"])
@pytest.mark.parametrize("number", ["9" * 5000, "-1", "0", "²", "٣", "1e9", "99999999999999999999"])
async def test_no_page_number_breaks_a_list(path, number, client, caplog):
    caplog.set_level(logging.ERROR)
    path, _, query = path.partition("?")
    answer = await client("dispatcher").get(path, params={**dict(p.split("=") for p in query.split("&") if p), "page": number})
    assert answer.status_code == 200 and not caplog.records


async def test_the_host_header_does_not_choose_the_act(client, app):
    """The act's path is the one that was routed, whatever the Host header would make of the address."""
    host = f"x/people/{app.world.volunteer2}/suspend?"
    await client("dispatcher").post("/inbox/read", data={"act": ids.secret()}, headers={"Host": host})
    assert not await db.value("SELECT 1 FROM account WHERE suspended_at IS NOT NULL")


def an_act(**more):
    return {"id": ids.secret(), "path": "/inbox/read", "form": {}, **more}


POISON = {
    "an address that is none": {"path": "//["},
    "NUL in a code": {"path": "/b/A\x00B/check-in"},
    "a far moment": {"at": "9999-12-31T23:59:59-12:00"},
    "a moment before time": {"at": "0001-01-01T00:00:00+14:00"},
    "a counter beyond the database": {"seq": 2**70},
    "a negative counter beyond it": {"seq": -(2**70)},
    "a long path": {"path": "/b/" + "x" * 100_000 + "/check-in"},
    "a very long field": {"path": "/presence/end", "form": {"x": "长" * 100_000}},
    "an id in capitals": {"path": f"/inbox/{str(UUID(int=5)).upper()}/read"},
    "bidi and joiners": {"path": "/b/\u202e\u200d\u2066/check-in"},
}


@pytest.mark.postgres
@pytest.mark.parametrize("kind", POISON)
async def test_one_poisoned_act_leaves_its_neighbours_alone(kind, client):
    acts = [an_act(seq=1), an_act(seq=2) | POISON[kind], an_act(seq=3)]
    answer = await client("volunteer").post("/acts", json={"device": "d9", "acts": acts})
    assert answer.status_code == 200
    states = [told and told["state"] for told in answer.json()["receipts"]]
    assert (states[0], states[2]) == ("applied", "applied")


async def test_a_deep_batch_is_refused_whole(client):
    deep = '{"acts": [], "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert (await client("volunteer").post("/acts", content=deep.encode())).status_code == 400


async def a_resident(world, act, by, household=None):
    home = household or UUID(str(await db.value("SELECT id FROM household WHERE building_id = ? ORDER BY id LIMIT 1", world.building)))
    said = {"name": "秘密名", "phone": "13912345678", "kinds": (), "note": "金丝雀"}
    return UUID((await act(residents.add, home, by=by, **said)).about), home


@pytest.mark.postgres
@pytest.mark.parametrize("who", ["outsider", "outside_dispatcher", "volunteer", "operator"])
async def test_a_reused_id_opens_no_residents_form(who, app, client, act, person):
    her, _ = await a_resident(app.world, act, await person("dispatcher"))
    phone, used = client(who), ids.secret()
    await phone.post("/inbox/read", data={"act": used})
    answer = await phone.post(f"/residents/{her}", data={"act": used, "name": "x", "version": "0"})
    assert answer.status_code in (403, 404, 409)
    assert "秘密名" not in answer.text and "13912345678" not in answer.text and "金丝雀" not in answer.text


async def test_a_refusal_names_no_household_to_an_outsider(app, client, act, person):
    her, home = await a_resident(app.world, act, await person("dispatcher"))
    for path in ("end", "restore", "reveal"):
        seen = await client("outsider").post(f"/residents/{her}/{path}", data={"act": ids.secret()})
        never = await client("outsider").post(f"/residents/{ids.new()}/{path}", data={"act": ids.secret()})
        assert str(home) not in seen.text and seen.status_code == never.status_code == 404
        assert seen.text == never.text


async def test_a_number_is_not_shown_again_to_one_whose_role_has_ended(app, client, act, person):
    phone, form = client("dispatcher"), {"act": ids.secret()}
    path = f"/people/{app.world.volunteer2}/reveal"
    assert "13800000003" in (await phone.post(path, data=form)).text
    await db.run("UPDATE role SET ended_at = given_at WHERE account_id = ? AND role = 'dispatcher'", app.world.dispatcher)
    again = await phone.post(path, data=form)
    assert "13800000003" not in again.text and again.status_code == 403


async def test_a_password_is_not_tried_a_hundred_times_in_a_batch(app, client):
    guesses = [an_act(path="/password", form={"current": f"guess {n}", "password": "another good one"}) for n in range(30)]
    guesses.append(an_act(path="/password", form={"current": "a long enough password", "password": "another good one"}))
    before = await db.value("SELECT password_hash FROM account WHERE id = ?", app.world.dispatcher)
    answer = await client("dispatcher").post("/acts", json={"acts": guesses})
    assert {told["state"] for told in answer.json()["receipts"]} == {"refused"}
    assert await db.value("SELECT password_hash FROM account WHERE id = ?", app.world.dispatcher) == before


@pytest.mark.postgres
async def test_a_role_in_one_district_is_none_in_another(app, client, act, person):
    """Kong commands 渝北 and volunteers in 江津: there he is a volunteer."""
    world = app.world

    async def work() -> None:
        await accounts.join(world.command, world.away)

    await worker.do(work)
    phone = client("command")
    assert (await phone.post("/community", data={"community": str(world.away)})).status_code == 303
    assert "长生社区" in (await phone.get("/me")).text
    assert (await phone.get("/board")).status_code == 403
    assert (await phone.get("/gaps")).status_code == 403
    assert (await person("command")).community_id == world.away
    await phone.post("/community", data={"community": str(world.community)})
    assert (await phone.get("/board")).status_code == 200


@pytest.mark.postgres
async def test_a_session_does_not_stay_where_its_role_has_ended(app, client, person):
    """A district role reaches its own district's communities only, also for a session that stood elsewhere."""
    await db.run("UPDATE session SET community_id = ? WHERE account_id = ?", app.world.away, app.world.command)
    assert (await person("command")).community_id == app.world.community


async def test_an_ended_role_is_not_given_again_to_one_whom_nobody_vouches_for(app, act, person):
    by, world = await person("dispatcher"), app.world
    given = await act(roles.give, world.volunteer2, "operator", (), None, by=by)
    role = UUID(str(await db.value("SELECT id FROM role WHERE account_id = ? AND role = 'operator'", world.volunteer2)))
    assert given.state == (await act(roles.end, role, by=by)).state == "applied"
    assert (await act(vouching.unvouch, world.volunteer2, by=by)).state == "applied"
    assert (await act(roles.again, role, by=by)).state == "refused"
    await act(vouching.vouch, world.volunteer2, by=by)
    await act(accounts.suspend, world.volunteer2, by=by)
    assert (await act(roles.again, role, by=by)).state == "refused"


@pytest.mark.postgres
async def test_a_body_sent_many_times_under_one_id_fills_no_disk(app, client):
    phone, used = client("volunteer"), ids.secret()
    for n in range(12):
        await phone.post("/inbox/read", data={"act": used, "n": str(n)})
    assert await db.value("SELECT count(*) FROM quarantine") <= 5


async def test_a_session_of_a_suspended_person_ends_at_once(app, client, act, person):
    phone = client("volunteer2")
    assert (await phone.get("/now")).status_code == 200
    await act(accounts.suspend, app.world.volunteer2, by=await person("dispatcher"))
    assert (await phone.get("/now")).status_code == 303
    assert (await phone.post("/acts", json={"acts": [an_act()]})).status_code == 401
    await act(accounts.restore, app.world.volunteer2, by=await person("dispatcher"))
    assert (await phone.get("/now")).status_code == 303


async def test_a_file_where_words_are_meant_breaks_nothing(client):
    for path in ("/look", "/role", "/community", "/inbox/read", "/sign-in", "/found", "/households/search", "/report/export"):
        files = dict.fromkeys(("back", "act", "role", "community", "phone", "number", "q", "day"), ("a.txt", b"x"))
        assert (await client("dispatcher").post(path, files=files)).status_code < 500, path


@pytest.mark.parametrize("current", ["http://[", "//[", "javascript:alert(1)", "http://evil.example//evil.example/", "\\\\evil"])
async def test_a_strange_current_address_breaks_no_part(current, client):
    for path in ("/now", "/nowhere", "/runs/live"):
        answer = await client("dispatcher", htmx=True).get(path, headers={"HX-Current-URL": current})
        assert answer.status_code in (200, 404)
        assert not [link for link in _links(answer.text) if goes(link) != urlsplit(ORIGIN).netloc]


@pytest.mark.postgres
@pytest.mark.parametrize("form", ['{"x": "\\ud800"}', '{"\\ud800": "x"}', '{"building": "\\u0000"}', '{"x": ["\\udfff", "\\ud800"]}'])
async def test_half_a_character_in_a_batch_holds_up_nothing(form, client):
    acts = [json.dumps(an_act()), json.dumps(an_act())[:-1].replace('"form": {}', f'"form": {form}') + "}", json.dumps(an_act())]
    answer = await client("dispatcher").post("/acts", content=f'{{"acts": [{", ".join(acts)}]}}'.encode())
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or [bool(told) for told in answer.json()["receipts"]][::2] == [True, True]


async def test_a_receipt_keeps_no_links_secret(app, client):
    made = []

    async def work() -> None:
        made.append(await sessions.show_link(app.world.volunteer, made_by=app.world.dispatcher))

    await worker.do(work)
    await client().post(f"/sign-in/{made[0]}")
    await client().post(f"/sign-in/{made[0]}")
    assert await db.value("SELECT count(*) FROM receipt WHERE path LIKE '/sign-in%'") == 2
    assert await db.value("SELECT count(*) FROM receipt WHERE path LIKE ?", f"%{made[0]}%") == 0


@pytest.mark.postgres
async def test_in_bulk_a_steward_sorts_her_own_buildings_only(app, act, person):
    """She carries something to another building: so she sees it, and still has no word in sorting it."""
    world, made = app.world, []

    async def work() -> None:
        building = await places.building_by_code(world.code2)
        said = raising.Said(kind="food", what="米", unit="1", room="101")
        made.append((await raising.add(building, said, by=worker.SYSTEM, channel="link")).id)
        await grants.give(world.steward, "need", made[0])

    await worker.do(work)
    by = await person("steward")
    assert (await act(triaging.take, made[0], by=by)).trouble == "barred"
    assert (await act(triaging.take_many, picked=(made[0],), by=by)).state == "refused"
    assert (await act(closing.answer_many, picked=(made[0],), line="好", by=by)).state == "refused"
