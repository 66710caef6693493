"""The ledger that the sample writes for itself holds what Taohuaqiao's is known to hold, and is the same every time."""

import json
from pathlib import Path

from app.care.reading import read_ledger
from app.demo import ledger

ANSWERS = json.loads((Path(__file__).parents[1] / "data" / "taohuaqiao" / "answers.json").read_text())


def test_it_reads_to_the_known_counts():
    reading = read_ledger(ledger.book(), "台账.xlsx")
    found = reading.counts()
    for name in ("estates", "buildings", "households", "people", "estates_without_management", "kinds"):
        assert found[name] == ANSWERS[name], name
    assert len(found["wrong_rows"]) == 4
    assert len(found["duplicate_rows"]) == 5
    assert not reading.asked
    assert not reading.passed_over


def test_it_is_the_same_every_time():
    def rows():
        return [(p.estate, p.building, p.name, p.phone, p.kinds) for p in read_ledger(ledger.book(), "台账.xlsx").people]

    assert rows() == rows()
