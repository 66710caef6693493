"""`python -m app doctor`: what is wrong with an installation, and what to do about it. It changes nothing."""

import argparse
import sys
from collections.abc import Callable, Iterator

import msgspec

from app.commands.doctoring import around, inside
from app.kernel.settings import Settings

MARKS = {"ok": "ok   ", "watch": "watch", "wrong": "WRONG"}


class Finding(msgspec.Struct, frozen=True):
    """`state`: ok, watch (it works, and should not stay so) or wrong. `mend`: what to do, blank where all is well."""

    part: str
    state: str
    said: str
    mend: str = ""


Check = Callable[[Settings], Iterator[tuple[str, str, str]]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", around.settings),
    ("data", around.data),
    ("disk", around.disk),
    ("clock", around.clock),
    ("files", around.open_files),
    ("database", inside.database),
    ("worker", inside.worker),
    ("backups", inside.backups),
    ("push", inside.push),
    ("server", around.server),
    ("certificate", around.certificate),
    ("printing", around.printing),
)


def examine(config: Settings) -> list[Finding]:
    found: list[Finding] = []
    for part, check in CHECKS:
        try:
            found += [Finding(part, *told) for told in check(config)] or [Finding(part, "ok", "nothing to say")]
        except Exception as broken:  # what cannot be looked at is a finding, and the others are looked at all the same
            found.append(
                Finding(part, "wrong", f"could not be examined: {type(broken).__name__}: {broken}", "mend what stands above first")
            )
    return found


def doctor(config: Settings, args: argparse.Namespace) -> int:
    """Exit code 1 where something is wrong."""
    found = examine(config)
    for one in found:
        print(f"{MARKS[one.state]} {one.part}: {one.said}")
        if one.mend:
            print(f"      → {one.mend}")
    wrong, watch = (sum(one.state == state for one in found) for state in ("wrong", "watch"))
    print(f"{wrong} wrong, {watch} to watch, {len(found) - wrong - watch} well")
    sys.stdout.flush()
    return 1 if wrong else 0
