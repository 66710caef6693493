"""Shapes of input about the ledger."""

from typing import Any

from app.care.kinds import KINDS
from app.care.reads.files import Mapping
from app.kernel.edits import with_base
from app.kernel.forms import Bad, Form, integer, many_of, optional, phone, shape, text
from app.kernel.forms import upload as upload_of
from app.kernel.sheets.shape import MAX_BYTES
from app.kernel.trouble import Misfit
from app.places.heading_words import BUILDING_WORDS, PEOPLE_WORDS

BUILDING_FIELDS, PEOPLE_FIELDS = tuple(BUILDING_WORDS), tuple(PEOPLE_WORDS)
BODY = 16 * 2**20  # the file's own limit is less; the difference is the form around it
NONE = "none"

upload = shape(file=upload_of(MAX_BYTES))
versioned = shape(version=integer(0, 10**8))

_resident = {"name": text(1, 60), "phone": optional(phone, ""), "kinds": many_of(KINDS), "note": text(0, 500, lines=True)}
resident = shape(**_resident)
resident_change = with_base(shape(**_resident, version=integer(0, 10**8)))


def search(form: Form) -> str:
    return shape(q=text(1, 60))(form)["q"]


def decisions(form: Form) -> dict[str, Any]:
    """Rows of equal names in equal order: `sheet`, `column`, `field`; `word`, `kind`; and `pass` for whole sheets.

    A blank choice decides nothing, `none` says that a column or word means nothing here.
    """
    fields = frozenset((*BUILDING_FIELDS, *PEOPLE_FIELDS, NONE, ""))
    columns = list(zip(*(form.typed.get(name, []) for name in ("sheet", "column", "field")), strict=False))
    words = list(zip(form.typed.get("word", []), form.typed.get("kind", []), strict=False))
    version = versioned(form)["version"]
    try:
        sheets: dict[str, dict[int, str] | None] = {}
        for sheet, column, field in columns:
            if field not in fields or not column.isascii() or not column.isdigit() or len(column) > 4:
                raise Bad("form.unknown_choice")
            if field:
                sheets.setdefault(sheet, {})[int(column)] = "" if field == NONE else field
        if any(kind not in (*KINDS, NONE, "") for _, kind in words):
            raise Bad("form.unknown_choice")
    except Bad as bad:
        raise Misfit({"field": (bad.key, bad.params)}, form.typed) from bad
    kinds = {word: "" if kind == NONE else kind for word, kind in words if kind}
    sheets |= dict.fromkeys(form.typed.get("pass", []))
    if not sheets and not kinds:
        raise Misfit({"field": ("care.import.nothing_chosen", {})}, form.typed)
    return {"version": version, "mapping": Mapping(sheets, kinds)}
