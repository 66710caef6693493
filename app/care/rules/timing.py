"""How often households are to be heard of here, and when a silence rises: the community's own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from app.care.reads import silent
from app.care.rules import clocks
from app.care.silence import EVERY
from app.journal.differences import Subject
from app.journal.record import record
from app.journal.weighing import weigh
from app.kernel import db
from app.kernel.act import Done
from app.kernel.edits import UNSAID
from app.kernel.trouble import Gone, Misfit
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places

STEPS = ("steward_minutes", "dispatcher_minutes", "command_minutes")
PREFIX = "every_"


class Timing(msgspec.Struct, frozen=True):
    """`fields`: as they are edited, all numbers as texts; `every_<kind>` are days. `id` None where the clocks have not begun."""

    id: UUID | None
    version: int
    fields: dict[str, str]


async def timing(community_id: UUID) -> Timing:
    now, days = await silent.settings(community_id), await silent.rules(community_id)
    fields = {name: str(getattr(now, name)) for name in ("close_hour", *STEPS)}
    return Timing(now.id, now.version, fields | {f"{PREFIX}{kind}": str(days[kind]) for kind in EVERY})


async def change(version: int, *, was: Mapping[str, str] = UNSAID, by: Person, **values: Any) -> Done:
    """The worker winds every clock anew with it. Raises Misfit where a step would come before the one below it."""
    may(by, "settings.change")
    now = await _held(by.community_id)
    typed = {name: str(value) for name, value in values.items()}
    _in_order(now.fields | typed)
    place = await places.community(by.community_id)
    subject = Subject("timing", now.id, place.id, place.key_id, place.emergency_id)
    weighed = await weigh(subject, typed, was, now.fields, moved=now.version != version + 1)
    await _write(by.community_id, weighed.apply)
    return weighed.done("care.timing.changed", about=now.id)


async def put(setting_id: UUID, field: str, value: str, *, by: Person) -> str:
    """Make one value stand, as decided between two people; answers what it replaced."""
    may(by, "settings.change")
    now = await _held(by.community_id)
    if now.id != setting_id:
        raise Gone("community")
    await _write(by.community_id, {field: value})
    return now.fields[field]


async def _held(community_id: UUID) -> Timing:
    """As it is now; nobody else changes it until this act ends."""
    await clocks.begin(community_id)
    await db.run("UPDATE contact_setting SET version = version + 1 WHERE community_id = ?", community_id)
    return await timing(community_id)


def _in_order(fields: Mapping[str, str]) -> None:
    minutes = [int(fields[step]) for step in STEPS]
    for step, before, after in zip(STEPS[1:], minutes, minutes[1:], strict=False):
        if after < before:
            raise Misfit({step: ("care.timing.order", {})}, {})


async def _write(community_id: UUID, fields: Mapping[str, str]) -> None:
    if not fields:
        return
    days = [(community_id, name.removeprefix(PREFIX), int(text)) for name, text in fields.items() if name.startswith(PREFIX)]
    steps = {name: int(text) for name, text in fields.items() if not name.startswith(PREFIX)}
    if steps:
        sets = ", ".join(f"{name} = ?" for name in steps)
        await db.run(f"UPDATE contact_setting SET {sets} WHERE community_id = ?", *steps.values(), community_id)
    await db.run_many(
        """INSERT INTO contact_rule(community_id, kind, every_days) VALUES (?, ?, ?)
        ON CONFLICT (community_id, kind) DO UPDATE SET every_days = excluded.every_days""",
        days,
    )
    record("contact_rules.changed", community_id, community=community_id)
