"""The tools that the tests stand on: they must fail when they should, and leave nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support import browser as real
from support import server

TESTS = Path(__file__).resolve().parents[1]
HEAD = '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>t</title><link rel="icon" href="data:,">'
PAGES = {
    "/good": (200, HEAD + "<main><h1>Good</h1></main>"),
    "/refused": (422, HEAD + "<main><h1>Not so</h1></main>"),
    "/broken": (500, HEAD + "<main><h1>Oh</h1></main>"),
    "/picture": (200, HEAD + '<main><h1>P</h1><img alt="" src="/none.png"></main>'),
    "/abroad": (200, HEAD + '<main><h1>A</h1><img alt="" src="http://example.org/x.png"></main>'),
    "/throws": (200, HEAD + "<main><h1>T</h1></main><script src=/throws.js></script>"),
    "/throws.js": (200, "console.error('said so'); throw new Error('fell over')"),
    "/inline": (200, HEAD + "<main><h1>I</h1></main><script>1</script>"),
    "/poor": (200, HEAD + '<main><h1>P</h1><img src="data:,"><input></main>'),
    "/wide": (200, HEAD + '<main><h1>W</h1><svg id="plan" width="900" height="10"></svg></main>'),
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = PAGES.get(self.path, (404, "none"))
        self.send_response(status)
        self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'; img-src * data:")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("/broken", "answer 500"),
        ("/picture", "answer 404"),
        ("/abroad", "foreign request"),
        ("/throws", "page error: .*fell over"),
        ("/throws", "console: said so"),
        ("/inline", "console: .*Content Security Policy"),
    ],
)
def test_a_phone_notices_what_goes_wrong_behind_a_page(browser, site, path, complaint):
    with pytest.raises(AssertionError, match=complaint), real.phone(browser, site) as held:
        held.open(path)


@pytest.mark.parametrize("path", ["/good", "/refused"])
def test_a_phone_is_content_with_good_pages_and_with_refusals(browser, site, path):
    with real.phone(browser, site) as held:
        held.open(path)


def test_a_test_can_pardon_what_it_provokes(browser, site):
    with real.phone(browser, site) as held:
        held.pardon("answer 500: GET .*/broken")
        held.open("/broken")


def test_a_failing_test_keeps_its_own_error(browser, site):
    with pytest.raises(KeyError) as caught, real.phone(browser, site) as held:
        held.open("/broken")
        raise KeyError("mine")
    assert "answer 500" in "".join(caught.value.__notes__)


def test_a_phone_is_as_its_owner_set_it(browser, site):
    with real.phone(browser, site, lang="en", theme="sunlight", type="larger") as held:
        page = held.open("/good")
        cookies = {cookie["name"]: cookie["value"] for cookie in held.cookies()}
        assert cookies == {"lang": "en", "theme": "sunlight", "type": "larger"}
        assert page.evaluate("[innerWidth, innerHeight, devicePixelRatio, navigator.maxTouchPoints > 0]") == [360, 740, 2, True]


def test_without_javascript_no_script_runs(browser, site):
    with real.phone(browser, site, js=False) as held:
        held.open("/throws")


def test_axe_finds_faults_under_our_content_policy(browser, site):
    with real.phone(browser, site) as held:
        assert real.axe(held.open("/good")) == []
        found = "\n".join(real.axe(held.open("/poor")))
        assert "image-alt (critical)" in found
        assert "label (critical)" in found


def test_what_sticks_out_is_named(browser, site):
    with real.phone(browser, site) as held:
        assert real.too_wide(held.open("/good")) == []
        assert any(line.startswith("svg#plan") for line in real.too_wide(held.open("/wide")))


def test_a_shot_is_taken_only_when_asked_for(browser, site, monkeypatch, tmp_path):
    monkeypatch.setattr(real, "SHOTS", tmp_path / "shots")
    with real.phone(browser, site) as held:
        page = held.open("/good")
        monkeypatch.delenv("LASTMETRE_SHOTS", raising=False)
        assert real.shoot(page, "good") is None
        monkeypatch.setenv("LASTMETRE_SHOTS", "1")
        assert real.shoot(page, "good").read_bytes().startswith(b"\x89PNG")


def test_databases_from_one_template_are_apart(postgres_cluster):
    filled = []

    def fill(url):
        filled.append(url)
        postgres_cluster.sql("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)", url.rpartition("/")[2])

    template = postgres_cluster.template("apart", fill)
    with postgres_cluster.database(template) as one, postgres_cluster.database(postgres_cluster.template("apart", fill)) as two:
        postgres_cluster.sql("DELETE FROM kept", one.rpartition("/")[2])
        assert postgres_cluster.sql("SELECT count(*) FROM kept", two.rpartition("/")[2]) == "1"
    assert len(filled) == 1
    assert postgres_cluster.sql("SELECT count(*) FROM pg_database WHERE datname LIKE 'test_%'") == "0"


def test_a_test_gets_a_database_in_the_newest_shape(postgres_cluster, postgres_url):
    newest = max(path.stem for path in (TESTS.parent / "app" / "migrations").glob("*.sql"))
    assert postgres_cluster.sql("SELECT max(name) FROM schema_migration", postgres_url.rpartition("/")[2]) == newest


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_database_server_does_not_outlive_its_tests(end, tmp_path):
    script = (
        "import time\nfrom support import postgres\n"
        "with postgres.cluster() as c:\n"
        "  print(c.port, c.sql('SHOW data_directory'), flush=True)\n  time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": str(TESTS)},
    ) as tests:
        port, folder = tests.stdout.readline().split()
        assert _listens(int(port))
        tests.send_signal(end)
    assert _soon(lambda: not _listens(int(port)) and not Path(folder).parent.exists())


@pytest.mark.parametrize("forked", [False, True])
def test_the_app_is_started_and_stopped(forked):
    with server.serve(forked=forked) as running:
        with urllib.request.urlopen(f"{running.url}/healthz") as answer:
            assert answer.status == 200
        assert running.log.exists()
        port = running.port
        running.kill()
        assert running.process.returncode == -signal.SIGKILL and not _listens(port)
        running.start()
    assert running.process.returncode in (0, -signal.SIGTERM), "it had to be killed"
    assert not _listens(port)


def test_a_forked_server_does_not_outlive_its_tests():
    script = (
        "import sys, time\nfrom support import server\n"
        "with server.serve(forked=True) as running:\n"
        "  print(running.port, flush=True)\n  time.sleep(60)\n"
    )
    with tempfile.TemporaryDirectory() as folder:  # short: the command socket's path is in it
        env = os.environ | {"PYTHONPATH": os.pathsep.join((str(TESTS.parent), str(TESTS))), "TMPDIR": folder}
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=env) as tests:
            port = int(tests.stdout.readline())
            assert _listens(port)
            tests.kill()
        assert _soon(lambda: not _listens(port))


def test_an_app_that_cannot_start_says_why():
    with pytest.raises(RuntimeError, match="LASTMETRE_LOG_LEVEL"), server.serve(env={"LASTMETRE_LOG_LEVEL": "shout"}):
        pass


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _soon(question, patience: float = 20) -> bool:
    deadline = time.monotonic() + patience
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_lent_database_comes_back_as_it_was(postgres_cluster):
    def fill(url: str) -> None:
        postgres_cluster.sql("CREATE TABLE one (n int); CREATE TABLE two (n int); INSERT INTO one VALUES (1), (2)", url.rsplit("/", 1)[1])

    def asked(url: str, text: str) -> str:
        return postgres_cluster.sql(text, url.rsplit("/", 1)[1])

    template = postgres_cluster.template("small", fill)
    for spoil in (
        "DELETE FROM one; INSERT INTO two VALUES (3)",
        "UPDATE one SET n = 9",
        "ALTER TABLE one ADD more int",
        "CREATE INDEX late ON two (n)",
        "DROP TABLE two",
        "SELECT 1",
    ):
        with postgres_cluster.lent(template) as url:
            assert asked(url, "SELECT string_agg(n::text, ',' ORDER BY n) FROM one") == "1,2", spoil
            assert asked(url, "SELECT count(*) FROM two") == "0"
            assert asked(url, "SELECT count(*) FROM pg_attribute WHERE attname = 'more'") == "0"
            assert asked(url, "SELECT count(*) FROM pg_class WHERE relname = 'late'") == "0"
            asked(url, spoil)
