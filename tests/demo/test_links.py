"""The links that a start prints: one button, used once, fresh at every call, handed over to the server that runs."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import httpx
import pytest
from support import server

from app.people.entry import _BARS, bar_role

BARS = {
    "dispatcher": "dispatcher",
    "steward": "steward",
    "volunteer": "volunteer",
    "volunteer2": "volunteer",
    "operator": "operator",
    "command": "command",
    "outsider": "volunteer",
}


def phone(base: str) -> httpx.Client:
    return httpx.Client(base_url=base, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False, timeout=30)


def fresh(running) -> dict:
    return json.loads(running.run("demo", "--json"))


def test_a_link_shows_one_button_and_consumes_nothing_and_signs_in_once(sample_server):
    path = sample_server.facts["sign_in"]["steward"]
    with phone(sample_server.url) as one, phone(sample_server.url) as other:
        for _ in range(3):
            shown = one.get(path)
            assert shown.status_code == 200
            assert shown.text.count(f'action="{path}"') == 1
        assert "sid" not in one.cookies
        assert one.post(path).status_code == 303
        assert one.get("/me").status_code == 200
        assert other.post(path).status_code == 404
        assert other.get("/me").status_code == 303


def test_running_it_again_prints_fresh_links_and_the_old_ones_stay_good(sample_server):
    before, after, once_more = sample_server.facts, fresh(sample_server), fresh(sample_server)
    assert len({facts["sign_in"]["volunteer"] for facts in (before, after, once_more)}) == 3
    for name in ("community", "building", "join"):
        assert before[name] == after[name]
    with phone(sample_server.url) as one:
        assert one.post(before["sign_in"]["volunteer"]).status_code == 303
        assert one.post(after["sign_in"]["volunteer"]).status_code == 303


@pytest.fixture(scope="module")
def links(shared_server):
    return fresh(shared_server)["sign_in"]


@pytest.mark.parametrize("role", BARS)
def test_every_page_in_everybodys_bar_opens_on_the_sample(shared_server, links, role):
    wrong = {}
    with phone(shared_server.url) as one:
        assert one.post(links[role]).status_code == 303
        for path, _, _ in _BARS[bar_role(BARS[role])]:
            answer = one.get(path)
            if answer.status_code != 200 or "</html>" not in answer.text:
                wrong[path] = answer.status_code
    assert not wrong


def test_the_addresses_without_sign_in_open(shared_server):
    facts = shared_server.facts
    with phone(shared_server.url) as one:
        for path in (facts["building"]["page"], facts["building"]["ask"], facts["join"], "/parts"):
            assert one.get(path, follow_redirects=True).status_code == 200, path


def test_parts_is_there_in_the_demo_only(sample, tmp_path):
    with server.serve(env={"LASTMETRE_DEMO": ""}) as running, phone(running.url) as one:
        assert one.get("/parts").status_code == 404


def test_a_real_community_gets_no_sample_beside_it(tmp_path):
    env = server.clean_env(tmp_path)
    server.run("setup", "--district", "渝北", "--community", "真社区", "--name", "王芳", "--phone", "13800000000", env=env)
    with pytest.raises(RuntimeError, match="LASTMETRE_DATA"):
        server.run("demo", "--json", env=env)


def test_an_outsider_sees_nothing_of_the_community(shared_server, links):
    with phone(shared_server.url) as inside, phone(shared_server.url) as outside:
        inside.post(links_of(shared_server)["dispatcher"])
        outside.post(links_of(shared_server)["outsider"])
        paths = _needs(inside.get("/needs?state=all").text)[:3]
        assert paths
        for path in paths:
            assert inside.get(path).status_code == 200
            assert outside.get(path).status_code == 404


def links_of(running) -> dict:
    return fresh(running)["sign_in"]


def _needs(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/needs/[0-9a-f-]{36})"', html)))


@pytest.mark.long
def test_the_sample_loads_on_postgres_too(postgres_url, tmp_path):
    env = {"LASTMETRE_DATABASE_URL": postgres_url}
    first, second = server.demo(tmp_path, env=env), server.demo(tmp_path, env=env)
    assert first["building"] == second["building"]
    assert first["sign_in"] != second["sign_in"]


@pytest.mark.long
def test_a_start_that_was_killed_half_way_leaves_nothing_and_the_next_one_loads(tmp_path):
    env = server.clean_env(tmp_path)
    killed = subprocess.Popen(
        [sys.executable, "-m", "app", "demo", "--json"], cwd=server.ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    for _ in range(4):  # begins, places, people, the day
        killed.stderr.readline()
    killed.kill()
    killed.wait()
    killed.stderr.close()
    with closing(sqlite3.connect(tmp_path / "lastmetre.db")) as raw:
        assert raw.execute("SELECT (SELECT count(*) FROM community), (SELECT count(*) FROM receipt)").fetchone() == (0, 0)
    assert server.demo(tmp_path)["community"]["name"] == "桃花桥社区"


def test_asked_of_a_server_that_holds_nothing_it_loads_there(tmp_path):
    with server.serve() as running:
        facts = fresh(running)
        with phone(running.url) as one:
            assert one.post(facts["sign_in"]["dispatcher"]).status_code == 303
            assert one.get("/me").status_code == 200
