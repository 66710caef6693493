"""A private PostgreSQL for one test process, and a fresh database from a template for one test."""

import glob
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from support import server
from support.ports import free_port

FAST = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "jit": "off",
    "autovacuum": "off",
    "timezone": "UTC",
}
# Ends when its standard input closes, which happens however the test process dies, SIGKILL included.
GUARD = 'cat >/dev/null; "$0/pg_ctl" stop --silent --mode immediate --wait --pgdata "$1/data" 2>/dev/null; cd /; rm -rf "$1"'
# What a lent database was filled with, beside the tables.
KEEP = """CREATE SCHEMA kept;
DO $$ DECLARE t regclass; n bigint; BEGIN
  FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('SELECT count(*) FROM %s', t) INTO n;
    IF n > 0 THEN EXECUTE format('CREATE TABLE kept.%I AS TABLE %s', (SELECT relname FROM pg_class WHERE oid = t), t); END IF;
  END LOOP;
END $$;"""
PUT_BACK = """SET client_min_messages = error;
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE t regclass; name text; held bool; BEGIN
  FOR t, name IN SELECT oid, relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', t) INTO held;
    IF held THEN EXECUTE format('DELETE FROM %s', t); END IF;
    IF to_regclass(format('kept.%I', name)) IS NOT NULL THEN EXECUTE format('INSERT INTO %s SELECT * FROM kept.%I', t, name); END IF;
  END LOOP;
END $$;
"""
# Columns, constraints, triggers, indexes and functions, as far as a transaction left its mark on them.
SHAPE = """SELECT string_agg(n || ':' || x, ' ') FROM (
  SELECT count(*) n, coalesce(sum(xmin::text::bigint), 0) x FROM pg_attribute UNION ALL
  SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM pg_constraint UNION ALL
  SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM pg_trigger UNION ALL
  SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM pg_index UNION ALL
  SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM pg_proc) marks;"""


class NoPostgres(RuntimeError):
    pass


def programs() -> Path:
    """The newest folder that holds PostgreSQL's server programs."""
    debian = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(Path(path).parts[4].split(".")[0]))
    found = debian[-1] if debian else shutil.which("initdb")
    if found is None:
        raise NoPostgres("PostgreSQL's server programs are missing: sudo apt-get install -y postgresql")
    return Path(found).resolve().parent


def unprivileged() -> dict:
    """What subprocess needs to run as somebody else where the tests run as root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            who = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


@dataclass
class Cluster:
    bin: Path
    port: int
    _templates: dict[str, str] = field(default_factory=dict)
    _lent: dict[str, str] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def sql(self, text: str, database: str = "postgres") -> str:
        """Runs one statement through psql; usable inside and outside an event loop."""
        done = subprocess.run(
            [self.bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", text],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise RuntimeError(f"{text}: {done.stderr.strip()}")
        return done.stdout.strip()

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """The template called `name`, made with `fill(url)` the first time. `fill` must leave no connection open."""
        if name not in self._templates:
            database = f"template_{name}"
            self.sql(f'CREATE DATABASE "{database}"')
            fill(self.url(database))
            self._templates[name] = database
        return self._templates[name]

    @contextmanager
    def lent(self, template: str) -> Iterator[str]:
        """As `database`, but one for all who come after each other: rows are put back, which takes a quarter of the time of a copy.

        A borrower who changed the tables themselves gets the next one a copy of its own again.
        """
        name = f"lent_{template}"
        if name not in self._lent:
            self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            self.sql(KEEP, name)
            self._lent[name] = self.sql(SHAPE, name)
        try:
            yield self.url(name)
        finally:
            if self.sql(PUT_BACK + SHAPE, name).splitlines()[-1] != self._lent[name]:
                del self._lent[name]

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a database copied from `template`, dropped at the end with whoever is still connected."""
        name = f"test_{next(self._names)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self.url(name)
        finally:
            self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Starts a server on loopback and stops it at the end; also when the tests are interrupted or killed."""
    where, other = programs(), unprivileged()
    home = Path(tempfile.mkdtemp(prefix="last-metre-pg-"))
    if other:
        os.chown(home, other["user"], other["group"])
    guard = subprocess.Popen(
        ["sh", "-c", GUARD, where, home],
        stdin=subprocess.PIPE,
        cwd=home,
        start_new_session=True,
        **other,
    )
    try:
        yield Cluster(where, _start(where, home, other))
    finally:
        guard.stdin.close()
        guard.wait(timeout=60)


def migrate(url: str) -> None:
    """Fills a template the way a real server is filled."""
    with tempfile.TemporaryDirectory(prefix="last-metre-data-") as data:
        server.new_master_key(Path(data))
        server.run("migrate", env=server.clean_env(Path(data)) | {"LASTMETRE_DATABASE_URL": url})


def _start(where: Path, home: Path, other: dict) -> int:
    _run(
        [where / "initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", home / "data"],
        cwd=home,
        **other,
    )
    settings = [f"-c {name}={value}" if value else f"-c {name}=''" for name, value in FAST.items()]
    for last in (False, False, True):
        port = free_port()
        try:
            _run(
                [
                    where / "pg_ctl",
                    "start",
                    "--silent",
                    "--wait",
                    "--pgdata",
                    home / "data",
                    "--log",
                    home / "log",
                    "--options",
                    " ".join([f"-p {port}", *settings]),
                ],
                cwd=home,
                **other,
            )
            return port
        except RuntimeError as trouble:
            if last:
                raise RuntimeError(f"{trouble}\n{(home / 'log').read_text()[-4000:]}") from None
    raise AssertionError


def _run(command: list, **how) -> None:
    # Output goes to a file: a server started by pg_ctl keeps a pipe open, and reading it to the end would never return.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, **how)
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{Path(command[0]).name} ended with {done.returncode}: {said.read()[-4000:].strip()}")
