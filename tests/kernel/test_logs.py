"""What the log holds of an error: its kind and where it came from, never the value that it stumbled over."""

import io
import logging
from uuid import UUID

import pytest

from app.kernel import db, ids
from app.kernel.logs import Plain, set_up

CANARY = "金丝雀13912345678"


def told(fail) -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Plain("%(levelname)s %(message)s"))
    record = logging.LogRecord("app", logging.ERROR, "", 0, "it failed", (), None)
    try:
        fail()
    except Exception as error:
        record.exc_info = (type(error), error, error.__traceback__)
    handler.handle(record)
    return out.getvalue()


def _chained() -> None:
    try:
        {}[CANARY]
    except KeyError as error:
        raise ValueError(f"no {CANARY}") from error


@pytest.mark.parametrize("fail", [lambda: int(CANARY), _chained, lambda: UUID(CANARY)])
def test_an_errors_own_words_stay_out(fail):
    said = told(fail)
    assert CANARY not in said and "ValueError" in said and "test_logs.py" in said


def test_both_ends_of_a_chain_are_named():
    said = told(_chained)
    assert "KeyError" in said and "ValueError" in said


@pytest.mark.postgres
async def test_a_database_error_names_no_value(world):
    async def twice() -> None:
        for _ in range(2):
            await db.run("INSERT INTO organisation(id, community_id, name) VALUES (?, ?, ?)", ids.new(), world.community, CANARY)

    with pytest.raises(db.IntegrityError) as caught:
        await twice()
    error = caught.value

    def again() -> None:
        raise error

    said = told(again)
    assert CANARY not in said and "IntegrityError" in said


def test_an_objects_own_words_in_a_message_of_asyncio_stay_out():
    record = logging.LogRecord("asyncio", logging.ERROR, "", 0, "never retrieved\nfuture: %s", (ValueError(CANARY),), None)
    assert CANARY not in Plain("%(message)s").format(record)


def test_libraries_do_not_show_statements_even_at_debug():
    before = logging.root.handlers[:], logging.root.level
    try:
        set_up("debug")
        for name in ("tortoise.db_client", "aiosqlite", "asyncio", "multipart"):
            assert not logging.getLogger(name).isEnabledFor(logging.INFO)
        assert logging.getLogger("app.kernel").isEnabledFor(logging.DEBUG)
    finally:
        logging.root.handlers[:], logging.root.level = before
        for name in ("app", "uvicorn"):
            logging.getLogger(name).setLevel(logging.NOTSET)
