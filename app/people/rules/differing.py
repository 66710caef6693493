"""Teams and the community's settings in the list of what two people changed."""

from collections.abc import Sequence
from uuid import UUID

from app.journal.differences import Kind, Thing
from app.kernel.words import gettext, say
from app.people.reads import names, teams
from app.people.rules import settings as settings_rules
from app.people.rules import teams as team_rules

NUMBERS = {"take_cap": "differences.pieces", "correct_hours": "differences.hours"}


async def team_things(ids: Sequence[UUID], community_id: UUID) -> dict[UUID, Thing]:
    found = [team for team in await teams(community_id) if team.id in set(ids)]
    return {team.id: Thing(say("differences.team", name=team.name), "", f"/teams/{team.id}") for team in found}


def label(field: str) -> str:
    return gettext(f"people.team.{field}")


async def show_team(field: str, value: str) -> str:
    if field == "lead":
        return (await names({UUID(value)})).get(UUID(value), "—") if value else gettext("people.team.no_lead")
    return value


async def settings_things(ids: Sequence[UUID], community_id: UUID) -> dict[UUID, Thing]:
    return {one: Thing(gettext("places.settings.title"), "", "/settings") for one in ids if one == community_id}


def setting(field: str) -> str:
    return gettext(f"places.settings.{field}")


async def show_setting(field: str, value: str) -> str:
    if field == "top_first":
        return gettext("differences.yes" if value else "differences.no")
    if field in ("hotline", "hours"):
        return value
    return say(NUMBERS.get(field, "differences.minutes"), n=value)


TEAM = Kind("team", team_things, label, show_team, team_rules.put)
SETTINGS = Kind("community", settings_things, setting, show_setting, settings_rules.put)
