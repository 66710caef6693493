"""Static files, hashed and squeezed at start, served from memory ahead of the router."""

import hashlib
from pathlib import Path

import brotli

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
}


class Static:
    """`static/` read at start, brotli 11 once, content hash in the name, served from memory for ever.

    `app.css` is the files of `css/ORDER` joined; `app.js` is `js/*.js` in name order inside one function. A file of `modules/`
    belongs to one page, which fetches it by `data-module`.
    """

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        self.by_name: dict[str, str] = {}
        self.by_path: dict[str, tuple[str, bytes, bytes]] = {}
        self._cache = cache
        order = (folder / "css" / "ORDER").read_text().split()
        self._add("app.css", b"\n".join((folder / "css" / name).read_bytes() for name in order))
        scripts = b"\n".join(path.read_bytes() for path in sorted((folder / "js").glob("*.js")))
        self._add("app.js", b"(() => {\n'use strict';\n" + scripts + b"\n})();\n")
        for path in sorted([*(folder / "vendor").glob("*.js"), *(folder / "modules").glob("*.js"), *(folder / "icons").glob("*")]):
            self._add(path.relative_to(folder).as_posix(), path.read_bytes())

    def _add(self, name: str, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        stem, _, ending = name.rpartition(".")
        path = f"/static/{stem}.{digest[:10]}.{ending}"
        kind = _TYPES[f".{ending}"]
        squeezed = self._squeezed(digest, data) if kind.startswith("text") or "svg" in kind else b""
        self.by_name[name] = path
        self.by_path[path] = (kind, data, squeezed)

    def _squeezed(self, digest: str, data: bytes) -> bytes:
        """Brotli at 11 takes a second for all files; the result is kept beside the data, by content."""
        kept = self._cache / f"{digest}.br" if self._cache else None
        if kept and kept.exists():
            return kept.read_bytes()
        squeezed = brotli.compress(data, quality=11)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(squeezed)
        return squeezed

    def asset(self, name: str) -> str:
        return self.by_name[name]

    def answer(self, path: str, accepts: str) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
        if (found := self.by_path.get(path)) is None:
            return None
        kind, data, squeezed = found
        headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", b"public, max-age=31536000, immutable"),
            (b"vary", b"Accept-Encoding"),
        ]
        if squeezed and "br" in accepts:
            headers.append((b"content-encoding", b"br"))
            data = squeezed
        return [*headers, (b"content-length", str(len(data)).encode())], data
