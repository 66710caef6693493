"""Tortoise's SQLite client, mended: one writing connection, N read-only readers, BEGIN IMMEDIATE.

The stock client begins with a plain BEGIN (a read that turns into a write fails at once when another
connection committed in between), lets reads wait for writes, and keeps its lock for ever when a request is
cancelled while entering a transaction. `Client.__init__` takes Tortoise's credentials: `file_path`,
`readers`, and PRAGMAs.

A statement inside a transaction runs on the spot: nothing there can wait for a lock, and handing it to the
connection's thread and back costs several times what the statement does. BEGIN and COMMIT, which wait for other
processes and for the disk, and long batches go to the thread.
"""

import asyncio
import sqlite3

import aiosqlite
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError


async def _finish(work):
    """Let `work` end even if the caller is cancelled: a half-ended transaction would poison the connection."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


OUTLIVED = "a task outlived the transaction that it was started in"
LONG = 200  # rows of a batch that would hold up everybody else


class Transaction(SqliteTransactionWrapper):
    _raw: sqlite3.Connection

    def _open(self) -> sqlite3.Connection:
        if self._finalized:
            raise OperationalError(OUTLIVED)
        # SQLite may end a transaction by itself (disk full, a failed read or write); what came after would be committed
        # statement by statement, and a COMMIT that has nothing to do would say that all went well
        if not self._raw.in_transaction:
            raise OperationalError("the database ended the transaction by itself")
        return self._raw

    def _here(self, query: str, values: list | None) -> list[sqlite3.Row]:
        try:
            return self._open().execute(query, values or ()).fetchall()
        except sqlite3.IntegrityError as error:
            raise IntegrityError(error) from error
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    async def execute_query(self, query: str, values: list | None = None):
        before = self._raw.total_changes
        found = self._here(query, values)
        return (self._raw.total_changes - before) or len(found), found

    async def execute_query_dict(self, query: str, values: list | None = None):
        return [dict(row) for row in self._here(query, values)]

    @translate_exceptions
    async def execute_many(self, query: str, values: list[list]) -> None:
        if len(values) > LONG:
            self._open()
            await super().execute_many(query, values)
        else:
            self._open().executemany(query, values)

    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        self._raw = self._connection._conn

    async def commit(self) -> None:
        self._open()
        try:
            await super().commit()
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    def acquire_connection(self):
        if self._finalized:
            raise OperationalError(OUTLIVED)
        return super().acquire_connection()


class TransactionContext(SqliteTransactionContext):
    async def __aenter__(self):
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            try:
                if (raw := self.connection._connection) is not None:
                    await _finish(raw.rollback())
            finally:
                self.connection._finalized = True
                self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection

    async def __aexit__(self, kind, error, trace) -> None:
        try:
            if not self.connection._finalized:
                await _finish(self._end(failed=kind is not None))
        finally:
            self.connection._finalized = True
            get_connections().reset(self.token)
            self._trxlock.release()

    async def _end(self, *, failed: bool) -> None:
        if failed:
            await self.connection.rollback()
            return
        try:
            await self.connection.commit()
        except BaseException:
            # a COMMIT that fails (a deferred foreign key) leaves the transaction open for the next caller
            self.connection._finalized = False
            await self.connection.rollback()
            raise


STATEMENTS = 512  # kept prepared by a connection


class Client(SqliteClient):
    def __init__(self, file_path: str, readers: int = 3, **pragmas) -> None:
        self._wanted = int(readers)
        super().__init__(file_path, **pragmas)
        self._idle: asyncio.Queue | None = None
        self._readers: list[aiosqlite.Connection] = []
        self._opening = asyncio.Lock()

    def _in_transaction(self) -> TransactionContext:
        return TransactionContext(Transaction(self), self._lock)

    async def create_connection(self, with_db: bool) -> None:
        if self._connection is None:
            opened = await aiosqlite.connect(self.filename, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS)
            opened._conn.row_factory = sqlite3.Row
            for pragma, value in self.pragmas.items():
                await (await opened.execute(f"PRAGMA {pragma}={value}")).close()
            self._connection = opened
            await self._post_connect()

    async def _reader_pool(self) -> asyncio.Queue:
        async with self._opening:
            if self._idle is None:
                async with self._lock:
                    if self._connection is None:  # the writer makes the file and its WAL
                        await self.create_connection(with_db=True)
                idle: asyncio.Queue = asyncio.Queue()
                for _ in range(self._wanted):
                    reader = await aiosqlite.connect(f"file:{self.filename}?mode=ro", uri=True, isolation_level=None)
                    reader._conn.row_factory = sqlite3.Row
                    await (await reader.execute("PRAGMA query_only=ON")).close()
                    self._readers.append(reader)
                    idle.put_nowait(reader)
                self._idle = idle
        return self._idle

    async def _read(self, query: str, values: list | None) -> list[sqlite3.Row]:
        pool = await self._reader_pool()
        reader = await pool.get()
        try:
            return list(await reader.execute_fetchall(query, values))
        finally:
            pool.put_nowait(reader)

    @translate_exceptions
    async def execute_query(self, query: str, values: list | None = None):
        if not _reads(query):
            return await SqliteClient.execute_query(self, query, values)
        found = await self._read(query, values)
        return len(found), found

    @translate_exceptions
    async def execute_query_dict(self, query: str, values: list | None = None):
        if not _reads(query):
            return await SqliteClient.execute_query_dict(self, query, values)
        return [dict(row) for row in await self._read(query, values)]

    async def close(self) -> None:
        readers, self._readers, self._idle = self._readers, [], None
        for reader in readers:
            await reader.close()
        await super().close()


def _reads(query: str) -> bool:
    head = query.lstrip()[:6].upper()
    return head == "SELECT" or (head[:4] == "WITH" and "RETURNING" not in query)


client_class = Client
