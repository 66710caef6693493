"""Words added to a need, by the resident and by helpers; each side is told that the other has spoken."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.seal import Seal
from app.needs import reads
from app.needs.reads.lines import NeedLine
from app.people.person import Person
from app.people.rules.messages import tell

_INSERT = """INSERT INTO need_word(id, need_id, community_id, side, said_by, shown, line_sealed, said_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""


async def write(need: NeedLine, line: str, *, side: str, said_by: UUID | None, shown: bool) -> None:
    word_id = ids.new()
    sealed = Seal("need_word", word_id, need.key_id, need.emergency_id).close("line", line)
    await db.run(_INSERT, word_id, need.id, need.community_id, side, said_by, shown, sealed, clock.now())
    record("need.worded", need.id, community=need.community_id, household=need.household_id, side=f"needs.side.{side}")


async def from_resident(need: NeedLine, line: str) -> None:
    """Unanswered until a helper does something about the need; its owner is told."""
    await write(need, line, side="resident", said_by=None, shown=True)
    await db.run("UPDATE need SET worded_at = ?, version = version + 1 WHERE id = ?", clock.now(), need.id)
    if need.owner_id:
        await tell(
            need.owner_id, "message.need_worded", path=f"/needs/{need.id}", community=need.community_id, kind="desk", number=need.number
        )


async def say(need_id: UUID, *, line: str, inside: bool, by: Person) -> Done:
    """A helper's word to the resident, or between helpers when it stays `inside`. Whoever sees the need may speak."""
    need = await reads.visible(need_id, by)
    await write(need, line, side="helper", said_by=by.id, shown=not inside)
    await db.run("UPDATE need SET worded_at = NULL, touched_at = ?, version = version + 1 WHERE id = ?", clock.now(), need_id)
    return Done("needs.noted" if inside else "needs.worded", about=str(need_id))
