"""F06: whatever order one phone's acts come in, in whatever portions and however often, the end is as if they had come in order."""

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cast
import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app import web
from app.kernel import clock, db, ids, seal, words
from app.offline import jobs
from app.offline.receiving import Reception, Sent
from app.people import reads
from app.people.rules import sessions

PRESSED = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
STEPS = ("/b/{one}/check-in", "/b/{one}/check-out", "/b/{two}/check-in", "/b/{two}/check-out", "/b/{one}/check-in", "/b/{one}/check-out")

arrivals = st.tuples(
    st.permutations(range(len(STEPS))),
    st.lists(st.integers(1, 3), min_size=len(STEPS), max_size=len(STEPS)),  # how many come in one batch
    st.lists(st.booleans(), min_size=len(STEPS), max_size=len(STEPS)),  # which come twice
    st.lists(st.booleans(), min_size=len(STEPS), max_size=len(STEPS)),  # after which batches the worker has a round
)


class Stay(msgspec.Struct, frozen=True):
    building_id: str
    since: datetime
    until_at: datetime | None


async def lived(template: Path, order, portions, twice, rounds) -> tuple[list[Stay], list[str]]:
    """What the day of one volunteer comes to when her acts arrive like this."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(template, data)
        words.LANG.set("zh")
        seal.open_keys(data, data / "master.key")
        await db.connect(f"sqlite://{data / 'lastmetre.db'}", web.MODELS)
        try:
            with clock.at(PRESSED + timedelta(hours=12)):
                return await _lived(cast.world(data), order, list(portions), twice, list(rounds))
        finally:
            await db.disconnect()
            seal.close_keys()


async def _lived(world, order, portions, twice, rounds):
    person = await reads.person(await sessions.find(world.volunteer_token))
    acts: list[Sent] = []
    for n, path in enumerate(STEPS):
        at = (PRESSED + timedelta(minutes=30 * n)).isoformat()
        before = acts[-1].id if acts else None
        acts.append(Sent(ids.secret(), path.format(one=world.code, two=world.code2), seq=n + 1, at=at, after=before))
    coming = [acts[n] for n in order for _ in range(1 + twice[n])]
    while coming:
        size = portions.pop() if portions else 2
        await Reception(web.BOOK, person, device="d").receive(coming[:size])
        coming = coming[size:]
        if rounds and rounds.pop():
            await jobs.release()
    await jobs.release()
    stays = await db.rows(Stay, "SELECT building_id, since, until_at FROM presence ORDER BY since")
    marks = await db.rows(str, "SELECT state || coalesce(reason, '') FROM receipt WHERE device = 'd' ORDER BY seq")
    return stays, marks


def test_any_order_of_arrival_comes_to_the_same_end(sqlite_template):
    in_order = asyncio.run(lived(sqlite_template, range(len(STEPS)), (6,), [False] * 6, [True]))
    assert len(in_order[0]) == 3 and not any("held" in mark for mark in in_order[1])

    @settings(max_examples=15, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
    @given(arrivals)
    def arrived(arrival):
        assert asyncio.run(lived(sqlite_template, *arrival)) == in_order

    arrived()
