"""What people type is in the database sealed or not at all, and in no log, receipt, message or address."""

import logging
import re
import sqlite3

import pytest
from test_roles import SLICES, table

from app import web
from app.kernel import db, ids
from app.kernel.logs import Plain

NAME, PHONE, WORDS = "金丝雀", "13987654321", "鸣叫的秘密"
# Names of organisations and teams, of goods, hubs and packs, and a community's own settings are no person's.
PLAIN = {"organisation", "other_organisation", "hotline", "hours", "title_of_team"}
CANARIES = {"name": NAME, "phone": PHONE, "whom": NAME, "spoken": NAME, "title": WORDS, "what": WORDS, "body": WORDS, "line": WORDS, "note": WORDS,
            "notes": WORDS, "meeting": WORDS, "reason": WORDS, "q": NAME, "speaks": WORDS, "ask": WORDS, "keys": WORDS, "pets": WORDS, "lives_with": WORDS}  # fmt: skip
RIGHT = {"kind": "food", "urgency": "now", "room": "101", "unit": "1", "days_left": "", "until": "", "confirm_double": "1", "version": "0",
         "places": "2", "hours": "2", "starts": "now", "outcome": "nobody"}  # fmt: skip


@pytest.mark.parametrize("broken", [False, True], ids=["accepted", "refused"])
async def test_no_canary_in_the_database_or_the_log(broken, app, client, act, person, tmp_path):
    """`broken`: a field of each form is wrong or its act's id is used, so that refusals and quarantine have their turn."""
    log = tmp_path / "log"
    handler = logging.FileHandler(log)
    handler.setFormatter(Plain("%(name)s %(message)s"))
    handler.addFilter(lambda record: not record.name.startswith("http"))  # the test's own client
    logging.root.addHandler(handler)
    try:
        accepted = await _press_everything(app, client, act, person, broken)
    finally:
        logging.root.removeHandler(handler)
    assert broken or accepted > 40
    if not broken:  # that they were typed at doors, in rounds and watches at all
        for sealed in ("contact.note", "watch.note", "watch_look.note", "resident.note"):
            table_, column = sealed.split(".")
            assert await db.value(f"SELECT count(*) FROM {table_} WHERE {column}_sealed IS NOT NULL"), sealed
    raw = sqlite3.connect(app.settings.data / "lastmetre.db")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    raw.close()
    assert len(tables) > 20
    for path in [*app.settings.data.glob("*"), log]:
        if path.is_file():
            data = path.read_bytes()
            for canary in (NAME, PHONE, WORDS):
                where = data.find(canary.encode())
                assert where < 0, f"{canary} in {path.name}: {data[max(0, where - 200) : where + 60]!r}"
    shown = log.read_text()
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", shown)


async def _press_everything(app, client, act, person, broken) -> int:
    rules, accepted, used = {rule.path.replace(":uuid", "").replace(":str", ""): rule for rule in web.ACTS}, 0, ids.secret()
    for name in SLICES:
        rows = table(name)
        for row, expected in rows.ROWS.items():
            method, path = row.split(" ")
            if path == "/sign-out":
                continue
            filled = await rows.stage(app, act, person) | {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
            if method == "GET":
                await client("dispatcher").get(path.format(**filled), params={"name": NAME, "q": PHONE, "code": NAME})
                continue
            fields = getattr(rules[path].parse, "fields", ()) if path in rules else ("name", "phone")
            form = {
                field: text for field, text in (RIGHT | CANARIES).items() if field in fields or path in ("/needs", "/ask/{code}", "/tasks")
            }
            form |= {k: v.format(**filled) for k, v in expected.get("form", {}).items() if k not in form or k in ("building", "current")}
            if path in rules and not fields:  # a parser of several shapes: what it asks for, and the canaries wherever it reads them
                own = {k: v.format(**filled) for k, v in expected.get("form", {}).items()}
                form = CANARIES | own
            if path in (
                "/teams",
                "/teams/{team_id}",
                "/settings",
                "/stock/items",
                "/stock/places",
                "/packs",
                "/packs/{pack_id}",
                "/offers",
            ):
                form = {k: v.format(**filled) for k, v in expected.get("form", {}).items()}
            if path in ("/notices", "/notices/{notice_id}", "/lines", "/lines/{line_id}"):
                own = {k: v.format(**filled) for k, v in expected.get("form", {}).items()}
                form = own | {k: v for k, v in CANARIES.items() if k in fields}
            if path == "/needs":
                form["building"] = app.world.code
            form["act"] = used if broken else ids.secret()
            if broken:
                form |= {"kind": NAME, "stray": WORDS}
            answer = await client("dispatcher").post(path.format(**filled), data=form)
            assert answer.status_code < 500, row
            accepted += answer.headers.get("x-act-receipt", "").count("applied")
            assert NAME not in answer.headers.get("location", "") and PHONE not in answer.headers.get("location", "")
    return accepted
