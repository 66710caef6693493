"""An order chain out of a chat group, line by line against the doors and the orders that there are.

Nothing is guessed: a line that cannot be read, names no door of ours, or says something else than the door's order is asked about, and
whoever enters the chain mends it or says that it is to be left out.
"""

from typing import Literal
from uuid import UUID

import msgspec

from app.goods import chains
from app.journal.record import record
from app.kernel import db
from app.kernel.act import Done
from app.kernel.trouble import Overtaken, misfit
from app.orders import reads
from app.orders.reads import placed
from app.orders.rules import ordering
from app.people.person import Person
from app.people.rights import can, may
from app.places import reads as places

Does = Literal["new", "change", "take_back", "same", "ask", "ignore"]


class Judged(msgspec.Struct, frozen=True):
    """`reason` of what is asked about: the reader's, or no_door, not_for, not_yours, twice_here, has_other, none_to_take_back, not_offered."""

    line: int
    text: str
    does: Does
    reason: str = ""
    packs: dict[str, int] = {}
    note: str = ""
    home: places.HouseholdFacts | None = None
    has: placed.Order | None = None

    @property
    def place(self) -> str:
        return self.home.label if self.home else ""

    @property
    def said(self) -> str:
        return placed.said(self.packs)


async def estates(offer: reads.Offer) -> list[tuple[UUID, str]]:
    """Whose buildings the offer is for; a chain names a building by its number alone."""
    found = await places.buildings(offer.community_id, await reads.buildings_of(offer.id))
    return list({one.estate_id: (one.estate_id, one.estate) for one in found}.values())


async def judged(offer: reads.Offer, text: str, estate: UUID, by: Person) -> list[Judged]:
    """What every line of the chain would do. A door's last line counts; two that say it without a word of change are asked about."""
    scope = set(await reads.buildings_of(offer.id))
    buildings = {one.number: one for one in await places.buildings(offer.community_id) if one.estate_id == estate}
    offered = await reads.offered(offer.id)
    read = chains.read(text, {one.letter: one.name for one in offered}, [n for n, one in buildings.items() if one.units == 1])
    homes = await _homes([buildings[one.door.building].id for one in read if one.door and one.door.building in buildings])
    orders = {one.household_id: one for one in await placed.of_offer(offer.id)}
    most = {one.letter: one.each_most for one in offered}
    found: list[Judged] = []
    last: dict[UUID, int] = {}
    for one in read:
        home = building = None
        if one.door and (building := buildings.get(one.door.building)):
            home = homes.get((building.id, one.door.unit, one.door.floor, one.door.door))
        has = orders.get(home.id) if home else None
        said = Judged(one.line, one.text, "ask", packs=one.items, note=one.note, home=home, has=has)
        if one.action in ("ask", "ignore"):
            found.append(msgspec.structs.replace(said, does=one.action, reason=one.reason))
            continue
        if reason := _unfit(home, building, scope, by, one.items, most):
            found.append(msgspec.structs.replace(said, reason=reason))
            continue
        before = found[last[home.id]] if home.id in last else None
        judgement = _against(one, before, has)
        if before and judgement.does != "ask":  # what the door said last is what counts
            found[last[home.id]] = msgspec.structs.replace(before, does="ignore", reason="later")
        last[home.id] = len(found)
        found.append(msgspec.structs.replace(said, does=judgement.does, reason=judgement.reason))
    return found


class _Judgement(msgspec.Struct, frozen=True):
    does: Does
    reason: str = ""


def _unfit(home, building, scope: set[UUID], by: Person, packs: dict[str, int], most: dict[str, int]) -> str:
    if home is None:
        return "no_door"
    if scope and building.id not in scope:
        return "not_for"
    if not can(by, "order.enter", building=building.id):
        return "not_yours"
    return "too_many" if any(n > most.get(letter, 0) for letter, n in packs.items()) else ""


def _against(one: chains.Read, before: Judged | None, has: placed.Order | None) -> _Judgement:
    if one.action == "cancel":
        if has:
            return _Judgement("take_back")
        return _Judgement("ignore", "later") if before and before.does == "new" else _Judgement("ask", "none_to_take_back")
    if before and before.does not in ("take_back", "ignore") and one.action == "order":
        return _Judgement("ask", "twice_here")
    if has is None:
        return _Judgement("new")
    if has.wishes == one.items:
        return _Judgement("same")
    return _Judgement("change") if one.action == "replace" else _Judgement("ask", "has_other")


async def _homes(buildings: list[UUID]) -> dict[tuple, places.HouseholdFacts]:
    return {
        (home.building_id, home.unit, home.floor, home.door): home
        for one in dict.fromkeys(buildings)
        for home in await places.households(one)
    }


async def enter(offer_id: UUID, text: str, estate: UUID, looked: bool, leave: bool, *, by: Person) -> Done:
    """All that the chain says, in one act. Raises Misfit until somebody has looked at it (`looked`), while a line is asked about that
    is not to be left out (`leave`), and for the lines for which too few are left."""
    may(by, "order.enter")
    offer = await reads.offer(offer_id, by.community_id)
    ordering.in_time(offer)
    if estate not in {one for one, _ in await estates(offer)}:
        raise misfit("estate", "form.unknown_choice")
    found = await judged(offer, text, estate, by)
    asked = [one for one in found if one.does == "ask"]
    if not looked:
        raise misfit("looked", "orders.chain.look")
    if asked and not leave:
        raise misfit("leave", "orders.chain.asked", n=len(asked), lines=_numbers(asked))
    done = [one for one in found if one.does in ("new", "change", "take_back")]
    if not done:
        raise misfit("text", "orders.chain.nothing")
    if short := [one for one in done if not await _entered(offer, one, by)]:
        raise misfit("text", "orders.chain.short", lines=_numbers(short))
    record("order.chain", offer.id, community=offer.community_id, number=offer.number, orders=len(done))
    return Done("orders.chain.entered", {"n": len(done), "left": len(asked)}, about=str(offer.id))


def _numbers(found: list[Judged]) -> str:
    return ", ".join(str(one.line) for one in found[:20])


async def _entered(offer: reads.Offer, one: Judged, by: Person) -> bool:
    """Whether there was enough for it."""
    try:
        async with db.savepoint():
            if one.does == "new":
                await ordering.place(offer, one.home, one.packs, ordering.Said(note=one.note), channel="chain", by=by)
            elif one.does == "change":
                await ordering.mend(one.has.id, one.packs, (), True, by=by)
            else:
                await ordering.take_back_for(one.has.id, by=by)
    except Overtaken as lost:
        if lost.reason != "full":
            raise
        return False
    return True
