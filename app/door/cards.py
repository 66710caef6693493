"""A household's door card: a link in a square for whoever has a phone, six digits to say for whoever has none.

Both are kept as keyed hashes, so nobody reads a working card out of the database. One card of a household counts; a new one ends it.
"""

import secrets
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.forms import Bad, clean, flag, integer, one_of, optional, phone, shape, text
from app.kernel.trouble import Gone, misfit
from app.needs.forms import LINE, until, with_time
from app.needs.models import KINDS
from app.needs.rules import raising
from app.people.person import Person
from app.people.rights import can, may
from app.places import reads as places


class Key(msgspec.Struct, frozen=True):
    """What only the paper has."""

    token: str
    digits: str


class Card(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    building_id: UUID
    household_id: UUID


_CARD = "SELECT id, community_id, building_id, household_id FROM door_card WHERE ended_at IS NULL"


def _token_hash(token: str) -> bytes:
    return seal.keyed_hash("door-card", token)


def _digits_hash(community: UUID, digits: str) -> bytes:
    return seal.keyed_hash("door-card-digits", f"{community}|{digits}")


async def fresh(count: int, community: UUID) -> list[Key]:
    """Six digits that no card of this community has now; nothing is written."""
    used = set(await db.rows(bytes, "SELECT digits_hash FROM door_card WHERE community_id = ? AND ended_at IS NULL", community))
    found: dict[str, Key] = {}
    while len(found) < count:
        digits = f"{secrets.randbelow(900_000) + 100_000}"
        if digits not in found and _digits_hash(community, digits) not in used:
            found[digits] = Key(ids.secret(), digits)
    return list(found.values())


async def begin(household: UUID, key: Key, print_id: UUID, *, by: Person) -> None:
    """The card that hung there so far is void from now on."""
    home, now = await places.household(household), clock.now()
    await db.run("UPDATE door_card SET ended_at = ?, ended_by = ? WHERE household_id = ? AND ended_at IS NULL", now, by.id, household)
    card_id = ids.new()
    await db.run(
        """INSERT INTO door_card(id, community_id, building_id, household_id, print_id, token_hash, digits_hash, made_by, made_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        card_id, home.community_id, home.building_id, household, print_id, _token_hash(key.token),
        _digits_hash(home.community_id, key.digits), by.id, now,
    )  # fmt: skip
    record("card.made", card_id, community=home.community_id, household=household)


async def by_token(token: str) -> Card | None:
    if not ids.ACT.fullmatch(token):
        return None
    return await db.one(Card, f"{_CARD} AND token_hash = ?", _token_hash(token))


async def by_digits(digits: str, by: Person) -> Card:
    """A card of her community, at a door for which she may write requests down. One complaint for all that it is not."""
    found = await db.one(Card, f"{_CARD} AND community_id = ? AND digits_hash = ?", by.community_id, _digits_hash(by.community_id, digits))
    if found is None or not can(by, "need.raise", building=found.building_id):
        raise misfit("digits", "door.card.unknown_digits")
    return found


async def of_building(building: UUID) -> dict[UUID, UUID]:
    """The card that counts of each household that has one."""
    return {card.household_id: card.id for card in await db.rows(Card, f"{_CARD} AND building_id = ?", building)}


async def end(card_id: UUID, *, by: Person) -> Done:
    """A card that was lost or taken down: its square and its digits open nothing any more."""
    found = await db.one(Card, "SELECT id, community_id, building_id, household_id FROM door_card WHERE id = ?", card_id)
    if found is None or not isinstance(by, Person) or found.community_id != by.community_id:
        raise Gone("card")
    may(by, "print.make", building=found.building_id)
    if await db.run("UPDATE door_card SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL", clock.now(), by.id, card_id):
        record("card.ended", card_id, community=found.community_id, household=found.household_id)
    return Done("door.card.ended")


def six_digits(sent: list) -> str:
    typed = "".join(c for c in clean(sent[0] if sent and isinstance(sent[0], str) else "") if c not in " -–—")
    if not typed:
        raise Bad("form.missing")
    if not (len(typed) == 6 and typed.isdecimal() and typed.isascii()):
        raise Bad("door.card.six_digits")
    return typed


find = shape(digits=six_digits)
raised = with_time(
    shape(
        digits=six_digits, kind=one_of(KINDS), what=text(1, LINE, lines=True), whom=text(0, 60), spoken=text(0, 60), phone=optional(phone, ""),
        days_left=optional(integer(0, 60)), until=optional(until), confirm_double=flag, reason=text(0, 200),
    )
)  # fmt: skip


async def note_look(card: Card) -> None:
    record("card.looked_up", card.id, community=card.community_id, household=card.household_id)


async def raise_need(*, by: Person, digits: str, **asked) -> Done:
    """A request of the household whose card says these digits: an ordinary one that says how it came."""
    may(by, "need.raise")
    card = await by_digits(digits, by)
    home, building = await places.household(card.household_id), await places.building(card.building_id)
    where = {"unit": str(home.unit), "room": f"{home.floor}{home.door:02d}"}
    done = await raising.enter(by=by, building=building.code, channel="card", urgency="", like=None, **where, **asked)
    record("card.used", card.id, community=card.community_id, household=card.household_id)
    return done
