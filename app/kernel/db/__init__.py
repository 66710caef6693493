"""The database as the slices see it: one SQL text for SQLite and PostgreSQL, rows as frozen structs.

SQL is written with `?` for every parameter, in the order given. `rows`, `one`, `value` read; `run` writes and
answers how many rows it changed (an INSERT too, on both databases). UUIDs, moments and booleans go in and come
out as Python values. Outside `transaction()` a SELECT runs on a read-only connection and does not wait for writers.
"""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import tortoise.models
from tortoise import Tortoise, fields
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError as IntegrityError
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from app.kernel.db.slow import Timed
from app.kernel.db.together import TRIP, Trip, travel

tortoise.models._get_comments = lambda model: {}  # it parses every model's source at each start, for a schema that is not its own

T = TypeVar("T")
Unwell = OperationalError  # the disk is full, a write failed, there is no server: nothing was written

_postgres = False


class Moment(fields.DatetimeField):
    """UTC always, in one text form on SQLite: stock fields store `+08:00` verbatim, which sorts and compares wrongly."""

    def to_db_value(self, value, instance):
        return None if value is None else _plain(value)

    def to_python_value(self, value):
        return datetime.fromisoformat(value) if isinstance(value, str) else value


def belongs_to(model: str, **options: Any) -> Any:
    """A foreign key without the backward relation: that one is a truthy QuerySet, and its names collide with columns."""
    return fields.ForeignKeyField(f"models.{model}", related_name=False, **options)


def is_postgres() -> bool:
    return _postgres


async def connect(url: str, models: Sequence[str]) -> None:
    """Open the database at `url` (as in settings) for this process; `disconnect` in a `finally`."""
    global _postgres
    _postgres = url.startswith("postgres")
    if _postgres:
        from tortoise.backends.base.config_generator import expand_db_url

        connection = expand_db_url(url.replace("postgresql://", "postgres://").replace("postgres://", "asyncpg://"))
        connection["engine"] = "app.kernel.db.postgres"
        connection["credentials"].setdefault("minsize", 1)
        connection["credentials"].setdefault("maxsize", 10)
    else:
        connection = {
            "engine": "app.kernel.db.sqlite",
            "credentials": {
                "file_path": url.removeprefix("sqlite://"),
                "readers": 3,
                "synchronous": "FULL",
                "busy_timeout": 5000,
                "secure_delete": "ON",
            },
        }
    await Tortoise.init(
        config={"connections": {"default": connection}, "apps": {"models": {"models": list(models)}}},
        _enable_global_fallback=True,
    )


async def disconnect() -> None:
    await Tortoise.close_connections()


_inside: ContextVar[Any] = ContextVar("transaction", default=None)


@asynccontextmanager
async def transaction():
    """One BEGIN IMMEDIATE ... COMMIT. Never open one in a stream or hand one to a task that outlives it."""
    async with in_transaction("default") as opened:
        token = _inside.set(opened)
        try:
            yield
        finally:
            _inside.reset(token)


def _client() -> Any:
    return _inside.get() or get_connections().get("default")


@asynccontextmanager
async def savepoint():
    """Inside a transaction: what fails in the block is undone and the transaction can go on (PostgreSQL too).

    They nest under one name, since both databases mean the innermost: a text of its own each time is parsed each time.
    """
    db = _client()
    await db.execute_query("SAVEPOINT here")
    try:
        yield
    except BaseException:
        await db.execute_query("ROLLBACK TO here")
        await db.execute_query("RELEASE here")
        raise
    await db.execute_query("RELEASE here")


# What a parameter becomes, by its type; dozens of them are in an act. PostgreSQL takes all but a moment's zone as it is.
_id_text = lru_cache(maxsize=2_000)(str)
_TURNED: dict[type, Callable[[Any], Any]] = {
    datetime: lambda moment: moment.astimezone(UTC).isoformat(" ", "microseconds"),
    UUID: _id_text,
    date: str,
    bool: int,
}


def _plain(value: Any) -> Any:
    if _postgres:
        return value.astimezone(UTC) if isinstance(value, datetime) else value
    turned = _TURNED.get(type(value))
    return turned(value) if turned else value


def _prepared(sql: str, params: Sequence[Any]) -> tuple[str, list[Any]]:
    return _numbered(sql) if _postgres else sql, [_plain(param) for param in params]


@lru_cache(maxsize=2_000)
def _numbered(sql: str) -> str:
    parts = sql.split("?")
    return "".join(f"{part}${n}" for n, part in enumerate(parts[:-1], 1)) + parts[-1]


async def rows(shape: type[T], sql: str, *params: Any) -> list[T]:
    """All rows as `shape`, a msgspec.Struct whose fields are named like the columns (or any type for one column)."""
    struct = isinstance(shape, type) and issubclass(shape, msgspec.Struct)
    found = await _found(shape if struct else None, sql, params)
    if not struct:
        found = [next(iter(row.values())) for row in found]
    return msgspec.convert(found, list[shape], strict=False)


async def _answered(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
    with Timed(sql):
        return await _client().execute_query_dict(*_prepared(sql, params))


async def _found(shape: type[msgspec.Struct] | None, sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
    trip = TRIP.get()
    if trip is None or _inside.get():
        return await _answered(sql, params)
    taken = msgspec.structs.fields(shape) if shape else ()
    wanted = tuple(field.encode_name for field in taken) if shape else None
    return await trip.ask(sql, params, wanted, tuple(field.encode_name for field in taken if field.type in (bytes, bytes | None)))


async def at_once(*reads: Coroutine[Any, Any, Any]) -> list[Any]:
    """The answers of reads that do not wait for one another, their questions sent as one statement a step.

    Inside a transaction, and for its own verbs, one after another as ever.
    """
    if _inside.get():
        return [await read for read in reads]
    trip = TRIP.get() or Trip(_answered, _postgres)
    return await travel(trip, reads)


async def one(shape: type[T], sql: str, *params: Any) -> T | None:
    found = await rows(shape, sql, *params)
    return found[0] if found else None


async def value(sql: str, *params: Any) -> Any:
    """The first column of the first row as the database gives it, or None. In `at_once` an id or a moment is text."""
    found = await _found(None, sql, params)
    return next(iter(found[0].values())) if found else None


async def run(sql: str, *params: Any) -> int:
    """How many rows the statement changed."""
    if sql.lstrip()[:6].upper() == "INSERT" and "RETURNING" not in sql:
        sql += " RETURNING 1 AS done"
        return len(await _answered(sql, params))
    with Timed(sql):
        changed, _ = await _client().execute_query(*_prepared(sql, params))
    return changed


async def run_many(sql: str, batch: Sequence[Sequence[Any]]) -> None:
    if batch:
        prepared = [_prepared(sql, each) for each in batch]
        with Timed(sql):
            await _client().execute_many(prepared[0][0], [params for _, params in prepared])


def marks(values: Sequence[Any]) -> str:
    """`?, ?, ?` for `IN (...)`; give it at least one value and at most a few hundred."""
    return ", ".join("?" * len(values))
