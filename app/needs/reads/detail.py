"""Everything that is known about one need, with phone and names masked."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import mask_name, mask_phone
from app.needs.reads.lines import NeedLine, opened, seal_of
from app.people import reads as people


class NeedFacts(msgspec.Struct, frozen=True):
    """Beside the line: who it is for and who spoke are a person's names, shown in full only by `revealed`."""

    line: NeedLine
    phone: str
    name: str
    whom: str
    spoken: str
    owner: str
    written_by: str
    double_of: int | None
    double_id: UUID | None
    double_reason: str
    delivered_at: datetime | None
    confirmed_at: datetime | None


class _Row(msgspec.Struct):
    for_sealed: bytes | None
    name_sealed: bytes | None
    phone_sealed: bytes | None
    spoken_sealed: bytes | None
    double_reason_sealed: bytes | None
    written_by: UUID | None
    double_of: int | None
    double_id: UUID | None
    delivered_at: datetime | None
    confirmed_at: datetime | None


_SQL = """SELECT n.for_sealed, n.name_sealed, n.phone_sealed, n.spoken_sealed, n.double_reason_sealed, n.written_by,
d.number AS double_of, d.id AS double_id, n.delivered_at, n.confirmed_at FROM need n LEFT JOIN need d ON d.id = n.double_of WHERE n.id = ?"""


async def facts(need: NeedLine, *, revealed: bool = False) -> NeedFacts:
    row = await db.one(_Row, _SQL, need.id)
    names = await people.names({one for one in (need.owner_id, row.written_by) if one})
    sealed = seal_of(need)
    phone, name, whom, spoken = (
        opened(sealed, column, blob)
        for column, blob in (("phone", row.phone_sealed), ("name", row.name_sealed), ("for", row.for_sealed), ("spoken", row.spoken_sealed))
    )
    keep = (lambda text: text) if revealed else mask_name
    return NeedFacts(
        line=need,
        phone=phone if revealed else mask_phone(phone),
        name=keep(name),
        whom=keep(whom),
        spoken=keep(spoken),
        owner=names.get(need.owner_id, ""),
        written_by=names.get(row.written_by, ""),
        double_of=row.double_of,
        double_id=row.double_id,
        double_reason=opened(sealed, "double_reason", row.double_reason_sealed),
        delivered_at=row.delivered_at,
        confirmed_at=row.confirmed_at,
    )
