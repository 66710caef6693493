"""Bringing a ledger in: upload, decide what is unclear, commit or discard. A dispatcher's work, or the command's."""

import base64
from typing import Any
from uuid import UUID

import msgspec

from app.care.reading import LedgerReading
from app.care.reads import files, imports
from app.care.reads.files import Mapping
from app.care.reads.planning import Plan, plan
from app.care.rules import people
from app.journal.record import record
from app.kernel import act, clock, db, seal
from app.kernel.act import Done
from app.kernel.forms import File, hash_of
from app.kernel.ids import new
from app.kernel.trouble import Overtaken
from app.people.person import Person
from app.people.rights import may
from app.places import install
from app.places import reads as places
from app.places.install import Made
from app.places.reads import CommunityFacts

_INSERT = """INSERT INTO ledger_import(id, community_id, file_hash, name_sealed, state, made_by, made_at)
VALUES (?, ?, ?, ?, 'uploaded', ?, ?) ON CONFLICT DO NOTHING"""


async def upload(file: File, *, by: Person) -> Done:
    """Keep the file, sealed, for a preview. The same file while its preview is open leads there. Raises Misfit for an unreadable one."""
    may(by, "ledger.import")
    await files.read_upload(file.data, file.name, by.community_id)
    community = await places.community(by.community_id)
    import_id, made = await _start(community, file, by.id)
    if made:
        key = seal.new_key(community.emergency_id)
        body = seal.Seal("ledger_file", import_id, key, community.emergency_id).close("body", base64.b64encode(file.data).decode())
        sql = "INSERT INTO ledger_file(import_id, community_id, key_id, body_sealed) VALUES (?, ?, ?, ?)"
        await db.run(sql, import_id, community.id, key, body)
        record("import.uploaded", import_id, community=community.id)
    return Done("care.import.uploaded" if made else "care.import.open_already", about=str(import_id))


async def _start(community: CommunityFacts, file: File, made_by: UUID | None) -> tuple[UUID, bool]:
    """The import's id, and whether it is new rather than the open one of this very file."""
    import_id, file_hash = new(), seal.keyed_hash("ledger", hash_of(file.data))
    name = _seal(import_id, community).close("name", file.name[-120:])
    if await db.run(_INSERT, import_id, community.id, file_hash, name, made_by, clock.now()):
        return import_id, True
    return (await imports.by_file(community.id, file_hash, "uploaded")).id, False


def _seal(import_id: UUID, community: CommunityFacts) -> seal.Seal:
    return seal.Seal("ledger_import", import_id, community.key_id, community.emergency_id)


async def decide(import_id: UUID, version: int, mapping: Mapping, *, by: Person) -> Done:
    """Which column is what, which sheets to pass over, what strange kinds mean; adds to what was decided before."""
    one = await imports.visible(import_id, by)
    community = await places.community(by.community_id)
    merged = Mapping(_merged(one.mapping.sheets, mapping.sheets), one.mapping.kinds | mapping.kinds)
    body = _seal(import_id, community).close("mapping", msgspec.json.encode(merged).decode())
    sql = "UPDATE ledger_import SET mapping_sealed = ?, version = version + 1 WHERE id = ? AND version = ? AND state = 'uploaded'"
    if not await db.run(sql, body, import_id, version):
        raise Overtaken("care.import.changed_meanwhile")
    record("import.mapped", import_id, community=by.community_id)
    return Done("care.import.mapped", about=str(import_id))


