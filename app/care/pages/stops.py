"""The doors of a round as its pages show them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from app.care.confirming import helps_of
from app.care.kinds import HELPS, KINDS
from app.care.pages import household as door
from app.care.reads import confirmed, contacts, rounds
from app.care.reads.phones import on_record
from app.care.reads.residents import Resident
from app.care.reads.rounds import RoundLine, Stop
from app.care.silence import HOW
from app.kernel import clock, words
from app.kernel.words import gettext
from app.people import reads as people
from app.people.person import Person

WANTS = ("greens", "rice", "meat", "milk", "ready")


class Behind(msgspec.Struct, frozen=True):
    """One who lives behind a door. `open`: her name and number are shown, for a minute or for the day that they were taken along.

    `rests`: why she is not to be asked after now; her name stays closed then.
    """

    id: UUID
    name: str
    phone: str
    written: str
    masked_name: str
    masked_phone: str
    has_phone: bool
    rests: str


TONES = {"well": "calm", "unwell": "alarm"}


class StopCard(msgspec.Struct, frozen=True):
    """A door as its round shows it. `before`, `after`: the doors beside it; `onward`: the next one that is open, blank where none is.

    `open`: numbers shown; `kept`: until midnight, not for a minute.
    """

    id: UUID
    round_id: UUID
    path: str
    household: str
    version: int
    room: str
    building: str
    place: int
    state: str
    how: str
    said: str
    tone: str
    when: str
    by: str
    undo: str
    contact_version: str
    muted: str
    due: str
    tries: int
    before: str
    after: str
    onward: str
    people: list[Behind]
    script: list[str]
    helps: list[str]
    outcomes: list[tuple[str, str]]
    wants: list[str]
    code: str
    unit: int
    typed_room: str
    open: bool
    kept: bool
    asks: bool


async def cards(line: RoundLine, person: Person, *, opened: UUID | None = None) -> tuple[list[StopCard], bool, int]:
    """The cards in order, whether the numbers are taken along, and how many people with a number are left."""
    found = await rounds.stops(line.id)
    behind = await rounds.residents_behind([stop.household_id for stop in found])
    resting = await contacts.rests(line.community_id, after=clock.now())
    taken = line.given_to == person.id and line.open and await rounds.numbers_taken(line.id, person)
    known = await on_record([her.id for there in behind.values() for her in there], person) if taken else set()
    who = await people.names({stop.by_id for stop in found if stop.by_id})
    cards = []
    for n, stop in enumerate(found):
        onward = next((other.id for other in (*found[n + 1 :], *found[:n]) if other.state == "open"), None)
        beside = found[n - 1].id, found[(n + 1) % len(found)].id, onward
        kept = taken and stop.state == "open" and all(her.id in known for her in behind.get(stop.household_id, ()) if her.id not in resting)
        cards.append(_card(stop, line, behind.get(stop.household_id, []), resting, who, beside, opened=stop.id == opened, kept=kept))
    left = [her for stop in found if stop.state == "open" for her in behind.get(stop.household_id, ()) if her.id not in resting]
    numbers = sum(bool(her.phone or her.written) for her in left)
    return cards, taken, numbers


def _card(
    stop: Stop, line: RoundLine, there: Sequence[Resident], resting: Mapping[UUID, contacts.Rest], who: dict[UUID, str],
    beside: tuple[UUID, UUID, UUID | None], *, opened: bool, kept: bool,
) -> StopCard:  # fmt: skip
    how, opens = "call" if line.kind == "call" else "visit", opened or kept
    kinds = {kind for her in there if her.id not in resting for kind in her.kinds}
    helped = {one for her in there if her.id not in resting for one in helps_of(her.helps)}
    return StopCard(
        id=stop.id,
        round_id=line.id,
        path=f"{line.path}/stops/{stop.id}",
        household=f"/households/{stop.household_id}",
        version=stop.version,
        room=stop.room,
        building=stop.building,
        place=stop.place,
        state=stop.state,
        how=how,
        said=gettext(f"care.round.outcome.{stop.outcome}") if stop.contact_id else "",
        tone=TONES.get(stop.outcome, "watch"),
        when=words.day_time(stop.at) if stop.contact_id and stop.at else "",
        by=who.get(stop.by_id, "") if stop.contact_id else "",
        undo=f"/contacts/{stop.contact_id}/undo" if stop.contact_id else "",
        contact_version=str(stop.contact_id or ""),
        muted=gettext(f"care.mute.reason.{stop.muted}") if stop.muted else "",
        due=words.day_time(stop.due_at) if stop.due_at else "",
        tries=stop.tries or 0,
        before=f"#stop-{beside[0]}",
        after=f"#stop-{beside[1]}",
        onward=f"#stop-{beside[2]}" if beside[2] else "",
        people=[_behind(her, opens, resting.get(her.id)) for her in there],
        helps=[label for _, label in confirmed.helps(one for one in HELPS if one in helped)],
        script=[gettext(f"care.script.kind.{kind}") for kind in KINDS if kind in kinds],
        outcomes=[(one, gettext(f"care.round.outcome.{one}")) for one in HOW[how]],
        wants=[gettext(f"care.round.wants.{one}") for one in WANTS],
        code=stop.code,
        unit=stop.unit,
        typed_room=stop.typed_room,
        open=opens,
        kept=kept and not opened,
        asks=line.open,
    )


def _behind(her: Resident, shown: bool, rest: contacts.Rest | None) -> Behind:
    secret = (her.name, her.phone, her.written) if shown and not rest else ("", "", "")
    return Behind(her.id, *secret, her.masked_name, her.masked_phone, bool(her.phone or her.written), door.rests(rest))
