"""What ours and the five known decoders read of the pictures: in tests/, `PYTHONPATH=.. python -m scan.measure stills clips times`."""

import argparse
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import quantiles

import brotli
from support.browser import chromium

from app.kernel import edge
from app.kernel.static import Static
from scan import maker

TESTS = Path(__file__).resolve().parents[1]
KINDS = {".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html"}
KNOWN = ("zxing", "qr", "jsqr", "zbar", "qr-scanner")
LOOKS = 8  # frames of the same picture that a held camera gives in half a second

# The app's own addresses and policy around a video that a canvas paints.
CAMERA = """<!doctype html><meta charset="utf-8"><title>camera</title>
<body data-worker="{scan_reader_js}" data-wasm="{vendor_zxing_reader_wasm}"><video playsinline muted></video><canvas width="1280" height="720"></canvas>
<script src="{scan_engine_js}"></script><script src="/tests/scan/camera.js"></script>"""


@cache
def built() -> Static:
    return Static(TESTS.parent / "static", cache=TESTS / ".work" / "squeezed")


class Hall:
    """The decoders' page on loopback, with the pictures it asks for; kept on disk so that they are made once."""

    def __init__(self, page, base: str, pictures: Path) -> None:
        self.page, self.base, self.pictures = page, base, pictures
        self.page.goto(f"{base}/tests/scan/harness.html")
        self.page.wait_for_function("() => window.harness")

    def address(self, scene: maker.Scene, frame: int | None = None) -> str:
        path = self.pictures / (f"{scene.name}.jpg" if frame is None else f"{scene.name}.{frame:02d}.jpg")
        if not path.exists():
            shots = [maker.still(scene)] if frame is None else maker.clip(scene)
            for n, shot in enumerate(shots):
                (path if frame is None else self.pictures / f"{scene.name}.{n:02d}.jpg").write_bytes(shot)
        return f"{self.base}/pictures/{path.name}"

    def known(self, name: str, address: str) -> dict:
        return self.page.evaluate("([name, address]) => harness.known(name, address)", [name, address])

    def ours(self, addresses: list[str], timed: bool = False) -> dict:
        return self.page.evaluate("([addresses, timed]) => harness.ours(addresses, timed)", [addresses, timed])

    def photo(self, address: str) -> list[str]:
        return self.page.evaluate("address => harness.photo(address)", address)

    def throttle(self, rate: float) -> None:
        self.page.context.new_cdp_session(self.page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


@contextmanager
def hall(pictures: Path) -> Iterator[Hall]:
    pictures.mkdir(parents=True, exist_ok=True)

    class Give(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            if path == "camera":
                self._give(
                    CAMERA.format_map({re.sub(r"\W", "_", name): at for name, at in built().by_name.items()}).encode(), "text/html", True
                )
                return
            if found := built().answer(self.path, ""):
                self._give(found[1], dict(found[0])[b"content-type"].decode(), True)
                return
            file = pictures / path.removeprefix("pictures/") if path.startswith("pictures/") else TESTS.parent / path
            inside = file.resolve().is_relative_to(pictures.resolve()) or path.startswith(("static/", "tests/"))
            squeezed = file.with_name(file.name + ".br")
            if inside and squeezed.is_file():
                body = brotli.decompress(squeezed.read_bytes())
            else:
                body = file.read_bytes() if inside and file.is_file() else b""
            self._give(body, KINDS.get(file.suffix, "image/jpeg"), False)

        def _give(self, body: bytes, kind: str, strict: bool) -> None:
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if strict:
                self.send_header("Content-Security-Policy", edge.CSP)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Give)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with chromium() as browser:
            page = browser.new_context().new_page()
            page.set_default_timeout(600_000)
            yield Hall(page, f"http://127.0.0.1:{server.server_port}", pictures)
    finally:
        server.shutdown()
        server.server_close()


def judge(texts: list[str], scene: maker.Scene) -> str:
    """read, nothing, or wrong: a text that is not in the scene."""
    if any(text not in scene.texts for text in texts):
        return "wrong"
    return "read" if texts else "nothing"


def stills(place: Hall, chosen: list[maker.Scene], names: tuple[str, ...] = KNOWN, looks: int = LOOKS) -> list[dict]:
    found = []
    for scene in chosen:
        address = place.address(scene)
        row = {"scene": scene.name, "distortion": scene.distortion, "level": scene.level}
        for name in names:
            row[name] = judge(place.known(name, address)["texts"], scene)
        got = place.ours([address] * looks)
        row |= {"ours": judge(got["texts"], scene), "how": got["how"], "frames": len(got["ms"]), "ms": got["ms"]}
        found.append(row)
    return found


def clips(place: Hall, chosen: list[maker.Scene]) -> list[dict]:
    found = []
    for scene in chosen:
        addresses = [place.address(scene, frame) for frame in range(maker.FRAMES)]
        row = {"scene": scene.name, "distortion": scene.distortion, "level": scene.level, "zxing": "nothing", "at": 0}
        for frame, address in enumerate(addresses):
            row["zxing"], row["at"] = judge(place.known("zxing", address)["texts"], scene), frame + 1
            if row["zxing"] != "nothing":
                break
        got = place.ours(addresses)
        row |= {"ours": judge(got["texts"], scene), "how": got["how"], "frames": len(got["ms"]), "ms": got["ms"]}
        found.append(row)
    return found


def share(rows: list[dict], names: tuple[str, ...] = KNOWN) -> float:
    """Of what any known decoder reads: how much ours reads too."""
    known = [row for row in rows if any(row[name] == "read" for name in names)]
    return sum(row["ours"] == "read" for row in known) / len(known)


def gain(rows: list[dict]) -> float:
    """Points by which ours reads more clips than zxing frame by frame."""
    return 100 * (sum(row["ours"] == "read" for row in rows) - sum(row["zxing"] == "read" for row in rows)) / len(rows)


def table(rows: list[dict], names: tuple[str, ...]) -> str:
    lines = [f"{'':14}" + "".join(f"{name:>11}" for name in ("of", *names))]
    for kind in (*maker.DISTORTIONS, "all"):
        some = [row for row in rows if kind in ("all", row["distortion"])]
        if some:
            lines.append(f"{kind:14}{len(some):11}" + "".join(f"{sum(row[name] == 'read' for row in some):11}" for name in names))
    wrong = {name: sum(row[name] == "wrong" for row in rows) for name in names}
    return "\n".join([*lines, f"{'false reads':14}{'':11}" + "".join(f"{wrong[name]:11}" for name in names)])


def spread(times: list[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    cuts = quantiles(times, n=20)
    return cuts[9], cuts[18]


def timed(place: Hall, chosen: list[maker.Scene], rate: float = 4) -> dict[str, list[float]]:
    """Milliseconds from a fresh frame to its result on a slowed processor, ours and zxing's; the best of three, as others use it too."""
    found = {"zxing": [], "ours": []}
    place.throttle(rate)
    for scene in chosen:
        address = place.address(scene)
        found["zxing"].append(min(place.known("zxing", address)["ms"] for _ in range(3)))
        found["ours"].append(min(place.ours([address], timed=True)["ms"][0] for _ in range(3)))
    place.throttle(1)
    return found


def in_turn(chosen: list[maker.Scene]) -> list[maker.Scene]:
    """One of a level, short and long in turn."""
    return [scene for scene in chosen if scene.number == (scene.level + maker.DISTORTIONS.index(scene.distortion)) % 4]


def told(rows: list[dict]) -> str:
    frames, read = [ms for row in rows for ms in row["ms"]], [row["ms"][-1] for row in rows if row["ours"] == "read"]
    return "ms of a frame, median and p95: {:.0f} {:.0f}; of one that gave a text: {:.0f} {:.0f}".format(*spread(frames), *spread(read))


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("what", nargs="+", choices=("stills", "clips", "times"))
    asked.add_argument("--only", default="", help="distortions, with commas")
    asked.add_argument("--names", default=",".join(KNOWN), help="of the known decoders")
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--seed", type=int, default=maker.SEED)
    asked.add_argument("--pictures", type=Path, help="of this seed alone")
    asked.add_argument("--json", type=Path)
    args = asked.parse_args()
    chosen = [scene for scene in maker.scenes(args.seed) if not args.only or scene.distortion in args.only.split(",")]
    names, found = tuple(args.names.split(",")), {}
    print(f"seed {args.seed}", flush=True)
    with hall(args.pictures or TESTS / ".work" / f"scan-{args.seed}") as place:
        if "stills" in args.what:
            found["stills"] = rows = stills(place, chosen[:: args.every], names)
            print(f"pictures, {LOOKS} looks\n{table(rows, (*names, 'ours'))}\nshare {share(rows, names):.3f}; {told(rows)}", flush=True)
        if "clips" in args.what:
            found["clips"] = rows = clips(place, in_turn(chosen)[:: args.every])
            print(f"clips of 3 s\n{table(rows, ('zxing', 'ours'))}\ngain {gain(rows):.1f} points; {told(rows)}", flush=True)
        if "times" in args.what:
            found["times"] = times = timed(place, in_turn(chosen)[:: args.every])
            print("ms of a fresh frame at 4x:", {name: tuple(map(round, spread(each))) for name, each in times.items()}, flush=True)
    if args.json:
        args.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
