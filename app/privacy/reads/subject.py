"""All that is held of a resident, in words, and what hangs on it."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.care.reads import confirmed, grounds
from app.care.reads.residents import Resident, Stored, residents_of
from app.coming import reads as coming
from app.coming.reads import Series
from app.kernel import clock, db, words
from app.kernel.seal import Closed, Seal
from app.people.rules.sessions import phone_hash
from app.places import reads as places
from app.places.numerals import plain

OPEN = "('waiting', 'triaged', 'planned', 'underway', 'delivered')"


class Theirs(msgspec.Struct, frozen=True):
    """A request that she left: by her phone, or in her name at her door."""

    id: UUID
    number: int
    kind: str
    created_at: datetime
    open: bool
    key_id: UUID
    emergency_id: UUID
    name_sealed: bytes | None
    phone_hash: bytes | None
    line_sealed: bytes

    def text(self, column: str, sealed: bytes | None) -> str:
        try:
            return Seal("need", self.id, self.key_id, self.emergency_id).open(column, sealed)
        except Closed:
            return ""

    @property
    def line(self) -> str:
        return self.text("line", self.line_sealed)


async def needs_of(row: Stored, her: Resident) -> list[Theirs]:
    """Oldest first. A request of the same door in another name is somebody else's."""
    hashed = phone_hash(her.phone) if her.phone else None
    sql = f"""SELECT id, number, kind, created_at, state IN {OPEN} AS open, key_id, emergency_id, name_sealed, phone_hash, line_sealed
    FROM need WHERE community_id = ? AND (household_id = ? OR phone_hash = ?) ORDER BY number"""
    found = await db.rows(Theirs, sql, row.community_id, row.household_id, hashed)
    mine = plain(her.name)
    return [one for one in found if (hashed and one.phone_hash == hashed) or (mine and plain(one.text("name", one.name_sealed)) == mine)]


async def series_of(her: Resident) -> list[Series]:
    """What comes back for her: at her door, by her phone or in her name, or in nobody's while she is alone there."""
    there, mine = await coming.of_household(her.household_id, ended=True), plain(her.name)
    others = [one for one in await residents_of(her.household_id) if one.id != her.id and not one.erased]

    def hers(one: Series) -> bool:
        phone, name = one.opened("phone"), one.opened("name")
        return (her.phone != "" and phone == her.phone) or (mine != "" and plain(name) == mine) or not (name or phone or others)

    return [one for one in there if hers(one)]


async def orders_of(row: Stored, her: Resident) -> list[tuple[UUID, UUID]]:
    """Id and key of what she ordered: by her phone, in her name, or from her door in nobody's while she is alone there."""
    hashed, mine = phone_hash(her.phone) if her.phone else None, plain(her.name)
    others = [one for one in await residents_of(her.household_id) if one.id != her.id and not one.erased]

    class Keyed(msgspec.Struct, frozen=True):
        id: UUID
        key_id: UUID
        emergency_id: UUID
        name_sealed: bytes | None
        phone_hash: bytes | None

    sql = """SELECT id, key_id, emergency_id, name_sealed, phone_hash FROM household_order WHERE community_id = ? AND key_id IS NOT NULL
    AND (household_id = ? OR phone_hash = ?)"""
    found = []
    for one in await db.rows(Keyed, sql, row.community_id, row.household_id, hashed):
        try:
            name = Seal("household_order", one.id, one.key_id, one.emergency_id).open("name", one.name_sealed)
        except Closed:
            continue
        if (hashed and one.phone_hash == hashed) or (mine and plain(name) == mine) or not (name or one.phone_hash or others):
            found.append((one.id, one.key_id))
    return found


async def counted(row: Stored, needs: list[Theirs]) -> dict[str, int]:
    """What else hangs on her: earlier values that an import keeps, lines that two people changed, photos of her requests."""
    ids = [one.id for one in needs]
    former = "SELECT count(*) FROM ledger_row WHERE subject = 'resident' AND subject_id = ?"
    lines = f"SELECT count(*) FROM difference WHERE subject_id IN ({db.marks([row.id, *ids])})"
    found = {"former": await db.value(former, row.id), "differences": await db.value(lines, row.id, *ids)}
    if ids:
        found["photos"] = await db.value(f"SELECT count(DISTINCT photo_id) FROM photo_about WHERE subject_id IN ({db.marks(ids)})", *ids)
    return {name: int(n or 0) for name, n in found.items()}


def _moment(moment: datetime) -> str:
    """For paper and files too, which outlive the day: never "today"."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


async def fields(her: Resident) -> list[tuple[str, str]]:
    """Each thing that the ledger says of her, with its label."""
    say = words.gettext
    home = await places.household(her.household_id)
    told = [
        (say("care.resident.name"), her.name),
        (say("privacy.data.home"), home.label if home else ""),
        (say("care.resident.phone"), her.phone),
        (say("care.resident.written"), her.written),
        (say("ledger.field.sex"), say(f"care.sex.{her.sex}") if her.sex else ""),
        (say("ledger.field.age"), str(her.age) if her.age is not None else ""),
        (say("ledger.field.smartphone"), say(f"care.smartphone.{her.smartphone}") if her.smartphone else ""),
        (say("care.resident.kinds"), say("care.between").join(say(f"care.kind.{kind}") for kind in her.kinds)),
        *((line.label, line.said) for line in confirmed.kind_lines(her, await confirmed.confirmers([her]))),
        (say("care.resident.helps"), say("care.between").join(confirmed.helped(her))),
        (say("care.resident.note"), her.note),
        (say("care.ground.title"), await grounds.said(await grounds.ground_of(her.id), _moment)),
    ]
    told += [(say("coming.household.title"), f"{one.rhythm_label} {one.hours} {one.line}") for one in await series_of(her)]
    return [(label, value) for label, value in told if value]
