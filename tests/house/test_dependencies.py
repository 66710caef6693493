"""What the app imports is named in pyproject.toml: what only another package brings along may be gone with its next version."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPOKEN = {"yarl": "aiohttp"}  # what the other takes as an argument, so that they come and go together


def imported(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], file) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0], file


def named() -> set[str]:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return {plain(re.match(r"[\w.-]+", each)[0]) for each in wanted}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_what_the_app_imports_is_named():
    ours, known = {*sys.stdlib_module_names, "app"}, packages_distributions()
    found = [(SPOKEN.get(name, name), file) for name, file in imported(ROOT / "app") if name not in ours]
    assert found
    unnamed = {f"{name} in {file.relative_to(ROOT)}" for name, file in found if not named() & set(map(plain, known.get(name, ["?"])))}
    assert not unnamed, sorted(unnamed)
