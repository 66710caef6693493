"""Check-in and check-out on site: one open presence a person."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Overtaken
from app.people.person import Person
from app.people.rights import may


async def start(*, by: Person, building: UUID | None = None, task: UUID | None = None) -> UUID:
    """She is here. An open presence elsewhere is closed first: a person is in one place. Answers the presence's id."""
    may(by, "presence.start")
    await db.run("UPDATE presence SET until_at = ? WHERE account_id = ? AND until_at IS NULL", clock.now(), by.id)
    presence_id = ids.new()
    await db.run(
        "INSERT INTO presence(id, account_id, community_id, building_id, task_id, proof, since) VALUES (?, ?, ?, ?, ?, 'claimed', ?)",
        presence_id, by.id, by.community_id, building, task, clock.now(),
    )  # fmt: skip
    record("presence.started", by.id, community=by.community_id, building=str(building) if building else None)
    return presence_id


async def end(*, by: Person) -> Done:
    ended = await db.run("UPDATE presence SET until_at = ? WHERE account_id = ? AND until_at IS NULL", clock.now(), by.id)
    if not ended:
        raise Overtaken("people.presence.not_here")
    record("presence.ended", by.id, community=by.community_id)
    return Done("people.presence.ended")
