"""Keeping the directory of where medicine is to be had."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.needs.reads import sources as directory
from app.people.person import Person
from app.people.rights import may

_INSERT = """INSERT INTO medicine_source(id, community_id, kind, name, phone, hours, address, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""
_CHANGE = """UPDATE medicine_source SET kind = ?, name = ?, phone = ?, hours = ?, address = ?, note = ?, version = version + 1
WHERE id = ? AND community_id = ?"""


def _not_a_neighbour(kind: str) -> None:
    if kind not in directory.KINDS:
        raise misfit("kind", "medicine.no_exchange")


async def add(*, kind: str, name: str, phone: str, hours: str, address: str, note: str, by: Person) -> Done:
    """Raises Misfit where the name stands there already, or it is a neighbour."""
    may(by, "medicine.keep")
    _not_a_neighbour(kind)
    row = ids.new()
    if not await db.run(_INSERT, row, by.community_id, kind, name, phone, hours, address, note):
        raise misfit("name", "medicine.named_already")
    record("medicine_source.added", row, community=by.community_id)
    return Done("medicine.source_added", {"name": name}, about=str(row), undo=f"/medicine/sources/{row}/end")


async def change(source_id: UUID, *, kind: str, name: str, phone: str, hours: str, address: str, note: str, by: Person) -> Done:
    await _hers(source_id, by)
    _not_a_neighbour(kind)
    try:
        async with db.savepoint():
            await db.run(_CHANGE, kind, name, phone, hours, address, note, source_id, by.community_id)
    except db.IntegrityError:
        raise misfit("name", "medicine.named_already") from None
    record("medicine_source.changed", source_id, community=by.community_id)
    return Done("medicine.source_changed", about=str(source_id))


_UPDATE = """UPDATE medicine_source SET kind = ?, phone = ?, hours = ?, address = ?, note = ?, ended_at = NULL, version = version + 1
WHERE community_id = ? AND name = ?"""


async def read(*, file: tuple[dict[str, str], ...], by: Person) -> Done:
    """A table of them: what stands there by that name is updated, and offered again if it was not."""
    may(by, "medicine.keep")
    if any(row["kind"] not in directory.KINDS for row in file):
        raise misfit("file", "medicine.no_exchange")
    added = 0
    for row in file:
        said = (row["phone"], row["hours"], row["address"], row["note"])
        if await db.run(_INSERT, ids.new(), by.community_id, row["kind"], row["name"], *said):
            added += 1
        else:
            await db.run(_UPDATE, row["kind"], *said, by.community_id, row["name"])
    record("medicine_source.read", by.community_id, community=by.community_id, n=len(file))
    return Done("medicine.read_done", {"added": added, "changed": len(file) - added})


async def end(source_id: UUID, *, by: Person) -> Done:
    """No longer offered to be asked; what it was asked before stays."""
    await _hers(source_id, by)
    sql = "UPDATE medicine_source SET ended_at = ?, version = version + 1 WHERE id = ? AND ended_at IS NULL"
    if not await db.run(sql, clock.now(), source_id):
        raise Overtaken("medicine.source_ended_already")
    record("medicine_source.ended", source_id, community=by.community_id)
    return Done("medicine.source_ended", about=str(source_id), undo=f"/medicine/sources/{source_id}/again")


async def again(source_id: UUID, *, by: Person) -> Done:
    await _hers(source_id, by)
    sql = "UPDATE medicine_source SET ended_at = NULL, version = version + 1 WHERE id = ? AND ended_at IS NOT NULL"
    if not await db.run(sql, source_id):
        raise Overtaken("medicine.source_open_already")
    record("medicine_source.restored", source_id, community=by.community_id)
    return Done("medicine.source_again", about=str(source_id), undo=f"/medicine/sources/{source_id}/end")


async def _hers(source_id: UUID, by: Person) -> None:
    may(by, "medicine.keep")
    if await directory.source(source_id, by.community_id) is None:
        raise Gone("medicine")
