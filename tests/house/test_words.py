"""Every word in both languages: each key that code or a template names, and each form of it."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.journal.kinds import KINDS
from app.kernel import words

ROOT = Path(__file__).parents[2]
CALL = re.compile(r"""\b(?:_|gettext|ngettext)\(\s*["']([\w.]+)["']\s*(?:,\s*["']([\w.]+)["'])?""")
HOLE = re.compile(r"%\((\w+)\)[sd]")
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
RAISES = {"Overtaken", "Barred", "Later", "Done", "Bad", "say", "gettext", "tell"}


def template_keys() -> dict[str, str]:
    found = {}
    for path in (ROOT / "templates").rglob("*.html"):
        for match in CALL.finditer(path.read_text()):
            for key in filter(None, match.groups()):
                if not key.endswith("."):
                    found[key] = str(path.relative_to(ROOT))
    return found


def code_keys() -> dict[str, str]:
    """Keys that stand as literals where Python names words: Overtaken("…"), Done("…"), misfit("field", "…"), tell(who, "…")."""
    found = {}
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = 1 if name in ("misfit", "tell") else 0
            if name not in RAISES | {"misfit", "Gone"} or len(node.args) <= place:
                continue
            said = node.args[place]
            for literal in (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,):
                if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                    key = f"trouble.gone.{literal.value}" if name == "Gone" else literal.value
                    if KEY.fullmatch(key):
                        found[key] = str(path.relative_to(ROOT))
    return found


def keys() -> dict[str, str]:
    return template_keys() | code_keys() | {f"happening.{kind}": "app/journal/kinds.py" for kind in KINDS}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_key_that_is_named_has_words(lang):
    there = words.catalogue(lang)
    missing = {key: where for key, where in keys().items() if key not in there}
    assert not missing, missing


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_right_that_can_be_refused_says_who_may(lang):
    asked = {
        match[1]
        for path in (ROOT / "app").rglob("*.py")
        for match in re.finditer(r"""\bmay\(\s*\w+,\s*["']([\w.]+)["']""", path.read_text())
    }
    there = words.catalogue(lang)
    assert not [right for right in sorted(asked) if "trouble.barred." + right.replace(".", "_") not in there]


def test_both_languages_have_the_same_keys_and_the_same_holes():
    zh, en = words.catalogue("zh"), words.catalogue("en")
    assert set(zh) == set(en), set(zh) ^ set(en)
    holes = {key: (set(HOLE.findall(zh[key][-1])), set(HOLE.findall(en[key][-1]))) for key in zh}
    assert not {key: both for key, both in holes.items() if both[0] != both[1]}


def test_no_key_stands_in_two_catalogues_and_none_is_empty():
    for lang in words.LANGUAGES:
        seen: dict[str, str] = {}
        for path in sorted((words.FOLDER / lang).glob("*.po")):
            for message in read_po(path.open("rb"), locale=lang):
                if not message.id:
                    continue
                key = message.id[0] if isinstance(message.id, tuple) else message.id
                assert key not in seen, f"{key} in {path.name} and {seen[key]}"
                assert all(message.string if isinstance(message.string, tuple) else [message.string]), f"{path}: {key} is empty"
                seen[key] = path.name


def test_no_english_is_left_in_chinese():
    allowed = re.compile(
        r"%\(\w+\)[sd]|Excel|xlsx|xls|csv|UTF-8|GB18030|PDF|WPS|QR|HTTPS?|https?|Wi-?Fi|PostgreSQL|Last Metre|A4|App|ISO|\b[A-Z]{1,2}\b|English|Enter|Esc|Ctrl|[jkxo?]\b",
        re.I,
    )
    left = {key: forms[0] for key, forms in words.catalogue("zh").items() if re.search(r"[A-Za-z]{3,}", allowed.sub("", forms[0]))}
    assert not left, left
