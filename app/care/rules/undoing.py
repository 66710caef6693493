"""Taking an import back, whole or not at all."""

from uuid import UUID

from app.care.reads import holding, imports
from app.journal.record import record
from app.kernel import act, db
from app.kernel.act import Done
from app.kernel.trouble import Overtaken
from app.people.person import Person
from app.places import install

_RESTORE = """UPDATE resident SET version = version + 1, {columns} WHERE id IN
(SELECT subject_id FROM ledger_row WHERE import_id = ? AND subject = 'resident' AND change = 'changed')"""
_COLUMNS = ("phone_sealed", "phone_hash", "kinds_sealed", "facts_sealed", "note_sealed")
# She is again as an earlier import left her, though her version has gone on.
_LEFT_AGAIN = """UPDATE ledger_row SET version_left = version_left + 2 WHERE import_id <> ? AND subject = 'resident' AND EXISTS
(SELECT 1 FROM ledger_row l WHERE l.import_id = ? AND l.change = 'changed' AND l.subject_id = ledger_row.subject_id
AND l.version_left = ledger_row.version_left + 1)"""
_OF_IMPORT = "SELECT subject_id FROM ledger_row WHERE import_id = ? AND subject = 'resident' AND change = "


async def undo(import_id: UUID, *, by: Person) -> Done:
    """Everything as it was before the import. Raises Overtaken, naming one thing, when later acts hang on what it added."""
    one = await imports.visible(import_id, by)
    sql = """UPDATE ledger_import SET state = 'undone', undone_by = ?, undone_at = ?, version = version + 1
    WHERE id = ? AND state = 'committed'"""
    if not await db.run(sql, by.id, act.current().received_at, import_id):
        raise Overtaken("care.import.not_committed")
    made = await holding.made_by(import_id)
    if found := await holding.holds(one, made):
        raise Overtaken("care.import.held", reason="held", what=found[0].what, where=found[0].where, n=len(found))
    await _residents(import_id)
    try:
        async with db.savepoint():
            await install.take_back(made)
    except db.IntegrityError as hung:
        # something without a happening of its own, such as a presence or a run, points at a place
        raise Overtaken("care.import.held_somewhere", reason="held") from hung
    record("import.undone", import_id, community=one.community_id, added=one.added, changed=one.changed)
    return Done("care.import.undone", about=str(import_id))


async def _residents(import_id: UUID) -> None:
    former = [f"{c} = (SELECT l.{c} FROM ledger_row l WHERE l.import_id = ? AND l.subject_id = resident.id)" for c in _COLUMNS]
    await db.run(_RESTORE.format(columns=", ".join(former)), *[import_id] * len(_COLUMNS), import_id)
    await db.run(_LEFT_AGAIN, import_id, import_id)
    await db.run(f"DELETE FROM resident WHERE id IN ({_OF_IMPORT}'added')", import_id)
