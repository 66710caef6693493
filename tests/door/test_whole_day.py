"""The day page and the list of the silent over the whole ledger of a community: few trips to the database, whoever looks."""

from datetime import timedelta
from uuid import UUID

import pytest
from care.imports import command
from support.counting import statements
from support.ledgers import DATA
from support.needs import need

from app.care import jobs
from app.care.rules import watching
from app.door import today
from app.kernel import clock, db
from app.notices.rules import writing
from app.people.rules import accounts
from app.people.rules.rosters import filling, posting
from app.tasks.rules import attending

pytestmark = pytest.mark.postgres
MOST = 11  # under twelve, frame and all


@pytest.fixture
async def whole(app, act, person):
    """8,638 households and 1,238 people, watched for three days; posts, shifts, needs, somebody on site and a notice to confirm."""

    async def done(verb, *args, by, **fields):
        receipt = await act(verb, *args, by=by, **fields)
        assert getattr(receipt, "state", None) == "applied", (verb, receipt)
        return receipt.about

    brought = await command(DATA / "ledger.xlsx", app.world.community_code)
    assert brought.code == 0, brought.lines
    with clock.at(clock.now() - timedelta(days=3)):
        await jobs.begin_clocks()
    for number in range(2, 9):
        found = await db.rows(UUID, "SELECT id FROM building WHERE community_id = ? AND number = ?", app.world.community, number)
        await done(
            accounts_role, by=await person("dispatcher"), steward=app.world.steward, community=app.world.community, building=found[0]
        )
    dispatcher, steward, bo = await person("dispatcher"), await person("steward"), await person("volunteer")
    for code in (app.world.code, app.world.code2):
        await need(act, code)
    gate = {"kind": "gate", "covers": (0, 1440), "shows_name": False}
    hers = UUID(await done(posting.make, name="1栋", building=app.world.building, by=dispatcher, **gate | {"kind": "building"}))
    await done(posting.make, name="北门", building=None, by=dispatcher, **gate)
    now = clock.now()
    await done(filling.put, hers, who=app.world.steward, starts=now + timedelta(hours=1), until=now + timedelta(hours=9), by=dispatcher)
    await done(attending.arrive, app.world.building, by=bo)
    told = {"title": "停水", "body": "明天九点停水。", "until": now + timedelta(days=1), "must_confirm": True}
    await done(writing.write, to=("community", None, None), by=dispatcher, **told)
    homes = await db.rows(UUID, "SELECT id FROM household WHERE building_id = ? ORDER BY id LIMIT 3", app.world.building)
    with clock.at(now - timedelta(days=2)):
        for home in homes:
            await done(watching.begin, home, sign="food", note="", days=1, by=steward)
    return app


async def accounts_role(*, by, steward, community, building):
    from app.kernel.act import Done

    await accounts.give_role(steward, "steward", community, place="building", place_id=building)
    return Done()


@pytest.mark.parametrize("who", ["steward", "dispatcher"])
@pytest.mark.parametrize("path", ["/today", "/unreached", "/unreached?page=2"])
async def test_a_page_over_the_whole_ledger_asks_under_twelve_questions(client, whole, who, path):
    phone = client(who)
    await phone.get(path)  # the session notes that it was seen, and SQLite learns the texts
    with statements() as asked:
        answer = await phone.get(path)
    assert answer.status_code == 200
    assert len(asked) <= MOST, "\n".join(" ".join(each.split())[:200] for each in asked)


async def test_what_the_day_page_says_is_what_each_slice_says_when_asked_alone(client, whole, person):
    """Negative control of the one statement: the plain questions, one after another."""
    steward = await person("steward")
    facts = await today.facts(steward)
    marks = db.marks(steward.buildings)
    overdue = f"SELECT count(*) FROM contact_clock WHERE building_id IN ({marks}) AND due_at <= ?"
    people = (
        f"SELECT count(*) FROM resident r JOIN household h ON h.id = r.household_id WHERE h.building_id IN ({marks}) AND r.ended_at IS NULL"
    )
    assert facts.unreached == await db.value(overdue, *steward.buildings, clock.now()) > 8 == len(facts.silent)
    assert facts.people == await db.value(people, *steward.buildings) > 20
    assert (facts.open, len(facts.needs), facts.watches, len(facts.on_site), len(facts.shifts)) == (2, 2, 3, 1, 1)
    assert len(facts.buildings) == len(steward.buildings) >= 8
    assert [each.due_at for each in facts.silent] == sorted(each.due_at for each in facts.silent)


async def test_the_frame_counts_for_the_page(client, whole):
    text = (await client("steward").get("/today")).text
    assert 'href="/roster"' in text and 'href="/unreached#watches"' in text
