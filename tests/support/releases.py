"""Another version of the app: a copy of this tree with something changed, served over the same data and port."""

import shutil
from collections.abc import Callable
from pathlib import Path

from support.server import ROOT, Server

PARTS = ("app", "static", "templates", "sw")


class Release(Server):
    """As a server, out of its own folder."""

    def __init__(self, folder: Path, like: Server) -> None:
        super().__init__(like.data, like.log, like.port, {}, ("serve",))
        self.folder, self.env = folder, dict(like.env)

    def start(self, patience: float = 30) -> None:
        import support.server as module

        here, module.ROOT = module.ROOT, self.folder
        try:
            super().start(patience)
        finally:
            module.ROOT = here


def release(folder: Path, like: Server, change: Callable[[Path], None] = lambda folder: None) -> Release:
    """`change` gets the folder of the copy before it is started. The server that ran before must be stopped first."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    change(folder)
    return Release(folder, like)
