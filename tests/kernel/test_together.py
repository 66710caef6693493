"""Reads side by side: the same answers as one after another, in one statement a step, on both databases."""

import asyncio
from datetime import datetime
from uuid import UUID

import msgspec
import pytest
from support.counting import statements

from app.kernel import clock, db
from app.kernel.trouble import Gone

pytestmark = pytest.mark.postgres


class Account(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID
    name_sealed: bytes
    phone_hash: bytes | None
    made_at: datetime
    fine: bool
    note: str | None
    absent: str = "there all along"


ACCOUNTS = """SELECT id, key_id, name_sealed, phone_hash, made_at, suspended_at IS NULL AS fine, NULL AS note, 7 AS nobody_takes_it
FROM account ORDER BY made_at DESC, id DESC"""


class Street(msgspec.Struct, frozen=True):
    estate: str
    number: int


STREETS = "SELECT e.name AS estate, b.number FROM building b JOIN estate e ON e.id = b.estate_id WHERE b.community_id IN ({}) ORDER BY 1 DESC, 2 LIMIT ?"


def streets(*communities: UUID, limit: int = 50):
    return db.rows(Street, STREETS.format(db.marks(communities)), *communities, limit)


def accounts():
    return db.rows(Account, ACCOUNTS)


def nobody():
    return db.one(Account, ACCOUNTS.replace("ORDER", "WHERE id = key_id ORDER"))


def how_many():
    return db.value("SELECT count(*) FROM account WHERE made_at <= ?", clock.now())


def ids():
    return db.rows(UUID, "SELECT id FROM building ORDER BY id DESC")


async def test_answers_are_those_of_one_after_another_and_take_one_statement(world):
    asks = (lambda: streets(world.community, world.away), lambda: streets(world.community, limit=1), accounts, nobody, how_many, ids)
    apart = [await ask() for ask in asks]
    assert len(apart[0]) == 4 and len(apart[2]) == 9 and apart[3] is None
    await db.at_once(*(ask() for ask in asks))  # SQLite learns the columns of each text once
    with statements() as asked:
        assert await db.at_once(*(ask() for ask in asks)) == apart
    assert len(asked) == 1


async def test_a_longer_list_is_the_same_question_and_learns_nothing_anew(world):
    await db.at_once(streets(world.community), how_many())
    with statements() as asked:
        found, _ = await db.at_once(streets(world.community, world.away, world.community), how_many())
    assert len(asked) == 1 and len(found) == 4


async def twice():
    return await how_many(), await ids()


async def within():
    return await db.at_once(how_many(), twice())


async def test_second_questions_go_together_too_and_a_trip_within_a_trip_joins_it(world):
    apart = [await twice(), await within(), await accounts()]
    for _ in range(2):
        with statements() as asked:
            assert await db.at_once(twice(), within(), accounts()) == apart
    assert len(asked) == 2


async def test_what_a_read_refuses_reaches_the_page_as_it_was_and_stops_the_others(world):
    async def refuses():
        await how_many()
        raise Gone("need")

    stopped = asyncio.Event()

    async def waits():
        try:
            while True:
                await how_many()
        finally:
            stopped.set()

    with pytest.raises(Gone):
        await db.at_once(twice(), refuses(), waits())
    assert stopped.is_set()
    assert await how_many() == 9


async def test_a_wrong_question_fails_like_any_and_the_next_trip_is_well(world):
    with pytest.raises(db.Unwell):
        await db.at_once(how_many(), db.value("SELECT no_such_column FROM account"))
    assert await db.at_once(how_many(), how_many()) == [9, 9]


async def test_in_a_transaction_each_is_asked_as_ever_and_sees_what_was_written(world):
    async with db.transaction():
        await db.run("UPDATE building SET number = 77 WHERE id = ?", world.building)
        found, _ = await db.at_once(streets(world.community), how_many())
        assert 77 in {each.number for each in found}
