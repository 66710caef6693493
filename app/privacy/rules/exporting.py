"""The ledger as a file: one asks and says what for, another agrees, the first fetches it once within the hour."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Barred, Gone, Overtaken
from app.people.person import Person
from app.people.reads import desk
from app.people.rights import can, may
from app.people.rules.messages import tell
from app.privacy.reads.exports import Export, export


async def seen(export_id: UUID, *, by: Person) -> Export:
    """Raises Barred for whoever has nothing to do with exports, Gone for one of another community."""
    sees(by)
    found = await export(export_id, by.community_id)
    if found is None:
        raise Gone("export")
    return found


def sees(by: Person) -> None:
    if not can(by, "ledger.export"):
        may(by, "export.approve")


async def ask(purpose: str, *, by: Person) -> Done:
    """Raises Overtaken while an earlier one of hers waits."""
    may(by, "ledger.export")
    made = ids.new()
    sql = "INSERT INTO ledger_export(id, community_id, purpose, asked_by, asked_at) VALUES (?, ?, ?, ?, ?)"
    try:
        async with db.savepoint():
            await db.run(sql, made, by.community_id, purpose, by.id, clock.now())
    except db.IntegrityError as waiting:
        raise Overtaken("privacy.export.waits_already") from waiting
    record("export.asked", made, community=by.community_id, purpose=f"privacy.purpose.{purpose}")
    for account in {*await desk.dispatchers(by.community_id), *await desk.commanders(by.community_id)} - {by.id}:
        await tell(account, "message.export_asked", path="/exports", community=by.community_id, kind="desk")
    return Done("privacy.export.asked", about=str(made))


async def approve(export_id: UUID, *, by: Person) -> Done:
    return await _decide(export_id, True, by)


async def refuse(export_id: UUID, *, by: Person) -> Done:
    return await _decide(export_id, False, by)


async def _decide(export_id: UUID, granted: bool, by: Person) -> Done:
    """Raises Barred for the one who asked: it takes two."""
    one = await seen(export_id, by=by)
    may(by, "export.approve")
    if one.asked_by == by.id:
        raise Barred("privacy.export.takes_two")
    sql = "UPDATE ledger_export SET decided_by = ?, decided_at = ?, granted = ? WHERE id = ? AND decided_at IS NULL"
    if not await db.run(sql, by.id, clock.now(), granted, one.id):
        raise Overtaken("privacy.export.decided_already")
    record("export.approved" if granted else "export.refused", one.id, community=one.community_id)
    words = "message.export_approved" if granted else "message.export_refused"
    await tell(one.asked_by, words, path="/exports", community=one.community_id)
    return Done("privacy.export.approved" if granted else "privacy.export.refused", about=str(one.id))


async def fetch(export_id: UUID, *, by: Person) -> Done:
    """The receipt opens the file, once. Raises Overtaken when the hour is over or it was fetched."""
    one = await seen(export_id, by=by)
    may(by, "ledger.export")
    if one.asked_by != by.id:
        raise Barred("privacy.export.not_yours")
    if one.state != "open":
        raise Overtaken(f"privacy.export.is_{one.state}")
    if not await db.run("UPDATE ledger_export SET fetched_at = ? WHERE id = ? AND fetched_at IS NULL", clock.now(), one.id):
        raise Overtaken("privacy.export.is_fetched")
    record("export.fetched", one.id, community=one.community_id, reason="export", purpose=f"privacy.purpose.{one.purpose}")
    return Done("privacy.export.fetched", about=str(one.id))


async def hand(export_id: UUID) -> bool:
    """True for the first download after `fetch`, and for no other."""
    sql = "UPDATE ledger_export SET handed_at = ? WHERE id = ? AND fetched_at IS NOT NULL AND handed_at IS NULL"
    return bool(await db.run(sql, clock.now(), export_id))
