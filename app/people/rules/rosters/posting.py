"""Posts: a gate, a building, a hub, a line, where somebody is to be at certain hours."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Barred, Gone, Overtaken, misfit
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import everywhere, may
from app.places import reads as places

_INSERT = """INSERT INTO post(id, community_id, kind, name, building_id, covers_from, covers_minutes, shows_name, made_by, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""


async def kept(post_id: UUID, by: Person) -> rosters.PostFacts:
    """A post whose roster she keeps. Raises Gone for a stranger's, Barred for who only reads it."""
    if (found := await rosters.post(post_id, by.community_id)) is None:
        raise Gone("post")
    _may_keep(by, found.building_id)
    return found


def _may_keep(by: Person, building: UUID | None) -> None:
    may(by, "roster.make", building=building)
    if building is None and not everywhere(by, "roster.make"):
        raise Barred("trouble.barred.roster_wide", reason="barred")


async def _known(building: UUID | None, by: Person) -> None:
    if building is not None:
        found = await places.building(building)
        if found is None or found.community_id != by.community_id:
            may(by, "roster.make")
            raise misfit("building", "form.unknown_choice")
    _may_keep(by, building)


async def make(*, kind: str, name: str, building: UUID | None, covers: tuple[int, int], shows_name: bool, by: Person) -> Done:
    """Raises Misfit where a post of that name is there already."""
    await _known(building, by)
    row = ids.new()
    if not await db.run(_INSERT, row, by.community_id, kind, name, building, *covers, shows_name, by.id, clock.now()):
        raise misfit("name", "roster.post.name_taken")
    record("post.made", row, community=by.community_id)
    return Done("roster.post.made", about=str(row))


async def change(
    post_id: UUID, *, kind: str, name: str, building: UUID | None, covers: tuple[int, int], shows_name: bool, version: int, by: Person
) -> Done:
    """Raises Overtaken where somebody changed it since it was shown."""
    await kept(post_id, by)
    await _known(building, by)
    sql = """UPDATE post SET kind = ?, name = ?, building_id = ?, covers_from = ?, covers_minutes = ?, shows_name = ?, version = version + 1
    WHERE id = ? AND version = ? AND ended_at IS NULL"""
    try:
        async with db.savepoint():
            changed = await db.run(sql, kind, name, building, *covers, shows_name, post_id, version)
    except db.IntegrityError:
        raise misfit("name", "roster.post.name_taken") from None
    if not changed:
        raise Overtaken("roster.post.changed_meanwhile")
    record("post.changed", post_id, community=by.community_id)
    return Done("roster.post.changed", about=str(post_id))


async def end(post_id: UUID, *, by: Person) -> Done:
    """Nobody is to be there any more; what was written stays."""
    await kept(post_id, by)
    sql = "UPDATE post SET ended_at = ?, ended_by = ?, version = version + 1 WHERE id = ? AND ended_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, post_id):
        raise Gone("post")
    record("post.ended", post_id, community=by.community_id)
    return Done("roster.post.ended", about=str(post_id), undo=f"/posts/{post_id}/reopen")


async def reopen(post_id: UUID, *, by: Person) -> Done:
    """It was closed by mistake, and its shifts stand as before. Raises Overtaken where it is open, or another has its name now."""
    found = await rosters.post(post_id, by.community_id, closed_too=True)
    if found is None:
        raise Gone("post")
    _may_keep(by, found.building_id)
    try:
        async with db.savepoint():
            sql = "UPDATE post SET ended_at = NULL, ended_by = NULL, version = version + 1 WHERE id = ? AND ended_at IS NOT NULL"
            changed = await db.run(sql, post_id)
    except db.IntegrityError:
        raise Overtaken("roster.post.name_taken") from None
    if not changed:
        raise Overtaken("roster.post.open_already")
    record("post.reopened", post_id, community=by.community_id)
    return Done("roster.post.reopened", about=str(post_id), undo=f"/posts/{post_id}/end")
