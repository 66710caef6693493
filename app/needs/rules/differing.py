"""Needs in the list of what two people changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.journal.differences import Kind, Thing
from app.kernel.words import day_time, gettext, say
from app.needs import reads
from app.needs.rules import changing
from app.places import reads as places

LABELS = {"kind": "needs.kind", "urgency": "needs.urgency", "until": "needs.until", "door": "needs.room"}


async def things(ids: Sequence[UUID], community_id: UUID) -> dict[UUID, Thing]:
    found = [need for need in await reads.lines(ids) if need.community_id == community_id]
    return {
        need.id: Thing(say("differences.need", number=need.number, kind=need.kind_label), need.place, f"/needs/{need.id}") for need in found
    }


def label(field: str) -> str:
    return gettext(LABELS[field])


async def show(field: str, value: str) -> str:
    match field:
        case "kind":
            kind, _, days = value.partition(":")
            named = gettext(f"needs.kind.{kind}")
            return say("differences.need.lasting", kind=named, days=days) if days else named
        case "urgency":
            return gettext(f"needs.urgency.{value}")
        case "until":
            return day_time(datetime.fromisoformat(value)) if value else gettext("needs.until.any")
    try:
        home = await places.household(UUID(value))
    except ValueError:
        return value
    return home.label if home else "—"


NEED = Kind("need", things, label, show, changing.put)
