"""The parcels of a run as its pages show them: who has each, in words, and what this reader may do with it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.deliveries.reads.runs import RunLine, carries, known, plans
from app.deliveries.reads.stops import StopRow, stops
from app.kernel.trouble import Gone
from app.kernel.words import gettext, say
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can
from app.places import labels
from app.supplies import reads as supplies

TONES = {"carrier": "watch", "household": "calm", "lost": "alarm"}


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel on its stop. `stewards`: (account, name) to whom it could be given at this door."""

    id: UUID
    code: str
    spoken: str
    number: int
    of: int
    kind: str
    version: int
    words: str
    tone: str
    against: bool
    mine: bool
    can_load: bool = False
    can_take: bool = False
    can_return: bool = False
    can_lose: bool = False
    stewards: tuple[tuple[UUID, str], ...] = ()

    @property
    def path(self) -> str:
        return f"/parcels/{self.id}"

    @property
    def place(self) -> str:
        return f"/p/{self.code}"

    @property
    def acts(self) -> bool:
        return self.can_return or self.can_lose or bool(self.stewards)

    @property
    def out(self) -> bool:
        return self.kind in ("hub", "carrier", "steward")


class _Steward(msgspec.Struct, frozen=True):
    account_id: UUID
    name: str


async def stewards(community_id: UUID, building_id: UUID) -> list[_Steward]:
    """Who answers for this building or a part of it, each once."""
    found = (await people.responsible(community_id, building_id)).get(building_id, ())
    return list({each.account_id: _Steward(each.account_id, each.name) for each in found}.values())


async def held(run: RunLine, rows: Sequence[StopRow], person: Person) -> dict[UUID, tuple[Held, ...]]:
    """By stop. Four questions at most, however many parcels."""
    found = [one for one in await supplies.of_run(run.id) if not one.unpacked]
    if not found:
        return {}
    hers = carries(run, person)
    names = await people.names({one.holder_id for one in found if one.holder_kind in ("carrier", "steward")})
    there = await people.responsible(run.community_id) if run.state != "cancelled" else {}
    of_stop = {row.id: row for row in rows}
    by_stop: dict[UUID, tuple[Held, ...]] = {}
    for one in found:
        if row := of_stop.get(one.stop_id):
            at_door = {each.account_id: each.name for each in there.get(row.building_id, ())}
            by_stop[row.id] = (*by_stop.get(row.id, ()), _held(one, run, person, hers, names, at_door, row))
    return by_stop


def _held(
    one: supplies.Parcel, run: RunLine, person: Person, hers: bool, names: dict[UUID, str], at_door: dict[UUID, str], row: StopRow
) -> Held:
    mine = one.holder_id == person.id
    may = hers or mine
    free = one.holder_kind in ("hub", "returned", "lost") or (one.holder_kind == "carrier" and one.holder_id not in run.carrier_ids)
    moving = one.holder_kind in ("hub", "carrier")
    return Held(
        id=one.id,
        code=one.code,
        spoken=one.spoken,
        number=one.number_of,
        of=one.of,
        kind=one.holder_kind,
        version=one.version,
        words=told(one, names, mine=mine),
        tone=TONES.get(one.holder_kind, "plain"),
        against=one.mark == "against",
        mine=mine,
        can_load=hers and run.state in ("given", "out") and free and not mine,
        can_take=moving and not mine and person.id in at_door,
        can_return=may and one.holder_kind in ("hub", "carrier", "steward", "lost"),
        can_lose=may and one.holder_kind in ("hub", "carrier", "steward"),
        stewards=tuple((who, name) for who, name in at_door.items() if who != person.id)
        if may and moving and run.state in ("given", "out")
        else (),
    )


def told(one: supplies.Parcel, names: dict[UUID, str], *, mine: bool) -> str:
    """Who has it, in words."""
    if one.holder_kind in ("carrier", "steward"):
        return gettext("supplies.holder.mine") if mine else say(f"supplies.holder.{one.holder_kind}", who=names.get(one.holder_id, "—"))
    if one.holder_kind == "lost":
        return say("supplies.holder.lost", why=gettext(f"supplies.why.{one.why}"))
    return gettext(f"supplies.holder.{one.holder_kind}")


class Label(msgspec.Struct, frozen=True):
    """What is printed on a label: parcel `n` of `of` for its door. No name, no phone, nothing of what is in it."""

    code: str
    building: str
    unit: int
    room: str
    n: int
    of: int
    run: int


async def labels_of(run: RunLine) -> list[Label]:
    """Every label of the run that is to be stuck on something, in walking order. The caller has judged who may see the run."""
    by_stop: dict[UUID, list[supplies.Parcel]] = {}
    for one in await supplies.of_run(run.id):
        if not one.unpacked:
            by_stop.setdefault(one.stop_id, []).append(one)
    return [
        Label(
            one.code, labels.building(row.estate, row.building), row.unit, f"{row.floor}{row.door:02d}", one.number_of, one.of, run.number
        )
        for row in await stops(run)
        for one in by_stop.get(row.id, ())
    ]


class Labelled(msgspec.Struct, frozen=True):
    """A label that somebody may follow to its stop."""

    parcel: supplies.Parcel
    run: RunLine
    stop: StopRow


async def follow(parcel: supplies.Parcel, person: Person) -> Labelled | None:
    """For its carriers, who plans runs, whoever has it in her hands, and who answers for its building; None for everybody else."""
    if parcel.community_id != person.community_id:
        return None
    run = await known(parcel.run_id, person)
    row = next((row for row in await stops(run) if row.id == parcel.stop_id), None)
    if row is None:
        return None
    answers = can(person, "need.triage", building=row.building_id)
    if person.id in run.carrier_ids or plans(run, person) or parcel.holder_id == person.id or answers:
        return Labelled(parcel, run, row)
    return None


async def follow_stop(run_id: UUID, stop_id: UUID, person: Person) -> RunLine:
    """The run of a stop that she may see for a parcel of it, though the run is not hers. Raises Gone."""
    for one in await supplies.of_stop(stop_id):
        if one.run_id == run_id and (found := await follow(one, person)):
            return found.run
    raise Gone("run")
