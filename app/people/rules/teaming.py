"""Belonging to a team: in by the link that its lead shows, out by oneself, by the lead or by a dispatcher."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Barred, Gone, Overtaken
from app.people.person import Person
from app.people.reads import TeamFacts, team
from app.people.rights import can
from app.people.rules.sessions import token_hash


async def enter(team_id: UUID, account_id: UUID, community_id: UUID) -> None:
    """Twice is once."""
    sql = "INSERT INTO team_member(id, team_id, account_id, community_id, joined_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if await db.run(sql, ids.new(), team_id, account_id, community_id, clock.now()):
        record("team.entered", team_id, community=community_id, account=str(account_id))


async def invite(team_id: UUID, *, by: Person) -> Done:
    """A new way into the team; the one before stops working at once."""
    await led(team_id, by)
    await db.run("UPDATE team SET id = id WHERE id = ?", team_id)  # two who renew come one after the other
    await db.run("UPDATE team_link SET ended_at = ? WHERE team_id = ? AND ended_at IS NULL", clock.now(), team_id)
    row = ids.new()
    sql = "INSERT INTO team_link(id, team_id, community_id, token_hash, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?)"
    await db.run(sql, row, team_id, by.community_id, token_hash(seal.token("join", row)), clock.now(), by.id)
    record("team.invited", team_id, community=by.community_id)
    return Done("people.team.invited", about=str(team_id))


async def leave(team_id: UUID, account_id: UUID, *, by: Person) -> Done:
    """Raises Barred for who is neither herself nor its lead nor a dispatcher, Overtaken for who is not in it."""
    if account_id != by.id:
        await led(team_id, by)
    elif await team(team_id, by.community_id) is None:
        raise Gone("team")
    sql = "UPDATE team_member SET left_at = ?, left_by = ? WHERE team_id = ? AND account_id = ? AND left_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, team_id, account_id):
        raise Overtaken("people.team.not_in_it")
    record("team.left", team_id, community=by.community_id, account=str(account_id))
    return Done("people.team.left", about=str(team_id))


async def led(team_id: UUID, by: Person) -> TeamFacts:
    """A team whose people she looks after. Raises Gone, Barred."""
    if (found := await team(team_id, by.community_id)) is None:
        raise Gone("team")
    if found.lead_id != by.id and not can(by, "team.make"):
        raise Barred("trouble.barred.team_lead", reason="barred")
    return found
