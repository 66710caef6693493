"""Somebody offers to give something, from a link or by telephone, and may take it back until it has come."""

from datetime import date
from typing import Any
from uuid import UUID

from app.donations import reads
from app.donations.rules.telling import tell_desk
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done, current
from app.kernel.forms import File
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.person import Person
from app.people.rights import may
from app.people.rules.sessions import phone_hash, token_hash
from app.places import reads as places

_NEW = """INSERT INTO donation(id, community_id, emergency_id, number, key_id, what_sealed, amount, unit, name_sealed, phone_sealed, phone_hash, note_sealed,
on_day, brings, channel, written_by, token_hash, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def offer(code: str, *, by: Any, **said: Any) -> Done:
    """At the community's address. Raises Gone for an unknown code."""
    facts = await places.community_by_code(code)
    if facts is None:
        raise Gone("donation")
    return await _make(facts, "link", None, **said)


async def write_down(*, by: Person, **said: Any) -> Done:
    """For somebody who rang up."""
    may(by, "donation.enter")
    return await _make(await places.community(by.community_id), "desk", by.id, **said)


async def _make(
    facts: places.CommunityFacts, channel: str, writer: UUID | None,
    *, what: str, amount: int, unit: str, on_day: date | None, brings: bool, name: str, phone: str, note: str, photo_file: File | None = None,
) -> Done:  # fmt: skip
    if on_day and on_day < clock.local(current().when).date():
        raise misfit("on_day", "donations.day_past")
    row, key = ids.new(), seal.new_key(facts.emergency_id)
    sealed = seal.Seal("donation", row, key, facts.emergency_id)
    number = await places.next_number(facts.id)
    await db.run(
        _NEW, row, facts.id, facts.emergency_id, number, key, sealed.close("what", what), amount, unit, sealed.close("name", name), sealed.close("phone", phone),
        phone_hash(phone), sealed.close("note", note), on_day.isoformat() if on_day else None, brings, channel, writer, token_hash(token_of(row)), current().when,
    )  # fmt: skip
    if photo_file:
        raw = seal.Seal("donation_photo", row, key, facts.emergency_id).close_bytes("raw", photo_file.data)
        await db.run("INSERT INTO donation_photo(donation_id, community_id, raw_sealed) VALUES (?, ?, ?)", row, facts.id, raw)
    record("donation.offered", row, community=facts.id, number=number, channel=channel)
    await tell_desk(facts.id, "message.donation_offered", row, number=number, but=writer)
    return Done("donations.offered", {"number": number}, about=str(row))


def token_of(donation_id: UUID) -> str:
    """The secret of its link."""
    return seal.token("donation", str(donation_id))


async def withdraw(donation_id: UUID, token: str, *, by: Any) -> Done:
    """By whoever gave it, until it has come. Raises Gone where the link is another's."""
    found = await reads.by_token(token)
    if found.id != donation_id:
        raise Gone("donation")
    sql = """UPDATE donation SET state = 'withdrawn', decline = NULL, answered_by = NULL, version = version + 1
    WHERE id = ? AND state IN ('offered', 'accepted')"""
    if not await db.run(sql, found.id):
        raise Overtaken("donations.not_withdrawn")
    record("donation.withdrawn", found.id, community=found.community_id, number=found.number)
    if found.state == "accepted":
        await tell_desk(found.community_id, "message.donation_withdrawn", found.id, number=found.number)
    return Done("donations.withdrawn", {"number": found.number}, about=str(found.id))
