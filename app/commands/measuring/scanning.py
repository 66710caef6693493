"""The scanner over hard pictures and shaky clips, beside the known decoders; the pictures and the decoders are the tests'."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import quantiles

from app.commands.measuring.figures import Figure
from app.commands.measuring.servers import ROOT, clean_env
from app.commands.measuring.wire import Wrong
from app.kernel.static import Static

TESTS = ROOT / "tests"
KNOWN = ("zxing", "qr", "jsqr", "zbar", "qr-scanner")
STOPGAP = "vendor/qr-decode.js"
ENGINE = ("scan/", "vendor/zxing-reader.", STOPGAP)
Rows = list[dict]


def figures(folder: Path, quick: bool) -> list[Figure]:
    """Nothing where the app stands without its tests. Raises Wrong at a text that was in no picture."""
    if not (TESTS / "scan").is_dir():
        return []
    kept = folder / "scan.json"
    command = [
        sys.executable,
        "-m",
        "scan.measure",
        "stills",
        "clips",
        "times",
        "--json",
        str(kept),
        "--pictures",
        str(folder / "pictures"),
    ]
    if quick:
        command += ["--every", "26"]
    env = clean_env(folder) | {"PYTHONPATH": f"{TESTS}:{ROOT}"}
    done = subprocess.run(command, cwd=TESTS, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if done.returncode:
        raise SystemExit("the scanner could not be measured")
    found = json.loads(kept.read_text())
    stills, clips, times = found["stills"], found["clips"], found["times"]
    unfailing([*stills, *clips])
    return [_share(stills), _gain(clips), *_times(times), size()]


def unfailing(rows: Rows) -> None:
    wrong = [row["scene"] for row in rows if row["ours"] == "wrong"]
    if wrong:
        raise Wrong(f"the scanner read what is not in {', '.join(wrong)}")


def _share(rows: Rows) -> Figure:
    """Of the pictures that any known decoder reads; the ceiling is all of them, and the spread that of four parts of the set."""
    known = [row for row in rows if any(row[name] == "read" for name in KNOWN)]
    value = _read(known, "ours") / len(known)
    parts = [_read(part, "ours") / len(part) for part in (known[n::4] for n in range(4)) if part]
    every = f"ours {_read(rows, 'ours')}, zxing {_read(rows, 'zxing')}, any {len(known)} of {len(rows)}"
    return Figure("scan_read_share", value, "share", 1, value, (min(parts), max(parts)), beside=every)


def _gain(rows: Rows) -> Figure:
    """The ceiling: what zxing leaves to be read."""
    ours, theirs = (100 * _read(rows, name) / len(rows) for name in ("ours", "zxing"))
    parts = [100 * (_read(part, "ours") - _read(part, "zxing")) / len(part) for part in (rows[n::4] for n in range(4)) if part]
    left = 100 - theirs
    beside = f"ours {ours:.1f} %, zxing {theirs:.1f} % of {len(rows)} clips"
    share = (ours - theirs) / left if left else 1
    return Figure("scan_gain_points", ours - theirs, "points", left, share, (min(parts), max(parts)), beside=beside)


def _times(times: dict[str, list[float]]) -> list[Figure]:
    """From a fresh frame to its result on the page's own thread at a fourth of this processor; the ceiling is zxing alone."""
    ours, theirs = (quantiles(times[name], n=20, method="inclusive") for name in ("ours", "zxing"))
    ends = (min(times["ours"]), max(times["ours"]))
    return [
        Figure(f"scan_{name}_ms_x4", ours[at], "ms", theirs[at], ours[at] / theirs[at], ends)
        for name, at in (("median", 9), ("p95", 18))
    ]  # fmt: skip


def engine() -> dict[str, float]:
    """Its files and their kilobytes (10^3) as sent."""
    static = Static(ROOT / "static")
    return {name: len(static.by_path[path][2]) / 1000 for name, path in static.by_name.items() if name.startswith(ENGINE)}


def size() -> Figure:
    """Of all that the first use loads but the stopgap, which has its own limit; the ceiling is the large decoder alone."""
    sizes = engine()
    stopgap, least = sizes.pop(STOPGAP), sizes["vendor/zxing-reader.wasm"]
    total = sum(sizes.values())
    return Figure("scan_kb", total, "kB", least, total / least, (total, total), beside=f"and {stopgap:.1f} kB that read until it is there")


def _read(rows: Rows, name: str) -> int:
    return sum(row[name] == "read" for row in rows)
