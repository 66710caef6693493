"""Rounds: made for the doors that are due, a whole building or chosen ones; walked by one person, handed on, finished."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.care.reads import contacts, rounds
from app.care.reads.residents import Resident
from app.care.reads.rounds import RoundLine, Stop
from app.care.rules import contacting, given, residents
from app.care.rules.residents import building as her_building
from app.care.silence import REACHED
from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.ids import new
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, may, reach
from app.people.rules.messages import tell
from app.places import addresses
from app.places import reads as places

MOST = 300  # doors
_INSERT = """INSERT INTO care_round(id, community_id, number, kind, given_to, given_at, part_of, made_by, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def make(*, kind: str, which: str, building: UUID | None, doors: str, to: UUID | None, by: Person) -> Done:
    """`which`: due, building or doors (typed as rooms of `building`). Whom nobody is named for has it herself."""
    may(by, "round.make")
    account = to or by.id
    await _may_have(account, by)
    there = [await her_building(building, "round.make", by=by)] if building else await _hers(by)
    homes = await _doors(which, doors, there, by)
    if not homes:
        raise misfit("which", f"care.round.none_{which}")
    if len(homes) > MOST:
        raise misfit("which", "care.round.too_many", most=MOST, n=len(homes))
    made, number = await _open(kind, account, None, by)
    await db.run_many(
        "INSERT INTO round_stop(id, community_id, round_id, household_id, place) VALUES (?, ?, ?, ?, ?)",
        [(new(), by.community_id, made, home, place) for place, home in enumerate(homes, 1)],
    )
    await given.follow(account, homes)
    record("round.made", made, community=by.community_id, number=number, n=len(homes), account=str(account))
    await _tell(account, made, number, len(homes), by)
    return Done("care.round.made", {"number": number, "n": len(homes)}, about=str(made))


async def _hers(by: Person) -> list[places.BuildingFacts]:
    mine = reach(by, "round.make")
    return [one for one in await places.buildings(by.community_id) if mine is None or one.id in mine]


async def _doors(which: str, typed: str, there: Sequence[places.BuildingFacts], by: Person) -> list[UUID]:
    if which == "due":
        return await rounds.due_today(by.community_id, [one.id for one in there]) if there else []
    if len(there) != 1:
        raise misfit("building", "care.round.one_building")
    top_first = (await places.community(by.community_id)).top_first
    homes = await places.households(there[0].id, top_first=top_first)
    if which == "doors":
        return _named(typed, there[0], homes)
    muted = await contacts.quiet_doors(by.community_id, clock.now())
    return [home.id for home in homes if home.id not in muted]


def _named(typed: str, where: places.BuildingFacts, homes: Sequence[places.HouseholdFacts]) -> list[UUID]:
    """Rooms of one building, a line or a comma between them, in walking order."""
    by_door, found, unknown = {(home.unit, home.floor, home.door): home.id for home in homes}, set(), []
    for part in filter(None, (part.strip() for part in typed.replace("、", "\n").replace("，", "\n").replace(",", "\n").split("\n"))):
        read = addresses.read_address(str(where.number), room=part, estate=where.estate)
        home = by_door.get((read.unit or 1, read.floor, read.door)) if read and (read.unit or where.units == 1) else None
        if home is None:
            unknown.append(part)
        else:
            found.add(home)
    if unknown:
        raise misfit("doors", "care.round.unknown_doors", doors=" / ".join(unknown[:8])[:200], n=len(unknown))
    return [home.id for home in homes if home.id in found]


async def _open(kind: str, account: UUID, part_of: UUID | None, by: Person) -> tuple[UUID, int]:
    made, number, now = new(), await places.next_number(by.community_id), clock.now()
    await db.run(_INSERT, made, by.community_id, number, kind, account, now, part_of, by.id, now)
    return made, number


async def _may_have(account_id: UUID, by: Person) -> None:
    """Who is vouched for and not suspended; herself, whoever makes rounds."""
    if account_id == by.id and can(by, "contact.note"):
        return
    member, account = await people.member(account_id, by.community_id), await people.account(account_id)
    if member is None or account is None:
        raise Gone("account")
    if member.vouched_at is None or account.suspended_at is not None:
        raise misfit("to", "care.round.not_vouched")


async def _tell(account_id: UUID, round_id: UUID, number: int, n: int, by: Person) -> None:
    if account_id != by.id:
        await tell(account_id, "message.round", path=f"/rounds/{round_id}", community=by.community_id, number=number, n=n)


async def contact(round_id: UUID, stop_id: UUID, *, how: str, outcome: str, note: str, by: Person) -> Done:
    """What came of one door: a fact, however late it comes and in whose hands the round is by then."""
    stop = await _stop(stop_id, by)
    home = await given.door(stop.household_id, by=by)
    made = await contacting.noted(home, how=how, outcome=outcome, note=note, by=by)
    await _came(stop.id, made)
    key = f"care.contact.done.{'reached' if outcome in REACHED else 'missed'}"
    return Done(key, {"room": home.room}, about=str(stop.round_id), undo=f"/contacts/{made}/undo")


async def census(round_id: UUID, stop_id: UUID, *, outcome: str, by: Person, **said: Any) -> Done:
    """What was told at a door: a visit with its outcome, and who lives there where a name was given."""
    stop = await _stop(stop_id, by)
    home = await given.door(stop.household_id, by=by)
    note = said["note"] if not said["name"] else ""
    made = await contacting.noted(home, how="census", outcome=outcome, note=note, by=by)
    await _came(stop.id, made)
    if said["name"]:
        await residents.hear(home, by=by, **said)
    key = f"care.contact.done.{'reached' if outcome in REACHED else 'missed'}"
    return Done(key, {"room": home.room}, about=str(stop.round_id), undo=f"/contacts/{made}/undo")


async def _stop(stop_id: UUID, by: Person) -> Stop:
    stop = await rounds.stop_of(stop_id)
    if stop is None or stop.community_id != by.community_id:
        raise Gone("round")
    return stop


async def _came(stop_id: UUID, contact_id: UUID) -> None:
    """A door that was reached is not missed any more, whatever comes later."""
    await db.run(
        """UPDATE round_stop SET contact_id = ?, version = version + 1 WHERE id = ? AND NOT EXISTS
        (SELECT 1 FROM contact c WHERE c.id = round_stop.contact_id AND c.reached AND c.undone_at IS NULL)""",
        contact_id, stop_id,
    )  # fmt: skip


async def typed(round_id: UUID, *, at: datetime | None, outcomes: Mapping[UUID, tuple[str, str]], by: Person) -> Done:
    """What came back on paper, all doors at once. `outcomes`: stop to (outcome, note); `at`: when it was walked."""
    line = await rounds.visible(round_id, by)
    if at is not None and not line.made_at <= at <= clock.now():
        raise misfit("at", "care.round.at_outside")
    there = {stop.id: stop for stop in await rounds.stops(round_id)}
    if not outcomes:
        raise misfit("at", "care.round.nothing_typed")
    for stop_id, (outcome, note) in outcomes.items():
        stop = there.get(stop_id)
        if stop is None:
            raise Gone("round")
        home = await given.door(stop.household_id, by=by)
        how = "call" if line.kind == "call" else "visit"
        await _came(stop.id, await contacting.noted(home, how=how, outcome=outcome, note=note, at=at, by=by))
    record("round.typed", line.id, community=line.community_id, number=line.number, n=len(outcomes))
    return Done("care.round.typed", {"n": len(outcomes)}, about=str(line.id))


async def reveal(round_id: UUID, stop_id: UUID, *, by: Person) -> Done:
    """Open names and numbers behind one door of an open round, on the record."""
    line = await rounds.visible(round_id, by)
    stop = await _stop(stop_id, by)
    if stop.round_id != line.id:
        raise Gone("round")
    await given.opening(stop.household_id, by=by)
    await _revealed([stop], line)
    return Done("care.resident.revealed", about=str(line.id))


async def take_numbers(round_id: UUID, *, by: Person) -> Done:
    """All numbers of the doors that are left, for a day without network: one look at each person, on the record; until midnight."""
    line = await rounds.visible(round_id, by)
    if line.given_to != by.id or not line.open:
        raise Gone("round")
    left = [stop for stop in await rounds.stops(line.id) if stop.state == "open"]
    await _revealed(left, line)
    record("round.numbers_taken", line.id, community=line.community_id, number=line.number)
    return Done("care.round.numbers_taken", about=str(line.id))


async def _revealed(stops: Sequence[Stop], line: RoundLine) -> None:
    """One who is not to be called is not opened either."""
    behind: dict[UUID, list[Resident]] = await rounds.residents_behind([stop.household_id for stop in stops])
    resting = await contacts.rests(line.community_id, after=clock.now())
    for household_id, there in behind.items():
        for her in (one for one in there if one.id not in resting):
            record("resident.revealed", her.id, community=line.community_id, household=household_id)


async def give(round_id: UUID, *, to: UUID, by: Person) -> Done:
    """The whole round into other hands."""
    line = await _held(round_id, by)
    if to == line.given_to:
        raise Overtaken("care.round.hers_already")
    await _may_have(to, by)
    await db.run("UPDATE care_round SET given_to = ?, given_at = ? WHERE id = ?", to, clock.now(), line.id)
    homes = [stop.household_id for stop in await rounds.stops(line.id)]
    await given.follow(line.given_to, homes)
    await given.follow(to, homes)
    record("round.given", line.id, community=line.community_id, number=line.number, account=str(to))
    await _tell(to, line.id, line.number, line.left, by)
    return Done("care.round.given", {"number": line.number}, about=str(line.id))


async def halve(round_id: UUID, *, to: UUID, by: Person) -> Done:
    """The second half of what is left becomes a round of another person's."""
    line = await _held(round_id, by)
    await _may_have(to, by)
    if to == line.given_to:
        raise Overtaken("care.round.hers_already")
    left = [stop for stop in await rounds.stops(line.id) if stop.state == "open"]
    if not left:
        raise Overtaken("care.round.nothing_left")
    moved = left[len(left) // 2 :]
    made, number = await _open(line.kind, to, line.id, by)
    await db.run_many("UPDATE round_stop SET round_id = ? WHERE id = ?", [(made, stop.id) for stop in moved])
    homes = [stop.household_id for stop in moved]
    await given.follow(line.given_to, homes)
    await given.follow(to, homes)
    record("round.halved", line.id, community=line.community_id, number=line.number, other=number, n=len(moved), account=str(to))
    await _tell(to, made, number, len(moved), by)
    return Done("care.round.halved", {"number": number, "n": len(moved)}, about=str(line.id))


async def finish(round_id: UUID, *, by: Person) -> Done:
    """What was not reached stands among the unreached, not here."""
    line = await _held(round_id, by)
    await db.run("UPDATE care_round SET finished_at = ?, finished_by = ? WHERE id = ?", clock.now(), by.id, line.id)
    await given.follow(line.given_to, [stop.household_id for stop in await rounds.stops(line.id)])
    record("round.finished", line.id, community=line.community_id, number=line.number, reached=line.reached, n=line.stops)
    return Done("care.round.finished", {"reached": line.reached, "n": line.stops}, about=str(line.id), undo=f"/rounds/{line.id}/reopen")


async def reopen(round_id: UUID, *, by: Person) -> Done:
    """Back into the hands in which it was finished."""
    line = await rounds.round_of(round_id)
    if line is None or line.community_id != by.community_id or (line.given_to != by.id and not await _sees(line, by)):
        raise Gone("round")
    await _may_have(line.given_to, by)
    sql = "UPDATE care_round SET finished_at = NULL, finished_by = NULL, version = version + 1 WHERE id = ? AND finished_at IS NOT NULL"
    if not await db.run(sql, line.id):
        raise Overtaken("care.round.open_already")
    await given.follow(line.given_to, [stop.household_id for stop in await rounds.stops(line.id)])
    record("round.reopened", line.id, community=line.community_id, number=line.number)
    return Done("care.round.reopened", {"number": line.number}, about=str(line.id))


async def _sees(line: RoundLine, by: Person) -> bool:
    try:
        await rounds.visible(line.id, by)
    except Gone:
        return False
    return True


async def _held(round_id: UUID, by: Person) -> RoundLine:
    """An open round of hers to hand on or end; nobody else changes it until this act ends."""
    line = await rounds.round_of(round_id)
    if line is None or line.community_id != by.community_id or (line.given_to != by.id and not await _sees(line, by)):
        raise Gone("round")
    if not await db.run("UPDATE care_round SET version = version + 1 WHERE id = ? AND finished_at IS NULL", round_id):
        raise Overtaken("care.round.finished_already")
    return await rounds.round_of(round_id)
