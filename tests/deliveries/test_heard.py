"""A thing given into her hands is a word of her, for as long as that account holds."""

from datetime import timedelta

import pytest

from app import web
from app.deliveries import reads
from app.deliveries.rules import handing, mending, settling
from app.journal.worker import Worker
from app.kernel import clock, db, ids
from app.kernel.act import Press, perform

pytestmark = pytest.mark.postgres
FACE_TO_FACE = "SELECT at FROM contact WHERE how = 'handover' AND undone_at IS NULL"


@pytest.fixture
async def works(world):
    worker = Worker(web.LISTENERS, [])
    with clock.at(clock.now()):
        yield worker


async def seen(works) -> list[timedelta]:
    """How long ago somebody saw her, by every account that counts."""
    await works.once()
    return [clock.now() - at for at in await db.rows(type(clock.now()), FACE_TO_FACE)]


async def test_corrected_it_counts_as_what_it_is_corrected_to(world, act, person, run, works):
    made, bo, ago = await run("602"), await person("volunteer"), timedelta(hours=1)
    assert (await act(handing.hand_over, made.id, made.stop, by=bo, where="hand")).state == "applied"
    assert len(await seen(works)) == 1
    with clock.at(clock.now() + ago):
        for outcome, found in (("at_door", []), ("in_hand", [ago]), ("nobody", []), ("in_hand", [ago])):
            assert (await act(mending.correct, made.id, made.stop, by=bo, outcome=outcome, note="")).state == "applied"
            assert await seen(works) == found


async def test_taken_back_nobody_was_seen_though_it_was_corrected_before(world, act, person, run, works):
    made, bo = await run("602"), await person("volunteer")
    await act(handing.hand_over, made.id, made.stop, by=bo, where="door")
    assert (await act(mending.correct, made.id, made.stop, by=bo, outcome="in_hand", note="")).state == "applied"
    assert len(await seen(works)) == 1
    assert (await act(mending.undo, made.id, made.stop, by=bo)).state == "applied"
    assert await seen(works) == []


@pytest.mark.parametrize("change", [True, False])
async def test_of_two_accounts_the_one_that_was_decided_for_counts_at_its_time(world, act, person, run, works, change):
    made = await run("602", carriers=("volunteer", "volunteer2"))
    bo, cem = await person("volunteer"), await person("volunteer2")
    await act(handing.fail, made.id, made.stop, by=bo, reason="nobody")
    press = Press(
        ids.secret(),
        "t",
        cem,
        lambda: handing.hand_over(made.id, made.stop, by=cem, where="hand"),
        b"",
        at=clock.now() - timedelta(minutes=30),
    )
    [receipt] = await perform([press])
    assert receipt.state == "conflict" and await seen(works) == []
    [found] = await reads.disputes(world.community)
    assert (await act(settling.settle, made.id, found.id, change=change, by=await person("dispatcher"))).state == "applied"
    assert await seen(works) == ([timedelta(minutes=30)] if change else [])
