"""Static files, hashed and squeezed at start, served from memory ahead of the router."""

import hashlib
import re
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

# Of a module of ours: the address in `from "./x.js"`, `import("../vendor/y.js")`; a line that is a comment, and indents.
_TAKEN = re.compile(r"""(?<=["'])(\.{1,2}/[\w./-]+\.js)(?=["'])""")
_COMMENT = re.compile(r"^[ \t]*//[^\n]*\n|^[ \t]+", re.MULTILINE)


class Static:
    """`static/` read at start, brotli 11 once, content hash in the name, served from memory for ever.

    `app.css` is the files of `css/ORDER` joined; `app.js` is `js/*.js` in name order inside one function. A file of `modules/`
    belongs to one page, which fetches it by `data-module`. The modules of `scan/` name each other and what they take from
    `vendor/`: here by the hashed names, without the comments.
    """

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        self.by_name: dict[str, str] = {}
        self.by_path: dict[str, tuple[str, bytes, bytes]] = {}
        self._cache = cache
        folder = folder.resolve()
        order = (folder / "css" / "ORDER").read_text().split()
        self._add("app.css", b"\n".join((folder / "css" / name).read_bytes() for name in order))
        scripts = b"\n".join(path.read_bytes() for path in sorted((folder / "js").glob("*.js")))
        self._add("app.js", b"(() => {\n'use strict';\n" + scripts + b"\n})();\n")
        for path in sorted(
            [
                *(folder / "vendor").glob("*.js"),
                *(folder / "modules").glob("*.js"),
                *(folder / "icons").glob("*"),
                *(folder / "paper").glob("*.css"),
            ]
        ):
            self._add(path.relative_to(folder).as_posix(), path.read_bytes())
        for path in sorted((folder / "vendor").glob("*.br")):  # squeezed beforehand: too large for every first start
            self._add(path.relative_to(folder).with_suffix("").as_posix(), brotli.decompress(path.read_bytes()), path.read_bytes())
        for path in sorted((folder / "scan").glob("*.css")):
            self._add(path.relative_to(folder).as_posix(), path.read_bytes())
        for path in sorted((folder / "scan").glob("*.js")):
            self._add_module(path, folder)

    def _add_module(self, path: Path, folder: Path) -> str:
        """A module after those which it takes; a circle of them would have no names."""
        name = path.relative_to(folder).as_posix()
        if name not in self.by_name:
            text = _COMMENT.sub("", path.read_text())
            self._add(name, _TAKEN.sub(lambda found: self._add_module((path.parent / found[1]).resolve(), folder), text).encode())
        return self.by_name[name]

    def _add(self, name: str, data: bytes, squeezed: bytes = b"") -> None:
        digest = hashlib.sha256(data).hexdigest()
        stem, _, ending = name.rpartition(".")
        path = f"/static/{stem}.{digest[:10]}.{ending}"
        kind = _TYPES[f".{ending}"]
        if not squeezed and (kind.startswith("text") or "svg" in kind):
            squeezed = self._squeezed(digest, data)
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
