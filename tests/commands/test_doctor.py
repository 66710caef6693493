"""`doctor` names what is wrong with an installation, and nothing where all is well; each misery below is one that it must see."""

import os
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support import server
from support.outcome import filled
from support.ports import free_port

from app.commands import doctoring
from app.kernel import backups, ids, settings

ROOT = Path(__file__).parents[2]


def wrong(data: Path, **env: str) -> dict[str, str]:
    """Part to what is wrong with it. Nobody listens on `PORT` unless it is given."""
    known = {"LASTMETRE_DATA": str(data), "LASTMETRE_MASTER_KEY": str(key_of(data)), "PORT": str(free_port())} | env
    return {one.part: one.said for one in doctoring.examine(settings.load(known)) if one.state == "wrong"}


def key_of(data: Path) -> Path:
    apart = data.parent / f"{data.name}.key"
    if (data / "master.key").exists():
        os.replace(data / "master.key", apart)
    return apart


@pytest.fixture
def well(tmp_path) -> Path:
    """A data folder with all that it should have but a server; a copy of a moment ago."""
    data = filled(tmp_path / "data")
    backups.Keeper(settings.load({"LASTMETRE_DATA": str(data)})).once()
    assert set(wrong(data)) == {"server"}
    return data


def test_a_server_that_is_well_has_nothing_wrong(tmp_path):
    data = filled(tmp_path / "data")
    key = key_of(data)
    with server.serve(data, env={"LASTMETRE_BACKUP_EVERY": "1", "LASTMETRE_MASTER_KEY": str(key)}) as running:
        deadline = time.monotonic() + 20
        while not backups.found(data / "backups") and time.monotonic() < deadline:
            time.sleep(0.1)
        assert wrong(data, PORT=str(running.port), LASTMETRE_BACKUP_EVERY="1") == {}
        done = subprocess.run(
            [sys.executable, "-m", "app", "doctor"], cwd=ROOT, env=running.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 and "0 wrong" in done.stdout, done.stdout + done.stderr


def _sql(data: Path, sql: str, *params) -> None:
    with sqlite3.connect(data / "lastmetre.db") as held:
        held.execute(sql, params)
    held.close()


def _happened(data: Path, at: datetime, done: bool) -> None:
    _sql(
        data, "INSERT INTO happening(id, kind, about, by, at, received_at, payload, done_at) VALUES (?, 'team.made', 'x', 'system', ?, ?, '{}', ?)",
        str(ids.new()), at.isoformat(sep=" "), at.isoformat(sep=" "), at.isoformat(sep=" ") if done else None,
    )  # fmt: skip


def _oldest(data: Path) -> None:
    for copy in backups.found(data / "backups"):
        copy.rename(copy.with_name("20250101T000000Z.db"))


def _spoil(path: Path) -> None:
    held = bytearray(path.read_bytes())
    held[4096:12288] = b"\xff" * 8192
    path.write_bytes(held)


MISERIES = {
    "the key is gone": ("data", lambda data: key_of(data).unlink()),
    "everybody reads the key": ("data", lambda data: key_of(data).chmod(0o644)),
    "everybody looks into the folder": ("data", lambda data: data.chmod(0o755)),
    "an older release": (
        "database",
        lambda data: _sql(data, "DELETE FROM schema_migration WHERE name = (SELECT max(name) FROM schema_migration)"),
    ),
    "a damaged database": ("database", lambda data: _spoil(data / "lastmetre.db")),
    "no database": ("database", lambda data: (data / "lastmetre.db").unlink()),
    "a clock that was ahead": ("database", lambda data: _happened(data, datetime.now(UTC) + timedelta(hours=2), True)),
    "a worker that stands still": ("worker", lambda data: _happened(data, datetime.now(UTC) - timedelta(hours=2), False)),
    "no copies": ("backups", lambda data: [copy.unlink() for copy in backups.found(data / "backups")]),
    "an old copy": ("backups", _oldest),
    "a damaged copy": ("backups", lambda data: _spoil(backups.found(data / "backups")[0])),
    "copies without their keys": ("backups", lambda data: (data / "backups" / "keys.db").unlink()),
    "push services that refuse": (
        "push",
        lambda data: _sql(
            data, "INSERT INTO push_refusal(origin, code, since_at, last_at) VALUES ('https://push.example', '403', 'a', 'a')"
        ),
    ),
}


@pytest.mark.parametrize("misery", MISERIES)
def test_what_is_wrong_is_named(well, misery):
    part, bring = MISERIES[misery]
    bring(well)
    assert part in wrong(well)


def test_a_full_disk_and_an_address_without_encryption_are_named(well, monkeypatch):
    assert "settings" in wrong(well, LASTMETRE_PUBLIC_URL="http://help.example.org")
    monkeypatch.setattr(doctoring.around, "LEAST", 1 << 62)
    assert "disk" in wrong(well)


def test_somebody_else_at_the_port_is_not_taken_for_it(well, tmp_path):
    port = free_port()
    other = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "-d", str(tmp_path)], stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 10
        while "Connection refused" in wrong(well, PORT=str(port))["server"] and time.monotonic() < deadline:
            time.sleep(0.1)
        assert "server" in wrong(well, PORT=str(port))
    finally:
        other.terminate()
        other.wait()


def test_every_finding_that_is_not_well_says_what_to_do(well):
    for one in doctoring.examine(settings.load({"LASTMETRE_DATA": str(well), "LASTMETRE_PUBLIC_URL": "https://nobody.invalid"})):
        assert (one.state == "ok") or one.mend, one
