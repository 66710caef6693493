"""Addresses that nobody typed by accident: no page breaks on them, on either database."""

import logging
import uuid
from itertools import product

import pytest
from test_roles import SLICES, table

ASKED = (
    "page", "state", "name", "organisation", "skill", "role", "community", "day", "did", "kind", "building", "grid", "household", "age",
    "owner", "happened", "number", "group", "show", "like", "room", "unit", "code", "back", "new", "entered", "figure", "q", "outcome",
)  # fmt: skip
STRANGE = (
    "\x00",
    "\ud800",
    "9" * 30,
    "-1",
    "'",
    "%",
    "=1+1",
    "\u202e",
    str(uuid.UUID(int=7)),
    "2026-02-30",
    "٣",
    "A" * 500,
    "none",
    "me",
    "all",
)
pytestmark = pytest.mark.postgres(long=True)


@pytest.mark.parametrize("crossed", [False, pytest.param(True, marks=pytest.mark.long)], ids=["in turn", "crossed"])
@pytest.mark.parametrize("slice_name", SLICES)
async def test_no_strange_query_breaks_a_page(slice_name, crossed, app, client, act, person, caplog):
    """Page and part, for two roles: in turn, or with the long tests each text for each."""
    caplog.set_level(logging.ERROR, logger="app")
    rows = table(slice_name)
    filled = await rows.stage(app, act, person) | {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
    for row in rows.ROWS:
        method, path = row.split(" ")
        if method != "GET":
            continue
        for number, text in enumerate(STRANGE):
            query = "&".join(f"{key}={_quoted(text)}" for key in ASKED)
            asked = {False: query, True: f"state=finished&happened=delivered&{query}"}
            for turn, (name, part) in enumerate(product(("dispatcher", "command"), (False, True))):
                if crossed or turn % 2 == number % 2:
                    answer = await client(name, htmx=part).get(f"{path.format(**filled)}?{asked[part]}")
                    assert answer.status_code < 500, f"{row} with {text!r} as {name}{', in part' * part}"
    assert not caplog.records, caplog.text[-2000:]


@pytest.mark.parametrize("slice_name", SLICES)
async def test_no_strange_part_of_a_path_breaks_it(slice_name, app, client, act, person, caplog):
    caplog.set_level(logging.ERROR, logger="app")
    rows = table(slice_name)
    filled = await rows.stage(app, act, person) | {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
    for row, expected in rows.ROWS.items():
        method, path = row.split(" ")
        form = {k: v.format(**filled) for k, v in expected.get("form", {}).items()} if method == "POST" else None
        for part in [part for part in filled if "{" + part + "}" in path]:
            for text in ("\x00", "a\x00b", "'", "..", "%2e%2e", "A" * 3000, str(uuid.UUID(int=7)).upper(), "\ud800"):
                answer = await client("dispatcher").request(method, path.format(**filled | {part: _quoted(text)}), data=form)
                assert answer.status_code < 500, f"{row} with {part} {text!r}"
    assert not caplog.records, caplog.text[-2000:]


def _quoted(text: str) -> str:
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")
