"""A parcel changes hands: one move, and the row says who has it now. Whoever calls holds the run, so that two of them come one after the other."""

from uuid import UUID

from app.kernel import clock, db, ids
from app.kernel.act import Current, current
from app.kernel.trouble import Overtaken
from app.people.person import Person
from app.supplies import reads

_MOVE = """INSERT INTO parcel_move(id, community_id, parcel_id, number, before, from_kind, from_id, to_kind, to_id, why, mark, by_id, at, received_at, act)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_HELD = "UPDATE parcel SET holder_kind = ?, holder_id = ?, why = ?, mark = ?, version = ? WHERE id = ? AND version = ?"


def act() -> Current:
    return current()


async def move(parcel: reads.Parcel, kind: str, whose: UUID | None, why: str, *, by: Person, mark: str | None = None) -> None:
    """From whoever has it to `kind` and `whose`."""
    now, number = act(), parcel.version + 1
    await db.run(
        _MOVE, ids.new(), parcel.community_id, parcel.id, number, parcel.version, parcel.holder_kind, parcel.holder_id, kind, whose, why, mark,
        by.id, now.when, clock.now(), now.id,
    )  # fmt: skip
    if not await db.run(_HELD, kind, whose, why, mark, number, parcel.id, parcel.version):
        raise Overtaken("supplies.moved")


def _moved_on(parcel: reads.Parcel) -> bool:
    """It changed hands since this was pressed."""
    return act().when < parcel.at


def _refuse(parcel: reads.Parcel) -> Overtaken:
    """Whoever comes too late is told who has it, and what to do."""
    told = {"code": parcel.spoken, "who": str(parcel.holder_id if parcel.holder_kind == "carrier" else parcel.by_id)}
    words = {"carrier": "has_it", "returned": "back_already", "lost": "lost_already"}.get(parcel.holder_kind, f"gone.{parcel.holder_kind}")
    return Overtaken(f"supplies.{words}", reason="taken", **told)


async def load(parcel: reads.Parcel, *, by: Person, carriers: frozenset[UUID]) -> None:
    """Into the hands of `by`, from the hub or from somebody who carries the run no more (`carriers` are those who do)."""
    match parcel.holder_kind:
        case "carrier" if parcel.holder_id == by.id:
            raise Overtaken("supplies.loaded_already", code=parcel.spoken)
        case "carrier" if parcel.holder_id in carriers:
            raise _refuse(parcel)
        case "household" | "steward":
            raise _refuse(parcel)
        case "returned" | "lost" if _moved_on(parcel):
            raise _refuse(parcel)
    await move(parcel, "carrier", by.id, "loaded", by=by)


async def give(parcel: reads.Parcel, steward: UUID, *, by: Person) -> str | None:
    """To a steward at the building's door: a fact. Answers `beside` where she had it already or it moved on since this was pressed,
    `against` where it contradicts what was said before."""
    if (parcel.holder_kind, parcel.holder_id) == ("steward", steward) or (parcel.holder_kind != "lost" and _moved_on(parcel)):
        return "beside"
    mark = "against" if parcel.holder_kind in ("household", "lost", "returned") and not parcel.unpacked else None
    await move(parcel, "steward", steward, "given", by=by, mark=mark)
    return mark


async def put_back(parcel: reads.Parcel, *, by: Person) -> None:
    """At the hub again. One that was lost is found."""
    if parcel.holder_kind in ("household", "returned") or (parcel.holder_kind in ("carrier", "steward") and _moved_on(parcel)):
        raise _refuse(parcel)
    await move(parcel, "returned", None, "returned", by=by)


async def lose(parcel: reads.Parcel, reason: str, *, by: Person) -> None:
    if parcel.holder_kind in ("household", "returned", "lost") or (parcel.holder_kind != "hub" and _moved_on(parcel)):
        raise _refuse(parcel)
    await move(parcel, "lost", None, reason, by=by)


def still_there(parcel: reads.Parcel) -> bool:
    """Somebody carries it or it waits at the hub, and did so when this was pressed."""
    return parcel.out and not (parcel.holder_kind == "carrier" and _moved_on(parcel))
