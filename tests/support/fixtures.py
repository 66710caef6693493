"""Fixtures over this folder. A conftest takes them in with `pytest_plugins = ["support.fixtures"]`."""

import json
import os
import shutil
from contextlib import ExitStack, contextmanager
from fcntl import LOCK_EX, flock
from inspect import iscoroutinefunction
from pathlib import Path

import pytest

from app.kernel.static import Static
from support import browser as real
from support import postgres, server


@pytest.fixture(scope="module")
def browser():
    """Chromium for one module of tests; costs about half a second. See `support.browser.chromium` for why no longer."""
    with real.chromium() as running:
        yield running


@pytest.fixture
def phones(browser):
    """`phones(base_url, lang="en", …)` gives one person's phone; all are checked and closed after the test."""
    with ExitStack() as held:
        yield lambda base_url, **how: held.enter_context(real.phone(browser, base_url, **how))


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The sample community, loaded once for all test processes of a run: (its data folder, what `demo --json` said).

    Never serve the folder itself; a copy has its own unused sign-in links.
    """
    ours = tmp_path_factory.getbasetemp()
    folder = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / "sample"
    data, said = folder / "data", folder / "said.json"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)  # whoever comes second waits for the first
        if not said.exists():
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir()
            facts = server.demo(data)
            Static(server.ROOT / "static", data / "cache")  # what each server over a copy would squeeze at its start
            said.write_text(json.dumps(facts))
    return data, json.loads(said.read_text())


@pytest.fixture
def sample_server(sample, tmp_path):
    """The app over this test's own copy of the sample community; `.facts` is what `demo --json` said."""
    with _serve_copy(sample, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared_server(sample, tmp_path_factory):
    """As `sample_server`, but one for a module: for tests that only look."""
    with _serve_copy(sample, tmp_path_factory.mktemp("shared")) as running:
        yield running


@contextmanager
def _serve_copy(sample, folder):
    data, facts = sample
    # A socket that a command left in the folder is no file and cannot be copied.
    copied = shutil.copytree(data, folder / "data", ignore=lambda at, names: [n for n in names if Path(at, n).is_socket()])
    with server.serve(copied, env={"LASTMETRE_DEMO": "1"}, forked=True) as running:
        running.facts = facts
        yield running


@pytest.fixture(scope="session")
def postgres_cluster():
    """One server for each test process, started when the first test asks."""
    with postgres.cluster() as running:
        yield running


@pytest.fixture
def postgres_url(postgres_cluster):
    """A migrated database of this test's own."""
    with postgres_cluster.database(postgres_cluster.template("migrated", postgres.migrate)) as url:
        yield url


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        for running in server.RUNNING:
            report.sections.append((f"log of {running.url}", running.tail()))
    return report


MIXED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items):
    with_browser = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    for item in items:
        item.stash[MIXED] = item.path in with_browser and iscoroutinefunction(getattr(item, "function", None))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    # While Chromium runs, asyncio believes that its loop is busy, and an async test fails in words nobody understands.
    if item.stash[MIXED]:
        pytest.fail("an async test cannot share a file with browser tests; move it to a file of its own", pytrace=False)
