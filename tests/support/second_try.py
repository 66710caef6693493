"""A second try for tests in a real browser, which shares two cores with everything else. At most `ALLOWED` in a whole run.

What needed one is listed with its reason at the end of the run. A promise that breaks does so twice and fails; one that
breaks now and then exceeds what is allowed sooner or later, and is told each time.
"""

import pytest

ALLOWED = 3
PATIENCE = 150  # seconds: a browser that hangs at its end is noticed sooner than by the limit of all tests


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
            if not item.get_closest_marker("timeout") and not item.get_closest_marker("long"):
                item.add_marker(pytest.mark.timeout(PATIENCE))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput") or session.exitstatus != pytest.ExitCode.OK:
        return
    if len(_second_tries(session.config)) > ALLOWED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tried = _second_tries(terminalreporter.config)
    for one in tried:
        terminalreporter.section(f"needed a second try: {one.nodeid}")
        terminalreporter.line(str(one.longrepr)[-3000:])
    if len(tried) > ALLOWED:
        terminalreporter.line(f"{len(tried)} tests needed a second try, {ALLOWED} may", red=True)


def _second_tries(config: pytest.Config) -> list[pytest.TestReport]:
    return config.pluginmanager.getplugin("terminalreporter").stats.get("rerun", [])
