"""Residents, and how often doors are to be heard of, in the list of what two people changed. A resident's name, phone and note are masked
until a tap that is kept."""

from collections.abc import Sequence
from uuid import UUID

from app.care.confirming import days_of, helps_of
from app.care.reads.residents import stored
from app.care.rules import residents, timing
from app.journal.differences import Kind, Thing
from app.kernel import db, seal
from app.kernel.words import gettext, say
from app.places import reads as places


async def things(ids: Sequence[UUID], community_id: UUID) -> dict[UUID, Thing]:
    rows = await stored(f"r.community_id = ? AND r.id IN ({db.marks(ids)})", community_id, *ids)
    homes = await places.households_by_id([row.household_id for row in rows])
    return {
        row.id: Thing(
            say("differences.resident", name=row.opened().masked_name or "—"),
            homes[row.household_id].label,
            f"/households/{row.household_id}",
        )
        for row in rows
    }


def label(field: str) -> str:
    return gettext(f"care.resident.{field}")


async def show(field: str, value: str) -> str:
    if field == "roll" and value:
        return gettext(f"care.resident.roll.{value}")
    if field == "helps":
        return gettext("care.between").join(gettext(f"care.help.{one}") for one in helps_of(value))
    if field == "until":
        return gettext("care.between").join(f"{gettext(f'care.kind.{kind}')} {day.isoformat()}" for kind, day in days_of(value).items())
    if field != "kinds":
        return value
    return gettext("care.between").join(gettext(f"care.kind.{kind}") for kind in value.split(",") if kind)


def mask(field: str, value: str) -> str:
    match field:
        case "name":
            return seal.mask_name(value)
        case "phone":
            return seal.mask_phone(value)
    return gettext("care.hidden") if value else ""


SECRET = frozenset({"name", "phone", "note", "ask", "keys"})
RESIDENT = Kind("resident", things, label, show, residents.put, secret=SECRET, mask=mask, reveal=residents.reveal)


async def timing_things(ids: Sequence[UUID], community_id: UUID) -> dict[UUID, Thing]:
    return {one: Thing(gettext("care.timing.title"), "", "/unreached/timing") for one in ids}


def timing_label(field: str) -> str:
    if not field.startswith(timing.PREFIX):
        return gettext(f"care.timing.{field}")
    kind = field.removeprefix(timing.PREFIX)
    return gettext("care.timing.door" if kind == "door" else f"care.kind.{kind}")


async def show_timing(field: str, value: str) -> str:
    return value


TIMING = Kind("timing", timing_things, timing_label, show_timing, timing.put)
