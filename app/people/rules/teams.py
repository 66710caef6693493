"""Teams: a name and a lead."""

from uuid import UUID

from app.journal.record import record
from app.kernel import db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.person import Person
from app.people.reads import team
from app.people.rights import may


async def make(name: str, lead: UUID | None, *, by: Person) -> Done:
    may(by, "team.make")
    await _may_lead(lead, by.community_id)
    team_id = ids.new()
    sql = "INSERT INTO team(id, community_id, name, lead_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, team_id, by.community_id, name, lead):
        raise misfit("name", "people.team.name_taken")
    record("team.made", team_id, community=by.community_id)
    return Done("people.team.made", about=str(team_id))


async def change(team_id: UUID, name: str, lead: UUID | None, version: int, *, by: Person) -> Done:
    if await team(team_id, by.community_id) is None:
        raise Gone("team")
    may(by, "team.make")
    await _may_lead(lead, by.community_id)
    sql = "UPDATE team SET name = ?, lead_id = ?, version = version + 1 WHERE id = ? AND version = ?"
    try:
        async with db.savepoint():
            changed = await db.run(sql, name, lead, team_id, version)
    except db.IntegrityError:
        raise misfit("name", "people.team.name_taken") from None
    if not changed:
        raise Overtaken("people.team.changed_meanwhile")
    record("team.changed", team_id, community=by.community_id)
    return Done("people.team.changed", about=str(team_id))


async def _may_lead(lead: UUID | None, community_id: UUID) -> None:
    sql = "SELECT 1 FROM membership WHERE account_id = ? AND community_id = ? AND vouched_at IS NOT NULL"
    if lead and not await db.value(sql, lead, community_id):
        raise misfit("lead", "form.unknown_choice")
