"""/events: who hears of what, what a page missed, and when a stream ends."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from support.streams import listening
from tasks.calls import called

from app.board.reads import news
from app.journal import record, worker
from app.kernel import bus, clock, db, hub, ids
from app.kernel.trouble import Overtaken
from app.people.rules import messages, sessions
from app.tasks.rules import taking

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(hub.HUB, "gather", 0.02)
    monkeypatch.setattr(bus, "MARGIN", timedelta(milliseconds=50))  # or each test's first listening tells what the cast did just before


async def told(account: UUID, community: UUID | None = None) -> None:
    async def work() -> None:
        await messages.tell(account, "people.vouch.told", community=community)

    assert (await worker.do(work)).state == "applied"


async def news_of(app) -> UUID:
    last, _ = await news.behind([app.world.community], app.world.volunteer, None)
    return last


async def said_after(page, before: UUID):
    """The first that it says of what happened later: a listening connection that came up meanwhile may tell the rest once more."""
    while UUID((said := await page.next()).id) <= before:
        pass
    return said


def silent_since(page, before: UUID) -> bool:
    told = [page.told.get_nowait() for _ in range(page.told.qsize())]
    return all(UUID(each.id) <= before for each in told)


async def settled(app) -> str:
    """The last change, long enough ago that PostgreSQL's margin does not ask about it again."""
    moved = ids.at(clock.now() + timedelta(seconds=21))
    return f"since={moved}"


async def test_a_stream_is_never_kept_nor_squeezed_and_its_return_is_at_random(app):
    waits = set()
    for _ in range(5):
        async with listening(app.edge, app.world.volunteer_token) as page:
            assert page.status == 200 and page.headers["content-type"].startswith("text/event-stream")
            assert page.headers["cache-control"] == "no-store" and "content-encoding" not in page.headers
            waits.add(page.retry)
    assert len(waits) > 3 and hub.HUB.count == 0


async def test_a_committed_act_is_told_to_its_community_and_to_nobody_else(app, act, person):
    before = ids.new()
    async with (
        listening(app.edge, app.world.volunteer_token, await settled(app)) as here,
        listening(app.edge, app.world.outsider_token, await settled(app)) as elsewhere,
    ):
        task = await called(act, await person("dispatcher"))
        last, said = await record.last_in([app.world.community]), await here.next()
        while UUID(said.id) != last:  # PostgreSQL counts what may have been on its way when it began to listen
            said = await here.next()
        assert said.kind == "community" and str(task) not in said.id and silent_since(elsewhere, before)
        await called(act, await person("outside_dispatcher"))
        assert (await said_after(elsewhere, before)).kind == "community" and here.silent


async def test_what_was_refused_or_rolled_back_is_not_told(app, act, person):
    task = await called(act, await person("dispatcher"), places_wanted=1)
    assert (await act(taking.take, task, by=await person("volunteer"))).state == "applied"
    before = ids.new()
    async with listening(app.edge, app.world.volunteer_token, await settled(app)) as page:
        assert (await act(taking.take, task, by=await person("volunteer2"))).state == "refused"

        async def refused(*, by) -> None:
            record.record("task.called", task, community=app.world.community)
            raise Overtaken("task.full")

        assert (await act(refused, by=await person("dispatcher"))).state == "refused"

        async def breaks(*, by) -> None:
            record.record("task.called", task, community=app.world.community)
            raise RuntimeError

        assert await act(breaks, by=await person("dispatcher")) is None
        await told(app.world.volunteer)
        assert (await said_after(page, before)).kind == "account" and silent_since(page, before)


async def test_a_message_is_told_to_its_reader_alone_and_so_is_that_it_was_read(app, act, person):
    before = ids.new()
    async with (
        listening(app.edge, app.world.volunteer_token, await settled(app)) as hers,
        listening(app.edge, app.world.volunteer2_token, await settled(app)) as another,
    ):
        await told(app.world.volunteer)
        assert (await said_after(hers, before)).kind == "account"
        await act(messages.read_all, by=await person("volunteer"))
        assert (await said_after(hers, before)).kind == "account"
        assert silent_since(another, before)


async def test_what_happened_while_nobody_listened_is_told_at_once(app, act, person):
    await told(app.world.volunteer)
    first, seen = await settled(app), await news_of(app)
    async with listening(app.edge, app.world.volunteer_token, first) as page:
        assert page.silent
    await called(act, await person("dispatcher"))
    async with listening(app.edge, app.world.volunteer_token, f"since={seen}") as page:
        assert (await page.next()).kind == "community"
    async with listening(app.edge, app.world.volunteer_token, "since=x", {"Last-Event-ID": str(seen)}) as page:
        assert (await page.next()).kind == "community"
        assert UUID(page.last) == await news_of(app)
    await act(messages.read_all, by=await person("volunteer"))
    async with listening(app.edge, app.world.volunteer_token, "", {"Last-Event-ID": str(seen)}) as page:
        assert {(await page.next()).kind, (await page.next()).kind} == {"community", "account"}


