"""Who may import whom: the contracts in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_imports_only_point_down():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout[-4000:]


def test_an_upward_import_would_be_seen(tmp_path):
    """The negative control: the same contracts over a copy in which the kernel imports a slice."""
    import shutil

    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "app" / "kernel" / "clock.py").open("a") as file:
        file.write("\nfrom app.people import reads\n")
    assert lint(tmp_path).returncode != 0
