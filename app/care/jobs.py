"""What care does by itself: keep the clocks of silence, tell whose a silence is now, and forget: files nobody decided about in time, and
the keys of what is gone from the database."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec

from app.care.rules import alarming, clocks, contacting, importing, parting
from app.journal import record, worker
from app.journal.record import Happening
from app.kernel import clock, db, seal
from app.places import reads as places

KEPT = timedelta(hours=24)


async def expire_files() -> None:
    class Row(msgspec.Struct):
        id: UUID
        community_id: UUID

    sql = "SELECT id, community_id FROM ledger_import WHERE state = 'uploaded' AND made_at < ?"
    for row in await db.rows(Row, sql, clock.now() - KEPT):
        await worker.do(lambda row=row: importing.expire(row.id, row.community_id), once=f"import.expire|{row.id}")


async def destroy_keys() -> None:
    """Only committed rows are read, so a key goes after the act that gave it up can no longer fail."""
    if files := await db.rows(UUID, "SELECT key_id FROM ledger_file WHERE body_sealed IS NULL LIMIT 400"):
        seal.destroy_keys(files)
        await db.run(f"DELETE FROM ledger_file WHERE key_id IN ({db.marks(files)})", *files)
    sql = "SELECT l.key_id FROM ledger_row l JOIN ledger_import i ON i.id = l.import_id WHERE i.state = 'undone' AND l.key_id IS NOT NULL"
    if residents := await db.rows(UUID, f"{sql} LIMIT 400"):
        seal.destroy_keys(residents)
        await db.run(f"UPDATE ledger_row SET key_id = NULL WHERE key_id IN ({db.marks(residents)})", *residents)


async def begin_clocks() -> None:
    """Of a community that has none yet, and of all whose clocks an older release wound."""
    sql = "SELECT id FROM community k WHERE NOT EXISTS (SELECT 1 FROM contact_setting s WHERE s.community_id = k.id)"
    await worker.do_each([partial(clocks.begin, community_id) for community_id in await db.rows(UUID, sql)])
    sql = "SELECT community_id FROM contact_setting WHERE wound_by < ?"
    await worker.do_each([partial(clocks.wind_anew, community_id) for community_id in await db.rows(UUID, sql, clocks.RECKONING)])


async def raise_alarms() -> None:
    """An idle round only reads."""
    await worker.do_each(
        [partial(alarming.tell_all, each.id) for each in await places.communities() if (await alarming.news(each.id)).levels]
    )


async def all_anew(happening: Happening) -> None:
    """Doors, residents or rules of the whole community may have changed."""
    await clocks.begin(happening.community_id)
    await clocks.wind(happening.community_id)


async def doors_begin(happening: Happening) -> None:
    """A new building's doors are watched from now on."""
    for some in await clocks.unwatched(happening.about):
        await clocks.wind(happening.community_id, some)


async def one_anew(happening: Happening) -> None:
    """Another care kind behind one door; what an import brings comes with the import."""
    if happening.told.get("how") != "care.how.ledger" and happening.household_id:
        await clocks.wind(happening.community_id, [happening.household_id])


async def heard_of(happening: Happening) -> None:
    """A need told, a reply, a thing given into her hands. What was left at a door, or made ahead, has told nobody how she is."""
    if happening.household_id and _counts(happening):
        await contacting.heard(
            happening.household_id,
            happening.community_id,
            HEARD[happening.kind],
            happening.id,
            happening.by,
            _when(happening),
            happening.received_at,
        )


def _counts(happening: Happening) -> bool:
    told = happening.told
    return not told.get("ahead") and told.get("outcome") in (None, IN_HAND) and told.get("side") in (None, "needs.side.resident")


def _when(happening: Happening) -> datetime:
    return happening.at if happening.at and happening.at < happening.received_at else happening.received_at


async def at_another_door(happening: Happening) -> None:
    """A need was written down for the wrong room: who told it lives behind the other door, and behind the first nobody was heard of."""
    told = [h for h in await record.history(happening.about) if HEARD.get(h.kind) in ("need", "reply") and _counts(h)]
    moved = await contacting.followed_elsewhere([h.id for h in told], happening.household_id) if told else []
    if happening.household_id is None:
        for home in moved:
            await contacting.not_after_all([h.id for h in told], happening.community_id, home)
    elif told and (moved or not await contacting.followed_from([h.id for h in told])):
        await contacting.follow_to([h.id for h in told], happening.household_id)
        for h in told:
            await contacting.heard(happening.household_id, happening.community_id, HEARD[h.kind], h.id, h.by, _when(h), h.received_at)
        await clocks.wind(happening.community_id, moved or [happening.household_id])


async def said_anew(happening: Happening) -> None:
    """What came of a door was taken back, corrected or decided between two: only what holds now has told how she is, as of when it was."""
    told = [h for h in await record.history(happening.about) if h.kind in ACCOUNTS]
    if not told or not happening.household_id:
        return
    holds = next((h for h in told if h.kind != "delivery.said_beside"), happening)
    door, community = happening.household_id, happening.community_id
    if holds.kind == "delivery.undone" or holds.told.get("outcome") != IN_HAND:
        await contacting.not_after_all([h.id for h in told], community, door)
    elif not await contacting.followed_from([h.id for h in told]):
        seen = next((h for h in told if h.kind in FIRST and h.told.get("outcome") == IN_HAND), None)
        seen = seen or next((h for h in told if h.kind in FIRST[:2]), holds)
        await contacting.heard(door, community, "handover", holds.id, seen.by, seen.at or seen.received_at, seen.received_at)


async def word_taken_back(happening: Happening) -> None:
    """What she may see ended with the act; what was in her hands follows here."""
    await parting.part(happening.about, happening.community_id, happening.by)


async def kept_out(happening: Happening) -> None:
    await parting.suspended(happening.about, happening.by)


IN_HAND = "deliveries.outcome.in_hand"
FIRST = ("delivery.handed_over", "delivery.failed", "delivery.said_beside")
ACCOUNTS = (*FIRST, "delivery.undone", "delivery.corrected", "delivery.settled")
HEARD = {
    "need.raised": "need", "need.confirmed": "reply", "need.reopened": "reply", "need.worded": "reply", "delivery.handed_over": "handover",
}  # fmt: skip
LISTENERS = [
    *((kind, heard_of) for kind in HEARD),
    *((kind, all_anew) for kind in ("import.committed", "import.undone", "contact_rules.changed")),
    *((kind, doors_begin) for kind in ("building.added", "building.changed")),
    *((kind, one_anew) for kind in ("resident.added", "resident.changed", "resident.ended", "resident.restored", "resident.erased")),
    *((kind, said_anew) for kind in ("delivery.undone", "delivery.corrected", "delivery.settled")),
    ("need.changed", at_another_door),
    ("account.unvouched", word_taken_back),
    ("account.suspended", kept_out),
]
DUTIES = [expire_files, destroy_keys, begin_clocks, raise_alarms]
