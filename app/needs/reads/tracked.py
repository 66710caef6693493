"""A need as its resident sees it from her link: honest states, nothing of the helpers but what they did."""

from uuid import UUID

from app.journal import record
from app.kernel import clock, db
from app.kernel.trouble import Gone
from app.kernel.words import day_time, gettext
from app.needs.reads.lines import NeedLine, lines
from app.people.history import Item
from app.people.rules.sessions import token_hash

# What a resident is told of each happening: who exactly did it inside is no news of hers.
TOLD = {
    "need.raised", "need.triaged", "need.released", "need.planned", "need.unplanned", "need.underway", "need.delivered", "need.failed",
    "need.confirmed", "need.reopened", "need.answered", "need.cancelled",
    "medicine.asked", "medicine.found", "medicine.bought",
}  # fmt: skip


async def by_token(token: str) -> NeedLine:
    """Raises Gone, alike for a wrong, an old and a revoked link."""
    sql = "SELECT need_id FROM tracking WHERE token_hash = ? AND ended_at IS NULL AND expires_at > ?"
    found = await db.rows(UUID, sql, token_hash(token), clock.now())
    if not found:
        raise Gone("track")
    return (await lines(found))[0]


async def steps(need: NeedLine) -> list[Item]:
    """Newest first, in words made for her, without names; giving it from hand to hand inside is told once."""
    found: list[Item] = []
    for happening in await record.history(need.id):
        if happening.kind not in TOLD:
            continue
        at = happening.at or happening.received_at
        key = f"door.track.{happening.kind}"
        if happening.kind == "need.delivered" and happening.told.get("how"):
            key = f"door.track.delivered.{happening.told['how']}"
        if happening.told.get("ahead"):
            key = f"door.track.ahead.{happening.kind}"
        words = gettext(key)
        if found and found[-1].words == words:
            found.pop()
        found.append(Item(happening.kind, clock.local(at).isoformat(timespec="seconds"), day_time(at), words))
    return found
