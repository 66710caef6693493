"""Imports of ledgers: the list, one of them, its file, and what hangs on it now."""

import base64
from datetime import datetime
from uuid import UUID

import msgspec

from app.care.reading import LedgerReading
from app.care.reads import files
from app.care.reads.files import Mapping
from app.kernel import db
from app.kernel.seal import Closed, Seal
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places


class ImportFacts(msgspec.Struct, frozen=True):
    """`name` and `report` are blank where the community's key is gone."""

    id: UUID
    community_id: UUID
    state: str
    added: int
    changed: int
    unchanged: int
    refused: int
    made_by: UUID | None
    made_at: datetime
    committed_by: UUID | None
    committed_at: datetime | None
    undone_by: UUID | None
    undone_at: datetime | None
    mark: UUID | None
    version: int
    file_hash: bytes
    name: str = ""
    mapping: Mapping = Mapping()
    report: str = ""


class _Row(ImportFacts, frozen=True):
    key_id: UUID | None = None
    emergency_id: UUID | None = None
    name_sealed: bytes | None = None
    mapping_sealed: bytes | None = None
    report_sealed: bytes | None = None

    def opened(self) -> ImportFacts:
        plainly = {field: getattr(self, field) for field in ImportFacts.__struct_fields__}
        mine = Seal("ledger_import", self.id, self.key_id, self.emergency_id)
        try:
            plainly |= {"name": mine.open("name", self.name_sealed), "report": mine.open("report", self.report_sealed)}
            if mapping := mine.open("mapping", self.mapping_sealed):
                plainly["mapping"] = msgspec.json.decode(mapping, type=Mapping)
        except Closed:
            pass
        return ImportFacts(**plainly)


_SQL = """SELECT i.id, i.community_id, i.state, i.added, i.changed, i.unchanged, i.refused, i.made_by, i.made_at, i.committed_by,
i.committed_at, i.undone_by, i.undone_at, i.mark, i.version, i.file_hash, i.name_sealed, {more} c.key_id, c.emergency_id
FROM ledger_import i JOIN community c ON c.id = i.community_id"""
_LINE, _WHOLE = _SQL.format(more=""), _SQL.format(more="i.mapping_sealed, i.report_sealed,")


async def imports(by: Person, limit: int = 100) -> list[ImportFacts]:
    """Newest first, without those discarded and without their reports."""
    sql = f"{_LINE} WHERE i.community_id = ? AND i.state <> 'discarded' ORDER BY i.made_at DESC, i.id DESC LIMIT ?"
    return [row.opened() for row in await db.rows(_Row, sql, by.community_id, limit)]


async def visible(import_id: UUID, by: Person) -> ImportFacts:
    """Raises Gone for one of another community, Barred for who may not import."""
    row = await db.one(_Row, f"{_WHOLE} WHERE i.id = ? AND i.community_id = ?", import_id, by.community_id)
    if row is None:
        raise Gone("import")
    may(by, "ledger.import")
    return row.opened()


async def by_file(community_id: UUID, file_hash: bytes, state: str) -> ImportFacts | None:
    """The latest import of this very file in `state`."""
    sql = f"{_LINE} WHERE i.community_id = ? AND i.file_hash = ? AND i.state = ? ORDER BY i.made_at DESC LIMIT 1"
    row = await db.one(_Row, sql, community_id, file_hash, state)
    return row.opened() if row else None


async def reading_of(one: ImportFacts) -> LedgerReading:
    """Its file as it is mapped now. Raises Overtaken once the file is gone."""

    class Row(msgspec.Struct):
        key_id: UUID
        body_sealed: bytes | None

    row = await db.one(Row, "SELECT key_id, body_sealed FROM ledger_file WHERE import_id = ?", one.id)
    if row is None or row.body_sealed is None:
        raise Overtaken("care.import.file_gone")
    place = await places.community(one.community_id)
    try:
        body = Seal("ledger_file", one.id, row.key_id, place.emergency_id).open("body", row.body_sealed)
    except Closed as gone:
        raise Overtaken("care.import.file_gone") from gone
    return await files.read(base64.b64decode(body), one.name, one.community_id, one.mapping)
