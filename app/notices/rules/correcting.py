"""Correcting a notice: what it says, until when, how loudly. What it said stays in its history; whoever confirmed that is asked again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from app.journal.differences import Subject
from app.journal.record import record
from app.journal.weighing import weigh
from app.kernel import clock, db, ids
from app.kernel.act import Done, current
from app.kernel.edits import UNSAID
from app.kernel.trouble import misfit
from app.notices import reads
from app.notices.reads.facts import NoticeFacts, seal_of
from app.notices.rules import telling
from app.notices.rules.writing import hers
from app.people.person import Person
from app.people.rules import messages
from app.photos.rules import keeping

SEALED = ("title", "body")
FLAGS = ("urgent", "must_confirm")

_KEPT = (
    """INSERT INTO notice_text(id, notice_id, number, title_sealed, body_sealed, replaced_by, replaced_at) VALUES (?, ?, ?, ?, ?, ?, ?)"""
)


def fields_of(one: NoticeFacts) -> dict[str, str]:
    """What of a notice is edited, as texts."""
    flags = {name: "1" if getattr(one, name) else "" for name in FLAGS}
    return {"title": one.title, "body": one.body, "until": _moment(one.valid_until), **flags}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="minutes")


async def change(
    notice_id: UUID, *, version: int, title: str, body: str, until: datetime | None, urgent: bool, must_confirm: bool,
    was: Mapping[str, str] = UNSAID, by: Person,
) -> Done:  # fmt: skip
    """Writes what she changed; what somebody else changed to something else meanwhile stays, hers beside it. `until` None keeps it.

    One that is over or withdrawn is corrected too: nothing typed is lost, and a later `until` brings it back. Raises Misfit.
    """
    one = await _held(notice_id, by)
    typed = {"title": title, "body": body, "urgent": "1" if urgent else "", "must_confirm": "1" if must_confirm else ""}
    if until is not None and _moment(until) != _moment(one.valid_until):
        if until <= max(one.valid_from, current().when):
            raise misfit("until", "notices.until_over")
        typed["until"] = _moment(until)
    subject = Subject("notice", one.id, one.community_id, one.key_id, one.emergency_id)
    weighed = await weigh(subject, typed, was, fields_of(one), moved=one.version != version + 1)
    await _write(one, weighed.apply, by)
    return weighed.done("notices.corrected", about=one.id)


async def put(notice_id: UUID, field: str, value: str, *, by: Person) -> str:
    """Make one value stand, as decided between two people; answers what it replaced."""
    one = await _held(notice_id, by)
    await _write(one, {field: value}, by)
    return fields_of(one)[field]


async def _held(notice_id: UUID, by: Person) -> NoticeFacts:
    """The notice as it is now; nobody else changes it until this act ends."""
    await hers(notice_id, by)
    await db.run("UPDATE notice SET version = version + 1 WHERE id = ?", notice_id)
    return await reads.notice(notice_id)


async def _write(one: NoticeFacts, fields: Mapping[str, str], by: Person) -> None:
    said = fields_of(one)
    fields = {name: value for name, value in fields.items() if value != said[name]}
    if not fields:
        return
    sets: dict[str, object] = {name: bool(fields[name]) for name in FLAGS if name in fields}
    if "until" in fields:
        sets["valid_until"] = datetime.fromisoformat(fields["until"])
    rewritten = any(name in fields for name in SEALED)
    if rewritten:
        await _keep_text(one, by)
        sealed = seal_of(one.id, one.key_id, one.emergency_id)
        sets |= {f"{name}_sealed": sealed.close(name, fields[name]) for name in SEALED if name in fields} | {"text": one.text + 1}
    named = ", ".join(f"{name} = ?" for name in sets)
    await db.run(f"UPDATE notice SET {named} WHERE id = ?", *sets.values(), one.id)
    await _follow(one, rewritten or ("urgent" in fields and bool(fields["urgent"])))
    record("notice.corrected", one.id, community=one.community_id, text=one.text + rewritten)


async def _keep_text(one: NoticeFacts, by: Person) -> None:
    row = ids.new()
    sealed = seal_of(row, one.key_id, one.emergency_id, "notice_text")
    await db.run(_KEPT, row, one.id, one.text, sealed.close("title", one.title), sealed.close("body", one.body), by.id, clock.now())


async def _follow(before: NoticeFacts, loud: bool) -> None:
    """Pictures, inboxes and phones go with what is written now."""
    one = await reads.notice(before.id)
    await keeping.keep("notice", one.id, one.valid_until)
    if not one.told_at or not one.current:
        return
    if not before.current:
        await db.run("UPDATE notice SET called_back_at = NULL WHERE id = ?", one.id)
    if loud or not before.current:
        await telling.again(one)
    elif one.valid_until != before.valid_until:
        await messages.prolong(one.community_id, telling.tag_of(one), one.valid_until)