def _merged(old: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for sheet, columns in more.items():
        merged[sheet] = None if columns is None else (merged.get(sheet) or {}) | columns
    return merged


async def commit(import_id: UUID, version: int, *, by: Person) -> Done:
    """All that the preview showed, at once. Raises Overtaken when it was decided already or mapped anew meanwhile."""
    one = await imports.visible(import_id, by)
    sql = """UPDATE ledger_import SET state = 'committed', committed_by = ?, committed_at = ?, mark = id, version = version + 1
    WHERE id = ? AND version = ? AND state = 'uploaded'"""
    if not await db.run(sql, by.id, act.current().received_at, import_id, version):
        now = await db.value("SELECT state FROM ledger_import WHERE id = ?", import_id)
        raise Overtaken("care.import.changed_meanwhile" if now == "uploaded" else "care.import.decided_already")
    planned = await _put(await imports.reading_of(one), await places.community(by.community_id), import_id)
    await db.run("UPDATE ledger_file SET body_sealed = NULL WHERE import_id = ?", import_id)
    files.forget()
    counts = {state: planned.count(state) for state in ("added", "changed", "unchanged")}
    return Done("care.import.committed", params=counts, about=str(import_id), undo=f"/ledger/{import_id}/undo")


async def bring(reading: LedgerReading, file: File, community: CommunityFacts, *, by: UUID | None = None) -> Plan:
    """A ledger committed at once, without a preview: for the command and the demo, inside an act."""
    import_id = new()
    await db.run(
        """INSERT INTO ledger_import(id, community_id, file_hash, name_sealed, state, made_by, made_at, committed_by, committed_at, mark)
        VALUES (?, ?, ?, ?, 'committed', ?, ?, ?, ?, ?)""",
        import_id, community.id, seal.keyed_hash("ledger", hash_of(file.data)), _seal(import_id, community).close("name", file.name[-120:]),
        by, clock.now(), by, act.current().received_at, import_id,
    )  # fmt: skip
    return await _put(reading, community, import_id)


async def _put(reading: LedgerReading, community: CommunityFacts, import_id: UUID) -> Plan:
    await install.one_at_a_time(community.id)
    planned = await plan(reading, community.id)
    made = await install.install(community.id, planned.buildings)
    await _keep(made, community.id, import_id)
    await people.put(planned.people, community, import_id)
    body = _seal(import_id, community).close("report", msgspec.json.encode(stored_report(reading, planned)).decode())
    counts = [planned.count(state) for state in ("added", "changed", "unchanged")]
    sql = "UPDATE ledger_import SET report_sealed = ?, added = ?, changed = ?, unchanged = ?, refused = ?, mark = ? WHERE id = ?"
    record("import.committed", import_id, community=community.id, added=counts[0], changed=counts[1], unchanged=counts[2])
    await db.run(sql, body, *counts, len(planned.refused), new(), import_id)
    return planned


async def _keep(made: list[Made], community_id: UUID, import_id: UUID) -> None:
    await db.run_many(
        "INSERT INTO ledger_row(id, community_id, import_id, subject, subject_id, change, was) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(new(), community_id, import_id, m.subject, m.subject_id, m.change, m.was) for m in made],
    )


class StoredReport(msgspec.Struct, frozen=True):
    """What the page of a committed import still shows once the file is gone. Reasons stay keys, said in the reader's language."""

    counts: dict[str, Any]
    refused: list[Any]
    doubled: list[Any]
    warnings: list[Any]
    asked: list[Any]


def stored_report(reading: LedgerReading, planned: Plan) -> StoredReport:
    counts = {k: v for k, v in reading.counts().items() if k not in ("wrong_rows", "duplicate_rows")}
    return StoredReport(counts, list(planned.refused), list(reading.duplicate_rows), list(reading.warnings), list(reading.asked))


async def discard(import_id: UUID, *, by: Person) -> Done:
    await imports.visible(import_id, by)
    if not await _drop(import_id):
        raise Overtaken("care.import.decided_already")
    record("import.discarded", import_id, community=by.community_id)
    return Done("care.import.discarded", about=str(import_id))


async def expire(import_id: UUID, community_id: UUID) -> None:
    """Nobody decided in time."""
    if await _drop(import_id):
        record("import.discarded", import_id, community=community_id)


async def _drop(import_id: UUID) -> int:
    done = await db.run(
        "UPDATE ledger_import SET state = 'discarded', version = version + 1 WHERE id = ? AND state = 'uploaded'", import_id
    )
    if done:
        await db.run("UPDATE ledger_file SET body_sealed = NULL WHERE import_id = ?", import_id)
        files.forget()
    return done
