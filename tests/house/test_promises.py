"""What works without network: page and README say the same, and every line names a test that is there."""

import ast
from pathlib import Path

import pytest

from app.kernel import words
from app.offline.promises import PROMISES

ROOT = Path(__file__).parents[2]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.key)
def test_the_test_behind_a_promise_is_there(promise):
    path, name = promise.test.split("::")
    assert name.startswith("test_") and name in names_in(ROOT / path)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_number_that_is_promised_is_told(lang):
    words.LANG.set(lang)
    for promise in PROMISES:
        assert promise.words != f"offline.promise.{promise.key}" and promise.number in promise.words


def test_the_readme_makes_the_same_promises():
    words.LANG.set("en")
    rows = [f"| {promise.words} | `{promise.test}` |" for promise in PROMISES]
    readme = (ROOT / "README.md").read_text().splitlines()
    start = readme.index("## What works without network")
    table = [line for line in readme[start : start + 60] if line.startswith("| ") and "::" in line]
    assert table == rows and len(rows) > 10
