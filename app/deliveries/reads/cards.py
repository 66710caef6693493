"""A stop as its carrier sees it at the door: what to bring, what was said, what she may press."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.deliveries.reads.brought import packs_of
from app.deliveries.reads.disputes import Account, Dispute, accounts_beside, disputes_on
from app.deliveries.reads.parcels import Held, held
from app.deliveries.reads.runs import RunLine, carries, opened, plans, select
from app.deliveries.reads.stops import StopRow, stops
from app.kernel import clock, db
from app.kernel.late import arrived_late
from app.kernel.seal import Seal
from app.kernel.words import gettext
from app.needs import reads as needs
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can
from app.photos.reads import Photo, photos_of
from app.places import labels
from app.places import reads as places


class Brought(msgspec.Struct, frozen=True):
    """A need on a stop. `struck`: the resident took it back, or it was met without us. `hidden`: not for this reader's eyes.
    `anyway`: struck, and brought all the same."""

    need: needs.NeedLine
    struck: bool
    hidden: bool
    reveals: bool
    anyway: bool = False

    @property
    def words(self) -> str:
        return self.need.kind_label if self.hidden else self.need.line


class StopCard(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: open, delivered, failed, dropped. `pack`: what a distribution brings to this door. `late`: pressed well before it came.
    `accounts`: what else was said about it; `disputes`: what of that a person must decide, `settles` if this reader may.
    `leads`: which button is the main one of the page: hand, load or none. `can_add`: it was delivered, and a parcel of it was not."""

    id: UUID
    run_id: UUID
    version: int
    building_id: UUID
    building: str
    unit: int
    floor: int
    door: int
    room: str
    state: str
    needs: tuple[Brought, ...]
    pack: str
    outcome: str = ""
    who: str = ""
    when: datetime | None = None
    note: str = ""
    photos: tuple[Photo, ...] = ()
    is_next: bool = False
    can_hand: bool = False
    can_undo: bool = False
    can_correct: bool = False
    can_remove: bool = False
    late: bool = False
    accounts: tuple[Account, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    settles: bool = False
    parcels: tuple[Held, ...] = ()
    leads: str = ""
    can_add: bool = False

    @property
    def with_steward(self) -> bool:
        """What is left of it is hers to do, who has its parcels."""
        return self.state == "open" and {one.kind for one in self.with_people} == {"steward"}

    @property
    def in_hand(self) -> bool:
        """A medicine is among it: it is handed over in person only."""
        return any(each.need.kind == "medicine" and not each.struck for each in self.needs)

    @property
    def codes(self) -> str:
        """What a scanner looks for among the stops of a page."""
        return " ".join(one.code for one in self.parcels)

    @property
    def with_people(self) -> tuple[Held, ...]:
        """Parcels that the household does not have yet."""
        return tuple(one for one in self.parcels if one.out)

    @property
    def path(self) -> str:
        return f"/runs/{self.run_id}/stops/{self.id}"

    @property
    def number(self) -> str:
        return f"{self.floor}{self.door:02d}"

    @property
    def words(self) -> str:
        return gettext(f"deliveries.outcome.{self.outcome}") if self.outcome else gettext(f"deliveries.stop.{self.state}")

    @property
    def tone(self) -> str:
        return {"delivered": "calm", "failed": "alarm"}.get(self.state, "plain")


class _Held(msgspec.Struct, frozen=True):
    stop_id: UUID
    need_id: UUID
    left_at: datetime | None
    handover_id: UUID | None


async def cards(run: RunLine, person: Person, *, only: UUID | None = None) -> list[StopCard]:
    """Every stop in walking order, or one (`is_next` is right for both)."""
    rows = await stops(run)
    parcels = await held(run, rows, person)
    waiting = {stop for stop, of in parcels.items() if {one.kind for one in of if one.out} == {"steward"}}
    following = next((row.id for row in rows if row.handover_id is None and row.dropped_at is None and row.id not in waiting), None)
    shown = [row for row in rows if only in (None, row.id)]
    return await _cards(run, shown, person, following, parcels)


async def _cards(
    run: RunLine, rows: list[StopRow], person: Person, following: UUID | None, parcels: dict[UUID, tuple[Held, ...]]
) -> list[StopCard]:
    facts = await places.community(run.community_id)
    brought = await _brought(run, rows, person)
    names = await people.names({row.by_id for row in rows if row.by_id})
    pack = await pack_of(run)
    ordered = await packs_of(run.distribution_id) if run.distribution_id else None
    taken = await photos_of("handover", (row.handover_id for row in rows if row.handover_id))
    beside = await accounts_beside(run, [row.id for row in rows], notes=carries(run, person))
    taken |= await photos_of("evidence", (each.id for said in beside.values() for each in said))
    torn: dict[UUID, list[Dispute]] = {}
    for each in await disputes_on(run.id):
        torn.setdefault(each.stop_id, []).append(each)
    seals = {row.id: Seal("handover", row.handover_id, facts.key_id, facts.emergency_id) for row in rows if row.handover_id}
    hers, planner, now = carries(run, person), plans(run, person), clock.now()

    def card(row: StopRow) -> StopCard:
        open_ = row.handover_id is None and row.dropped_at is None
        of = parcels.get(row.id, ())
        keeps = any(one.kind == "steward" and one.mine for one in of)
        mine = bool(row.handover_id) and (planner or row.by_id == person.id)
        age = now - row.received_at if row.received_at else timedelta(0)
        return StopCard(
            id=row.id,
            run_id=run.id,
            version=row.version,
            building_id=row.building_id,
            building=labels.building(row.estate, row.building),
            unit=row.unit,
            floor=row.floor,
            door=row.door,
            room=row.room,
            state="open" if open_ else "dropped" if row.handover_id is None else "delivered" if row.delivered else "failed",
            needs=tuple(brought.get(row.id, ())),
            pack=pack if ordered is None else f"{pack} {ordered.get(row.household_id, '')}".strip(),
            outcome=row.outcome or "",
            who=names.get(row.by_id, ""),
            when=row.at,
            note=opened(seals[row.id], "note", row.note_sealed) if row.handover_id and hers else "",
            photos=tuple(one for said in (row.handover_id, *(each.id for each in beside.get(row.id, ()))) for one in taken.get(said, ())),
            is_next=row.id == following and run.state == "out",
            can_hand=open_ and ((hers and run.state in ("given", "out")) or (keeps and run.state in ("given", "out", "finished"))),
            can_undo=mine and run.state == "out" and age <= timedelta(minutes=facts.undo_minutes),
            can_correct=mine and run.state in ("out", "finished") and age <= timedelta(hours=facts.correct_hours),
            can_remove=open_ and planner and run.growing,
            late=arrived_late(row.at, row.received_at),
            accounts=tuple(beside.get(row.id, ())),
            disputes=tuple(torn.get(row.id, ())),
            settles=planner,
            parcels=of,
            leads="hand" if row.id == following and run.state == "out" else "",
            can_add=row.delivered and hers and any(one.out for one in of),
        )

    return [card(row) for row in rows]


async def _brought(run: RunLine, rows: list[StopRow], person: Person) -> dict[UUID, list[Brought]]:
    sql = "SELECT n.stop_id, n.need_id, n.left_at, n.handover_id FROM stop_need n JOIN stop s ON s.id = n.stop_id WHERE s.run_id = ?"
    held = await db.rows(_Held, sql, run.id)
    shown = {row.id for row in rows}
    lines = {line.id: line for line in await needs.lines(h.need_id for h in held if h.stop_id in shown)}
    sees = person.id in run.carrier_ids or can(person, "need.see")
    found: dict[UUID, list[Brought]] = {}
    for each in held:
        if line := lines.get(each.need_id):
            gone = each.left_at is not None and each.handover_id is None
            anyway = each.handover_id is not None and line.brought_anyway
            struck = gone or line.state == "cancelled" or (each.left_at is None and line.state in ("confirmed", "answered"))
            found.setdefault(each.stop_id, []).append(Brought(line, struck, not sees, sees and each.left_at is None and run.open, anyway))
    return found


async def pack_of(run: RunLine) -> str:
    if run.distribution_id is None:
        return ""

    class Row(msgspec.Struct):
        id: UUID
        what_sealed: bytes
        key_id: UUID
        emergency_id: UUID

    sql = (
        "SELECT d.id, d.what_sealed, c.key_id, c.emergency_id FROM distribution d JOIN community c ON c.id = d.community_id WHERE d.id = ?"
    )
    row = await db.one(Row, sql, run.distribution_id)
    return opened(Seal("distribution", row.id, row.key_id, row.emergency_id), "what", row.what_sealed)


async def stops_at_building(account_id: UUID, building_id: UUID, person: Person) -> list[StopCard]:
    """What she brings to this building now, run by run in walking order: for whoever scans its code."""
    found = await select(
        """r.state IN ('given', 'out') AND r.community_id = ?
        AND EXISTS (SELECT 1 FROM carrier c WHERE c.run_id = r.id AND c.account_id = ? AND c.ended_at IS NULL)
        AND EXISTS (SELECT 1 FROM stop x WHERE x.run_id = r.id AND x.building_id = ? AND x.dropped_at IS NULL)""",
        person.community_id, account_id, building_id, order="r.number",
    )  # fmt: skip
    shown = [card for run in found for card in await cards(run, person)]
    return [card for card in shown if card.building_id == building_id and card.state == "open"]
