"""What goes when an emergency ends, class by class: how much stands, and a step that ends at most a hundred of it.

Keys are noted as in `erasing` (they go after the commit and into `erasures.log`, so that no copy brings them back). What is sealed
under the community's own key (titles, notes, lists read in) goes last and at once: the community gets another key.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.places import reads as places
from app.privacy.rules.erasing import CARE, MARKS, Entry, note, scrub

AT_ONCE = 100

_GONE = "EXISTS (SELECT 1 FROM erasure x WHERE x.key_id = t.key_id)"
_COUNTS: dict[str, tuple[str, ...]] = {
    "ledger": (f"SELECT count(*) FROM resident t WHERE community_id = ? AND NOT {_GONE}",),
    "words": tuple(
        f"SELECT count(*) FROM {subject} t WHERE community_id = ? AND key_id IS NOT NULL AND NOT {_GONE}"
        for subject in ("need", "series", "household_order", "donation")
    ),
    "photos": (f"SELECT count(*) FROM photo t WHERE community_id = ? AND key_id IS NOT NULL AND NOT {_GONE}",),
    "care": tuple(f"SELECT count(*) FROM {table} WHERE community_id = ?" for table in CARE),
    "files": (
        "SELECT count(*) FROM ledger_import WHERE community_id = ? AND (name_sealed IS NOT NULL OR mapping_sealed IS NOT NULL OR report_sealed IS NOT NULL)",
        f"SELECT count(*) FROM ledger_file t WHERE community_id = ? AND NOT {_GONE}",
    ),
    "prints": (f"SELECT count(*) FROM print_job t WHERE community_id = ? AND key_id IS NOT NULL AND NOT {_GONE}",),
    "acts": ("SELECT count(*) FROM held_act WHERE community_id = ?", "SELECT count(*) FROM quarantine WHERE community_id = ?"),
    "links": (
        "SELECT count(*) FROM door_card WHERE community_id = ? AND ended_at IS NULL",
        "SELECT count(*) FROM tracking WHERE community_id = ? AND ended_at IS NULL",
        "SELECT count(*) FROM subscription WHERE community_id = ? AND ended_at IS NULL",
    ),
    "texts": (
        "SELECT count(*) FROM task WHERE community_id = ?",
        "SELECT count(*) FROM run WHERE community_id = ? AND title_sealed IS NOT NULL",
        "SELECT count(*) FROM distribution WHERE community_id = ?",
        "SELECT count(*) FROM handover WHERE community_id = ? AND note_sealed IS NOT NULL",
        "SELECT count(*) FROM evidence WHERE community_id = ? AND note_sealed IS NOT NULL",
        "SELECT count(*) FROM notice WHERE community_id = ?",
        "SELECT count(*) FROM handover_note WHERE community_id = ?",
    ),
}
CLASSES = tuple(_COUNTS)


async def standing(community_id: UUID, since: datetime | None) -> dict[str, int]:
    """How much of each class is left. `since`: when the closing was confirmed; texts under a key given up since then are gone."""
    found = {}
    for what, asked in _COUNTS.items():
        found[what] = sum([int(await db.value(sql, community_id) or 0) for sql in asked])
    if since is not None and await _key_given_up(community_id, since):
        found["texts"] = 0
    return found


async def _key_given_up(community_id: UUID, since: datetime) -> bool:
    sql = "SELECT 1 FROM erasure WHERE subject = 'community' AND subject_id = ? AND at >= ? LIMIT 1"
    return await db.value(sql, community_id, since) is not None


# What stays, and how much of it: who sent whom, doors, and numbers that name nobody.
_STAYS = {
    "accounts": "SELECT count(*) FROM membership WHERE community_id = ?",
    "doors": "SELECT count(*) FROM household WHERE community_id = ?",
    "needs": "SELECT count(*) FROM need WHERE community_id = ?",
    "deliveries": "SELECT count(*) FROM handover WHERE community_id = ?",
    "audit": "SELECT count(*) FROM happening WHERE community_id = ?",
}


async def staying(community_id: UUID) -> dict[str, int]:
    return {what: int(await db.value(sql, community_id) or 0) for what, sql in _STAYS.items()}


class _Keyed(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID


async def _scrubbed(subject: str, community_id: UUID, since: datetime) -> int:
    sql = f"SELECT t.id, t.key_id FROM {subject} t WHERE t.community_id = ? AND t.key_id IS NOT NULL AND NOT {_GONE} ORDER BY t.id LIMIT {AT_ONCE}"
    due = await db.rows(_Keyed, sql, community_id)
    now = clock.now()
    await scrub([Entry(one.key_id, subject, one.id, community_id, now) for one in due])
    return len(due)


async def _ledger(community_id: UUID, since: datetime) -> int:
    return await _scrubbed("resident", community_id, since)


async def _words(community_id: UUID, since: datetime) -> int:
    for subject in ("need", "series", "household_order", "donation"):
        if done := await _scrubbed(subject, community_id, since):
            return done
    return 0


class _Photo(msgspec.Struct, frozen=True):
    id: str
    key_id: UUID


async def _photos(community_id: UUID, since: datetime) -> int:
    sql = f"SELECT t.id, t.key_id FROM photo t WHERE t.community_id = ? AND t.key_id IS NOT NULL AND NOT {_GONE} ORDER BY t.id LIMIT {AT_ONCE}"
    if due := await db.rows(_Photo, sql, community_id):
        marks, those = db.marks(due), [one.id for one in due]
        ended = "CASE state WHEN 'kept' THEN 'deleted' WHEN 'unreadable' THEN 'unreadable' WHEN 'deleted' THEN 'deleted' ELSE 'lost' END"
        await db.run(f"UPDATE photo SET state = {ended}, image_sealed = NULL WHERE id IN ({marks})", *those)
        await db.run(f"DELETE FROM photo_piece WHERE photo_id IN ({marks})", *those)
        await note([Entry(one.key_id, "photo", community_id, community_id, clock.now()) for one in due])
    return len(due)


async def _care(community_id: UUID, since: datetime) -> int:
    """Who was asked after, by whom, with what answer: rows that would tell of a door even without words."""
    await db.run("UPDATE care_round SET part_of = NULL WHERE community_id = ? AND part_of IS NOT NULL", community_id)
    for table in MARKS:
        await db.run(f"DELETE FROM {table} WHERE community_id = ?", community_id)
    for table in CARE:
        sql = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE community_id = ? LIMIT {AT_ONCE})"
        if gone := await db.run(sql, community_id):
            return gone
    return 0


async def _files(community_id: UUID, since: datetime) -> int:
    sql = f"SELECT t.import_id AS id, t.key_id FROM ledger_file t WHERE t.community_id = ? AND NOT {_GONE} LIMIT {AT_ONCE}"
    if due := await db.rows(_Keyed, sql, community_id):
        await db.run(f"UPDATE ledger_file SET body_sealed = NULL WHERE key_id IN ({db.marks(due)})", *(one.key_id for one in due))
        await note([Entry(one.key_id, "file", one.id, community_id, clock.now()) for one in due])
        return len(due)
    return await db.run(
        f"""UPDATE ledger_import SET name_sealed = NULL, mapping_sealed = NULL, report_sealed = NULL,
        state = CASE WHEN state = 'uploaded' THEN 'discarded' ELSE state END WHERE id IN (SELECT id FROM ledger_import WHERE community_id = ?
        AND (name_sealed IS NOT NULL OR mapping_sealed IS NOT NULL OR report_sealed IS NOT NULL) LIMIT {AT_ONCE})""",
        community_id,
    )


async def _prints(community_id: UUID, since: datetime) -> int:
    sql = f"SELECT t.id, t.key_id FROM print_job t WHERE t.community_id = ? AND t.key_id IS NOT NULL AND NOT {_GONE} LIMIT {AT_ONCE}"
    if due := await db.rows(_Keyed, sql, community_id):
        marks, those = db.marks(due), [one.id for one in due]
        await db.run(f"DELETE FROM print_file WHERE print_id IN ({marks})", *those)
        ended = "state = 'ended', reason = NULL, content_sealed = NULL, finished_at = coalesce(finished_at, ?)"
        await db.run(f"UPDATE print_job SET {ended} WHERE id IN ({marks})", clock.now(), *those)
        await note([Entry(one.key_id, "print", one.id, community_id, clock.now()) for one in due])
    return len(due)


async def _acts(community_id: UUID, since: datetime) -> int:
    """What waited for another act or for a person: its phone is told that it is over."""
    if held := await db.rows(str, f"SELECT act FROM held_act WHERE community_id = ? LIMIT {AT_ONCE}", community_id):
        await db.run(f"DELETE FROM held_act WHERE act IN ({db.marks(held)})", *held)
        over = "state = 'refused', trouble = 'overtaken', reason = 'over', words = 'privacy.closing.over', params = '{}'"
        await db.run(f"UPDATE receipt SET {over} WHERE state = 'held' AND id IN ({db.marks(held)})", *held)
        return len(held)
    if due := await db.rows(_Keyed, f"SELECT id, key_id FROM quarantine WHERE community_id = ? LIMIT {AT_ONCE}", community_id):
        await db.run(f"DELETE FROM quarantine WHERE id IN ({db.marks(due)})", *(one.id for one in due))
        await note([Entry(one.key_id, "quarantine", one.id, community_id, clock.now()) for one in due])
    return len(due)


async def _links(community_id: UUID, since: datetime) -> int:
    """Addresses that residents hold: cards at their doors, links to their requests, phones that are told."""
    now = clock.now()
    by = "(SELECT decided_by FROM closing WHERE community_id = ? AND granted AND finished_at IS NULL)"
    cards = f"UPDATE door_card SET ended_at = ?, ended_by = {by} WHERE id IN (SELECT id FROM door_card WHERE community_id = ? AND ended_at IS NULL LIMIT {AT_ONCE})"
    if gone := await db.run(cards, now, community_id, community_id):
        return gone
    tracked = "UPDATE tracking SET ended_at = ? WHERE community_id = ? AND ended_at IS NULL"
    told = "UPDATE subscription SET ended_at = ?, ended_for = 'withdrawn' WHERE community_id = ? AND ended_at IS NULL"
    return await db.run(tracked, now, community_id) + await db.run(told, now, community_id)


async def _texts(community_id: UUID, since: datetime) -> int:
    if await _key_given_up(community_id, since):
        return 0
    place = await places.community(community_id)
    counted = (await standing(community_id, None))["texts"]
    await scrub([Entry(place.key_id, "community", community_id, community_id, clock.now())])
    return counted


# Rows that hang on others before those; whoever they are of before the community's own key.
STEPS: dict[str, Callable[[UUID, datetime], Awaitable[int]]] = {
    "care": _care,
    "links": _links,
    "acts": _acts,
    "files": _files,
    "prints": _prints,
    "photos": _photos,
    "words": _words,
    "ledger": _ledger,
    "texts": _texts,
}
