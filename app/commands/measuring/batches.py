"""Acts through `POST /acts`, 50 to a batch, beside the same rows written to SQLite by hand, one commit an act.

A server over one copy of a database takes the batches, each of another phone, and answers each act's receipt. Two
further copies get the rows which it wrote, act by act and batch by batch. In the end the three must hold the same.
"""

import asyncio
import json
import shutil
import sqlite3
import time
from collections.abc import Iterable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from app.commands.measuring import servers, wire
from app.commands.measuring.figures import Figure
from app.commands.measuring.stage import Phone, Stage
from app.commands.measuring.wire import Wrong
from app.kernel import ids
from app.kernel.backups import copy

SIZE = 50
PATIENCE = 30
CAP = 50  # the most that a community may set
TASK = {"title": "搬运物资", "meeting": "北门", "hours": "4", "starts": "60"}
PRAGMAS = ("synchronous=FULL", "secure_delete=ON", "foreign_keys=ON")  # as the app opens it
# What taking a place writes, without what the worker may write meanwhile.
PRESSED = "WHERE owner <> 'system'"
TABLES = {
    "receipt": PRESSED,
    "happening": f"WHERE act IN (SELECT id FROM receipt {PRESSED})",
    **dict.fromkeys(("task", "taker", "place", "granted"), ""),
}
Rates = tuple[float, float, float]
Statement = tuple[str, tuple]


def figure(data: Path, stage: Stage, batches: int) -> Figure:
    """`data`: the folder of a server that has ended."""
    folder = data.with_name("acts")
    shutil.copytree(data, folder, ignore=shutil.ignore_patterns("*.sock"))
    store = folder / "lastmetre.db"
    with closing(_open(store)) as settled:
        settled.execute("UPDATE community SET take_cap = ?", (CAP,))
    with servers.app(folder) as server, ExitStack() as stack:
        tasks = asyncio.run(_tasks(server, stage.dispatcher, batches + 2))
        _settled(store)
        single, whole = (stack.enter_context(closing(_open(path))) for path in _copies(store))
        ours = stack.enter_context(closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, isolation_level=None)))
        rates = [asyncio.run(_batch(server, phone, tasks, ours, single, whole)) for phone in stage.volunteers[: batches + 1]]
        for other in (single, whole):
            _same(ours, other)
    del rates[0]  # of a server that had not run warm
    ratios = [ours / single for ours, single, _ in rates]
    ours, single, whole = (median(each) for each in zip(*rates, strict=True))
    beside = f"{ours:.0f} acts/s; raw batches of {SIZE} {whole:.0f} acts/s, ratio {ours / whole:.2g}"
    return Figure("acts_batch_ratio", median(ratios), "x", single, median(ratios), (min(ratios), max(ratios)), "acts/s", beside)


async def _tasks(server: servers.Server, dispatcher: Phone, places: int) -> list[str]:
    """Paths of as many tasks as one phone takes; a place is left in the end, so that no message goes out."""
    sent = wire.post("/tasks", {**TASK, "places": str(places)}, **dispatcher.headers())
    return [(await wire.ask(server.port, sent, 303)).header("location").partition("?")[0] for _ in range(SIZE)]


def _settled(store: Path) -> None:
    """Returns once the worker has told of the tasks."""
    deadline = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(store)) as seen:
        while seen.execute("SELECT count(*) FROM happening WHERE done_at IS NULL AND held_until IS NULL").fetchone()[0]:
            if time.monotonic() > deadline:
                raise Wrong("the worker does not come to rest")
            time.sleep(0.05)


async def _batch(
    server: servers.Server, phone: Phone, tasks: list[str], ours: sqlite3.Connection, single: sqlite3.Connection, whole: sqlite3.Connection
) -> Rates:
    device, at = ids.secret(), datetime.now(UTC).isoformat()
    acts = [{"id": ids.secret(), "seq": seq, "at": at, "path": f"{path}/take", "form": {}} for seq, path in enumerate(tasks, 1)]
    sent = wire.send("/acts", {"device": device, "acts": acts}, **phone.headers())
    began = time.perf_counter()
    answer = await wire.ask(server.port, sent)
    took = time.perf_counter() - began
    receipts: list[dict[str, Any]] = json.loads(answer.body)["receipts"]
    if [(told["id"], told["state"]) for told in receipts if told] != [(act["id"], "applied") for act in acts]:
        raise Wrong(f"an act of a batch was not applied: {receipts}")
    written = [_written(ours, act["id"]) for act in acts]
    return SIZE / took, SIZE / _raw(single, [[act] for act in written]), SIZE / _raw(whole, [written])


def _written(ours: sqlite3.Connection, act: str) -> list[Statement]:
    """What the act of taking a place left behind, as the statements that write the same."""
    [receipt] = ours.execute("SELECT * FROM receipt WHERE id = ?", (act,)).fetchall()
    told = ours.execute("SELECT * FROM happening WHERE act = ? ORDER BY id", (act,)).fetchall()
    task, account = ours.execute("SELECT about, by FROM happening WHERE act = ? AND kind = 'task.taken'", (act,)).fetchone()
    [granted] = ours.execute("SELECT * FROM granted WHERE account_id = ? AND subject_id = ?", (account, task)).fetchall()
    place = ours.execute("SELECT taken_by, taken_at, id FROM place WHERE task_id = ? AND taken_by = ?", (task, account)).fetchone()
    taker = ours.execute("SELECT account_id, community_id, touched_at FROM taker WHERE account_id = ?", (account,)).fetchone()
    return [
        _insert("receipt", receipt),
        ("UPDATE task SET version = version + 1 WHERE id = ?", (task,)),
        ("INSERT INTO taker VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET touched_at = excluded.touched_at", taker),
        ("UPDATE place SET taken_by = ?, taken_at = ? WHERE id = ?", place),
        _insert("granted", granted),
        *(_insert("happening", row) for row in told),
    ]


def _insert(table: str, row: tuple) -> Statement:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row


def _raw(to: sqlite3.Connection, transactions: list[list[list[Statement]]]) -> float:
    """Seconds that these transactions of acts take, each synced before the next begins."""
    began = time.perf_counter()
    for acts in transactions:
        to.execute("BEGIN IMMEDIATE")
        for act in acts:
            for sql, params in act:
                to.execute(sql, params)
        to.execute("COMMIT")
    return time.perf_counter() - began


def _copies(store: Path) -> Iterable[Path]:
    for name in ("single.db", "whole.db"):
        copy(store, store.with_name(name))
        yield store.with_name(name)


def _open(path: Path) -> sqlite3.Connection:
    opened = sqlite3.connect(path, isolation_level=None, timeout=10)
    for pragma in ("journal_mode=WAL", *PRAGMAS):
        opened.execute(f"PRAGMA {pragma}")
    return opened


def _same(ours: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Raises Wrong when the hand-written rows are not those of the app: the ratio would compare two different things."""
    there = {name for (name,) in ours.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in there & TABLES.keys():
        rows = f"SELECT * FROM {table} {TABLES[table]}"
        if set(ours.execute(rows)) != set(other.execute(rows)):
            raise Wrong(f"{table} does not hold the same rows after the same acts")
