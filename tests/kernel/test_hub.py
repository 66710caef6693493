"""Streams of live pages: gathered, bounded, ended."""

import asyncio

import pytest

from app.kernel import ids
from app.kernel.hub import SLICES, Hub

HOME, AWAY, HERS = "community 1", "community 2", "account 1"


class Wire:
    """The far end of a stream. `slow`: takes nothing until told to."""

    def __init__(self) -> None:
        self.said: list[bytes] = []
        self.more, self.gone, self.free = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.free.set()
        self.over = False

    async def receive(self) -> dict:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        await self.free.wait()
        if message["type"] == "http.response.body":
            self.said.append(message.get("body", b""))
            self.over = not message.get("more_body")
            self.more.set()

    async def until(self, part: bytes) -> None:
        while part not in b"".join(self.said):
            self.more.clear()
            await asyncio.wait_for(self.more.wait(), 10)


@pytest.fixture
async def hub():
    made = Hub(gather=0.02, beat=3600, most=3)
    made.standing = None

    async def alive(sessions):
        return set(sessions) if made.standing is None else made.standing

    made.open(alive)
    yield made
    await made.rest()


@pytest.fixture
async def follow(hub):
    """`stream, wire, task = follow("community 1")`."""
    tasks = []

    def start(*topics: str, account=1, session=1):
        stream, wire = hub.join(topics, account, session), Wire()
        tasks.append(asyncio.create_task(hub.follow(stream, wire.receive, wire.send)))
        return stream, wire, tasks[-1]

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def ended(task) -> None:
    await asyncio.wait_for(asyncio.shield(task), 10)


async def test_a_change_reaches_those_who_listen_to_its_topic_and_nobody_else(hub, follow):
    (_, home, _), (_, away, _) = follow(HOME, HERS), follow(AWAY, account=2)
    hub.tell(HOME, "01")
    hub.tell(HERS, "02")
    await home.until(b"id: 02\ndata: account\n\n")
    assert b"".join(home.said) == b"id: 01\ndata: community\n\nid: 02\ndata: account\n\n"
    assert away.said == []


async def test_a_hundred_changes_of_a_moment_are_one_frame_with_the_last_id(hub, follow):
    _, wire, _ = follow(HOME)
    hub.gather = 0.5
    for n in range(100):
        hub.tell(HOME, f"{n:03d}")
        await asyncio.sleep(0)
    await wire.until(b"id: 099")
    assert wire.said == [b"id: 099\ndata: community\n\n"]


async def test_frames_leave_in_the_order_of_their_ids(hub, follow):
    """A phone resumes after the last id that it read: what stands behind it in one write must not be older."""
    _, wire, _ = follow(HOME, HERS)
    hub.tell(HOME, "09")
    hub.tell(HERS, "05")
    await wire.until(b"id: 09")
    assert b"".join(wire.said).index(b"id: 05") < b"".join(wire.said).index(b"id: 09")


async def test_one_that_reads_slowly_keeps_one_frame_for_each_topic_and_holds_up_nobody(hub, follow):
    (stream, slow, _), (_, quick, _) = follow(HOME), follow(HOME, account=2)
    slow.free.clear()
    for n in range(2000):
        hub.tell(HOME, f"{n:05d}")
        if n % 100 == 99:
            hub._flush()
            await asyncio.sleep(0)
        assert len(stream.frames) <= 1
    await quick.until(b"id: 01999")
    assert slow.said == []
    slow.free.set()
    await slow.until(b"id: 01999")
    assert len(slow.said) <= 2


async def test_one_that_takes_nothing_for_a_whole_beat_is_cut(hub, follow):
    stream, wire, task = follow(HOME)
    wire.free.clear()
    for _ in range(2):
        await hub._beat([stream], lambda sessions: _all(sessions))
        await asyncio.sleep(0)
    await hub._beat([stream], lambda sessions: _all(sessions))
    await ended(task)
    assert hub.count == 0


async def _all(sessions):
    return set(sessions)


async def test_the_fourth_stream_of_an_account_ends_its_oldest_for_good(hub, follow):
    opened = [follow(HOME) for _ in range(4)]
    await ended(opened[0][2])
    assert opened[0][1].said[-1].startswith(b"event: rest") and hub.count == 3
    hub.tell(HOME, "01")
    for _, wire, _ in opened[1:]:
        await wire.until(b"id: 01")


async def test_a_session_that_is_over_ends_its_streams_with_the_next_beat(hub, follow):
    (mine, gone, task), (other, stays, _) = follow(HOME, session=1), follow(HOME, account=2, session=2)
    await hub._beat([mine, other], lambda sessions: _only({2}))
    await ended(task)
    await stays.until(b":\n\n")
    assert gone.over and not stays.over and hub.count == 1


async def _only(standing):
    return standing


async def test_every_stream_gets_a_comment_line_once_a_beat_and_ends_after_its_life():
    hub, beaten = Hub(beat=0.2), Wire()

    async def alive(sessions):
        return set(sessions)

    hub.open(alive)
    stream = hub.join([HOME], 1, 1)
    stream.beats = 3
    task = asyncio.create_task(hub.follow(stream, beaten.receive, beaten.send))
    await ended(task)
    assert b"".join(beaten.said).count(b":\n\n") >= 2 and b"retry: " in beaten.said[-1]
    await hub.rest()


async def test_a_database_that_is_away_ends_no_stream():
    hub, wire = Hub(beat=0.1), Wire()

    async def alive(sessions):
        raise OSError

    hub.open(alive)
    task = asyncio.create_task(hub.follow(hub.join([HOME], 1, 1), wire.receive, wire.send))
    await wire.until(b":\n\n:\n\n")
    assert not task.done()
    await hub.rest()
    await ended(task)


async def test_what_one_loop_gathered_and_did_not_send_holds_up_no_later_one():
    made = Hub(gather=0.02, beat=3600)
    made._pending[HOME] = "01"  # as a loop leaves it that ends within the moment

    async def alive(sessions):
        return set(sessions)

    made.open(alive)
    stream, wire = made.join((HOME,), 1, 1), Wire()
    task = asyncio.create_task(made.follow(stream, wire.receive, wire.send))
    made.tell(HOME, "02")
    await wire.until(b"id: 02")
    await made.rest()
    await ended(task)


async def test_closing_ends_all_and_says_when_to_come_again(hub, follow):
    opened = [follow(HOME, account=n) for n in range(200)]
    await asyncio.sleep(0)
    hub.close()
    await asyncio.gather(*(ended(task) for *_, task in opened))
    waits = {int(wire.said[-1].removeprefix(b"retry: ")) for _, wire, _ in opened}
    assert hub.count == 0 and not any(hub.streams) and len(waits) > 150 and max(waits) - min(waits) > 3_000
    _, late, task = follow(HOME)
    await ended(task)
    assert late.over


async def test_a_phone_that_goes_leaves_nothing_behind(hub, follow):
    opened = [follow(HOME, HERS, account=n) for n in range(SLICES + 1)]
    await asyncio.sleep(0)
    for _, wire, task in opened:
        wire.gone.set()
        await ended(task)
    assert (hub.count, hub.streams, hub.accounts, set().union(*hub.slices)) == (0, {}, {}, set())
    hub.tell(HOME, ids.new())
    assert not hub._pending
