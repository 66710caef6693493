"""Where medicine is to be had: pharmacies, online clinics, hospitals."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.words import gettext

KINDS = ("pharmacy", "online", "hospital")


class Source(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    name: str
    phone: str
    hours: str
    address: str
    note: str
    ended: bool
    version: int

    @property
    def kind_label(self) -> str:
        return gettext(f"medicine.kind.{self.kind}")


_COLUMNS = "id, kind, name, phone, hours, address, note, ended_at IS NOT NULL AS ended, version"
_ORDER = "CASE kind WHEN 'pharmacy' THEN 0 WHEN 'hospital' THEN 1 ELSE 2 END, name"


async def sources(community_id: UUID, *, ended: bool = False) -> list[Source]:
    only = "" if ended else " AND ended_at IS NULL"
    return await db.rows(Source, f"SELECT {_COLUMNS} FROM medicine_source WHERE community_id = ?{only} ORDER BY {_ORDER}", community_id)


async def source(source_id: UUID, community_id: UUID) -> Source | None:
    return await db.one(Source, f"SELECT {_COLUMNS} FROM medicine_source WHERE id = ? AND community_id = ?", source_id, community_id)
