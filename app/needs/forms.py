"""Shapes of input about needs."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from app.kernel import clock, words
from app.kernel.edits import with_base
from app.kernel.forms import Bad, Form, day, flag, integer, moment, nothing, one_of, optional, phone, shape, text, upload, uuid, uuids
from app.kernel.sheets.shape import Unreadable
from app.kernel.sheets.text import read_text
from app.kernel.trouble import Misfit
from app.needs.models import KINDS, URGENCIES
from app.needs.reads.medicine import OUTCOMES
from app.needs.reads.sources import KINDS as SOURCES
from app.photos.forms import PHOTO
from app.push.forms import ENDPOINT

LINE = 500
_asked = {
    "kind": one_of(KINDS),
    "what": text(1, LINE, lines=True),
    "unit": text(0, 10),
    "room": text(1, 40),
    "name": text(0, 40),
    "whom": text(0, 60),
    "phone": optional(phone, ""),
    "days_left": optional(integer(0, 60)),
}


def until(sent: list) -> datetime:
    """A moment that is still to come."""
    value = moment(sent)
    if value < clock.now():
        raise Bad("needs.until_past")
    return value


def with_time(parse: Callable[[Form], dict[str, Any]]) -> Callable[[Form], dict[str, Any]]:
    """`until` is one of the page's words for a time, or `other` with the time in `until_other`."""

    def read(form: Form) -> dict[str, Any]:
        sent = dict(form.typed)
        if sent.get("until", [""])[0] == "other":
            sent["until"] = sent.get("until_other", []) or [""]
        try:
            return parse(Form(sent, form.files))
        except Misfit as misfit:
            misfit.typed = form.typed
            raise

    return read


ask = with_time(
    shape(
        **_asked, until=optional(until), confirm_room=text(0, 40), confirm_double=flag, add_word=flag, reason=text(0, 200),
    )
)  # fmt: skip
enter = with_time(
    shape(
        building=text(1, 40), **_asked, until=optional(until), channel=optional(one_of(("phone", "steward")), "phone"), spoken=text(0, 60),
        urgency=optional(one_of(URGENCIES), ""), confirm_double=flag, reason=text(0, 200), like=optional(uuid),
    )
)  # fmt: skip
change = with_base(
    with_time(
        shape(
            version=integer(0, 999_999_999), kind=one_of(KINDS), urgency=one_of(URGENCIES), unit=text(0, 10), room=text(0, 40),
            until=optional(moment), days_left=optional(integer(0, 60)),
        )
    )
)  # fmt: skip
say = shape(line=text(1, LINE, lines=True), inside=flag)
answer = shape(line=text(1, LINE, lines=True))
cancel = shape(line=text(1, LINE, lines=True))
assign = shape(owner=uuid)
pick = shape(picked=uuids())
pick_answer = shape(picked=uuids(), line=text(1, LINE, lines=True))
track = shape(token=text(1, 40))
track_word = shape(token=text(1, 40), line=text(1, LINE, lines=True))
track_again = shape(token=text(1, 40), line=text(0, LINE, lines=True))
track_tell = shape(token=text(1, 40), **ENDPOINT, replaces=optional(text(0, 1_000), ""))
track_untell = shape(token=text(1, 40), endpoint=text(1, 1_000))


def fen(sent: list) -> int:
    """`12` or `12.50` yuan, as fen."""
    typed = normalize("NFKC", sent[0]).strip().lstrip("¥￥") if sent and isinstance(sent[0], str) else ""
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", typed):
        raise Bad("form.missing" if not typed else "medicine.not_yuan")
    return int(Decimal(typed) * 100)


_source = text(1, 40)
medicine_source = shape(
    kind=one_of((*SOURCES, "neighbour")), name=text(1, 60), phone=optional(phone, ""), hours=text(0, 80), address=text(0, 120), note=text(0, 200, lines=True)
)  # fmt: skip


def _cell(row: list[str], at: int | None, most: int) -> str:
    return row[at][:most].lstrip("'") if at is not None else ""


def medicine_table(sent: list) -> tuple[dict[str, str], ...]:
    """The directory as a table: the first line names the columns, in either language or as we name them."""
    file = upload(200 * 1024)(sent)
    try:
        [heads, *rows] = read_text(file.data, file.name).rows or [[]]
    except Unreadable:
        raise Bad("medicine.read_unreadable") from None
    names = {field: {field, *(words.catalogue(lang)[f"medicine.{field}"][0].casefold() for lang in words.LANGUAGES)} for field in COLUMNS}
    at = {field: next((n for n, head in enumerate(heads) if head.casefold() in said), None) for field, said in names.items()}
    if at["name"] is None:
        raise Bad("medicine.read_no_name")
    kinds = {words.catalogue(lang)[f"medicine.kind.{kind}"][0]: kind for lang in words.LANGUAGES for kind in (*SOURCES, "neighbour")}
    read = []
    for line, row in enumerate(rows, 2):
        if any(row):
            read.append(_source_of({field: _cell(row, at[field], most) for field, most in COLUMNS.items()}, kinds, line))
    if not read:
        raise Bad("form.missing")
    return tuple(read)


def _source_of(row: dict[str, str], kinds: dict[str, str], line: int) -> dict[str, str]:
    kind = kinds.get(row["kind"], row["kind"] or "pharmacy")
    try:
        number = phone([row["phone"]]) if row["phone"] else ""
    except Bad:
        raise Bad("medicine.read_line", line=line) from None
    if not row["name"] or kind not in (*SOURCES, "neighbour"):
        raise Bad("medicine.read_line", line=line)
    return row | {"kind": kind, "phone": number}


COLUMNS = {"kind": 20, "name": 60, "phone": 30, "hours": 80, "address": 120, "note": 200}
medicine_read = shape(file=medicine_table)
medicine_ask = shape(source=_source, outcome=one_of(OUTCOMES), day=optional(day))
medicine_go = shape(source=_source)
medicine_pay = shape(source=_source, fen=fen, **PHOTO)
medicine_fate = shape(fate=one_of(("returned", "kept", "theirs")))
prescription = shape(**PHOTO)
found = shape(number=integer(1, 999_999_999), phone=phone)

__all__ = [
    "answer", "ask", "assign", "cancel", "change", "enter", "found", "medicine_ask", "medicine_fate", "medicine_go", "medicine_pay", "medicine_read", "medicine_source", "nothing", "pick", "pick_answer", "prescription", "say", "track", "track_again",
    "track_tell", "track_untell", "track_word",
]  # fmt: skip
