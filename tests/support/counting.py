"""How many statements a page sends to the database.

Left out: what `app.kernel.db.together` asks once a process of a text's columns, which says something of the tests before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from tortoise.connection import get_connections

from app.kernel.db.together import PROBE


@contextmanager
def statements() -> Iterator[list[str]]:
    """`with statements() as asked:` gathers every statement of the block, in order."""
    connection, asked = get_connections().get("default"), []

    def watched(name: str):
        original = getattr(connection, name)

        async def ask(query: str, *args, **more):
            if not query.endswith(PROBE):
                asked.append(query)
            return await original(query, *args, **more)

        return patch.object(connection, name, ask)

    with watched("execute_query_dict"), watched("execute_query"):
        yield asked
