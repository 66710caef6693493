"""Who lives behind which door, opened in memory for those who may; lists elsewhere get counts."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec

from app.care.confirming import Confirmed
from app.care.kinds import KINDS
from app.kernel import db, seal
from app.people.rules.sessions import phone_hash
from app.places.numerals import plain


class Resident(msgspec.Struct, frozen=True):
    """`roll`: which of the three lists she stands on. `ask`: who can be asked instead; `keys`: who has a key; `lives_with`: how many live there.

    `helps`: what help is needed, by comma; `until`, `confirmed`: how care kinds are confirmed, see `confirming`.
    `written`: the phone cell where it held more or less than one number. `erased`: her key is gone, all is blank.
    """

    id: UUID
    community_id: UUID
    household_id: UUID
    building_id: UUID
    version: int
    ended: bool
    name: str = ""
    phone: str = ""
    written: str = ""
    sex: str = ""
    age: int | None = None
    smartphone: str = ""
    kinds: tuple[str, ...] = ()
    note: str = ""
    erased: bool = False
    roll: str = ""
    speaks: str = ""
    ask: str = ""
    keys: str = ""
    pets: str = ""
    lives_with: str = ""
    helps: str = ""
    until: str = ""
    confirmed: Confirmed = {}

    @property
    def masked_name(self) -> str:
        return seal.mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return seal.mask_phone(self.phone)


class Stored(msgspec.Struct, frozen=True):
    """The row as it lies: sealed. `facts_sealed` holds sex, age, smartphone, the written phone and what a census asked as JSON."""

    id: UUID
    community_id: UUID
    emergency_id: UUID
    key_id: UUID
    household_id: UUID
    building_id: UUID
    name_sealed: bytes
    phone_sealed: bytes | None
    phone_hash: bytes | None
    kinds_sealed: bytes | None
    facts_sealed: bytes | None
    note_sealed: bytes | None
    version: int
    ended: bool

    @property
    def seal(self) -> seal.Seal:
        return seal.Seal("resident", self.id, self.key_id, self.emergency_id)

    def opened(self) -> Resident:
        mine, plainly = self.seal, (self.id, self.community_id, self.household_id, self.building_id, self.version, self.ended)
        try:
            return Resident(
                *plainly,
                name=mine.open("name", self.name_sealed),
                phone=mine.open("phone", self.phone_sealed),
                kinds=_kinds(mine.open("kinds", self.kinds_sealed)),
                note=mine.open("note", self.note_sealed),
                **msgspec.json.decode(mine.open("facts", self.facts_sealed) or "{}"),
            )
        except seal.Closed:
            return Resident(*plainly, erased=True)


def _kinds(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


STORED = """SELECT r.id, r.community_id, r.emergency_id, r.key_id, r.household_id, h.building_id, r.name_sealed, r.phone_sealed,
r.phone_hash, r.kinds_sealed, r.facts_sealed, r.note_sealed, r.version, r.ended_at IS NOT NULL AS ended
FROM resident r JOIN household h ON h.id = r.household_id"""


async def stored(where: str, *params: Any) -> list[Stored]:
    return await db.rows(Stored, f"{STORED} WHERE {where} ORDER BY r.made_at, r.id", *params)


async def resident(resident_id: UUID) -> Resident | None:
    """Whoever it is, one who has left too."""
    found = await stored("r.id = ?", resident_id)
    return found[0].opened() if found else None


async def residents_of(household_id: UUID) -> list[Resident]:
    return [row.opened() for row in await stored("r.household_id = ? AND r.ended_at IS NULL", household_id)]


async def residents_in(building_id: UUID) -> list[Resident]:
    return [row.opened() for row in await stored("h.building_id = ? AND r.ended_at IS NULL", building_id)]


async def residents_everywhere(community_id: UUID) -> list[Resident]:
    """All of a community: about 20 ms a thousand once their keys are at hand, 60 before."""
    return [row.opened() for row in await stored("r.community_id = ? AND r.ended_at IS NULL", community_id)]


class _Count(msgspec.Struct):
    id: UUID
    n: int


async def people_per_building(community_id: UUID, buildings: Collection[UUID] = ()) -> dict[UUID, int]:
    """`buildings`: of these alone."""
    narrowed = f" AND h.building_id IN ({db.marks(tuple(buildings))})" if buildings else ""
    sql = f"""SELECT h.building_id AS id, count(*) AS n FROM resident r JOIN household h ON h.id = r.household_id
    WHERE r.community_id = ? AND r.ended_at IS NULL{narrowed} GROUP BY h.building_id"""
    return {row.id: row.n for row in await db.rows(_Count, sql, community_id, *buildings)}


async def people_per_household(building_id: UUID) -> dict[UUID, int]:
    sql = """SELECT r.household_id AS id, count(*) AS n FROM resident r JOIN household h ON h.id = r.household_id
    WHERE h.building_id = ? AND r.ended_at IS NULL GROUP BY r.household_id"""
    return {row.id: row.n for row in await db.rows(_Count, sql, building_id)}


async def kind_counts(community_id: UUID, buildings: Sequence[UUID] | None = None) -> dict[str, int]:
    """How many of each care kind, counted by opening.

    Kinds are sealed, and a table of counts beside them would tell who has which in a house with one patient, drift
    from what it counts, and outlive an erased person. Opening a thousand takes about as long as one query.
    """

    counts = dict.fromkeys(KINDS, 0)
    for row, kinds in await _opened_kinds("r.community_id = ?", community_id):
        if buildings is None or row.building_id in buildings:
            for kind in kinds:
                counts[kind] += 1
    return {kind: n for kind, n in counts.items() if n}


async def kinds_by_household(community_id: UUID, only: Sequence[UUID] = ()) -> dict[UUID, set[str]]:
    """The care kinds of all who live behind a door, opened in memory; `only`: of these households, a few hundred at most."""
    where, params = "r.community_id = ?", [community_id]
    if only:
        where, params = f"{where} AND r.household_id IN ({db.marks(only)})", [*params, *only]
    found: dict[UUID, set[str]] = {}
    for row, kinds in await _opened_kinds(where, *params):
        found.setdefault(row.household_id, set()).update(kinds)
    return found


async def kinds_of_each(households: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, tuple[str, ...]]]]:
    """Everybody who lives behind these doors and whose key stands, with her kinds."""
    found: dict[UUID, list[tuple[UUID, tuple[str, ...]]]] = {}
    for start in range(0, len(households), 400):
        part = households[start : start + 400]
        for row in await stored(f"r.household_id IN ({db.marks(part)}) AND r.ended_at IS NULL", *part):
            if not (her := row.opened()).erased:
                found.setdefault(her.household_id, []).append((her.id, her.kinds))
    return found


class _Kinds(msgspec.Struct):
    id: UUID
    key_id: UUID
    emergency_id: UUID
    household_id: UUID
    building_id: UUID
    kinds_sealed: bytes


async def _opened_kinds(where: str, *params: Any) -> list[tuple[_Kinds, tuple[str, ...]]]:
    """Without those whose key is gone."""
    sql = f"""SELECT r.id, r.key_id, r.emergency_id, r.household_id, h.building_id, r.kinds_sealed FROM resident r
    JOIN household h ON h.id = r.household_id WHERE {where} AND r.ended_at IS NULL AND r.kinds_sealed IS NOT NULL"""
    found = []
    for row in await db.rows(_Kinds, sql, *params):
        with suppress(seal.Closed):
            found.append((row, _kinds(seal.Seal("resident", row.id, row.key_id, row.emergency_id).open("kinds", row.kinds_sealed))))
    return found


async def find_by_phone(community_id: UUID, phone: str) -> list[UUID]:
    """Households in which somebody has this phone."""
    sql = "SELECT household_id FROM resident WHERE community_id = ? AND phone_hash = ? AND ended_at IS NULL"
    return list(dict.fromkeys(await db.rows(UUID, sql, community_id, phone_hash(phone))))


def named_like(residents: Sequence[Resident], typed: str) -> list[Resident]:
    """Those whose name holds what was typed."""
    wanted = plain(typed)
    return [resident for resident in residents if wanted and wanted in plain(resident.name)]
