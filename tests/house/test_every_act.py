"""Every act by every way in: in a batch as on its page, five copies at once, and pages that change nothing."""

import asyncio

import pytest
from litestar.routes import HTTPRoute
from test_roles import PEOPLE, SLICES, table

from app import web
from app.kernel import db, ids

RULES = {rule.path.replace(":uuid", "").replace(":str", ""): rule for rule in web.ACTS}
# Pages that open something sealed put the look on record.
LOOKS = {"GET /residents/{resident_id}/edit", "GET /residents/{resident_id}/data", "GET /photos/{photo}/image"}
TOKEN = {"token": "AAAAAAAAAAAAAAAAAAAAAA"}


@pytest.mark.parametrize("slice_name", SLICES)
async def test_a_batch_lets_nobody_do_what_the_page_does_not(slice_name, app, client, act, person):
    """A guard that stood in a page's handler alone would be passed by here."""
    rows, wrong, staged = table(slice_name), [], None
    for row, expected in rows.ROWS.items():
        method, path = row.split(" ")
        if method != "POST" or path not in RULES:
            continue
        for name in PEOPLE:
            outcome = next(wanted for wanted, names in expected.items() if wanted != "form" and name in names)
            filled = staged = staged or await rows.stage(app, act, person) | TOKEN
            form = {k: v.format(**filled) for k, v in expected.get("form", {}).items()}
            sent = {"id": ids.secret(), "path": path.format(**filled), "form": form}
            phone = client(None if name == "stranger" else name)
            answer = await phone.post("/acts", json={"device": "d", "acts": [sent]})
            if name == "stranger":
                assert answer.status_code == 401
                continue
            [told] = answer.json()["receipts"]
            if told is None or told["state"] != "refused":
                staged = None
            if outcome != "in" and (told is None or told["state"] != "refused"):
                wrong.append(f"{row} as {name}: the page says {outcome}, the batch {told}")
            if told and told["state"] == "applied" and RULES[path].alone:
                wrong.append(f"{row} as {name}: applied in a batch")
    assert not wrong, "\n" + "\n".join(wrong)


async def counted() -> dict[str, int]:
    names = await db.rows(str, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: await db.value(f"SELECT count(*) FROM {name}") for name in names}


async def kept() -> dict[str, str]:
    """A fingerprint of every table. A session's `seen_at` moves with its person."""
    found = {}
    for name in await counted():
        columns = [c for c in await db.rows(str, f"SELECT name FROM pragma_table_info('{name}')") if c != "seen_at"]
        joined = " || '|' || ".join(f"coalesce(hex({c}), '-')" for c in columns)
        found[name] = await db.value(f"SELECT group_concat(x, '~') FROM (SELECT {joined} AS x FROM {name} ORDER BY 1)")
    return found


@pytest.mark.parametrize("slice_name", SLICES)
async def test_looking_changes_nothing(slice_name, app, client, act, person):
    rows = table(slice_name)
    filled = await rows.stage(app, act, person) | TOKEN
    before = await kept()
    for row in rows.ROWS:
        method, path = row.split(" ")
        if method == "GET" and row not in LOOKS:
            for name in ("dispatcher", "steward", "volunteer", "command", "outsider", None):
                for htmx in (False, True):
                    await client(name, htmx=htmx).get(path.format(**filled))
            after = await kept()
            assert {name for name in after if after[name] != before[name]} == set(), row


@pytest.mark.parametrize("slice_name", SLICES)
async def test_five_copies_of_an_act_at_once_count_as_one(slice_name, app, client, act, person):
    rows, wrong = table(slice_name), []
    for row, expected in rows.ROWS.items():
        method, path = row.split(" ")
        if method != "POST" or path not in RULES or "{token}" in path:
            continue
        name = next(n for n in ("dispatcher", "volunteer", "steward", "command") if n in (expected.get("in") or ("dispatcher",)))
        filled = await rows.stage(app, act, person) | TOKEN
        form = {k: v.format(**filled) for k, v in expected.get("form", {}).items()} | {"act": ids.secret()}
        before, phone = await db.value("SELECT coalesce(max(id), '') FROM happening"), client(name)
        answers = await asyncio.gather(*(phone.post(path.format(**filled), data=form) for _ in range(5)))
        told = [answer.headers["x-act-receipt"].rpartition("; ")[0] for answer in answers if "x-act-receipt" in answer.headers]
        twice = await db.value("SELECT count(*) - count(DISTINCT kind || about) FROM happening WHERE id > ?", before)
        others = await db.value("SELECT count(*) FROM happening WHERE id > ? AND act <> ?", before, form["act"])
        if max(answer.status_code for answer in answers) >= 500 or len(set(told)) > 1 or twice or (others and row not in LOOKED):
            wrong.append(f"{row}: {[answer.status_code for answer in answers]} {set(told)} {twice} {others}")
        if told and not await db.value("SELECT 1 FROM receipt WHERE id = ?", form["act"]):
            wrong.append(f"{row}: told of a receipt that is not there")
        if await db.value("SELECT count(*) FROM quarantine WHERE act = ?", form["act"]):
            wrong.append(f"{row}: one of the five was taken for another body")
    assert not wrong, "\n" + "\n".join(wrong)


# Its form comes back filled with what is sealed, and that is a look; and an act that performs somebody's own beside it.
LOOKED = {"POST /residents/{resident_id}", "POST /quarantine/{doubled_id}/count"}


def test_every_rule_has_a_page(app):
    pages = {
        path for route in app.edge.app.routes if isinstance(route, HTTPRoute) and "POST" in route.methods for path in [route.path_format]
    }
    assert set(RULES) <= pages
