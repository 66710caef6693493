"""What README.md tells people to type works, and nothing in the repository leads to one machine or one registry."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from app.kernel.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = [line.strip() for block in re.findall(r"^```\w*\n(.*?)^```", README, re.M | re.S) for line in block.splitlines()]
COMMANDS = [line.partition(" #")[0].strip() for line in FENCED]
TARGETS = sorted({target for line in COMMANDS for target in re.findall(r"^make ([a-z-]+)", line)})
APP = sorted({(match[1], match[2]) for line in COMMANDS if (match := re.search(r"(?:python -m app|^lm) ([a-z]+)(.*)", line))})

# Written apart, so that this file does not find itself.
REGISTRIES = [r"pypi\." + "org", "python" + "hosted", "registry" + r"\.npm", "npm" + "mirror", r"deb\." + "debian", "/simple" + r"/\w"]
MACHINES = ["/ro" + "ot/", "/wo" + "rk/", "/ho" + r"me/\w", "/opt/" + "wheels", "/opt/" + "pypi", r"\.py" + "env", r"\.\./" + "shared"]


@cache
def said(*command: str) -> str:
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


def test_the_two_commands_come_first():
    assert [line for line in COMMANDS if line][:2] == ["make demo", "make test"]


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_command_in_the_readme_exists(target):
    said("make", "--dry-run", target)


@pytest.mark.parametrize(("command", "rest"), APP)
def test_an_app_command_in_the_readme_exists_with_its_options(command, rest):
    about = said(sys.executable, "-m", "app", command, "--help")
    assert [option for option in re.findall(r"--[a-z-]+", rest) if option not in about] == []


def test_the_settings_table_is_what_the_app_reads():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| ", README, re.M)
    assert [(env, default.strip("`")) for env, default in rows] == [(setting.env, setting.default) for setting in SETTINGS]


def test_continuous_integration_runs_the_test_command_of_the_readme():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if re.match(r"make\b|.*pytest", line)] == ["make test"]
    assert lines[-1] == "make test"


def test_what_the_procfile_starts_exists():
    for line in (ROOT / "Procfile").read_text().splitlines():
        kind, command = line.split(": ", 1)
        assert kind in ("release", "web", "worker")
        said(sys.executable, "-m", "app", re.match(r"python -m app ([a-z]+)", command)[1], "--help")


def test_what_the_readme_points_at_is_there():
    wanted = re.findall(r"\]\((?!\w+:|#)([^)#]+)", README) + re.findall(r'src="(?!\w+:)([^"]+)"', README)
    assert [path for path in wanted if not (ROOT / path).exists()] == []


def test_no_file_names_a_registry_or_a_machine():
    listed = said("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    names = re.compile("|".join(f"(?:{pattern})" for pattern in REGISTRIES + MACHINES).encode())
    found = [
        f"{path}: {match[0].decode(errors='replace')}"
        for path in sorted(set(filter(None, listed)))
        if (ROOT / path).is_file() and (match := names.search((ROOT / path).read_bytes()))
    ]
    assert found == []
