"""A run with two doors in Bo's and Cem's hands, labelled: two parcels for 602, one for 501. Taken from tests/deliveries."""

from types import SimpleNamespace

import pytest
from deliveries.conftest import raised, run  # noqa: F401

from app.deliveries.rules import packing
from app.kernel import db
from app.supplies import reads


@pytest.fixture
def packed(opened, act, person, run):  # noqa: F811
    """`await packed()`: the run as `.id`, `.stops`; `.parcels` by "602", "602b", "501"."""

    async def make(*, state: str = "out", carriers: tuple[str, ...] = ("volunteer", "volunteer2")) -> SimpleNamespace:
        made = await run("602", "501", state=state, carriers=carriers)
        by = await person("dispatcher")
        receipt = await act(packing.pack, made.id, by=by, stops=(made.stops["602"], made.stops["501"]), n=(2, 1))
        assert receipt.state == "applied", receipt
        found = {(one.stop_id, one.number_of): one for one in await reads.of_run(made.id)}
        made.parcels = {
            "602": found[made.stops["602"], 1].id,
            "602b": found[made.stops["602"], 2].id,
            "501": found[made.stops["501"], 1].id,
        }
        return made

    return make


@pytest.fixture
def held(opened):
    """`await held(parcel)`: (kind, id) of who has it, as the row says."""

    async def find(parcel_id):
        one = await reads.parcel(parcel_id)
        return one.holder_kind, one.holder_id

    return find


@pytest.fixture
def count(opened):
    async def rows(sql: str, *params) -> int:
        return await db.value(sql, *params)

    return rows
