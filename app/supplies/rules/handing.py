"""Parcels go with what happened at a stop. It happened, so nothing here refuses: what contradicts is marked."""

from collections.abc import Sequence
from uuid import UUID

from app.people.person import Person
from app.supplies import reads
from app.supplies.rules.moving import act, move


async def hand(
    stop_id: UUID, household: UUID | None, *, by: Person, listed: Sequence[UUID] = (), stays: Sequence[UUID] = ()
) -> list[reads.Parcel]:
    """To the household: those `listed` on the page, else all that were on their way when this was pressed, without those that stay.

    Answers those that had been said to be lost or back at the hub.
    """
    against = []
    for one in await reads.of_stop(stop_id):
        odd = one.holder_kind in ("lost", "returned")
        meant = one.id in listed if listed else one.made_at <= act().when and (not odd or one.at > act().when)
        if not meant or one.id in stays or one.holder_kind == "household":
            continue
        await move(one, "household", household, "handed", by=by, mark="against" if odd else None)
        if odd:
            against.append(one)
    return against


async def take_back(stop_id: UUID, *, by: Person) -> None:
    """What was said to have been handed over was not: each is again where it was before."""
    handed = [one for one in await reads.of_stop(stop_id) if one.holder_kind == "household"]
    if not handed:
        return
    last = {each.parcel_id: each for each in await reads.moves(*(one.id for one in handed))}
    for one in handed:
        before = last[one.id]
        await move(one, before.from_kind, before.from_id, "undone", by=by)
