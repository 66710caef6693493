"""Several reads as one statement: what a page asks side by side goes to the database in one trip, and is of one moment.

Reads stay as they are. Those given to `at_once` run side by side; as soon as each of them waits for an answer, their questions
are sent as one `UNION ALL` of rows as JSON. A read that asks twice takes two trips, together with the others' second questions;
one that waits for anything else than its own answers keeps the others waiting.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextvars import ContextVar
from typing import Any

import msgspec

Row = dict[str, Any]
Send = Callable[[str, list[Any]], Awaitable[list[Row]]]


class Question(msgspec.Struct):
    """`blobs`: columns that hold bytes, which JSON cannot; None for `wanted` means every column."""

    sql: str
    params: Sequence[Any]
    wanted: tuple[str, ...] | None
    blobs: tuple[str, ...]
    answer: asyncio.Future


class Trip:
    """Reads under way, `live` of them not yet finished, and what they ask."""

    def __init__(self, send: Send, postgres: bool) -> None:
        self.send, self.postgres = send, postgres
        self.live, self.asked, self.sending = 0, [], set()

    async def ask(self, sql: str, params: Sequence[Any], wanted: tuple[str, ...] | None, blobs: tuple[str, ...]) -> list[Row]:
        question = Question(sql, params, wanted, blobs, asyncio.get_running_loop().create_future())
        self.asked.append(question)
        self.go()
        return await question.answer

    def go(self) -> None:
        """Off, once nobody is left who might have something to ask."""
        if self.asked and len(self.asked) >= self.live:
            batch, self.asked = self.asked, []
            task = asyncio.create_task(self.carry(batch))
            self.sending.add(task)
            task.add_done_callback(self.sending.discard)

    async def carry(self, batch: list[Question]) -> None:
        try:
            found = await self.fetch(batch)
        except BaseException as error:
            for question in batch:
                if not question.answer.done():
                    question.answer.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for question, rows in zip(batch, found, strict=True):
            if not question.answer.done():
                question.answer.set_result(rows)

    async def fetch(self, batch: list[Question]) -> list[list[Row]]:
        if len(batch) == 1:
            return [await self.send(batch[0].sql, list(batch[0].params))]
        parts = [await self.part(n, question) for n, question in enumerate(batch)]
        sent = await self.send(" UNION ALL ".join(parts), [param for question in batch for param in question.params])
        found: list[list[Row]] = [[] for _ in batch]
        for row in sent:
            of = row["of"]
            found[of].append(_read(row["said"], batch[of].blobs))
        return found

    async def part(self, n: int, question: Question) -> str:
        if self.postgres:
            return f"SELECT {n} AS of, row_to_json(q{n})::text AS said FROM ({question.sql}) q{n}"
        fields = ", ".join(f"'{name}', {_field(f'q{n}', name, name in question.blobs)}" for name in await self.columns(question))
        return f"SELECT {n} AS of, json_object({fields}) AS said FROM ({question.sql}) q{n}"

    async def columns(self, question: Question) -> list[str]:
        """SQLite makes no JSON of a row without its columns' names: they are asked once for each text of a question."""
        key = _LIST.sub("?", question.sql)
        if key not in _columns:
            [row] = await self.send(f"SELECT q.* FROM (SELECT 1) LEFT JOIN ({question.sql}){PROBE}", list(question.params))
            if len(_columns) >= KNOWN:
                _columns.clear()
            _columns[key] = list(row)
        return [name for name in _columns[key] if question.wanted is None or name in question.wanted]


KNOWN = 1_000
PROBE = " q ON 0 LIMIT 1"
_columns: dict[str, list[str]] = {}
_LIST = re.compile(r"\?(?:, \?)+")  # however many things a list names, its question has the same columns


def _field(row: str, name: str, blob: bool) -> str:
    column = f'{row}."{name}"'
    return f"CASE WHEN {column} IS NULL THEN NULL ELSE hex({column}) END" if blob else column


def _read(said: str, blobs: tuple[str, ...]) -> Row:
    row = msgspec.json.decode(said)
    for name in blobs:
        if row.get(name) is not None:
            row[name] = bytes.fromhex(row[name].removeprefix("\\x"))
    return row


TRIP: ContextVar[Trip | None] = ContextVar("trip", default=None)


async def travel(trip: Trip, reads: Sequence[Coroutine]) -> list[Any]:
    async def run(read: Coroutine) -> Any:
        TRIP.set(trip)
        try:
            return await read
        finally:
            trip.live -= 1
            trip.go()

    inside = TRIP.get() is trip
    trip.live += len(reads) - inside  # whoever asks for more while under way has nothing to ask until they are done
    tasks = [asyncio.create_task(run(read)) for read in reads]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    finally:
        trip.live += inside
