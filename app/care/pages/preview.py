"""What an uploaded ledger would do, and what a person must decide about it first."""

from uuid import UUID

import msgspec

from app.care.forms import BUILDING_FIELDS, NONE, PEOPLE_FIELDS
from app.care.kinds import KINDS
from app.care.pages import shown
from app.care.pages.shown import Show
from app.care.reading import Asked, LedgerReading
from app.care.reads import holding, imports
from app.care.reads.imports import ImportFacts
from app.care.reads.planning import plan
from app.care.reads.report import said
from app.kernel import paging
from app.kernel.paging import Page
from app.kernel.words import day_time, gettext
from app.places.ledger import DuplicateRow, WrongRow

Option = tuple[str, str]


class Told(msgspec.Struct, frozen=True):
    """A stored report, read back."""

    refused: list[WrongRow] = []
    doubled: list[DuplicateRow] = []
    warnings: list[WrongRow] = []


class Tab(msgspec.Struct, frozen=True):
    show: str
    path: str
    count: int
    current: bool


class Column(msgspec.Struct, frozen=True):
    """A heading that nobody knew, and the field chosen for it so far."""

    index: int
    heading: str
    chosen: str


class Sheet(msgspec.Struct, frozen=True):
    """A sheet that waits for a decision; `passed`: nothing of it is read as things stand."""

    name: str
    questions: list[str]
    columns: list[Column]
    passed: bool


class Word(msgspec.Struct, frozen=True):
    word: str
    question: str


class Held(msgspec.Struct, frozen=True):
    what: str
    where: str
    path: str


class PreviewPage(msgspec.Struct, frozen=True):
    """`urgent`: a sheet or a kind cannot be read until somebody decides."""

    id: UUID
    name: str
    version: int
    when: str
    tabs: list[Tab]
    show: str
    columns: list[str]
    rows: list[list[str]]
    page_of: Page
    sheets: list[Sheet]
    words: list[Word]
    questions: list[str]
    building_fields: list[Option]
    people_fields: list[Option]
    kinds: list[Option]
    none: str
    same_file: str
    empty: bool
    urgent: bool


async def facts(one: ImportFacts, show: str, number: int) -> PreviewPage:
    reading = await imports.reading_of(one)
    planned = await plan(reading, one.community_id)
    shows = shown.things(planned) | {
        "refused": shown.wrong(planned.refused),
        "doubled": shown.doubled(reading.duplicate_rows),
        "warnings": shown.wrong(reading.warnings),
        "passed": shown.passed(reading.passed_over),
    }
    ways, now = tabs(one.id, shows, show)
    page_of = paging.page(number, shows[now].count, f"/ledger/{one.id}?show={now}")
    before = await imports.by_file(one.community_id, one.file_hash, "committed")
    return PreviewPage(
        id=one.id,
        name=one.name,
        version=one.version,
        when=day_time(one.made_at),
        tabs=ways,
        show=now,
        columns=shows[now].columns,
        rows=shows[now].rows(page_of.offset, page_of.offset + paging.SIZE),
        page_of=page_of,
        sheets=_sheets(reading, one),
        words=[Word(str(a.params["word"]), said(a.reason, a.params)) for a in reading.asked if a.reason == "ledger.kind_strange"],
        questions=[said(a.reason, a.params) for a in reading.asked if a.reason in ("ledger.nothing_recognised", "ledger.buildings_first")],
        building_fields=[(field, gettext(f"ledger.field.{field}")) for field in BUILDING_FIELDS],
        people_fields=[(field, gettext(f"ledger.field.{field}")) for field in PEOPLE_FIELDS],
        kinds=[(kind, gettext(f"care.kind.{kind}")) for kind in KINDS],
        none=NONE,
        same_file=day_time(before.committed_at) if before else "",
        empty=not planned.count("added") + planned.count("changed") + planned.count("unchanged"),
        urgent=bool(reading.asked),
    )


def tabs(import_id: UUID, shows: dict[str, Show], wanted: str) -> tuple[list[Tab], str]:
    """All ways of looking, and the one to show: the one asked for, else the first that holds anything."""
    now = wanted if wanted in shows else next((name for name, show in shows.items() if show.count), next(iter(shows)))
    return [Tab(name, f"/ledger/{import_id}?show={name}", show.count, name == now) for name, show in shows.items()], now


def _sheets(reading: LedgerReading, one: ImportFacts) -> list[Sheet]:
    """Sheets that miss a heading, have one that nobody knew, or are no ledger at all."""
    missing: dict[str, list[Asked]] = {}
    for asked in reading.asked:
        if asked.reason == "ledger.heading_missing":
            missing.setdefault(asked.sheet, []).append(asked)
    chosen = one.mapping.sheets
    found = []
    for known in reading.recognised:
        unknown = known.columns.unrecognised
        if unknown or known.sheet in missing:
            decided = chosen.get(known.sheet) or {}
            headings = [(index, heading) for index, heading in unknown if index not in decided]
            headings += [(index, f"{index + 1}") for index in decided if index not in dict(unknown)]
            questions = [said(a.reason, a.params) for a in missing.get(known.sheet, [])]
            found.append(Sheet(known.sheet, questions, [Column(i, h, decided.get(i) or "") for i, h in sorted(headings)], False))
    for passed in reading.passed_over:
        if passed.headings and chosen.get(passed.sheet, {}) is not None and not passed.hidden:
            found.append(Sheet(passed.sheet, [], [Column(i, h, "") for i, h in passed.headings], True))
    return [sheet for sheet in found if sheet.columns or sheet.questions]


async def held(one: ImportFacts) -> list[Held]:
    if one.state != "committed":
        return []
    found = await holding.holds(one, await holding.made_by(one.id))
    return [Held(gettext(hold.what), hold.where, hold.path) for hold in found]
