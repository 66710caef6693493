"""The search for given words in a database on PostgreSQL: every row of every table as the server writes it, and whatever its keys open."""

from collections.abc import AsyncIterator
from pathlib import Path

from app.privacy.canaries import forms_of, opened, ring, sealed

AT_ONCE = 500  # rows

_COLUMNS = """SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position"""


async def search_rows(url: str, words: list[str], keys: Path) -> tuple[int, int, list[str]]:
    """Rows looked at, sealed values opened, and where the words are: `table: word 1`, `table.column: word 1 sealed`.

    What the server keeps beside its rows (WAL, its own copies) is not seen from here: a dump or that folder can be searched as files.
    """
    import asyncpg  # costs memory that SQLite need not pay

    plain = [(number, said) for number, word in enumerate(words, 1) for said in _written(word)]
    secret = [(number, each) for number, word in enumerate(words, 1) for each in forms_of(word)]
    keyring, looked, read, found = ring(keys), 0, 0, []
    raw = await asyncpg.connect(url)
    try:
        async with raw.transaction(isolation="repeatable_read", readonly=True):
            columns: dict[str, list[str]] = {}
            for table, name in await raw.fetch(_COLUMNS):
                columns.setdefault(table, []).append(name)
            for table in columns:
                async for (row,) in _each(raw, f'SELECT t::text FROM "{table}" t'):
                    looked += 1
                    found += [f"{table}: word {number}" for number, said in plain if said in row]
            for place, bound, sql in sealed(columns):
                async for row in _each(raw, sql):
                    if (data := opened(keyring, bound, *row)) is not None:
                        read += 1
                        found += [f"{place}: word {number} sealed" for number, each in secret if each in data]
    finally:
        await raw.close()
    return looked, read, list(dict.fromkeys(found))


async def _each(raw, sql: str) -> AsyncIterator:
    async for row in raw.cursor(sql, prefetch=AT_ONCE):
        yield row


def _written(word: str) -> set[str]:
    """A word as it may stand in a row's own text: as it is, escaped, and as the digits of bytes."""
    forms = [each.decode(errors="ignore") for each in forms_of(word) if b"\x00" not in each]
    return {*forms, *(each.replace("\\", "\\\\") for each in forms), *(each.hex() for each in forms_of(word))}
