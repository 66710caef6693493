"""Squares of every kind and of every ill will, judged by their text alone. The phone judges the same list in tests/browser."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import to_builtins

from app.door.squares import classify, typed
from app.places import codes

CASES = json.loads((Path(__file__).parents[1] / "data" / "squares.json").read_text())
ORIGIN = "https://lm.example.org"


def names(rows: list[dict]) -> list[str]:
    return [row["why"] for row in rows]


@pytest.mark.parametrize("row", CASES["read"], ids=names(CASES["read"]))
def test_a_square_is_what_the_list_says(row):
    assert to_builtins(classify(row["text"], row["origin"])) == row["is"]


@pytest.mark.parametrize("row", CASES["typed"], ids=names(CASES["typed"]))
def test_a_typed_code_is_what_the_list_says(row):
    assert to_builtins(typed(row["text"])) == row["is"]


def test_the_list_holds_enough_of_each():
    kinds = Counter(row["is"]["kind"] for row in CASES["read"])
    assert sum(kinds.values()) >= 60 and min(kinds["foreign"], kinds["other"], kinds["unknown"], kinds["slip"]) >= 15
    assert {"building", "household", "parcel", "sheet", "badge", "truck", "presence", "join", "sign_in"} <= set(kinds)


PARTS = st.sampled_from(
    ["https://", "HTTP://", "//", "/", "\\", "@", ":", ":443", "lm.example.org", "evil.example", "b", "p", "join", "..", "%2e", "?", "#", " ", "\n", "\x00", "\u202e", "аlm", codes.fresh(), "Qw3rTy_uI-oPaSdFgHjKlZ", "javascript:", "data:", "sign-out"]
)  # fmt: skip


@given(
    st.one_of(st.text(), st.lists(PARTS, max_size=9).map("".join), st.lists(PARTS, max_size=5).map(lambda parts: ORIGIN + "".join(parts)))
)
def test_nothing_leads_anywhere_but_to_a_square_of_ours(text):
    square = classify(text, ORIGIN)
    if square.path:
        first, rest = square.path[1:].split("/")
        assert (
            first in ("b", "p", "s", "v", "k", "d", "h", "join", "sign-in")
            and rest.replace("-", "").replace("_", "").replace(".", "").isalnum()
        )
        assert text.strip().lower().removeprefix(ORIGIN).removeprefix(":443") == square.path.lower()
    else:
        assert square.kind in ("slip", "unknown", "foreign", "other")
