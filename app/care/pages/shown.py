"""How facts of a ledger are said on its pages: labels, masked values, lines of a preview."""

from collections.abc import Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from app.care.reading import PassedOver
from app.care.reads.planning import PersonPlan, Plan
from app.care.reads.report import reason
from app.kernel import seal
from app.kernel.words import gettext, say
from app.places import labels
from app.places.comparing import Compared
from app.places.ledger import DuplicateRow, WrongRow
from app.places.reads import HouseholdFacts


def kinds(codes: Sequence[str]) -> str:
    return gettext("care.between").join(gettext(f"care.kind.{code}") for code in codes)


def about(sex: str, age: int | None, smartphone: str) -> list[str]:
    said = [gettext(f"care.sex.{sex}") if sex else "", say("care.age", age=age) if age is not None else ""]
    return [word for word in (*said, gettext(f"care.smartphone.{smartphone}") if smartphone else "") if word]


def row_of(sheet: str, row: int) -> str:
    return _whole(say("care.row", sheet=sheet, row=row))


def _whole(text: str) -> str:
    """On one line, unless that would push the page wide."""
    return Markup('<span class="nowrap">%s</span>') % text if len(text) < 20 else text


def value(field: str, held: Any) -> str:
    """One field of a row, masked; "—" for a blank."""
    match field:
        case "managed":
            return gettext({None: "care.unsaid", True: "care.yes", False: "care.no"}[held])
        case "phone" | "written" if held:
            return seal.mask_phone(held)
        case "note" if held:
            return gettext("care.hidden")
        case "kinds" if held:
            return kinds(held)
        case "sex" | "smartphone" if held:
            return gettext(f"care.{field}.{held}")
        case "roll" if held:
            return gettext(f"care.resident.roll.{held}")
    return str(held) if held not in ("", None, ()) else "—"


def label(field: str) -> str:
    return gettext("ledger.field." + {"written": "phone"}.get(field, field))


def change(field: str, old: Any, new: Any) -> str:
    return say("care.import.from_to", field=label(field), old=value(field, old), new=value(field, new))


Cells = list[str]


class Show(msgspec.Struct, frozen=True):
    """One way of looking at a preview: its columns and all its rows, drawn a page at a time."""

    columns: Cells
    count: int
    rows: Any  # (start, stop) -> list[Cells]


def _things(planned: Plan, state: str) -> Show:
    found: list[Compared | PersonPlan] = [b for b in planned.buildings if b.state == state]
    found += [p for p in planned.people if p.state == state]
    last = "care.import.column.changes" if state == "changed" else "care.import.column.facts"
    columns = [
        _whole(gettext("care.import.column.what")),
        gettext("care.import.column.where"),
        gettext(last),
        gettext("care.import.column.row"),
    ]
    return Show(columns, len(found), lambda start, stop: [_thing(each, state) for each in found[start:stop]])


def _thing(each: Compared | PersonPlan, state: str) -> Cells:
    if isinstance(each, Compared):
        told = say("care.import.extent", units=each.row.units, floors=each.row.floors, doors=each.row.doors, households=each.row.households)
        cells = [labels.building(each.row.estate, each.row.number), gettext("care.import.building"), told]
        where = each.row
    else:
        said, where = each.entry, each.entry.row
        told = gettext("care.between").join(
            filter(None, [kinds(said.kinds), value("roll", said.roll) if said.roll else "", seal.mask_phone(said.phone)])
        )
        cells = [_whole(seal.mask_name(said.name)), labels.door(where.estate, where.building, said.home[2], where.floor, where.door), told]
    if state == "changed":
        cells[2] = Markup("<br>").join(change(*one) for one in each.changes)
    return [*cells, row_of(where.sheet, where.row)]


def wrong(rows: Sequence[WrongRow]) -> Show:
    columns = [gettext("care.import.column.row"), gettext("care.import.column.reason")]
    return Show(columns, len(rows), lambda start, stop: [[row_of(w.sheet, w.row), reason(w)] for w in rows[start:stop]])


def doubled(rows: Sequence[DuplicateRow]) -> Show:
    columns = [gettext("care.import.column.row"), gettext("care.import.column.same")]
    return Show(
        columns, len(rows), lambda start, stop: [[row_of(d.sheet, d.row), row_of(d.first_sheet, d.first_row)] for d in rows[start:stop]]
    )


def passed(rows: Sequence[PassedOver]) -> Show:
    columns = [gettext("care.import.column.sheet"), gettext("care.import.column.headings")]
    between = gettext("care.between")
    return Show(
        columns, len(rows), lambda start, stop: [[p.sheet, between.join(h for _, h in p.headings) or "—"] for p in rows[start:stop]]
    )


def things(planned: Plan) -> dict[str, Show]:
    return {state: _things(planned, state) for state in ("added", "changed", "unchanged")}


def number(building: int) -> str:
    return say("care.building_number", number=building)


def building(home: HouseholdFacts) -> str:
    return labels.building(home.estate, home.number)
