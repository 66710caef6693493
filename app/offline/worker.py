"""GET /sw.js: the worker of this build. Its first line says which build it is and what its shell holds.

A deploy that changes nothing of it changes no byte here, and no phone notices. `sw/BROKEN` lists builds that must not
wait for a person: the next worker takes over from them at once.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from litestar import Request, Response, get

from app.kernel import words
from app.kernel.draw import TEMPLATES
from app.kernel.reply import asset

ROOT = Path(__file__).parent.parent.parent
SW, JS = ROOT / "sw", ROOT / "static" / "js"
STORE = ("01-store.js", "02-crypt.js")  # the page's own text: one database, one way to close what lies in it
# of pages that are kept
MODULES = (
    "modules/kept.js",
    "modules/live.js",
    "modules/outbox.js",
    "modules/showing.js",
    "modules/shown.js",
    "modules/swipe.js",
    "vendor/uqr.js",
)
ASSETS = ("app.css", "app.js", "vendor/htmx.js", "vendor/hx-ptag.js", "icons/icon.svg", *MODULES)
ICON = "icons/icon-192.png"  # of a notification
PAGES = ("/offline", "/locked")
DRAWN_FROM = ("base.html", "parts", "offline")


@cache
def text(shell: tuple[str, ...], on: bool, icon: str = "") -> str:
    code = "\n".join(
        path.read_text() for path in [*(JS / name for name in STORE), *(sorted(SW.glob("*.js")) if on else [SW / "off" / "worker.js"])]
    )
    said = {
        lang: {"title": words.catalogue(lang)["frame.name"][0], "body": words.catalogue(lang)["ways.news"][0]} for lang in words.LANGUAGES
    }
    build = {"version": _version(code, shell), "shell": shell, "broken": (SW / "BROKEN").read_text().split(), "said": said, "icon": icon}
    return f"self.BUILD = {json.dumps(build)};\n(() => {{\n'use strict';\n{code}\n}})();\n"


def _version(code: str, shell: tuple[str, ...]) -> str:
    """Of all that the worker holds, the pages of its shell included."""
    files = [path for name in DRAWN_FROM for path in ([TEMPLATES / name] if name.endswith(".html") else (TEMPLATES / name).glob("*.html"))]
    drawn = [path.read_text() for path in sorted([*files, *words.FOLDER.rglob("*.po")])]
    return hashlib.sha256("\n".join([code, *shell, *drawn]).encode()).hexdigest()[:12]


@get("/sw.js")
async def show(request: Request) -> Response:
    shell = (*(asset(name) for name in ASSETS), *PAGES)
    code = text(shell, request.app.state.settings.worker, asset(ICON))
    return Response(code, media_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})
