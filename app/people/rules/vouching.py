"""A dispatcher's word: she knows who this is, she has seen the certificate."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person
from app.people.rights import may
from app.people.rules import grants
from app.people.rules.accounts import member_of
from app.people.rules.messages import tell


async def vouch(account_id: UUID, *, by: Person) -> Done:
    await member_of(account_id, by.community_id)
    may(by, "people.vouch")
    if not await _vouch(account_id, by):
        raise Overtaken("people.vouched_already")
    return Done("people.vouched", about=str(account_id), undo=f"/people/{account_id}/unvouch")


async def vouch_many(picked: tuple[UUID, ...], *, by: Person) -> Done:
    """For all that were ticked; those vouched for meanwhile, and strangers to this community, are passed over."""
    may(by, "people.vouch")
    done = [account_id for account_id in picked if await _vouch(account_id, by)]
    if not done:
        raise Overtaken("people.vouched_already")
    return Done("people.vouched_many", params={"n": len(done)})


async def _vouch(account_id: UUID, by: Person) -> bool:
    sql = "UPDATE membership SET vouched_at = ?, vouched_by = ? WHERE account_id = ? AND community_id = ? AND vouched_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, account_id, by.community_id):
        return False
    await db.run("UPDATE account SET version = version + 1 WHERE id = ?", account_id)
    record("account.vouched", account_id, community=by.community_id)
    await tell(account_id, "message.vouched", path="/now", community=by.community_id)
    return True


async def unvouch(account_id: UUID, *, by: Person) -> Done:
    """Takes the word back, and with it every door in her hands. Raises Overtaken while she holds a role that rests on it."""
    await member_of(account_id, by.community_id)
    may(by, "people.vouch")
    rests = "SELECT 1 FROM role WHERE account_id = ? AND community_id = ? AND ended_at IS NULL AND role <> 'volunteer'"
    if await db.value(rests, account_id, by.community_id):
        raise Overtaken("people.unvouch_has_roles")
    sql = "UPDATE membership SET vouched_at = NULL, vouched_by = NULL WHERE account_id = ? AND community_id = ? AND vouched_at IS NOT NULL"
    if not await db.run(sql, account_id, by.community_id):
        raise Overtaken("people.not_vouched")
    await db.run("UPDATE account SET version = version + 1 WHERE id = ?", account_id)
    await grants.end_all(account_id, "household")  # those of another community come back with the listener of `care`
    record("account.unvouched", account_id, community=by.community_id)
    await tell(account_id, "message.unvouched", community=by.community_id)
    return Done("people.unvouched", about=str(account_id))


async def see_certificate(account_id: UUID, skill: str, *, by: Person) -> Done:
    await member_of(account_id, by.community_id)
    may(by, "people.vouch")
    if not await db.value("SELECT 1 FROM account_skill WHERE account_id = ? AND skill = ?", account_id, skill):
        raise Gone("skill")
    sql = "INSERT INTO skill_vouched(account_id, skill, at, by) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, account_id, skill, clock.now(), by.id):
        raise Overtaken("people.certificate_seen_already")
    record("account.certificate_seen", account_id, community=by.community_id, skill=skill)
    return Done("people.certificate_seen", about=str(account_id), undo=f"/people/{account_id}/skills/{skill}/unsee")


async def unsee_certificate(account_id: UUID, skill: str, *, by: Person) -> Done:
    await member_of(account_id, by.community_id)
    may(by, "people.vouch")
    if not await db.run("DELETE FROM skill_vouched WHERE account_id = ? AND skill = ?", account_id, skill):
        raise Gone("skill")
    record("account.certificate_unseen", account_id, community=by.community_id, skill=skill)
    return Done("people.certificate_unseen", about=str(account_id))
