"""Tortoise's asyncpg client, mended: a request cancelled on entering a transaction gives its connection back."""

import asyncio

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContextPooled
from tortoise.connection import get_connections


class TransactionContext(TransactionContextPooled):
    async def __aenter__(self):
        await self.ensure_connection()
        pool = self.client._parent._pool
        raw = await pool.acquire()
        try:
            self.client._connection = raw
            await self.client.begin()
        except BaseException:
            await asyncio.shield(pool.release(raw))
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


class Client(AsyncpgDBClient):
    def _in_transaction(self) -> TransactionContext:
        return TransactionContext(TransactionWrapper(self), self._pool_init_lock)


client_class = Client
