"""Needs that wait, and runs with them: one act for each step, as the pages would."""

from types import SimpleNamespace
from uuid import UUID

import pytest

from app.deliveries import reads
from app.deliveries.rules import carrying, giving, planning
from app.kernel import db
from app.kernel.act import Done
from app.needs.rules.raising import Said, add
from app.places import reads as places


@pytest.fixture
def raised(opened, act, person):
    """`await raised("602", "两斤土豆")`: a need at that door of building 1, unit 1, that waits; its id."""

    async def make(room: str = "602", what: str = "两斤土豆", *, unit: int = 1, building: UUID | None = None, kind: str = "food") -> UUID:
        async def raise_it(*, by) -> Done:
            where = await places.building(building or opened.building)
            row = await add(where, Said(kind=kind, what=what, unit=str(unit), room=room, phone="13912345678"), by=by, channel="steward")
            return Done(about=str(row.id))

        receipt = await act(raise_it, by=await person("dispatcher"))
        assert receipt.state == "applied", receipt
        return UUID(receipt.about)

    return make


@pytest.fixture
def run(raised, act, person):
    """`await run("602", "501")`: a run with these doors of 一村 1, unit 1, out in Bo's hands unless `state` says draft or given."""

    async def make(*rooms: str, state: str = "out", carriers: tuple[str, ...] = ("volunteer",)) -> SimpleNamespace:
        dispatcher = await person("dispatcher")
        needs = {room: await raised(room) for room in rooms or ("602", "501", "301")}
        made = await act(planning.make_run, by=dispatcher, needs=tuple(needs.values()), title="")
        assert made.state == "applied", made
        run_id = UUID(made.about)
        if state != "draft":
            accounts = tuple([(await person(name)).id for name in carriers])
            assert (await act(giving.give, run_id, by=dispatcher, accounts=accounts)).state == "applied"
        if state == "out":
            assert (await act(carrying.start, run_id, by=await person(carriers[0]))).state == "applied"
        stops = {f"{s.floor}{s.door:02d}": s.id for s in await reads.stop_rows(run_id)}
        return SimpleNamespace(id=run_id, needs=needs, stops=stops, stop=next(iter(stops.values())))

    return make


@pytest.fixture
def need_state(opened):
    async def state(need_id: UUID) -> str:
        return await db.value("SELECT state FROM need WHERE id = ?", need_id)

    return state
