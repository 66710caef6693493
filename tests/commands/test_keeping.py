"""The process's own duties: one owner of the data, migrate with a backup, backup while serving, restore, journal."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import cast
import pytest
from support import server
from support.outcome import CLEAN, acts, filled, outcome
from support.swarm import Phone, Tally

from app.kernel import backups, process

ROOT = Path(__file__).parents[2]


def command(data: Path, *args: str, code: int = 0, url: str = "") -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("LASTMETRE_")}
    env |= {"LASTMETRE_DATA": str(data), "LASTMETRE_DATABASE_URL": url}
    done = subprocess.run([sys.executable, "-m", "app", *args], cwd=ROOT, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


SETUP = ("setup", "--district", "渝北", "--community", "桃花桥", "--name", "王敏", "--phone", "13900000001")


def test_a_second_process_is_refused_with_words(tmp_path):
    with process.own(tmp_path), pytest.raises(SystemExit) as refused, process.own(tmp_path):
        pass
    assert str(os.getpid()) in str(refused.value)
    assert not process.is_owned(tmp_path)


def test_set_up_prints_a_link_once_and_refuses_the_same_community_again(tmp_path):
    assert "/sign-in/" in command(tmp_path, *SETUP)
    said = command(tmp_path, *SETUP, code=1)
    assert "已经有" in said or "already" in said
    assert "founded" not in said


def test_commands_that_write_are_handed_to_the_running_server(tmp_path):
    tmp_path.chmod(0o700)
    server.new_master_key(tmp_path)
    with server.serve(tmp_path):
        assert "/sign-in/" in command(tmp_path, *SETUP)
        assert oct((tmp_path / "commands.sock").stat().st_mode)[-3:] == "600"
        copy = tmp_path / "copy.db"
        command(tmp_path, "backup", str(copy))
        assert "exists" in command(tmp_path, "backup", str(copy), code=1)
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM community").fetchone() == (1,)


def test_a_backup_restores_into_an_empty_folder_with_its_master_key_and_nowhere_else(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    command(old, *SETUP)
    command(old, "backup", str(tmp_path / "copy.db"))
    new.mkdir()
    assert "master.key" in command(new, "restore", str(tmp_path / "copy.db"), code=1)
    (new / "master.key").write_bytes((old / "master.key").read_bytes())
    command(new, "restore", str(tmp_path / "copy.db"))
    assert command(old, "journal", "--json") == command(new, "journal", "--json")
    assert "already holds" in command(new, "restore", str(tmp_path / "copy.db"), code=1)


def test_after_a_lost_disk_the_last_copy_made_while_serving_brings_the_service_back(tmp_path):
    """The restore drill: what was acknowledged before the newest copy is there again, and the app goes on over it."""
    old, new, kept = tmp_path / "old", tmp_path / "new", tmp_path / "elsewhere"
    with server.serve(filled(old), env={"LASTMETRE_BACKUPS": str(kept), "LASTMETRE_BACKUP_EVERY": "1"}) as running:
        tally, phone = Tally(), Phone(1, cast.world(old).dispatcher_token, acts(cast.world(old), 24), 1, batch=12)
        asyncio.run(phone.send_all(running.port, tally))
        known = {path.name for path in backups.found(kept)}
        deadline = time.monotonic() + 30
        while len({path.name for path in backups.found(kept)} - known) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        running.kill()
    assert len(tally.acked) == 24
    new.mkdir(mode=0o700)
    (new / "master.key").write_bytes((old / "master.key").read_bytes())
    command(new, "restore", str(backups.found(kept)[0]))
    assert outcome(new, phone.acts, tally.acked) == CLEAN
    command(new, "audit")
    with server.serve(new) as again:
        assert again.url


def test_a_wrong_master_key_and_a_damaged_copy_are_refused_and_leave_the_folder_empty(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    command(old, *SETUP)
    command(old, "backup", str(tmp_path / "copy.db"))
    new.mkdir()
    server.new_master_key(new)
    assert "master key" in command(new, "restore", str(tmp_path / "copy.db"), code=1)
    (new / "master.key").write_bytes((old / "master.key").read_bytes())
    data = (tmp_path / "copy.db").read_bytes()
    (tmp_path / "bad.db").write_bytes(data[:8192] + b"\xff" * 8192 + data[16384:])
    (tmp_path / "bad.db.keys").write_bytes((tmp_path / "copy.db.keys").read_bytes())
    assert "damaged" in command(new, "restore", str(tmp_path / "bad.db"), code=1)
    command(new, "restore", str(tmp_path / "copy.db"))
    assert "community.made" in command(new, "journal", "--json")


def test_nobody_else_on_the_machine_can_read_the_data_or_a_copy(tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    command(data, *SETUP)
    command(data, "backup", str(tmp_path / "copy.db"))
    kept = [data / "lastmetre.db", data / "keys.db", data / "master.key", tmp_path / "copy.db", tmp_path / "copy.db.keys"]
    assert {oct(path.stat().st_mode)[-3:] for path in kept} == {"600"}


def test_migrating_a_filled_database_copies_it_first(tmp_path):
    command(tmp_path, *SETUP)
    raw = sqlite3.connect(tmp_path / "lastmetre.db")
    raw.execute("DELETE FROM schema_migration WHERE name = (SELECT max(name) FROM schema_migration)")
    raw.commit()
    raw.close()
    command(tmp_path, "migrate", code=1)  # the last one's table is there already: refused whole
    assert len(list(tmp_path.glob("lastmetre.before-*.db"))) == 1
    assert "community.made" in command(tmp_path, "journal", "--json")


def test_the_journal_is_one_object_a_line_and_since_is_a_moment(tmp_path):
    command(tmp_path, *SETUP)
    lines = [json.loads(line) for line in command(tmp_path, "journal", "--json").splitlines()]
    assert {"id", "kind", "about", "by", "at", "received_at", "act"} == set(lines[0])
    assert command(tmp_path, "journal", "--json", "--since", "2100-01-01T00:00:00+08:00") == ""
    assert "2026" in command(tmp_path, "journal", "--json", "--since", "yesterday", code=1)


def test_what_a_command_brings_while_no_server_runs_waits_for_the_next_worker(tmp_path):
    """Else the doors of a ledger brought by command would be watched by nobody."""
    command(tmp_path, *SETUP)
    with sqlite3.connect(tmp_path / "lastmetre.db") as raw:
        (code,) = raw.execute("SELECT code FROM community").fetchone()
        command(tmp_path, "import", str(ROOT / "tests" / "data" / "taohuaqiao" / "buildings.gb18030.csv"), "--community", code)
        waiting = dict(raw.execute("SELECT kind, count(*) FROM happening WHERE done_at IS NULL GROUP BY kind"))
    assert waiting.get("import.committed") == 1 and waiting.get("building.added")


def test_workers_above_one_and_the_worker_alone_need_postgres(tmp_path):
    assert "PostgreSQL" in command(tmp_path, "serve", "--workers", "2", code=1)
    assert "PostgreSQL" in command(tmp_path, "work", code=1)


def test_the_audit_names_a_row_that_was_changed_beside_a_server_and_without_one(tmp_path):
    tmp_path.chmod(0o700)
    command(tmp_path, *SETUP)
    assert "missing" not in command(tmp_path, "audit")
    with server.serve(tmp_path):
        command(tmp_path, "audit")
    raw = sqlite3.connect(tmp_path / "lastmetre.db")
    [row] = raw.execute("SELECT id FROM happening WHERE kind = 'role.given'").fetchone()
    raw.execute("UPDATE happening SET about = id WHERE id = ?", (row,))
    raw.commit()
    raw.close()
    assert row in command(tmp_path, "audit", code=1)


def test_a_restored_copy_has_its_chain_and_it_goes_on(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    command(old, *SETUP)
    command(old, "backup", str(tmp_path / "copy.db"))
    new.mkdir()
    (new / "master.key").write_bytes((old / "master.key").read_bytes())
    command(new, "restore", str(tmp_path / "copy.db"))
    command(new, "audit")
    command(new, "setup", "--district", "渝北", "--community", "长生", "--name", "王敏", "--phone", "13900000002")
    command(new, "audit")
