"""Quiet browsing is told: more looks within an hour than anybody's work asks for."""

from datetime import timedelta
from uuid import UUID

from app.journal.record import Happening, record
from app.kernel import db
from app.people.reads import desk
from app.people.rules.messages import tell
from app.privacy.reads.looks import taps_within

HOUR = timedelta(hours=1)
MOST = 30  # looks one by one
LISTS = 3  # buildings whose phone list was taken


async def looked(happening: Happening) -> None:
    """Tell the dispatchers and command, once an hour for each person, in words that name nobody."""
    if happening.by is None or happening.community_id is None or happening.told.get("reason") == "list":
        return
    since = happening.received_at - HOUR
    taps, lists = await taps_within(happening.community_id, happening.by, since, happening.received_at)
    if taps <= MOST and lists <= LISTS:
        return
    told = "SELECT 1 FROM happening WHERE kind = 'reveals.many' AND about = ? AND community_id = ? AND received_at > ? LIMIT 1"
    if await db.value(told, happening.by, happening.community_id, since):
        return
    record("reveals.many", happening.by, community=happening.community_id, n=taps, lists=lists)
    for account in await _told(happening.community_id):
        await tell(account, "message.many_reveals", path=f"/reveals?by={happening.by}", community=happening.community_id, kind="desk")


async def _told(community_id: UUID) -> list[UUID]:
    return list(dict.fromkeys([*await desk.dispatchers(community_id), *await desk.commanders(community_id)]))
