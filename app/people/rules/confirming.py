"""From claimed to strong: the moving square that she scanned, or somebody in charge who sees her standing there."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person
from app.people.rights import can, may

LOOK_BACK = timedelta(hours=24)  # who confirms remembers whom she saw today


class _Stay(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    community_id: UUID
    building_id: UUID | None
    task_id: UUID | None
    since: datetime
    proof: str
    showing_id: UUID | None


async def _stay(presence_id: UUID, by: Person) -> _Stay:
    """A stay at a place where `by` may confirm. Raises Gone for those of other communities, Barred elsewhere in her own."""
    sql = "SELECT id, account_id, community_id, building_id, task_id, since, proof, showing_id FROM presence WHERE id = ?"
    found = await db.one(_Stay, sql, presence_id)
    if found is None or not isinstance(by, Person) or found.community_id != by.community_id:
        raise Gone("presence")
    may(by, "presence.confirm", building=found.building_id or UUID(int=0))
    return found


async def prove(presence_id: UUID, *, by: UUID, showing: UUID | None = None) -> bool:
    """Once; the first proof stands. `by` is who saw her, or whose phone showed the square."""
    sql = "UPDATE presence SET proof = 'strong', proved_at = ?, proved_by = ?, showing_id = ? WHERE id = ? AND proof = 'claimed'"
    return bool(await db.run(sql, clock.now(), by, showing, presence_id))


async def confirm(presence_id: UUID, *, by: Person) -> Done:
    stay = await _stay(presence_id, by)
    if stay.account_id == by.id:
        raise Overtaken("presence.confirm.self")
    if stay.since < clock.now() - LOOK_BACK:
        raise Overtaken("presence.confirm.long_ago", hours=int(LOOK_BACK.total_seconds() // 3600))
    if not await prove(presence_id, by=by.id):
        raise Overtaken("presence.confirm.already")
    record("presence.proved", presence_id, community=stay.community_id, account=str(stay.account_id))
    return Done("presence.confirm.done", about=str(presence_id), undo=f"/presence/{presence_id}/unconfirm")


async def unconfirm(presence_id: UUID, *, by: Person) -> Done:
    """Takes back somebody's word, never what a square proved. Only her own, or for who watches over all."""
    stay = await _stay(presence_id, by)
    hers = "" if can(by, "presence.watch") else " AND proved_by = ?"
    sql = f"UPDATE presence SET proof = 'claimed', proved_at = NULL, proved_by = NULL WHERE id = ? AND proof = 'strong' AND showing_id IS NULL{hers}"
    if not await db.run(sql, presence_id, *([by.id] if hers else [])):
        raise Overtaken("presence.confirm.not_yours")
    record("presence.unproved", presence_id, community=stay.community_id, account=str(stay.account_id))
    return Done("presence.confirm.undone", about=str(presence_id))
