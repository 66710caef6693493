"""What keeps an import from being undone: things that came to stand on what it added."""

from uuid import UUID

import msgspec

from app.care.reads.imports import ImportFacts
from app.journal import record
from app.kernel import db
from app.people import reads as people
from app.places import install
from app.places.install import Made
from app.places.reads import HouseholdFacts, households_by_id

# Looking changes nothing; changes of residents are told by their versions.
SILENT = frozenset(
    {
        "household.revealed",
        "need.revealed",
        "order.revealed",
        "donation.revealed",
        "task.revealed",
        "resident.revealed",
        "resident.taken_out",
        "phones.taken",
    }
)
TOLD = frozenset({"resident.added", "resident.changed", "resident.ended", "resident.restored"})


class Hold(msgspec.Struct, frozen=True):
    """`what`: a words-key; `where`: an address or a number, never a name; `path`: where to look at it."""

    what: str
    where: str = ""
    path: str = ""


async def made_by(import_id: UUID) -> list[Made]:
    """The places that an import added or changed."""
    sql = "SELECT subject, subject_id, change, was FROM ledger_row WHERE import_id = ? AND subject <> 'resident'"
    return await db.rows(Made, sql, import_id)


async def holds(one: ImportFacts, made: list[Made]) -> list[Hold]:
    """All that stands in the way, most telling first; empty when the import can be undone."""
    doors = await install.doors_of(made)
    found = [*await _later_imports(one), *await _residents(one), *await _happenings(one, doors), *await _answerable(one, made)]
    return list(dict.fromkeys(found))


async def _later_imports(one: ImportFacts) -> list[Hold]:
    sql = """SELECT DISTINCT i.id FROM ledger_row mine JOIN ledger_row theirs ON theirs.subject_id = mine.subject_id
    JOIN ledger_import i ON i.id = theirs.import_id WHERE mine.import_id = ? AND i.state = 'committed' AND i.mark > ? LIMIT 3"""
    return [Hold("care.hold.later_import", path=f"/ledger/{later}") for later in await db.rows(UUID, sql, one.id, one.mark)]


async def _residents(one: ImportFacts) -> list[Hold]:
    """Changed by hand since, or moved in behind a door that the import built."""
    changed = """SELECT r.household_id FROM ledger_row l JOIN resident r ON r.id = l.subject_id
    WHERE l.import_id = ? AND l.subject = 'resident' AND r.version <> l.version_left LIMIT 20"""
    moved_in = """SELECT r.household_id FROM resident r JOIN household h ON h.id = r.household_id
    WHERE (h.building_id IN (SELECT subject_id FROM ledger_row WHERE import_id = ? AND subject = 'building' AND change = 'added')
    OR h.id IN (SELECT subject_id FROM ledger_row WHERE import_id = ? AND subject = 'household'))
    AND r.id NOT IN (SELECT subject_id FROM ledger_row WHERE import_id = ? AND subject = 'resident') LIMIT 20"""
    spoken = """SELECT c.household_id FROM ledger_row l JOIN contact c ON c.resident_id = l.subject_id
    WHERE l.import_id = ? AND l.subject = 'resident' AND l.change = 'added' LIMIT 20"""
    hung = """SELECT m.household_id FROM ledger_row l JOIN mute m ON m.resident_id = l.subject_id
    WHERE l.import_id = ? AND l.subject = 'resident' AND l.change = 'added'
    UNION SELECT r.household_id FROM ledger_row l JOIN resident r ON r.id = l.subject_id JOIN alike a ON r.id IN (a.one_id, a.other_id)
    WHERE l.import_id = ? AND l.subject = 'resident' AND l.change = 'added' LIMIT 20"""
    touched = [*await db.rows(UUID, changed, one.id), *await db.rows(UUID, hung, one.id, one.id)]
    heard = await db.rows(UUID, spoken, one.id)
    came = await db.rows(UUID, moved_in, one.id, one.id, one.id)
    labels = await households_by_id([*touched, *came, *heard])
    return (
        [_at(labels, door, "care.hold.contact") for door in heard]
        + [_at(labels, door, "care.hold.resident_changed") for door in touched]
        + [_at(labels, door, "care.hold.resident_added") for door in came]
    )


async def _happenings(one: ImportFacts, doors: set[UUID]) -> list[Hold]:
    later = [h for h in await record.touched_since(one.community_id, one.mark) if h.household_id in doors and h.kind not in SILENT | TOLD]
    labels = await households_by_id([h.household_id for h in later[:20]])
    return [_at(labels, h.household_id, f"care.hold.{h.kind.partition('.')[0]}") for h in later[:20]]


async def _answerable(one: ImportFacts, made: list[Made]) -> list[Hold]:
    built = {m.subject_id for m in made if m.change == "added"}
    held = [
        building
        for building, who in (await people.responsible(one.community_id)).items()
        if building in built and any(r.place != "grid" or r.place_id in built for r in who)
    ]
    return [Hold("care.hold.responsible", path=f"/buildings/{building}") for building in held[:5]]


def _at(labels: dict[UUID, HouseholdFacts], door: UUID, what: str) -> Hold:
    return Hold(what, labels[door].label if door in labels else "", f"/households/{door}")
