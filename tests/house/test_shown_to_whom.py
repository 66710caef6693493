"""What others typed is text on every page; what somebody may not see looks like what is not there."""

import io
import re
import uuid
import zipfile

import pytest
from test_roles import SLICES, table

from app import web
from app.kernel import db, ids

SCRIPTS = (
    """"'><script>alert(1)</script>""",
    "<img src=x onerror=alert(1)>",
    """" hx-get="/sign-out" hx-trigger="load" x=""",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{1337*7}}${1337*7}<%=1337*7%>",
    "<a href=//evil.example>",
    "]]><!--",
)
RUN = re.compile(
    r"<script>alert|<img src=x|<svg/onload|(?<!&#34;) hx-get=\"/sign-out\"|(?:href|src|action)=\"javascript:|<a href=//evil|>9359<|<!--"
)
FIELDS = (
    "name",
    "title",
    "notes",
    "meeting",
    "what",
    "line",
    "note",
    "whom",
    "spoken",
    "reason",
    "other_organisation",
    "organisation",
    "room",
    "hours",
    "hotline",
)
RIGHT = {"kind": "food", "urgency": "now", "unit": "", "version": "0", "places": "2", "hours": "2", "starts": "now", "outcome": "nobody",
         "confirm_double": "1", "confirm_room": "", "lang": "zh"}  # fmt: skip


@pytest.mark.parametrize("turn", [pytest.param(turn, marks=[pytest.mark.long] if turn else []) for turn in range(len(SCRIPTS))])
async def test_what_is_typed_never_runs_on_any_page(turn, app, client, act, person):
    """Every field takes every script in its turn; in the first turn the fields differ, so that all scripts are typed somewhere."""
    scripts = {field: SCRIPTS[(n + turn) % len(SCRIPTS)] for n, field in enumerate(FIELDS)}
    rules, kept, filled = {rule.path.replace(":uuid", "").replace(":str", ""): rule for rule in web.ACTS}, 0, {}
    for name in SLICES:
        rows = table(name)
        for row, expected in rows.ROWS.items():
            method, path = row.split(" ")
            if method != "POST" or path not in rules:
                continue
            filled = await rows.stage(app, act, person) | {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
            form = RIGHT | {k: v.format(**filled) for k, v in expected.get("form", {}).items()}
            form |= {field: scripts[field] for field in FIELDS if field not in form or field in ("what", "name", "room", "line")}
            form |= {
                "confirm_room": scripts["room"],
                "building": app.world.code if path == "/needs" else form.get("building", ""),
                "act": ids.secret(),
            }
            if path == "/tasks":
                form["hours"] = "2"
            answer = await client("dispatcher").post(path.format(**filled), data=form)
            kept += answer.headers.get("x-act-receipt", "").count("applied")
            assert answer.status_code < 500 and not RUN.search(answer.text), f"{row}: {RUN.search(answer.text)}"
    assert kept > 20
    for name in SLICES:
        rows = table(name)
        filled = await rows.stage(app, act, person) | {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
        for row in [row for row in rows.ROWS if row.startswith("GET ")]:
            for who in ("dispatcher", "steward", "command"):
                page = await client(who).get(row.split(" ")[1].format(**filled))
                if page.headers.get("content-type", "").startswith(("application/json", "text/csv")):  # for a script or a file, never drawn
                    assert page.headers["x-content-type-options"] == "nosniff"
                    continue
                assert not RUN.search(page.text), f"{row}: {page.text[RUN.search(page.text).start() - 200 :][:300]}"
    for path, sql in (
        ("/needs/{}", "SELECT id FROM need"),
        ("/tasks/{}", "SELECT id FROM task"),
        ("/runs/{}", "SELECT id FROM run"),
        ("/households/{}", "SELECT DISTINCT household_id FROM resident"),
    ):
        for found in await db.rows(uuid.UUID, sql):
            page = await client("dispatcher").get(path.format(found))
            assert page.status_code == 200 and not RUN.search(page.text), path


async def test_no_export_calculates(app, client, act, person):
    await db.run("UPDATE organisation SET name = ?", "=cmd|' /C calc'!A0")
    phone = client("dispatcher")
    await phone.post("/presence/end", data={"act": ids.secret()})
    day = (
        (await phone.get("/report")).text.split('name="day" value="')[1][:10]
        if 'name="day" value="' in (await phone.get("/report")).text
        else ""
    )
    answer = await phone.post("/report/export", data={"act": ids.secret(), "day": day}, follow_redirects=True)
    assert answer.content[:2] == b"PK"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert not any(b"<f>" in book.read(name) or b"<f " in book.read(name) for name in book.namelist())


def plain(text: str) -> str:
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
    return re.sub(r'(?<=value=")[A-Za-z0-9_-]{22}', "ACT", text)


@pytest.mark.parametrize("slice_name", SLICES)
async def test_another_communitys_thing_looks_like_nothing(slice_name, app, client, act, person):
    rows = table(slice_name)
    filled = await rows.stage(app, act, person) | {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
    for row, expected in rows.ROWS.items():
        method, path = row.split(" ")
        for who in ("outsider", "outside_dispatcher"):
            if who not in expected.get("404", ()) or "_id}" not in path:
                continue
            form = {k: v.format(**filled) for k, v in expected.get("form", {}).items()} if method == "POST" else None
            never = filled | {name: str(uuid.uuid4()) for name in filled if name.endswith("_id")}
            for htmx in (False, True):
                seen = await client(who, htmx=htmx).request(method, path.format(**filled), data=form and form | {"act": ids.secret()})
                none = await client(who, htmx=htmx).request(method, path.format(**never), data=form and form | {"act": ids.secret()})
                assert seen.status_code == none.status_code and plain(seen.text) == plain(none.text), row


async def test_a_guessed_link_is_the_same_nothing_every_time(app, client):
    for path in ("/track/", "/sign-in/", "/join/"):
        answers = [await client().get(path + guess) for guess in [ids.secret() for _ in range(40)] + ["x", "A" * 22, "A" * 150, "%20"]]
        assert {answer.status_code for answer in answers} == {404} and len({plain(answer.text) for answer in answers}) == 1, path
