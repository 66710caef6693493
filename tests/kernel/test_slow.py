"""What takes long is told: the statement's text, never what it was asked with; and a line of the log names its request."""

import logging

import pytest

from app.kernel import db
from app.kernel.db import slow
from app.kernel.logs import REQUEST, Plain

CANARY = "金丝雀13912345678"


@pytest.mark.postgres
async def test_a_slow_statement_is_told_once_a_minute_without_its_values(world, monkeypatch, caplog):
    monkeypatch.setattr(slow, "SLOW", -1.0)
    slow._told.clear()
    with caplog.at_level(logging.WARNING, "app.kernel.db.slow"):
        for _ in range(3):
            assert await db.value("SELECT count(*) FROM team WHERE name = ?", CANARY) == 0
        await db.run("UPDATE team SET name = ? WHERE name = ?", CANARY, CANARY)
    told = [record.getMessage() for record in caplog.records if "team" in record.getMessage()]
    assert len(told) == 2 and all(CANARY not in line for line in told)
    assert "SELECT count(*) FROM team" in told[0] and "UPDATE team" in told[1]


async def test_what_is_quick_is_not_told(world, caplog):
    slow._told.clear()
    with caplog.at_level(logging.WARNING, "app.kernel.db.slow"):
        await db.value("SELECT 1")
    assert not [record for record in caplog.records if record.name == "app.kernel.db.slow"]


async def test_each_answer_has_its_request_s_name_and_so_has_the_log(client):
    first, second = [(await client(None).get("/healthz")).headers["x-request-id"] for _ in range(2)]
    assert first != second and len(first) == 8
    held = REQUEST.set("abc")
    try:
        assert Plain("[%(request)s] %(message)s").format(logging.LogRecord("app", 30, "", 0, "it failed", (), None)) == "[abc] it failed"
    finally:
        REQUEST.reset(held)
