"""What fails in the browser is tried a second time: never more often, never another kind of test, and never beyond a few in a run."""

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
from pathlib import Path
import pytest

def fails_at_first(name, kept=Path(__file__).parent):
    at = kept / f"{name}.tried"
    first = not at.exists()
    at.touch()
    assert not first

@pytest.mark.browser
@pytest.mark.parametrize("n", range(%d))
def test_in_a_browser(n):
    fails_at_first(n)

%s
"""
ALWAYS = "@pytest.mark.browser\ndef test_always():\n    assert 0"
OTHERWISE = "def test_without_one():\n    fails_at_first('other')"


@pytest.mark.parametrize(
    ("flaky", "more", "passes"), [(3, "", True), (4, "", False), (0, ALWAYS, False), (0, OTHERWISE, False)],
    ids=["a few", "too many", "always", "without a browser"],
)  # fmt: skip
def test_a_second_try(tmp_path: Path, flaky, more, passes):
    (tmp_path / "test_it.py").write_text(TESTS % (flaky, more))
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser: x\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "support.second_try", str(tmp_path)],
        cwd=tmp_path, env={"PYTHONPATH": str(Path(__file__).parents[1])}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (run.returncode == 0) is passes, run.stdout + run.stderr
    assert run.stdout.count("needed a second try:") == flaky + (more == ALWAYS)
