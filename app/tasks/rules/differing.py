"""Tasks in the list of what two people changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.journal.differences import Kind, Thing
from app.kernel import db
from app.kernel.words import day_time, gettext, say
from app.people.reads import names_of_teams
from app.places import reads as places
from app.tasks.reads.facts import select
from app.tasks.rules import changing


async def things(ids: Sequence[UUID], community_id: UUID) -> dict[UUID, Thing]:
    found = await select(f"t.community_id = ? AND t.id IN ({db.marks(ids)})", community_id, *ids)
    return {
        task.id: Thing(say("differences.task", number=task.number, title=task.title), task.where, f"/tasks/{task.id}") for task in found
    }


def label(field: str) -> str:
    return gettext(f"tasks.form.{field}")


async def show(field: str, value: str) -> str:
    match field:
        case "places":
            total, skills = changing.read_places(value)
            parts = [gettext("differences.people") % {"n": total}]
            parts += [f"{gettext(f'people.skill.{skill}')} {number}" for skill, number in skills.items()]
            return gettext("differences.comma").join(parts)
        case "starts":
            return day_time(datetime.fromisoformat(value))
        case "hours":
            return say("differences.hours", n=value)
        case "release":
            return say("differences.minutes", n=value) if value else gettext("differences.usual")
        case "urgent" | "vouching":
            return gettext("differences.yes" if value else "differences.no")
        case "proof":
            return say(f"tasks.form.proof.{value}")
        case "building":
            found = await places.building(UUID(value)) if value else None
            return found.label if found else ""
        case "team":
            return (await names_of_teams({UUID(value)})).get(UUID(value), "") if value else ""
    return value


TASK = Kind("task", things, label, show, changing.put)
