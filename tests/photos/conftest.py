"""A run in Bo's hands, and photos that he announces with his handovers. The run is that of tests/deliveries."""

import hashlib

import pytest
from deliveries.conftest import raised, run  # noqa: F401
from support import pictures

from app.deliveries.rules import handing
from app.kernel import db, ids
from app.photos.rules import finishing, receiving
from app.photos.sealing import PIECE


@pytest.fixture
def announced(opened, act, person, run):  # noqa: F811
    """`await announced(data)`: a handover of a new run with a photo to come; `.id`, `.made`, `.handover`, `.need`."""

    class Announced:
        pass

    async def make(data: bytes = pictures.SMALL, *rooms: str, by: str = "volunteer", **said):
        found = Announced()
        found.made = await run(*(rooms or ("602", "501")))
        found.id = said.pop("photo", ids.secret())
        [found.need] = [found.made.needs[room] for room, stop in found.made.stops.items() if stop == found.made.stop]
        told = {"photo": found.id, "photo_size": len(data), "photo_sha": hashlib.sha256(data).hexdigest()} | said
        found.receipt = await act(handing.hand_over, found.made.id, found.made.stop, by=await person(by), where="door", **told)
        assert found.receipt.state == "applied", found.receipt
        found.handover = await db.value("SELECT id FROM handover WHERE stop_id = ? AND undone_at IS NULL", found.made.stop)
        return found

    return make


@pytest.fixture
def sent(opened):
    """`await sent(photo, data)`: all of it from Bo's phone, and finished."""

    async def send(photo: str, data: bytes, account=None) -> None:
        for start in range(0, len(data), PIECE):
            await receiving.take_piece(photo, start, data[start : start + PIECE], account or opened.volunteer)
        await finishing.finish(photo)

    return send
