"""A medicine goes into a hand: the page asks whose, and what was left elsewhere is kept, marked and on the desk."""

import pytest

from app.deliveries.rules import carrying, giving, handing, mending, planning
from app.kernel import db
from app.needs import reads
from app.needs.reads import medicine


@pytest.fixture
async def out(act, person, raised):
    """`await out("medicine")`: a need of that kind on a run that Bo carries; run, stop and need."""
    from uuid import UUID

    async def make(kind: str):
        dee, bo = await person("dispatcher"), await person("volunteer")
        need = await raised("602", "甲钴胺片", kind=kind)
        run = UUID((await act(planning.make_run, by=dee, needs=(need,), title="")).about)
        await act(giving.give, run, by=dee, accounts=(bo.id,))
        await act(carrying.start, run, by=bo)
        return run, UUID(str(await db.value("SELECT id FROM stop WHERE run_id = ?", run))), need

    return make


async def desk(need) -> tuple[str | None, bool]:
    [line] = await reads.lines([need])
    return line.proof, (await medicine.case(line)).unsure


@pytest.mark.parametrize(
    ("kind", "where", "proof", "mark", "left"),
    [
        ("medicine", "hand", "said", None, ("said", False)),
        ("medicine", "hand", "card", None, ("card", False)),
        ("medicine", "hand", None, "medicine", (None, True)),
        ("medicine", "door", "said", "medicine", (None, True)),
        ("medicine", "drop_point", None, "medicine", (None, True)),
        ("food", "door", None, None, None),
    ],
)
async def test_what_is_not_seen_into_her_hand_is_kept_and_marked(world, act, person, out, kind, where, proof, mark, left):
    run, stop, need = await out(kind)
    done = await act(handing.hand_over, run, stop, where=where, proof=proof, by=await person("volunteer"))
    assert (done.state, done.reason) == ("applied", mark)
    assert await db.value("SELECT state FROM need WHERE id = ?", need) == "delivered"
    assert left is None or await desk(need) == left


async def test_taken_back_it_is_nobodys_hand(world, act, person, out):
    run, stop, need = await out("medicine")
    await act(handing.hand_over, run, stop, where="hand", proof="said", by=await person("volunteer"))
    assert (await act(mending.undo, run, stop, by=await person("volunteer"))).state == "applied"
    assert await desk(need) == (None, False)


async def test_it_stays_on_the_desk_until_she_says_that_she_has_it(world, act, person, out):
    from app.needs.rules import closing

    run, stop, need = await out("medicine")
    await act(handing.hand_over, run, stop, where="door", by=await person("volunteer"))
    dee = await person("dispatcher")
    assert [case.need.id for case in await medicine.cases(dee) if case.unsure] == [need]
    await act(closing.confirm, need, by=dee)
    assert [case for case in await medicine.cases(dee) if case.unsure] == []


@pytest.mark.parametrize("kind", ["medicine", "food"])
async def test_the_page_asks_whose_hand_it_was(app, client, out, kind):
    run, _, _ = await out(kind)
    html = (await client("volunteer").get(f"/runs/{run}")).text
    assert html.count('name="proof"') == (2 if kind == "medicine" else 0)
    assert html.index('value="hand"') < html.index('value="door"') if kind == "medicine" else 'value="door"' in html
