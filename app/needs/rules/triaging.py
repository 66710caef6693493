"""Who has it: taking a need over, letting it go, giving it to somebody."""

from collections.abc import Iterable
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Overtaken, misfit
from app.needs import reads
from app.needs.reads.lines import NeedLine
from app.needs.reads.owners import owners
from app.needs.rules.fulfilling import overtaken
from app.people.person import Person
from app.people.rights import can, may
from app.people.rules.messages import tell

_TAKE = """UPDATE need SET state = 'triaged', owner_id = ?, worded_at = NULL, touched_at = ?, version = version + 1
WHERE id = ? AND state = 'waiting'"""


async def take(need_id: UUID, *, by: Person) -> Done:
    """Raises Overtaken when somebody else has it already."""
    need = await _mine_to_sort(need_id, by)
    if not await db.run(_TAKE, by.id, clock.now(), need_id):
        raise await overtaken(need_id)
    _told("need.triaged", need)
    return Done("needs.taken", params={"number": need.number}, about=str(need_id), undo=f"/needs/{need_id}/release")


async def take_many(*, picked: tuple[UUID, ...], by: Person) -> Done:
    """Takes those that still wait and says how many; one that somebody else took meanwhile is left to her."""
    may(by, "need.triage")
    taken = [need for need in await sortable(picked, by) if await db.run(_TAKE, by.id, clock.now(), need.id)]
    if not taken:
        raise Overtaken("needs.none_left")
    for need in taken:
        _told("need.triaged", need)
    return Done("needs.taken_many", params={"n": len(taken), "left": len(picked) - len(taken)})


async def release(need_id: UUID, *, by: Person) -> Done:
    need = await _mine_to_sort(need_id, by)
    sql = "UPDATE need SET state = 'waiting', owner_id = NULL, touched_at = ?, version = version + 1 WHERE id = ? AND state = 'triaged'"
    if not await db.run(sql, clock.now(), need_id):
        raise await overtaken(need_id)
    _told("need.released", need)
    return Done("needs.released", params={"number": need.number}, about=str(need_id), undo=f"/needs/{need_id}/take")


async def assign(need_id: UUID, *, owner: UUID, by: Person) -> Done:
    """Give it to one of those who may sort this building's needs; she is told."""
    need = await _mine_to_sort(need_id, by)
    if owner not in {one.id for one in await owners(need.community_id, need.building_id)}:
        raise misfit("owner", "form.unknown_choice")
    sql = """UPDATE need SET owner_id = ?, state = CASE WHEN state = 'waiting' THEN 'triaged' ELSE state END, touched_at = ?,
    version = version + 1 WHERE id = ? AND state IN ('waiting', 'triaged', 'planned', 'underway')"""
    if not await db.run(sql, owner, clock.now(), need_id):
        raise await overtaken(need_id)
    _told("need.triaged", need, owner=str(owner))
    if owner != by.id:
        await tell(owner, "message.need_given", path=f"/needs/{need_id}", community=need.community_id, kind="desk", number=need.number)
    return Done("needs.assigned", params={"number": need.number}, about=str(need_id))


async def sortable(picked: Iterable[UUID], by: Person) -> list[NeedLine]:
    """Those of the picked that she may sort; others that she sees, because she carries them, are passed over too."""
    seen, params = await reads.visible_to(by)
    ids = tuple(picked)
    found = await reads.select(f"n.id IN ({db.marks(ids)}) AND {seen}", *ids, *params)
    return [need for need in found if can(by, "need.triage", building=need.building_id)]


async def _mine_to_sort(need_id: UUID, by: Person) -> NeedLine:
    need = await reads.visible(need_id, by)
    may(by, "need.triage", building=need.building_id)
    return need


def _told(kind: str, need: NeedLine, **told: str) -> None:
    record(kind, need.id, community=need.community_id, household=need.household_id, number=need.number, **told)
