"""The way of last resort: somebody calls, from a list, whoever has no phone that is told and no SMS."""

from datetime import timedelta
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone
from app.people.person import Person
from app.people.rights import may
from app.push.reads.listed import WAITS, waiting
from app.push.rules import followed
from app.push.rules.choosing import reached
from app.push.rules.ending import ATTEMPT

AGAIN = timedelta(minutes=10)  # after a call that nobody answered


async def told(account_id: UUID, *, by: Person) -> Done:
    """She heard all that waits for her. Raises Gone where nothing does any more."""
    may(by, "account.reveal")
    now = clock.now()
    sql = f"UPDATE carrying SET state = 'carried', ended_at = ?, lease_until = NULL WHERE {WAITS} AND account_id = ? RETURNING id"
    lines = await db.rows(UUID, sql, now, by.community_id, now, account_id)
    if not lines:
        raise Gone("carrying")
    await db.run_many(ATTEMPT, [(ids.new(), line, now, "carried", "called", 0) for line in lines])
    await reached(account_id, "paper", now)
    followed.tell(account_id)
    return Done("ways.calls.told_done", undo=f"/calls/{account_id}/untold")


async def heard(account_id: UUID, path: str, *, by: Person) -> None:
    """Of what waits for her she heard what leads to `path`. Within an act; raises Gone where nothing of it waits."""
    may(by, "account.reveal")
    now = clock.now()
    sql = f"UPDATE carrying SET state = 'carried', ended_at = ?, lease_until = NULL WHERE {WAITS} AND account_id = ? AND path = ? RETURNING id"
    lines = await db.rows(UUID, sql, now, by.community_id, now, account_id, path)
    if not lines:
        raise Gone("carrying")
    await db.run_many(ATTEMPT, [(ids.new(), line, now, "carried", "called", 0) for line in lines])
    await reached(account_id, "paper", now)
    followed.tell(account_id)


async def untold(account_id: UUID, *, by: Person) -> Done:
    """Taken back: what she was told last is on the list again while its time is not over. Raises Gone."""
    may(by, "account.reveal")
    now = clock.now()
    last = "SELECT max(ended_at) FROM carrying WHERE community_id = ? AND account_id = ? AND way = 'paper' AND state = 'carried'"
    sql = f"""UPDATE carrying SET state = 'waiting', ended_at = NULL WHERE community_id = ? AND account_id = ? AND way = 'paper'
    AND state = 'carried' AND until_at > ? AND ended_at = ({last}) RETURNING id"""
    lines = await db.rows(UUID, sql, by.community_id, account_id, now, by.community_id, account_id)
    if not lines:
        raise Gone("carrying")
    await db.run_many(ATTEMPT, [(ids.new(), line, now, "later", "taken back", 0) for line in lines])
    followed.tell(account_id)
    return Done("ways.calls.untold_done")


async def missed(account_id: UUID, *, by: Person) -> Done:
    """Nobody answered: she is due again in a while. Raises Gone where nothing waits for her any more."""
    may(by, "account.reveal")
    now = clock.now()
    sql = f"UPDATE carrying SET tries = tries + 1, due_at = ? WHERE {WAITS} AND account_id = ? RETURNING id"
    lines = await db.rows(UUID, sql, now + AGAIN, by.community_id, now, account_id)
    if not lines:
        raise Gone("carrying")
    await db.run_many(ATTEMPT, [(ids.new(), line, now, "later", "no answer", 0) for line in lines])
    return Done("ways.calls.missed_done")


async def take(*, by: Person) -> Done:
    """Take the list along on paper: a look at each number on it, on the record, good until midnight."""
    may(by, "account.reveal")
    for account_id in await waiting(by.community_id):
        record("account.revealed", account_id, community=by.community_id, reason="list")
    return Done("ways.calls.taken")
