"""Who was asked for a medicine and what she said, so that nobody rings the same pharmacy twice."""

from datetime import date
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken, misfit
from app.needs import reads
from app.needs.reads import medicine
from app.needs.reads import sources as directory
from app.needs.reads.lines import NeedLine
from app.people.person import Person
from app.people.reads import names
from app.people.rights import may

NEIGHBOUR = "neighbour"
_INSERT = """INSERT INTO medicine_try(id, community_id, need_id, source_id, outcome, day, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""


async def wanted(need_id: UUID, by: Person) -> NeedLine:
    """A medicine that she may see to."""
    need = await reads.visible(need_id, by)
    may(by, "need.triage", building=need.building_id)
    if need.kind != "medicine":
        raise Gone("medicine")
    return need


async def known(source: str, by: Person) -> directory.Source:
    """Raises Misfit for a neighbour's own medicine: that is never passed on."""
    if source == NEIGHBOUR:
        raise misfit("source", "medicine.no_exchange")
    try:
        found = await directory.source(UUID(source), by.community_id)
    except ValueError:
        found = None
    if found is None:
        raise misfit("source", "form.unknown_choice")
    return found


async def ask(need_id: UUID, *, source: str, outcome: str, day: date | None = None, by: Person) -> Done:
    """It was asked: kept whatever became of the need meanwhile. Marked `beside` where somebody had asked there, or found one, before her."""
    need, at = await wanted(need_id, by), await known(source, by)
    before = await medicine.case(need)
    row = ids.new()
    said = day.isoformat() if day and outcome == "later" else None
    await db.run(_INSERT, row, need.community_id, need.id, at.id, outcome, said, by.id, current().when)
    finds = outcome in medicine.HAS and before.found is None
    told = {"number": need.number, "source": at.name, "outcome": f"medicine.outcome.{outcome}"}
    record("medicine.found" if finds else "medicine.asked", need.id, community=need.community_id, household=need.household_id, **told)
    undo, about = f"/medicine/tries/{row}/undo", str(need.id)
    same = next((one for one in before.tries if one.source_id == at.id), None)
    if outcome in medicine.HAS:
        same = before.found or same
    if not need.open:
        return Done("medicine.asked_late", {"number": need.number}, about=about, undo=undo, mark="late")
    if same:
        params = {"who": await _who(same.by), "source": same.source, "said": f"medicine.outcome.{same.outcome}"}
        return Done("medicine.asked_beside", params, about=about, undo=undo, mark="beside")
    return Done("medicine.found" if finds else "medicine.asked", {"source": at.name}, about=about, undo=undo)


async def unask(try_id: UUID, *, by: Person) -> Done:
    need_id = await db.value("SELECT need_id FROM medicine_try WHERE id = ? AND community_id = ?", try_id, by.community_id)
    if need_id is None:
        raise Gone("medicine")
    need = await wanted(UUID(str(need_id)), by)
    sql = "UPDATE medicine_try SET undone_at = ?, undone_by = ? WHERE id = ? AND undone_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, try_id):
        raise Overtaken("medicine.undone_already")
    record("medicine.unasked", need.id, community=need.community_id, household=need.household_id, number=need.number)
    return Done("medicine.undone", about=str(need.id))


async def _who(account: UUID) -> str:
    return (await names({account})).get(account, "")
