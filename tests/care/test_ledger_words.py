import re
from collections import Counter
from pathlib import Path

from babel.messages.pofile import read_po
from support.ledgers import changed, read

from app.care.kinds import CHINESE, KINDS

ROOT = Path(__file__).parent.parent.parent


def test_reasons_become_sentences_with_the_words_given():
    counts = read(changed(building="99栋")).counts(lambda key, **params: f"{key} {params['building']}")
    assert counts["wrong_rows"] == [{"sheet": "人员", "row": 2, "reason": "ledger.no_such_building 99"}]


def catalogue(lang: str) -> dict[str, str]:
    with (ROOT / "app" / "words" / lang / "ledger.po").open("rb") as file:
        return {m.id: m.string for m in read_po(file) if m.id}


def test_every_reason_has_words_in_both_languages_with_the_same_parameters():
    zh, en = catalogue("zh"), catalogue("en")
    assert zh.keys() == en.keys()
    for key in zh:
        assert Counter(re.findall(r"%\((\w+)\)s", zh[key])) == Counter(re.findall(r"%\((\w+)\)s", en[key])), key
    code = "".join(p.read_text() for folder in ("places", "care", "kernel/sheets") for p in (ROOT / "app" / folder).glob("*.py"))
    for key in set(re.findall(r'"((?:ledger|sheets)\.[a-z_]+)"', code)) | {f"care.kind.{kind}" for kind in KINDS}:
        assert key in zh, key
    for part in ("unit", "floor", "door"):
        assert f"ledger.no_such_{part}" in zh
    assert all(zh[f"care.kind.{code}"] == name for code, name in CHINESE.items())