@pytest.mark.parametrize(
    "forged", ["", "1", "x" * 5000, "f" * 32, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "\x00", "é"]
)
async def test_a_forged_last_id_breaks_nothing_and_later_changes_still_arrive(forged, app, act, person):
    async with listening(app.edge, app.world.volunteer_token, "", {"Last-Event-ID": forged}) as page:
        assert page.status == 200
        while not page.silent:
            await page.next()
        await called(act, await person("dispatcher"))
        assert (await page.next()).kind == "community"


async def test_strangers_and_ended_sessions_hear_nothing(app):
    async with listening(app.edge) as page:
        assert page.status == 401
    async with listening(app.edge, "forged") as page:
        assert page.status == 401
    await db.run("UPDATE session SET ended_at = ? WHERE account_id = ?", clock.now(), app.world.volunteer)
    async with listening(app.edge, app.world.volunteer_token) as page:
        assert page.status == 401
    assert hub.HUB.count == 0


async def test_the_board_of_a_district_hears_of_its_communities_and_others_may_not_ask(app, act, person):
    async with listening(app.edge, app.world.command_token, f"{await settled(app)}&community=all") as board:
        await called(act, await person("outside_dispatcher"))
        await called(act, await person("dispatcher"))
        assert (await board.next()).kind == "community" and board.silent
    for token, wanted, status in (
        (app.world.volunteer_token, "all", 403),
        (app.world.command_token, "nowhere", 404),
        (app.world.dispatcher_token, "nowhere", 404),
    ):
        async with listening(app.edge, token, f"community={wanted}") as page:
            assert page.status == status
    assert hub.HUB.count == 0


async def test_signing_out_ends_the_stream_with_the_next_comment_line(app, act, person, monkeypatch):
    volunteer = await person("volunteer")
    async with listening(app.edge, app.world.volunteer_token) as page, listening(app.edge, app.world.steward_token) as other:
        [stream] = hub.HUB.accounts[volunteer.id]
        await hub.HUB._beat([stream], app_standing())
        await asyncio.wait_for(page.commented.wait(), 10)
        assert not page.ended.is_set()
        await act(sessions.end, volunteer.session_id, by=volunteer)
        await hub.HUB._beat([each for part in hub.HUB.slices for each in part], app_standing())
        await asyncio.wait_for(page.ended.wait(), 10)
        assert not other.ended.is_set()


async def test_a_suspended_account_hears_no_more(app):
    async with listening(app.edge, app.world.volunteer_token) as page:
        await db.run("UPDATE account SET suspended_at = ? WHERE id = ?", clock.now(), app.world.volunteer)
        await hub.HUB._beat([each for part in hub.HUB.slices for each in part], app_standing())
        await asyncio.wait_for(page.ended.wait(), 10)


def app_standing():
    from app.people import reads

    return reads.standing


async def test_a_stream_holds_no_connection_of_the_database(app, act, person):
    """Forty pages listen, more than there are connections, and acts still go through."""
    async with asyncio.TaskGroup() as group:
        done = asyncio.Event()

        async def page(token: str) -> None:
            async with listening(app.edge, token):
                await done.wait()

        names = ("volunteer", "volunteer2", "steward", "dispatcher", "operator", "newcomer", "command")
        for name in names:
            for _ in range(6):
                group.create_task(page(getattr(app.world, f"{name}_token")))
        while hub.HUB.count < 6 * len(names):
            await asyncio.sleep(0.01)
        dispatcher = await person("dispatcher")
        await asyncio.gather(*(called(act, dispatcher) for _ in range(12)))
        done.set()


async def test_a_listening_connection_that_was_killed_misses_nothing(app, act, person):
    """Killed before the act and again right after it: what was committed meanwhile is read again. On SQLite there is none to kill."""
    dispatcher = await person("dispatcher")
    kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    async with listening(app.edge, app.world.volunteer_token, await settled(app)) as page:
        for _ in range(3):
            if db.is_postgres():
                async with asyncio.timeout(20):
                    while not await db.value(kill):
                        await asyncio.sleep(0.01)
            await called(act, dispatcher)
            if db.is_postgres():
                await db.value(kill)
            last = await news_of(app)
            assert (await page.next()).kind == "community"
            while UUID(page.last) != last:  # PostgreSQL counts again what may have been on its way
                await page.next()
