"""What an address says was pressed, in plain words: enough to talk about over the telephone."""

import re

from app.kernel.words import gettext

_STEPS = (
    (r"/runs/[^/]+/stops/[^/]+/handover", "handover"),
    (r"/runs/[^/]+/stops/[^/]+/failure", "failure"),
    (r"/runs/[^/]+/stops/[^/]+/(undo|correction)", "correction"),
    (r"/runs(/.*)?", "run"),
    (r"/distributions(/.*)?", "distribution"),
    (r"/tasks/[^/]+/take", "task_take"),
    (r"/tasks/[^/]+/release", "task_release"),
    (r"/(tasks|b)/[^/]+/check-(in|out)", "checking"),
    (r"/tasks(/.*)?", "task"),
    (r"/needs|/ask/.*", "need_raised"),
    (r"/needs/.*|/track/.*|/(series|coming)(/.*)?", "need"),
    (r"/(residents|households|buildings|ledger)(/.*)?", "ledger"),
    (r"/(people|roles|teams|memberships|settings|held|rescue|quarantine|differences)(/.*)?", "desk"),
    (r"/photos(/.*)?", "photo"),
    (r"/(me|inbox|sessions|password|presence|grants|sign-in|sign-out)(/.*)?", "own"),
)
_PATTERNS = tuple((re.compile(pattern), word) for pattern, word in _STEPS)
_THING = re.compile(r"/(runs|tasks|needs)/[0-9a-f-]{36}")


def step(path: str) -> str:
    found = next((word for pattern, word in _PATTERNS if pattern.fullmatch(path)), "other")
    return gettext(f"phones.step.{found}")


def thing(path: str) -> str:
    """The page of what it was about, or blank."""
    match = _THING.match(path)
    return match[0] if match else ""
