"""Teams: a name and a lead."""

from collections.abc import Mapping
from uuid import UUID

from app.journal.differences import Subject
from app.journal.record import record
from app.journal.weighing import weigh
from app.kernel import db, ids
from app.kernel.act import Done
from app.kernel.edits import UNSAID
from app.kernel.trouble import Gone, misfit
from app.people.person import Person
from app.people.reads import TeamFacts, team
from app.people.rights import may
from app.places import reads as places


async def make(name: str, lead: UUID | None, *, by: Person) -> Done:
    may(by, "team.make")
    await _may_lead(lead, by.community_id)
    team_id = ids.new()
    sql = "INSERT INTO team(id, community_id, name, lead_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, team_id, by.community_id, name, lead):
        raise misfit("name", "people.team.name_taken")
    record("team.made", team_id, community=by.community_id)
    return Done("people.team.made", about=str(team_id))


def fields_of(team: TeamFacts) -> dict[str, str]:
    """What of a team is edited, as texts."""
    return {"name": team.name, "lead": str(team.lead_id or "")}


async def change(team_id: UUID, name: str, lead: UUID | None, version: int, *, was: Mapping[str, str] = UNSAID, by: Person) -> Done:
    """Writes what she changed; what somebody else changed to something else meanwhile stays, hers beside it."""
    now = await _held(team_id, by)
    await _may_lead(lead, by.community_id)
    home = await places.community(by.community_id)
    subject = Subject("team", team_id, home.id, home.key_id, home.emergency_id)
    typed = {"name": name, "lead": str(lead or "")}
    weighed = await weigh(subject, typed, was, fields_of(now), moved=now.version != version + 1)
    await _write(now, weighed.apply, by)
    return weighed.done("people.team.changed", about=team_id)


async def put(team_id: UUID, field: str, value: str, *, by: Person) -> str:
    """Make one value stand, as decided between two people; answers what it replaced."""
    now = await _held(team_id, by)
    await _write(now, {field: value}, by)
    return fields_of(now)[field]


async def _held(team_id: UUID, by: Person) -> TeamFacts:
    """The team as it is now; nobody else changes it until this act ends."""
    if await team(team_id, by.community_id) is None:
        raise Gone("team")
    may(by, "team.make")
    await db.run("UPDATE team SET version = version + 1 WHERE id = ?", team_id)
    return await team(team_id, by.community_id)


async def _write(now: TeamFacts, fields: Mapping[str, str], by: Person) -> None:
    if not fields:
        return
    said = fields_of(now) | dict(fields)
    lead = UUID(said["lead"]) if said["lead"] else None
    try:
        async with db.savepoint():
            await db.run("UPDATE team SET name = ?, lead_id = ? WHERE id = ?", said["name"], lead, now.id)
    except db.IntegrityError:
        raise misfit("name", "people.team.name_taken") from None
    record("team.changed", now.id, community=by.community_id)


async def _may_lead(lead: UUID | None, community_id: UUID) -> None:
    sql = "SELECT 1 FROM membership WHERE account_id = ? AND community_id = ? AND vouched_at IS NOT NULL"
    if lead and not await db.value(sql, lead, community_id):
        raise misfit("lead", "form.unknown_choice")
