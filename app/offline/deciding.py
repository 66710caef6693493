"""Deciding which of two values counts, and taking that back until somebody edits again."""

from uuid import UUID

from app.journal import differences, weighing
from app.journal.differences import KINDS, Difference, Side
from app.journal.record import record
from app.kernel import act, clock, edits
from app.kernel.act import Done
from app.kernel.book import Rule
from app.kernel.forms import nothing
from app.kernel.trouble import Gone, Misfit, Overtaken
from app.people.person import Person
from app.people.rights import reach

RIGHT = "difference.decide"


async def visible(line_id: UUID, by: Person) -> Difference:
    """Raises Gone for a line that is not there or not hers to decide: a steward decides about her buildings, a dispatcher about all."""
    line = await differences.line(line_id, by.community_id)
    within = reach(by, RIGHT)
    if line is None or (within is not None and line.building_id not in within):
        raise Gone("difference")
    return line


async def keep(line_id: UUID, *, by: Person) -> Done:
    """What stands, stands. Raises Overtaken for whoever decides second."""
    line = await _decide(line_id, "keep", by)
    value = _value(line, "standing")
    if kept := KINDS[line.subject].keep:
        await kept(line.subject_id, line.field, value, by=by)
    await weighing.note(line.thing, line.field, value, Side(value, line.standing_by, line.standing_at, line.standing_act))
    return _done("differences.kept", line)


async def take(line_id: UUID, *, by: Person) -> Done:
    """What came beside it counts from now on. Raises Overtaken for whoever decides second, and what the slice's own rule raises."""
    line = await _decide(line_id, "take", by)
    value = _value(line, "other")
    stood = await _put(line, value, by)
    if stood is not None and edits.mark(line.subject_id, line.field, stood) != line.standing_mark:
        await differences.replaced(line, stood)
    await weighing.note(line.thing, line.field, value, Side(value, line.other_by, clock.now(), act.current().id))
    return _done("differences.taken", line)


async def undo(line_id: UUID, *, by: Person) -> Done:
    """As it was before the decision, the line open again. Raises Overtaken once somebody has edited the field since."""
    line = await visible(line_id, by)
    if line.decided_at is None:
        raise Overtaken("differences.open_again")
    if line.choice == "edited" or not await differences.still(line) or not await differences.reopen(line):
        raise Overtaken("differences.edited_again")
    value = _value(line, "standing")
    if line.choice == "take":
        await _put(line, value, by)
    await weighing.note(line.thing, line.field, value, Side(value, line.standing_by, line.standing_at, line.standing_act))
    _record("difference.undone", line)
    return Done("differences.undone", about=str(line.id))


async def reveal(line_id: UUID, *, by: Person) -> Done:
    """Show both values of a masked field; kept as the slice keeps every look."""
    line = await visible(line_id, by)
    kind = KINDS[line.subject]
    if line.field not in kind.secret or kind.reveal is None:
        raise Gone("difference")
    await kind.reveal(line.subject_id, by=by)
    return Done("differences.revealed", about=str(line.id))


async def _decide(line_id: UUID, choice: str, by: Person) -> Difference:
    line = await visible(line_id, by)
    if not await differences.close(line, choice, by=by.id):
        first = await visible(line_id, by)
        raise Overtaken("differences.decided_already", who=str(first.decided_by or ""))
    _record("difference.decided", line, choice=choice)
    return line


def _value(line: Difference, side: str) -> str:
    value = line.opened(side)
    if value is None:
        raise Overtaken("differences.erased")
    return value


async def _put(line: Difference, value: str, by: Person) -> str | None:
    """Through the slice's rule; what it complains of is no field of this page, so it is told as the reason."""
    try:
        return await KINDS[line.subject].take(line.subject_id, line.field, value, by=by)
    except Misfit as wrong:
        key, params = next(iter(wrong.errors.values()))
        raise Overtaken(key, **params) from wrong


def _record(kind: str, line: Difference, **told: str) -> None:
    record(kind, line.subject_id, community=line.community_id, household=line.household_id, line=str(line.id), subject=line.subject, **told)


def _done(words: str, line: Difference) -> Done:
    return Done(words, about=str(line.id), undo=f"/differences/{line.id}/undo")


ACTS = [
    Rule("/differences/{line_id:uuid}/keep", nothing, keep),
    Rule("/differences/{line_id:uuid}/take", nothing, take),
    Rule("/differences/{line_id:uuid}/undo", nothing, undo),
    Rule("/differences/{line_id:uuid}/reveal", nothing, reveal),
]
