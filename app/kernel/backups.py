"""Copies of a SQLite installation: one every five minutes while the server writes, the older ones thinned out.

A copy is `20261123T183000Z.db` in the folder for backups. The wrapped keys lie beside the copies once, as `keys.db`, and are always those
of the newest: every copy opens with them, and whoever's keys were destroyed since stays closed in all of them.
"""

import asyncio
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from app.kernel import clock
from app.kernel.settings import Settings

log = logging.getLogger(__name__)

FIRST = 30.0  # seconds after the start: a server that just came up has better things to do
NEWEST = 3  # kept whatever the ladder says
LADDER = (("%Y%m%dT%H", 6), ("%Y%m%d", 7))  # the last of each hour for six hours, of each day for seven days
_STAMP, _NAMED = "%Y%m%dT%H%M%SZ", re.compile(r"\d{8}T\d{6}Z\.db")
_STEP = 2_048  # pages between two looks at whether the server ends


class NoRoom(OSError):
    """The disk has not twice as much left as a copy needs."""


class Ending(Exception):
    """The server ends; the copy that was begun is thrown away."""


def copy(source: Path, target: Path, ending: Callable[[], bool] = lambda: False) -> None:
    """SQLite's online backup: one moment of the source, however long it takes and whatever is written meanwhile. Raises Ending."""

    def look(*_: int) -> None:
        if ending():
            raise Ending

    one, other = sqlite3.connect(f"file:{source}?mode=ro", uri=True, isolation_level=None), sqlite3.connect(target)
    try:
        one.execute("BEGIN")  # holds that moment, so that a write in between does not begin the copy anew
        one.execute("SELECT count(*) FROM sqlite_schema")
        one.backup(other, pages=_STEP, progress=look)
    finally:
        one.close()
        other.close()


def stamped(path: Path) -> datetime:
    return datetime.strptime(path.name.removesuffix(".db"), _STAMP).replace(tzinfo=UTC)


def found(folder: Path) -> list[Path]:
    """The copies in the folder, newest first."""
    return sorted((path for path in folder.glob("*.db") if _NAMED.fullmatch(path.name)), reverse=True)


def thinned(copies: Iterable[Path]) -> list[Path]:
    """Of copies, newest first, those that may go."""
    held = list(copies)
    stay = set(held[:NEWEST])
    for step, most in LADDER:
        last: dict[str, Path] = {}
        for one in held:
            last.setdefault(stamped(one).strftime(step), one)
        stay.update(list(last.values())[:most])
    return [one for one in held if one not in stay]


class Keeper:
    """Makes the copies of one installation. `failures` counts those that could not be made."""

    def __init__(self, config: Settings) -> None:
        self.folder, self.every = config.backups, config.backup_every
        self._sources = (Path(config.database_url.removeprefix("sqlite://")), config.data / "keys.db", config.data / "erasures.log")
        self.failures, self._ends = 0, False
        self._began = clock.now()

    def age(self) -> float:
        """Seconds since the newest copy; since this process began, where there is none. A copy out of the future is none: a clock was wrong."""
        now = clock.now()
        last = next((at for at in map(stamped, found(self.folder)) if at <= now), self._began)
        return max(0.0, (now - last).total_seconds())

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.sleep(max(min(FIRST, self.every), self.every - self.age() if found(self.folder) else 0))
        try:
            while True:
                await self._safely()
                await asyncio.sleep(self.every)
        finally:
            self._ends = True  # the thread that copies looks at it

    async def _safely(self) -> None:
        try:
            await asyncio.to_thread(self.once)
        except Ending:
            pass
        except (OSError, sqlite3.Error) as error:
            self.failures += 1
            log.error("no copy was made in %s: %s", self.folder, error)

    def once(self) -> Path:
        """One more copy, on the disk when this returns. Raises NoRoom, OSError, sqlite3.Error, Ending."""
        data, keys, erased = self._sources
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        needed = 2 * sum(path.stat().st_size for path in (data, keys))
        if (left := shutil.disk_usage(self.folder).free) < needed:
            raise NoRoom(f"{needed >> 20} MB are needed, {left >> 20} MB are left")
        made = self.folder / clock.now().astimezone(UTC).strftime(f"{_STAMP}.db")
        for source, target in ((data, made), (keys, self.folder / "keys.db")):
            self._put(target, lambda part, source=source: copy(source, part, lambda: self._ends))
        if erased.exists():
            self._put(self.folder / erased.name, lambda part: shutil.copyfile(erased, part))
        _synced(self.folder)
        for old in thinned(found(self.folder)):
            old.unlink(missing_ok=True)
        return made

    @staticmethod
    def _put(target: Path, fill: Callable[[Path], object]) -> None:
        """There whole or not at all."""
        part = target.with_name(target.name + ".part")
        part.unlink(missing_ok=True)
        try:
            fill(part)
            part.chmod(0o600)
            _synced(part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _synced(path: Path) -> None:
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
