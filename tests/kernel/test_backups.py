"""Copies made while the server writes: one moment each, the older ones thinned out, the keys once; none where there is no room."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.kernel import backups, clock, settings
from app.kernel.backups import Keeper, copy, found, stamped, thinned


@pytest.fixture
def config(tmp_path) -> settings.Settings:
    for name in ("lastmetre.db", "keys.db"):
        with sqlite3.connect(tmp_path / name) as held:
            held.execute("PRAGMA journal_mode = WAL")
            held.execute("CREATE TABLE pair(side TEXT, n INTEGER)")
        held.close()
    return settings.load({"LASTMETRE_DATA": str(tmp_path)})


def test_a_copy_is_one_moment_though_somebody_writes_between_any_two_pages(config, monkeypatch):
    """It neither shows half of what was written together, nor begins anew with every write: then it would never end."""
    monkeypatch.setattr(backups, "_STEP", 1)
    source, steps = config.data / "lastmetre.db", []
    with sqlite3.connect(source) as other:
        other.executemany("INSERT INTO pair VALUES ('filler', ?)", ((n,) for n in range(10_000)))
        pages = other.execute("PRAGMA page_count").fetchone()[0]

    def write() -> bool:
        other.executemany("INSERT INTO pair VALUES (?, 0)", [("left",), ("right",)])
        other.commit()
        steps.append(1)
        return len(steps) > 3 * pages

    copy(source, config.data / "copy.db", write)
    other.close()
    assert len(steps) <= pages
    with sqlite3.connect(config.data / "copy.db") as held:
        assert held.execute("SELECT sum(side = 'left'), sum(side = 'right'), count(*) FROM pair").fetchone() == (0, 0, 10_000)
        assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    held.close()


def test_older_copies_are_thinned_to_hours_and_days():
    now = datetime(2026, 11, 23, 18, 32, tzinfo=UTC)
    every = [now - timedelta(minutes=5 * n) for n in range(12 * 24 * 20)]
    copies = [Path(at.strftime("%Y%m%dT%H%M%SZ.db")) for at in every]
    stay = sorted(set(copies) - set(thinned(copies)), reverse=True)
    assert stay[: backups.NEWEST] == copies[: backups.NEWEST]
    assert len({stamped(one).hour for one in stay if stamped(one) > now - timedelta(hours=6)}) == 6
    assert {stamped(one).date() for one in stay} == {(now - timedelta(days=n)).date() for n in range(7)}
    assert len(stay) <= backups.NEWEST + 6 + 7
    assert thinned(stay) == []


def test_the_keys_lie_beside_the_copies_once_and_nobody_else_reads_them(config):
    keeper = Keeper(config)
    with clock.at(datetime(2026, 11, 23, 8, tzinfo=UTC)):
        keeper.once()
    with clock.at(datetime(2026, 11, 23, 9, tzinfo=UTC)):
        (config.data / "erasures.log").write_text("one\n")
        keeper.once()
        assert keeper.age() < 1
    names = sorted(path.name for path in config.backups.iterdir())
    assert names == ["20261123T080000Z.db", "20261123T090000Z.db", "erasures.log", "keys.db"]
    assert {oct(path.stat().st_mode)[-3:] for path in config.backups.iterdir()} == {"600"}
    assert oct(config.backups.stat().st_mode)[-3:] == "700"


def test_where_there_is_no_room_nothing_is_left_behind(config, monkeypatch):
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    with pytest.raises(backups.NoRoom):
        Keeper(config).once()
    assert list(config.backups.iterdir()) == []


def test_a_copy_that_the_server_s_end_cuts_short_is_thrown_away(config):
    keeper = Keeper(config)
    keeper._ends = True
    with pytest.raises(backups.Ending):
        keeper.once()
    assert list(config.backups.iterdir()) == []


async def test_a_failure_is_counted_and_the_age_goes_on(config, monkeypatch):
    keeper = Keeper(config)
    await keeper._safely()
    assert (keeper.failures, len(found(config.backups))) == (0, 1)
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    with clock.at(clock.now() + timedelta(hours=1)):
        await keeper._safely()
        assert keeper.failures == 1 and keeper.age() >= 3_500


def test_a_copy_out_of_the_future_makes_nobody_feel_safe(config):
    keeper = Keeper(config)
    with clock.at(clock.now() + timedelta(days=3)):
        keeper.once()
    with clock.at(clock.now() + timedelta(hours=1)):
        assert keeper.age() >= 3_500


def test_switched_off_or_on_postgres_there_are_none(tmp_path):
    at = {"LASTMETRE_DATA": str(tmp_path)}
    assert settings.load(at | {"LASTMETRE_BACKUPS": "off"}).backups is None
    assert settings.load(at | {"LASTMETRE_DATABASE_URL": "postgres://a@b/c"}).backups is None
    with pytest.raises(SystemExit):
        settings.load(at | {"LASTMETRE_BACKUP_EVERY": "0"})
