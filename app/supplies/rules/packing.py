"""Making labelled parcels for stops. Labels are on paper: one that is not wanted any more is unpacked, never deleted."""

from collections.abc import Mapping
from uuid import UUID

from app.kernel import clock, db, ids
from app.people.person import Person
from app.places import codes
from app.supplies import reads
from app.supplies.rules import moving

_MOVE = """INSERT INTO parcel_move(id, community_id, parcel_id, number, to_kind, why, by_id, at, received_at, act)
VALUES (?, ?, ?, 1, 'hub', 'packed', ?, ?, ?, ?)"""
_PARCEL = """INSERT INTO parcel(id, community_id, code, run_id, stop_id, number_of, holder_kind, why, made_by, made_at, version)
VALUES (?, ?, ?, ?, ?, ?, 'hub', 'packed', ?, ?, 1)"""


async def pack(run_id: UUID, community_id: UUID, wanted: Mapping[UUID, int], *, by: Person) -> int:
    """Each stop of `wanted` has so many parcels then; answers how many were made. What has left the hub stays as it is."""
    there: dict[UUID, list[reads.Parcel]] = {}
    for one in await reads.of_run(run_id):
        there.setdefault(one.stop_id, []).append(one)
    made = 0
    for stop_id, n in wanted.items():
        known = {one.number_of: one for one in there.get(stop_id, ())}
        for number in range(1, n + 1):
            if number not in known:
                await _make(run_id, community_id, stop_id, number, by)
                made += 1
            elif known[number].unpacked:
                await moving.move(known[number], "hub", None, "packed", by=by)
                made += 1
        for number in sorted(set(known) - set(range(1, n + 1))):
            if known[number].holder_kind == "hub":
                await moving.move(known[number], "returned", None, "unpacked", by=by)
    return made


async def _make(run_id: UUID, community_id: UUID, stop_id: UUID, number: int, by: Person) -> None:
    parcel_id, now, act = ids.new(), clock.now(), moving.act()
    await db.run(_MOVE, ids.new(), community_id, parcel_id, by.id, act.when, now, act.id)
    await db.run(_PARCEL, parcel_id, community_id, await _code(), run_id, stop_id, number, by.id, now)


async def _code() -> str:
    """One that no label has: 27 thousand million there are, and asking is cheaper than a torn transaction."""
    while True:
        code = codes.fresh(codes.LONG)
        if await reads.by_code(code) is None:
            return code


async def unpack(stop_ids: list[UUID], *, by: Person) -> None:
    """Nobody goes to these stops: what waits for them at the hub stays there."""
    for stop_id in stop_ids:
        for one in await reads.of_stop(stop_id):
            if one.holder_kind == "hub":
                await moving.move(one, "returned", None, "unpacked", by=by)
