"""The tables that migrations make are the ones that the models describe, on both databases."""

import pytest
from tortoise import Tortoise

from app.kernel import db, migrate

RAW = {"receipt", "quarantine", "happening", "schema_migration"}


async def columns(table: str) -> set[str]:
    if db.is_postgres():
        return set(
            await db.rows(str, "SELECT column_name FROM information_schema.columns WHERE table_name = ? AND table_schema = 'public'", table)
        )
    return set(await db.rows(str, "SELECT name FROM pragma_table_info(?)", table))


async def tables() -> set[str]:
    if db.is_postgres():
        return set(await db.rows(str, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
    return set(await db.rows(str, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))


@pytest.mark.postgres
async def test_models_and_tables_have_the_same_columns(world):
    wrong = {}
    models = {model._meta.db_table: model for model in Tortoise.apps["models"].values()}
    for table, model in models.items():
        there, described = await columns(table), set(model._meta.fields_db_projection.values())
        if there != described:
            wrong[table] = there ^ described
    assert not wrong, wrong
    assert await tables() >= RAW


@pytest.mark.postgres
async def test_every_table_of_a_community_names_it_and_has_a_key(world):
    for table in await tables():
        if table in ("need", "task", "run", "stop", "handover", "resident", "household", "building", "happening"):
            assert "community_id" in await columns(table), table


def test_a_second_migration_run_has_nothing_to_do(tmp_path):
    path = tmp_path / "a.db"
    assert len(migrate.sqlite_up(path)) == len(migrate.chain())
    assert migrate.sqlite_up(path) == []


def test_a_migration_that_fails_leaves_the_old_shape(tmp_path, monkeypatch):
    import sqlite3

    path = tmp_path / "a.db"
    migrate.sqlite_up(path)
    broken = [
        *migrate.chain(),
        ("9998_one", "CREATE TABLE half (a TEXT) {strict};\n"),
        ("9999_two", "CREATE TABLE half (a TEXT) {strict};\n"),
    ]
    monkeypatch.setattr(migrate, "chain", lambda: broken)
    with pytest.raises(sqlite3.OperationalError):
        migrate.sqlite_up(path)
    assert sqlite3.connect(path).execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)


def test_both_dialects_get_the_statements_meant_for_them():
    text = "CREATE TABLE a (id {uuid}) {strict};\n-- sqlite:\nCREATE INDEX only_here ON a(id);\n-- postgres:\nCREATE INDEX only_there ON a(id);\n"
    lite, post = migrate.statements(text, "sqlite"), migrate.statements(text, "postgres")
    assert len(lite) == len(post) == 2
    assert "STRICT" in lite[0] and "only_here" in lite[1]
    assert "UUID" in post[0] and "only_there" in post[1]
