"""The resident's link to her need: made with it, revoked and renewed by a helper, found again by number and phone."""

from datetime import timedelta
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Gone
from app.needs import reads
from app.needs.models import Need
from app.needs.reads.lines import opened, seal_of
from app.people.person import Person
from app.people.rights import may
from app.people.rules.sessions import phone_hash, token_hash
from app.places import reads as places

LIFE = timedelta(days=60)

_INSERT = "INSERT INTO tracking(id, need_id, community_id, token_hash, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)"


async def open_link(need_id: UUID, community_id: UUID) -> str:
    """A new link's token. It can be made again from the row, so that the same ask shows the same link."""
    row, now = ids.new(), clock.now()
    token = seal.token("track", row)
    await db.run(_INSERT, row, need_id, community_id, token_hash(token), now, now + LIFE)
    return token


async def token_of(need_id: UUID) -> str | None:
    """The token of a need's live link. For its resident, and for a helper who hands it to her."""
    sql = "SELECT id FROM tracking WHERE need_id = ? AND ended_at IS NULL AND expires_at > ?"
    found = await db.rows(UUID, sql, need_id, clock.now())
    return seal.token("track", found[0]) if found else None


async def renew(need_id: UUID, *, by: Person) -> Done:
    """The old link stops at once; the new one is shown to the helper to hand on."""
    need = await reads.visible(need_id, by)
    may(by, "need.raise", building=need.building_id)
    await db.run("UPDATE tracking SET ended_at = ? WHERE need_id = ? AND ended_at IS NULL", clock.now(), need_id)
    await open_link(need_id, need.community_id)
    record("need.relinked", need_id, community=need.community_id, household=need.household_id)
    return Done("needs.relinked", about=str(need_id), params={"number": need.number})


async def find_again(building: places.BuildingFacts | None, number: int, phone: str) -> str | None:
    """The token of the need with this number and phone, renewed when it had ended or run out; None for no such pair.

    `building` narrows it to one community; without, the newest of the installation. Inside an act.
    """
    where, params = "number = ? AND phone_hash = ?", [number, phone_hash(phone)]
    if building is not None:
        where, params = f"{where} AND community_id = ?", [*params, building.community_id]
    found = await db.rows(UUID, f"SELECT id FROM need WHERE {where} ORDER BY created_at DESC LIMIT 1", *params)
    if not found:
        return None
    return await token_of(found[0]) or await _again(found[0])


async def _again(need_id: UUID) -> str:
    need = await Need.get(id=need_id)
    await db.run("UPDATE tracking SET ended_at = ? WHERE need_id = ? AND ended_at IS NULL", clock.now(), need_id)
    record("need.relinked", need_id, community=need.community_id, household=need.household_id)
    return await open_link(need_id, need.community_id)


async def phone_of(need_id: UUID, *, by: Person) -> str:
    """The phone of a need that she may raise others for, to be sealed again, never shown."""
    need = await reads.visible(need_id, by)
    may(by, "need.raise", building=need.building_id)
    row = await Need.get_or_none(id=need_id)
    if row is None:
        raise Gone("need")
    return opened(seal_of(row), "phone", row.phone_sealed) if row.phone_sealed else ""
