"""Keeping the directory of lines to call."""

from collections.abc import Mapping
from uuid import UUID

from app.journal.differences import Subject
from app.journal.record import record
from app.journal.weighing import weigh
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.edits import UNSAID
from app.kernel.trouble import Gone, misfit
from app.notices import reads
from app.notices.reads.lines import LineFacts, seal_of
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places

_INSERT = """INSERT INTO line_to_call(id, community_id, emergency_id, key_id, kind, name_sealed, number, hours_sealed, place, made_by, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""


async def add(*, kind: str, name: str, number: str, hours: str, place: int, by: Person) -> Done:
    """Raises Misfit where the number stands there already."""
    may(by, "settings.change")
    row, home = ids.new(), await places.community(by.community_id)
    sealed = seal_of(row, home.key_id, home.emergency_id)
    added = await db.run(
        _INSERT, row, home.id, home.emergency_id, home.key_id, kind, sealed.close("name", name), number, sealed.close("hours", hours), place,
        by.id, clock.now(),
    )  # fmt: skip
    if not added:
        raise misfit("number", "notices.line.there")
    record("line_to_call.added", row, community=by.community_id)
    return Done("notices.line.added", about=str(row), undo=f"/lines/{row}/end")


def fields_of(line: LineFacts) -> dict[str, str]:
    """What of a line is edited, as texts."""
    return {"kind": line.kind, "name": line.name, "number": line.number, "hours": line.hours, "place": str(line.place)}


async def change(
    line_id: UUID, *, kind: str, name: str, number: str, hours: str, place: int, version: int, was: Mapping[str, str] = UNSAID, by: Person
) -> Done:
    """Writes what she changed; what somebody else changed to something else meanwhile stays, hers beside it. Raises Gone, Misfit."""
    now = await _held(line_id, by)
    typed = {"kind": kind, "name": name, "number": number, "hours": hours, "place": str(place)}
    subject = Subject("line_to_call", now.id, now.community_id, now.key_id, now.emergency_id)
    weighed = await weigh(subject, typed, was, fields_of(now), moved=now.version != version + 1)
    await _write(now, weighed.apply)
    return weighed.done("notices.line.changed", about=line_id)


async def put(line_id: UUID, field: str, value: str, *, by: Person) -> str:
    """Make one value stand, as decided between two people; answers what it replaced."""
    now = await _held(line_id, by)
    await _write(now, {field: value})
    return fields_of(now)[field]


async def _held(line_id: UUID, by: Person) -> LineFacts:
    await _hers(line_id, by)
    await db.run("UPDATE line_to_call SET version = version + 1 WHERE id = ? AND ended_at IS NULL", line_id)
    if (now := await reads.line(line_id, by.community_id)) is None:
        raise Gone("line")
    return now


async def _write(now: LineFacts, fields: Mapping[str, str]) -> None:
    if not fields:
        return
    said, sealed = fields_of(now) | dict(fields), seal_of(now.id, now.key_id, now.emergency_id)
    sql = "UPDATE line_to_call SET kind = ?, name_sealed = ?, number = ?, hours_sealed = ?, place = ? WHERE id = ?"
    try:
        async with db.savepoint():
            await db.run(
                sql, said["kind"], sealed.close("name", said["name"]), said["number"], sealed.close("hours", said["hours"]), int(said["place"]), now.id
            )  # fmt: skip
    except db.IntegrityError:
        raise misfit("number", "notices.line.there") from None
    record("line_to_call.changed", now.id, community=now.community_id)


async def end(line_id: UUID, *, by: Person) -> Done:
    await _hers(line_id, by)
    sql = "UPDATE line_to_call SET ended_at = ?, ended_by = ?, version = version + 1 WHERE id = ? AND ended_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, line_id):
        raise Gone("line")
    record("line_to_call.ended", line_id, community=by.community_id)
    return Done("notices.line.ended")


async def _hers(line_id: UUID, by: Person) -> None:
    if await reads.line(line_id, by.community_id) is None:
        raise Gone("line")
    may(by, "settings.change")


async def reseal(community_id: UUID, key: UUID) -> None:
    """Under another key: the one before is given up, and these hang in public."""
    for one in await reads.lines(community_id):
        sealed = seal_of(one.id, key, one.emergency_id)
        sql = "UPDATE line_to_call SET key_id = ?, name_sealed = ?, hours_sealed = ? WHERE id = ?"
        await db.run(sql, key, sealed.close("name", one.name), sealed.close("hours", one.hours), one.id)
