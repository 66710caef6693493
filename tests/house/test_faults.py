"""The table of faults names every fault, and tests that are there, in the suite where they run."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (TESTS / "faults" / "README.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| (F\d\d|D\d\d|Soak)", line)
]
NAMED = [(path, name, where) for row in ROWS for path, name, where in re.findall(r"`([\w/]+\.py)::(\w+)` \((test|test-long)\)", row[2])]


def test_every_fault_has_a_row():
    faults = {row[0] for row in ROWS}
    assert faults >= {f"F{number:02}" for number in range(1, 29)}
    assert all(len(row) == 4 and row[1] and row[3] for row in ROWS)


@pytest.mark.parametrize(("path", "name", "where"), NAMED, ids=[name for _, name, _ in NAMED])
def test_every_test_that_the_table_names_is_there_and_runs_where_it_says(path, name, where):
    text = (TESTS / path).read_text(encoding="utf-8")
    found = re.findall(
        rf"^((?:[@ )\]].*\n)*)(?:async )?def {name}\(", text, re.MULTILINE
    )  # `ast` of 3.11 fails now and then beside a browser's greenlets
    assert len(found) == 1, f"{path} has no test {name}"
    is_long = "@pytest.mark.long\n" in found[0]
    assert is_long == (where == "test-long")
