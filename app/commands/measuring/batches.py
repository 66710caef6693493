"""Acts through `kernel.act.perform`, 50 to a batch, beside the same rows written to SQLite by hand, one commit an act.

Three copies of one database: ours, and two that get the rows which ours wrote, act by act and batch by batch. In the
end the three must hold the same.
"""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

import uvloop

from app.commands.keeping import copy
from app.commands.measuring.figures import Figure
from app.commands.measuring.stage import Phone, Stage
from app.commands.measuring.wire import Wrong
from app.kernel import clock, db, ids, seal, settings
from app.kernel.act import Receipt, perform
from app.kernel.book import Book
from app.kernel.forms import Form
from app.people import reads as people
from app.people.person import Person
from app.people.rules import sessions

SIZE = 50
CAP = 50  # the most that a community may set
TASK = {"title": ["搬运物资"], "meeting": ["北门"], "hours": ["4"], "starts": ["60"]}
PRAGMAS = ("synchronous=FULL", "secure_delete=ON", "foreign_keys=ON")  # as the app opens it
Rates = tuple[float, float, float]
Statement = tuple[str, tuple]


def figure(data: Path, stage: Stage, batches: int) -> Figure:
    """`data`: the folder of a server that has ended."""
    folder = data.with_name("acts")
    shutil.copytree(data, folder, ignore=shutil.ignore_patterns("*.sock"))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rates = runner.run(_rates(folder, stage, batches))
    ratios = [ours / single for ours, single, _ in rates]
    ours, single, whole = (median(each) for each in zip(*rates, strict=True))
    beside = f"{ours:.0f} acts/s; raw batches of {SIZE} {whole:.0f} acts/s, ratio {ours / whole:.2g}"
    return Figure("acts_batch_ratio", median(ratios), "x", single, median(ratios), (min(ratios), max(ratios)), "acts/s", beside)


async def _rates(folder: Path, stage: Stage, batches: int) -> list[Rates]:
    """Acts a second, batch by batch: ours, raw one by one, raw batches."""
    from app.web import ACTS, MODELS

    config, book = settings.load({"LASTMETRE_DATA": str(folder)}), Book(ACTS)
    seal.open_keys(folder, config.master_key)
    await db.connect(config.database_url, MODELS)
    try:
        takes = await _takes(book, stage, batches * SIZE)
        with ExitStack() as stack:
            store = folder / "lastmetre.db"
            ours, single, whole = (stack.enter_context(closing(_open(path))) for path in (store, *_copies(store)))
            await _batch(book, takes[:SIZE], ours, single, whole)
            rates = [await _batch(book, takes[n : n + SIZE], ours, single, whole) for n in range(SIZE, len(takes), SIZE)]
            for other in (single, whole):
                _same(ours, other)
        return rates
    finally:
        await db.disconnect()
        seal.close_keys()


async def _takes(book: Book, stage: Stage, count: int) -> list[tuple[str, Person]]:
    """`count` takes still to be done and as many for warming up, each of another place."""
    await db.run("UPDATE community SET take_cap = ?", CAP)
    dispatcher, *helpers = [await _person(phone) for phone in (stage.dispatcher, *stage.volunteers)]
    form = Form({**TASK, "places": [str(len(helpers))]})
    calls = [book.read("/tasks", form, act_id=ids.secret(), by=dispatcher) for _ in range(-(-(count + SIZE) // len(helpers)))]
    tasks = [receipt.about for receipt in await perform(calls)]
    return [(f"/tasks/{task}/take", helper) for task in tasks for helper in helpers][: count + SIZE]


async def _person(phone: Phone) -> Person:
    session = await sessions.find(phone.sid)
    found = await people.person(session) if session else None
    if found is None:
        raise Wrong("a session of the sample has gone")
    return found


async def _batch(
    book: Book, takes: list[tuple[str, Person]], ours: sqlite3.Connection, single: sqlite3.Connection, whole: sqlite3.Connection
) -> Rates:
    began = time.perf_counter()
    presses = [book.read(path, Form({}), act_id=ids.secret(), by=by, at=clock.now()) for path, by in takes]
    receipts = await perform(presses)
    took = time.perf_counter() - began
    if not all(isinstance(receipt, Receipt) and receipt.state == "applied" for receipt in receipts):
        raise Wrong(f"an act of a batch was not applied: {receipts}")
    acts = [_written(ours, press.id) for press in presses]
    return SIZE / took, SIZE / _raw(single, [[act] for act in acts]), SIZE / _raw(whole, [acts])


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
    for (table,) in ours.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall():
        if set(ours.execute(f"SELECT * FROM {table}")) != set(other.execute(f"SELECT * FROM {table}")):
            raise Wrong(f"{table} does not hold the same rows after the same acts")
