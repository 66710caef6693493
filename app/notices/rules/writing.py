"""Writing a notice: who may say something to whom. Taking it back, putting it back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Barred, Overtaken, misfit
from app.notices import reads
from app.notices.reads.facts import seal_of
from app.notices.rules import telling
from app.people.person import Person
from app.people.reads import team
from app.people.rights import everywhere, may
from app.photos.rules import announcing
from app.places import reads as places

_INSERT = """INSERT INTO notice(id, community_id, audience, audience_id, audience_role, emergency_id, key_id, title_sealed, body_sealed, urgent,
must_confirm, valid_from, valid_until, written_by, written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def write(
    *, to: tuple[str, UUID | None, str | None], title: str, body: str, until: datetime, starts: datetime | None = None, urgent: bool = False,
    must_confirm: bool = False, by: Person, **photo: Any,
) -> Done:  # fmt: skip
    """Says it from `starts` (now where blank) until `until`. Raises Misfit for a time that is over and for a place or team that is not here."""
    kind, place, role = to
    await _may_say(kind, place, by)
    now = clock.now()
    begins = max(starts or now, now)
    if until <= begins:
        raise misfit("until", "notices.until_over")
    notice_id = ids.new()
    home = await places.community(by.community_id)
    sealed = seal_of(notice_id, home.key_id, home.emergency_id)
    await db.run(
        _INSERT, notice_id, home.id, kind, place, role, home.emergency_id, home.key_id, sealed.close("title", title), sealed.close("body", body),
        urgent, must_confirm, begins, until, by.id, now,
    )  # fmt: skip
    await announcing.announce([("notice", notice_id)], community=home.id, household=None, by=by, keep_until=until, **photo)
    record("notice.written", notice_id, community=by.community_id, audience=kind, urgent=urgent)
    n = await telling.spread(notice_id) if begins <= now else 0
    words = "notices.written" if begins <= now else "notices.written_ahead"
    return Done(words, {"n": n}, about=str(notice_id), undo=f"/notices/{notice_id}/withdraw")


async def _may_say(kind: str, place: UUID | None, by: Person) -> None:
    if kind == "building":
        found = await places.building(place)
        if found is None or found.community_id != by.community_id:
            may(by, "notice.write")
            raise misfit("to", "form.unknown_choice")
        may(by, "notice.write", building=place)
        return
    may(by, "notice.write")
    if not everywhere(by, "notice.write"):
        raise Barred("trouble.barred.notice_wide", reason="barred")
    if kind == "grid" and place not in {each.id for each in await places.grids(by.community_id)}:
        raise misfit("to", "form.unknown_choice")
    if kind == "team" and await team(place, by.community_id) is None:
        raise misfit("to", "form.unknown_choice")


async def withdraw(notice_id: UUID, *, by: Person) -> Done:
    """It hangs nowhere any more, and phones show it no more. Raises Gone, Barred, Overtaken."""
    one = await hers(notice_id, by)
    sql = "UPDATE notice SET withdrawn_at = ?, withdrawn_by = ?, version = version + 1 WHERE id = ? AND withdrawn_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, one.id):
        raise Overtaken("notices.withdrawn_already")
    await telling.call_back(one, withdrawn=True)
    record("notice.withdrawn", one.id, community=one.community_id)
    return Done("notices.withdrawn", about=str(one.id), undo=f"/notices/{one.id}/restore")


async def restore(notice_id: UUID, *, by: Person) -> Done:
    """Raises Gone, Barred, Overtaken."""
    one = await hers(notice_id, by)
    sql = "UPDATE notice SET withdrawn_at = NULL, withdrawn_by = NULL, called_back_at = NULL, version = version + 1 WHERE id = ? AND withdrawn_at IS NOT NULL"
    if not await db.run(sql, one.id):
        raise Overtaken("notices.restored_already")
    now = await reads.notice(one.id)
    if now.told_at and now.current:
        await telling.put_back(now)
    record("notice.restored", one.id, community=one.community_id)
    return Done("notices.restored", about=str(one.id), undo=f"/notices/{one.id}/withdraw")


async def hers(notice_id: UUID, by: Person) -> reads.NoticeFacts:
    """Whoever wrote it sees to it, and who may write to the whole community."""
    one = await reads.visible(notice_id, by)
    may(by, "notice.write")
    if not reads.may_withdraw(one, by):
        raise Barred("trouble.barred.notice_not_hers", reason="barred")
    return one
