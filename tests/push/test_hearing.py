"""The table of who hears what: it names every line there is, callers say the same, and no line has room for anything personal."""

import ast
import re
from pathlib import Path

import pytest

from app.kernel import words
from app.push.hearing import HEARS

APP = Path(__file__).parents[2] / "app"
TELLING = re.compile(r"(^|\.)message\.|^ways\.need\.")
HOLES = {"number", "n", "code", "what", "role", "red", "amber", "items"}  # numbers, a phone's short code, words-keys, names of goods
PERSONAL = re.compile(r"%\((name|room|phone|address|household|where|line|title|kind|whom|note)\)|1[3-9][0-9]{9}")


def calls() -> list[tuple[str, str, str, bool]]:
    """(file, words, kind, urgent) of each `tell` whose words stand there."""
    found = []
    for path in sorted(APP.rglob("*.py")):
        if "measuring" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tell" and len(node.args) > 1):
                continue
            said = {each.arg: each.value for each in node.keywords}
            given = lambda name, usual: said[name].value if name in said and isinstance(said[name], ast.Constant) else usual  # noqa: B023, E731
            if isinstance(node.args[1], ast.Constant):
                found.append((path.name, node.args[1].value, given("kind", "own"), given("urgent", False)))
    return found


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_line_that_somebody_is_told_stands_in_the_table(lang):
    assert {key for key in words.catalogue(lang) if TELLING.search(key)} == set(HEARS)


def test_callers_say_what_the_table_says():
    found = calls()
    assert len(found) > 15
    wrong = [one for one in found if one[1] in HEARS and (HEARS[one[1]].kind, HEARS[one[1]].pace == "now") != (one[2], one[3])]
    assert not wrong and not [one for one in found if one[1] not in HEARS], wrong


def test_the_table_is_whole():
    assert {each.kind for each in HEARS.values()} <= {"call", "own", "desk", "notice"}
    assert {each.pace for each in HEARS.values()} == {"now", "soon"} and all(each.who for each in HEARS.values())


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_line_has_room_for_anything_personal(lang):
    there = words.catalogue(lang)
    said = {
        key: there[key][-1]
        for key in [
            *HEARS,
            *(key for key in there if key.startswith(("push.title", "push.bundle", "push.something", "push.sms", "push.test"))),
        ]
    }
    assert not {key: text for key, text in said.items() if PERSONAL.search(text) or set(re.findall(r"%\((\w+)\)", text)) - HOLES}
