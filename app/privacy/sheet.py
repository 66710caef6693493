"""Spreadsheets that leave: all that is held of a resident, and the ledger."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.care.reads.residents import Resident
from app.kernel.sheets.writing import book as new_book
from app.kernel.sheets.writing import row, sheet, watermarked
from app.kernel.words import day_time, gettext
from app.places.reads import HouseholdFacts
from app.privacy.reads.looks import Look
from app.privacy.reads.subject import Theirs


def of_subject(
    told: Sequence[tuple[str, str]], needs: Sequence[Theirs], looks: Sequence[Look], mark: str, visits: Sequence[Sequence[str]] = ()
) -> bytes:
    book = new_book()
    first = book.active
    first.title = gettext("privacy.data.held")[:31]
    row(first, (mark,), bold=True)
    for line in told:
        row(first, line)
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = 20, 48
    asked = sheet(
        book, gettext("privacy.data.needs"), (gettext("privacy.data.number"), gettext("privacy.data.when"), gettext("privacy.data.what"))
    )
    for one in needs:
        row(asked, (one.number, day_time(one.created_at), one.line))
    came = sheet(
        book, gettext("privacy.data.visits"), (gettext("privacy.data.when"), gettext("privacy.data.what"), gettext("privacy.data.note"))
    )
    for visit in visits:
        row(came, visit)
    seen = sheet(
        book, gettext("privacy.data.looks"), (gettext("privacy.data.who"), gettext("privacy.data.when"), gettext("privacy.data.why"))
    )
    for look in looks:
        row(seen, (look.who, day_time(look.at), look.why))
    return watermarked(book, mark)


def of_ledger(residents: Sequence[Resident], homes: Mapping[UUID, HouseholdFacts], mark: str) -> bytes:
    """One row a person, by address."""
    book = new_book()
    first = book.active
    first.title = gettext("privacy.export.about")[:31]
    row(first, (mark,), bold=True)
    row(first, (gettext("privacy.export.people"), len(residents)))
    heads = ("privacy.data.home", "care.resident.name", "care.resident.phone", "care.resident.kinds", "care.resident.note")
    told = sheet(book, gettext("privacy.export.title"), tuple(map(gettext, heads)))
    for label, her in sorted(((homes[each.household_id].label, each) for each in residents if not each.erased), key=lambda pair: pair[0]):
        kinds = gettext("care.between").join(gettext(f"care.kind.{kind}") for kind in her.kinds)
        row(told, (label, her.name, her.phone or her.written, kinds, her.note))
    return watermarked(book, mark)
