"""F27. The disk is full, a write fails, the file may not be written: 503 and no receipt; afterwards it goes on by itself."""

import asyncio
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import cast
import httpx
import pytest
from support import server
from support.outcome import CLEAN, acts, filled, outcome
from support.swarm import Phone, Tally

from app.kernel import clock, db, ids
from app.kernel.act import Press, perform
from app.people.person import STRANGER

SMALL = Path(__file__).with_name("on_a_small_disk.py")  # by this name alone nobody collects it


def test_a_disk_that_takes_no_more_answers_503_and_later_all_of_it_counts(tmp_path):
    """The kernel refuses every write beyond the present size of the files, as a full disk would."""
    folder = filled(tmp_path / "data")
    world = cast.world(folder)
    sent, tally = acts(world, 240), Tally()
    with server.serve(folder) as running:
        phone = Phone(1, world.dispatcher_token, sent, 1, batch=20)
        first, then = asyncio.run(_full_and_free(running, phone, tally))
    assert {answer.status for answer in first} == {503}, [answer.status for answer in first]
    assert all(answer.retry_after for answer in first) and not any("x-act-receipt" in answer.head for answer in first)
    assert [answer.status for answer in then] == [200] * 12
    assert outcome(folder, sent, tally.acked) == CLEAN and len(tally.acked) == len(sent)


async def _full_and_free(running, phone, tally):
    batches = [phone.acts[n : n + 20] for n in range(0, len(phone.acts), 20)]
    pid, free = running.process.pid, resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, free))
    first = [await phone.send(running.port, batch, tally) for batch in batches]
    form = {**phone.head, "Content-Type": "application/x-www-form-urlencoded"}
    async with httpx.AsyncClient(base_url=running.url, trust_env=False, timeout=20) as line:
        by_form = await line.post("/teams", data={"name": "表单", "act": ids.secret()}, headers=form)
        assert by_form.status_code == 503 and "x-act-receipt" not in by_form.headers
        assert (await line.get("/healthz")).status_code == 200
    assert not tally.acked
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (free, free))
    return first, [await phone.send(running.port, batch, tally) for batch in batches]


@pytest.mark.long
def test_a_file_system_without_room_answers_503_and_later_all_of_it_counts(tmp_path):
    """A real file system of a few megabytes, in a mount namespace in which the test of `on_a_small_disk.py` runs."""
    mount = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(tmp_path)]
    if shutil.which("unshare") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user may not have a mount namespace")
    inside = 'mount -t tmpfs -o size=32m none "$SMALL_DISK" && exec "$0" -m pytest -q -x "$1"'
    command = ["unshare", "-rm", "sh", "-c", inside, sys.executable, str(SMALL)]
    env = os.environ | {"SMALL_DISK": str(tmp_path)}
    done = subprocess.run(command, cwd=server.ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0 and "SKIPPED" not in done.stdout, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.fixture
async def full(world):
    """`full(True)` lets the database file grow no more, `full(False)` ends that."""

    async def set_to(on: bool) -> None:
        pages = await db.value("PRAGMA page_count")
        await db.run(f"PRAGMA max_page_count = {pages if on else 2**30}")

    yield set_to


def team(world, name: str, size: int = 10):
    async def work() -> None:
        await db.run("INSERT INTO team(id, community_id, name) VALUES (?, ?, ?)", ids.new(), world.community, name + "队" * size)

    return Press(ids.secret(), "test", STRANGER, work, b"body")


async def test_a_full_database_gives_no_receipt_and_takes_the_same_acts_when_there_is_room(world, full):
    presses = [team(world, f"{n}", 400) for n in range(60)]
    await full(True)
    receipts = []
    for press in presses:
        try:
            receipts += await perform([press])
        except db.Unwell:
            receipts.append(None)
    assert None in receipts
    kept = [press.id for press, receipt in zip(presses, receipts, strict=True) if receipt]
    assert await db.value("SELECT count(*) FROM team") == await db.value("SELECT count(*) FROM receipt WHERE path = 'test'") == len(kept)
    await full(False)
    again = [(await perform([press]))[0] for press in presses]
    assert [receipt.again for receipt in again] == [press.id in kept for press in presses]
    assert await db.value("SELECT count(*) FROM team") == len(presses)


@pytest.mark.parametrize("at", [0, 1, 2])
async def test_a_transaction_that_the_database_ended_by_itself_acknowledges_nothing(world, at):
    """SQLite rolls back on its own when a write fails; what came before in the batch is gone, and what comes after must not count."""
    presses = [team(world, f"{n}") for n in range(3)]
    cut = presses[at].work

    async def failing():
        await cut()
        db._client()._connection._conn.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    broken = [*presses]
    broken[at] = Press(presses[at].id, "test", STRANGER, failing, b"body")
    with pytest.raises(db.Unwell):
        await perform(broken)
    assert await db.value("SELECT count(*) FROM team") == await db.value("SELECT count(*) FROM receipt WHERE path = 'test'") == 0
    assert [receipt.again for receipt in await perform(presses)] == [False] * 3
    assert await db.value("SELECT count(*) FROM team") == 3


@pytest.mark.parametrize("step", ["begin", "commit"])
async def test_a_failure_of_the_disk_at_begin_or_commit_is_503_without_a_receipt(client, app, monkeypatch, step):
    from app.kernel.db import sqlite

    phone, act = client("dispatcher"), {"id": ids.secret(), "path": "/teams", "form": {"name": "新队"}}

    async def failing(self):
        raise sqlite.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(sqlite.Transaction, step, failing)
        for answer in (
            await phone.post("/acts", json={"acts": [act]}),
            await phone.post("/teams", data={"act": act["id"], "name": "新队"}),
        ):
            assert answer.status_code == 503 and answer.headers["retry-after"] and "x-act-receipt" not in answer.headers
    assert await db.value("SELECT count(*) FROM receipt WHERE id = ?", act["id"]) == 0
    [told] = (await phone.post("/acts", json={"acts": [act]})).json()["receipts"]
    assert (told["state"], told["again"]) == ("applied", False)


async def test_a_database_that_may_only_be_read_gives_no_receipt_and_pages_go_on(client, app):
    phone, act = client("dispatcher"), {"id": ids.secret(), "path": "/teams", "form": {"name": "新队"}}
    await db.run("PRAGMA query_only = ON")
    by_batch, by_form = await phone.post("/acts", json={"acts": [act]}), await phone.post("/teams", data={"name": "新队"})
    assert by_batch.status_code == 503 or by_batch.json()["receipts"] == [None]
    assert by_form.status_code == 503 and "x-act-receipt" not in by_form.headers
    clock.advance(timedelta(minutes=11))  # by now the moment of a visit would be noted
    assert (await phone.get("/teams")).status_code == 200
    await db.run("PRAGMA query_only = OFF")
    [told] = (await phone.post("/acts", json={"acts": [act]})).json()["receipts"]
    assert (told["state"], told["again"]) == ("applied", False)
