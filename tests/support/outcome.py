"""A folder with the cast in it, acts whose effects can be counted, and the count once the server has ended."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import cast

from app import web
from app.kernel import ids, migrate

KINDS = {"/teams": "team.made", "/tasks": "task.called", "/needs": "need.raised"}


def filled(folder: Path) -> Path:
    """A data folder with the cast; `cast.world(folder)` tells its tokens."""
    folder.mkdir(mode=0o700)
    migrate.sqlite_up(folder / "lastmetre.db")
    cast.fill(folder, f"sqlite://{folder / 'lastmetre.db'}", web.MODELS)
    return folder


def acts(world: SimpleNamespace, count: int, *, needs: bool = True) -> list[dict]:
    """Each leaves a row of its own. Of twelve, ten make a team, one calls a task with two places, one raises a need.

    Without `needs` it makes a team too: a need has a key of its own, synced by itself, and helpers' phones raise few.
    """
    made = []
    for n in range(count):
        match n % 12:
            case 5:
                path, form = "/tasks", {"title": f"任务{n}", "meeting": "北门", "places": "2", "hours": "4", "starts": "60"}
            case 9 if needs:
                room = {"building": world.code, "room": f"{n % 6 + 1}01", "unit": "1"}
                path, form = "/needs", room | {"kind": "food", "what": f"第{n}", "confirm_double": "1"}
            case _:
                path, form = "/teams", {"name": f"队{n}"}
        made.append({"id": ids.secret(), "path": path, "form": form})
    return made


class Outcome(NamedTuple):
    """`lost`: acknowledged and not there. `missing`: never happened. `doubled`: happened more than once."""

    lost: int
    missing: int
    doubled: int
    sound: bool


CLEAN = Outcome(0, 0, 0, True)


def outcome(folder: Path, sent: list[dict], acked: dict[str, str]) -> Outcome:
    """Only after the server has ended."""
    with closing(sqlite3.connect(folder / "lastmetre.db")) as db:
        happened = Counter(
            act for (act,) in db.execute(f"SELECT act FROM happening WHERE kind IN ({','.join('?' * len(KINDS))})", [*KINDS.values()])
        )
        stored = {act for (act,) in db.execute("SELECT id FROM receipt WHERE state = 'applied'")}
        wanted = Counter(act["path"] for act in sent)
        made = {
            "/teams": db.execute("SELECT count(*) FROM team").fetchone()[0],
            "/tasks": db.execute("SELECT count(*) FROM task").fetchone()[0],
            "/needs": db.execute("SELECT count(*) FROM need").fetchone()[0],
        }
        sound = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and not db.execute("PRAGMA foreign_key_check").fetchall()
    there = {act for act in happened if act in stored}
    return Outcome(
        lost=len([act for act in acked if act not in there]),
        missing=len([act for act in sent if act["id"] not in there]),
        doubled=sum(n > 1 for n in happened.values()) + sum(made[path] > wanted[path] for path in made),
        sound=sound and all(made[path] >= sum(act["path"] == path and act["id"] in there for act in sent) for path in made),
    )
