"""What `test_disk.py` runs in a file system of a few megabytes, whose folder SMALL_DISK names."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import cast
from support import server
from support.outcome import CLEAN, acts, filled, outcome
from support.swarm import Phone, Tally


def test_on_a_small_disk(tmp_path):
    small = Path(os.environ["SMALL_DISK"])
    folder = filled(small / "data")
    world = cast.world(folder)
    sent, tally = acts(world, 2000), Tally()
    with server.serve(folder) as running:
        phone = Phone(1, world.dispatcher_token, sent, 1, batch=50)
        filler = small / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as all_of_it:
            while True:
                all_of_it.write(bytes(65536))
        os.truncate(filler, filler.stat().st_size - 300_000)
        answers = asyncio.run(_whole(running, phone, tally))
        acked = set(tally.acked)
        assert answers[0] == 200 and answers[-1] == 503 and 0 < len(acked) < len(sent), answers
        filler.unlink()
        assert set(asyncio.run(_whole(running, phone, tally))) == {200}
    assert outcome(folder, sent, tally.acked) == CLEAN and len(tally.acked) == len(sent)


async def _whole(running, phone, tally) -> list[int]:
    batches = [phone.acts[n : n + 50] for n in range(0, len(phone.acts), 50)]
    return [(await phone.send(running.port, batch, tally)).status for batch in batches]
