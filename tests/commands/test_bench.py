"""`bench`: lines for people, JSON for programs, and (long) a whole short run that leaves the data it found alone.

No figure is judged here: a test fails on a broken benchmark, never on a slow machine.
"""

import asyncio
import json
import math
import re
import sqlite3
from types import SimpleNamespace

import pytest
from support import server

from app.commands.measuring import batches, district, visit, wire
from app.commands.measuring.figures import Figure, amount, keep, short, times

LINE = re.compile(r"([a-z0-9_]+): (\S+) (\S+) \(ceiling (\S+) (\S+), ratio (\S+)\) from (\S+) to (\S+)(?:; .+)?")
NAMES = {
    "list_changed_x_hello", "list_unchanged_x_hello", "take_x_hello", "acts_batch_ratio", "set_pss_mb", "start_cpu_s", "first_visit_kb",
    "first_visit_requests", "scan_read_share", "scan_gain_points", "scan_median_ms_x4", "scan_p95_ms_x4", "scan_kb", "live_p95_s",
    "streams_5000_mb", "push_ratio", "push_posted_ratio", "fanout_200_s", "day_page_x_hello",
    "day_unreached_x_hello", "day_unreached_own_x_hello", "district_overdue_list_x_count", "district_number_x_count",
}  # fmt: skip


def test_a_ratio_is_taken_round_by_round():
    figure = times("list_changed_x_hello", [8, 30, 9], [1, 3, 1], "ms", beside="8 to 30 ms")
    assert (figure.value, figure.ratio, figure.ceiling, figure.spread) == (9, 9, 1, (8, 10))
    assert LINE.fullmatch(figure.line).groups() == ("list_changed_x_hello", "9", "x", "1", "ms", "9", "8", "10")


def test_an_amount_stands_in_its_unit_beside_the_least():
    figure = amount("set_pss_mb", [80.04, 90, 85], [20, 20, 21], "MB")
    assert (figure.value, figure.ceiling, figure.ratio, figure.spread) == (85, 20, 4.25, (80.04, 90))
    assert LINE.fullmatch(figure.line).groups() == ("set_pss_mb", "85", "MB", "20", "MB", "4.25", "80", "90")


@pytest.mark.parametrize(
    ("number", "said"), [(0.0174, "0.0174"), (8.0, "8"), (12.345, "12.3"), (99.96, "100"), (23625.4, "23625"), (0, "0")]
)
def test_numbers_are_said_in_three_digits_and_never_as_powers(number, said):
    assert short(number) == said


def test_what_is_kept_is_a_value_its_unit_its_ceiling_and_its_spread(tmp_path):
    path = tmp_path / "bench.json"
    path.write_text("of an older run")
    keep([Figure("start_cpu_s", 0.5555555, "s", 0.06, 9.3, (0.5, 0.6), beside="not for programs")], path)
    assert json.loads(path.read_text()) == {"start_cpu_s": {"value": 0.55556, "unit": "s", "ceiling": 0.06, "spread": [0.5, 0.6]}}
    assert [one.name for one in tmp_path.iterdir()] == ["bench.json"]


def test_a_page_names_what_a_phone_loads_for_it_and_not_what_it_leads_to():
    page = b"""<link rel=stylesheet href=/a.css><script src=/b.js></script><a href=/next>n</a><img src=data:,><use href="/i.svg#x">
    <script src=https://example.org/x.js></script>"""
    assert visit.named("text/html; charset=utf-8", page) == ["/a.css", "/b.js", "/i.svg"]
    assert visit.named("text/css", b"a{background:url('/p.png')} b{src:url(data:x)}") == ["/p.png"]
    assert visit.named("image/svg+xml", b'<image href="/x.png"/>') == []


@pytest.fixture
async def answering():
    """A server that says whatever the test puts into `said`."""
    told = SimpleNamespace(said=b"", port=0)

    async def serve(reader, writer):
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(told.said)

    async with await asyncio.start_server(lambda r, w: _quiet(serve(r, w)), "127.0.0.1", 0) as running:
        told.port = running.sockets[0].getsockname()[1]
        yield told


async def _quiet(serving):
    try:
        await serving
    except (asyncio.IncompleteReadError, ConnectionError):
        pass


async def test_an_answer_is_read_whole(answering):
    answering.said = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Act-Receipt: a\r\n\r\nhello"
    answer = await wire.ask(answering.port, wire.get("/"))
    assert (answer.status, answer.body, answer.header("x-act-receipt"), answer.header("etag")) == (200, b"hello", "a", "")
    await wire.flood(answering.port, [wire.get("/")] * 100, 200)


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
)
async def test_a_wrong_answer_ends_the_measuring(answering, said):
    answering.said = said
    with pytest.raises(wire.Wrong):
        await wire.ask(answering.port, wire.get("/"))
    with pytest.raises(wire.Wrong):
        await wire.flood(answering.port, [wire.get("/")] * 100, 200)


def test_batches_are_compared_only_over_the_same_rows():
    one, other = (sqlite3.connect(":memory:") for _ in range(2))
    for store in (one, other):
        store.execute("CREATE TABLE place (id INTEGER, taken_by TEXT)")
        store.execute("INSERT INTO place VALUES (1, 'a')")
    batches._same(one, other)
    other.execute("UPDATE place SET taken_by = 'b'")
    with pytest.raises(wire.Wrong, match="place"):
        batches._same(one, other)


async def test_a_district_is_the_same_for_a_seed_and_a_wrong_answer_ends_the_measuring(tmp_path, monkeypatch):
    small = district.Size(communities=2, buildings=1, rounds=2)
    figures = await district.figures(tmp_path, small)
    assert {one.name for one in figures} == {"district_overdue_list_x_count", "district_number_x_count"}
    assert all(one.value > 0 and f"seed {district.SEED}" in one.beside for one in figures)
    monkeypatch.setattr(district, "overdue", lambda where: district.unreached([]))
    (tmp_path / "again").mkdir()
    with pytest.raises(SystemExit, match="overdue list"):
        await district.figures(tmp_path / "again", small)


@pytest.mark.postgres
async def test_a_district_answers_the_same_on_both_databases(world):
    assert len(await district.asked(district.Size(communities=2, buildings=2, rounds=2))) == 2


@pytest.mark.long
def test_a_short_run_measures_everything_and_leaves_the_data_alone(tmp_path):
    (tmp_path / "lastmetre.db").write_bytes(b"somebody's own")
    said = server.run("bench", "--quick", env=server.clean_env(tmp_path))
    kept = json.loads((tmp_path / "bench.json").read_text())
    assert {LINE.fullmatch(line)[1] for line in said.splitlines()} == set(kept) == NAMES
    for name, figure in kept.items():
        assert set(figure) == {"value", "unit", "ceiling", "spread"}, name
        low, high = figure["spread"]
        least = -1 if name == "scan_gain_points" else 0  # of three clips zxing may read every one, and nothing is left to gain
        assert least < low <= figure["value"] <= high < math.inf, name
        assert figure["ceiling"] > least, name
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bench.json", "lastmetre.db"]
    assert (tmp_path / "lastmetre.db").read_bytes() == b"somebody's own"
