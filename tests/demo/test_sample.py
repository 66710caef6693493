"""The sample community as it is loaded: the contract's JSON, every state of every thing, numbers that add up."""

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from support import server

from app.deliveries import models as deliveries
from app.needs import models as needs

ROLES = {"dispatcher", "steward", "volunteer", "volunteer2", "operator", "command", "hub_keeper", "outsider"}
RAISED, OTHERS = 300, 3  # in Taohuaqiao, next door


@pytest.fixture(scope="module")
def rows(sample):
    """`rows(sql)`: what lies in the loaded database."""
    with closing(sqlite3.connect(f"file:{sample[0] / 'lastmetre.db'}?mode=ro", uri=True)) as raw:
        yield lambda sql, *params: raw.execute(sql, params).fetchall()


@pytest.fixture(scope="module")
def community(rows, sample):
    return rows("SELECT id FROM community WHERE code = ?", sample[1]["community"]["code"])[0][0]


def counted(rows, sql: str, *params) -> dict:
    return dict(rows(sql, *params))


def test_the_json_is_as_the_contract_says(sample):
    _, facts = sample
    assert set(facts) == {"url", "community", "sign_in", "building", "join"}
    assert facts["url"].startswith("http://")
    assert facts["community"]["name"] == "桃花桥社区"
    assert set(facts["sign_in"]) == ROLES
    assert all(path.startswith("/sign-in/") for path in facts["sign_in"].values())
    code = facts["building"]["code"]
    assert facts["building"] == {"code": code, "page": f"/b/{code}", "ask": f"/ask/{code}"}
    assert facts["join"].startswith("/join/")


def test_the_places_and_the_ledger_are_all_there(rows, community):
    def count(table):
        return rows(f"SELECT count(*) FROM {table} WHERE community_id = ?", community)[0][0]

    assert (count("estate"), count("building"), count("household"), count("resident")) == (17, 172, 8638, 1238)
    assert rows("SELECT added, refused, state FROM ledger_import") == [(172 + 1238, 4, "committed")]


def test_people_are_in_every_place(rows, community):
    held = counted(
        rows, "SELECT role, count(DISTINCT account_id) FROM role WHERE ended_at IS NULL AND community_id = ? GROUP BY role", community
    )
    assert (held["dispatcher"], held["steward"], held["operator"]) == (3, 20, 2)
    assert 10 <= held["grid_lead"] < rows("SELECT count(*) FROM grid WHERE community_id = ?", community)[0][0]
    assert rows("SELECT count(*) FROM organisation WHERE community_id = ?", community) == [(6,)]
    waits = "SELECT count(*) FROM membership WHERE community_id = ? AND vouched_at IS NULL"
    assert rows(waits, community)[0][0] == 7
    assert rows("SELECT count(*) FROM presence WHERE until_at IS NULL")[0][0] > 10
    assert rows("SELECT count(*) FROM presence WHERE until_at IS NOT NULL")[0][0] > 10
    assert rows("SELECT count(DISTINCT account_id) FROM message WHERE read_at IS NULL")[0][0] > 20


def test_every_state_of_every_thing_occurs(rows, community):
    states = counted(rows, "SELECT state, count(*) FROM need WHERE community_id = ? GROUP BY state", community)
    assert set(states) == set(needs.STATES)
    ahead = rows("SELECT count(*) FROM coming WHERE need_id IS NOT NULL")[0][0]  # as many as the weekday makes of them
    assert 2 <= ahead <= 4 and sum(states.values()) == RAISED + ahead
    assert set(counted(rows, "SELECT kind, 1 FROM need")) == set(needs.KINDS)
    assert set(counted(rows, "SELECT channel, 1 FROM need")) >= {"link", "phone", "steward"}
    assert set(counted(rows, "SELECT urgency, 1 FROM need")) == set(needs.URGENCIES)
    assert set(counted(rows, "SELECT state, 1 FROM run")) == set(deliveries.STATES) - {"cancelled"}
    assert set(counted(rows, "SELECT outcome, 1 FROM handover")) == set(deliveries.DELIVERED + deliveries.FAILED)
    assert rows("SELECT count(*) FROM need WHERE double_of IS NOT NULL")[0][0] == 4
    assert rows("SELECT min(days_left), max(days_left) FROM need") == [(1, 6)]
    assert rows("SELECT count(*) FROM handover WHERE corrects IS NOT NULL")[0][0] == 1
    assert rows("SELECT count(*) FROM handover WHERE undone_at IS NOT NULL")[0][0] == 2, "one undone, one corrected"


def test_tasks_are_full_short_of_people_done_and_called_off(rows):
    def tasks(where):
        free = "(SELECT count(*) FROM place p WHERE p.task_id = t.id AND p.taken_by IS NULL)"
        return rows(f"SELECT count(*) FROM task t WHERE {where.format(free=free)}")[0][0]

    coming = "done_at IS NULL AND cancelled_at IS NULL"
    assert tasks("done_at IS NOT NULL") >= 1
    assert tasks("cancelled_at IS NOT NULL") == 1
    assert tasks(f"urgent AND {coming} AND {{free}} > 0") == 2
    assert (
        tasks(
            f"{coming} AND {{free}} = 0 AND EXISTS (SELECT 1 FROM wait w WHERE w.task_id = t.id AND w.left_at IS NULL AND w.promoted_at IS NULL)"
        )
        == 1
    )
    assert rows("SELECT count(*) FROM place WHERE checked_out_at IS NOT NULL")[0][0] > 5
    assert rows("SELECT count(*) FROM task WHERE team_id IS NOT NULL")[0][0] == 1


def test_a_distribution_is_half_way(rows):
    doors, done = rows(
        """SELECT count(*), count(h.id) FROM distribution_door d JOIN distribution x ON x.id = d.distribution_id
        LEFT JOIN handover h ON h.stop_id = d.stop_id AND h.undone_at IS NULL AND h.outcome IN ('in_hand', 'at_door', 'drop_point')
        WHERE x.offer_id IS NULL AND x.donation_id IS NULL"""
    )[0]
    assert doors == 96
    assert 0 < done < doors


def test_one_offer_is_open_and_one_waits_to_be_brought(rows):
    [(frozen, taken, doors)] = rows(
        """SELECT o.frozen_at IS NOT NULL, (SELECT sum(taken) FROM offer_pack p WHERE p.offer_id = o.id),
        (SELECT count(*) FROM distribution_door d JOIN distribution x ON x.id = d.distribution_id WHERE x.offer_id = o.id)
        FROM offer o WHERE o.frozen_at IS NOT NULL"""
    )
    assert (frozen, taken, doors) == (1, 13, 9)
    assert rows("SELECT count(*) FROM household_order o JOIN offer f ON f.id = o.offer_id WHERE f.frozen_at IS NULL") == [(44,)]


def test_what_happened_adds_up_to_what_is_there(rows, community):
    happened = Counter(counted(rows, "SELECT kind, count(*) FROM happening GROUP BY kind"))
    states = Counter(counted(rows, "SELECT state, count(*) FROM need GROUP BY state"))
    ahead = rows("SELECT count(*) FROM coming WHERE need_id IS NOT NULL")[0][0]
    assert happened["need.raised"] == sum(states.values()) == RAISED + OTHERS + ahead
    assert happened["need.answered"] == states["answered"]
    assert happened["need.cancelled"] == states["cancelled"]
    assert happened["need.confirmed"] == states["confirmed"]
    handed = rows("SELECT count(*) FROM handover WHERE corrects IS NULL")[0][0]
    assert happened["delivery.handed_over"] + happened["delivery.failed"] == handed
    assert (
        happened["task.taken"] + happened["task.promoted"] - happened["task.released"]
        == rows("SELECT count(*) FROM place WHERE taken_by IS NOT NULL")[0][0]
    )
    assert happened["presence.started"] == rows("SELECT count(*) FROM presence")[0][0]
    assert happened["resident.added"] == 1238
    assert rows("SELECT count(*) FROM receipt WHERE state <> 'applied'") == [(0,)]


def test_it_is_today_and_nothing_lies_ahead(rows):
    oldest, newest = rows("SELECT min(created_at), max(created_at) FROM need")[0]
    now = datetime.now(UTC)
    assert now - timedelta(hours=19) < datetime.fromisoformat(oldest)
    assert now - timedelta(minutes=40) < datetime.fromisoformat(newest) <= now
    assert datetime.fromisoformat(rows("SELECT max(received_at) FROM happening")[0][0]) <= now
    stale = (now - timedelta(minutes=30)).strftime("%Y-%m-%d %H:%M:%S")
    assert rows("SELECT count(*) FROM need WHERE state = 'waiting' AND touched_at < ?", stale)[0][0] > 5


def test_nothing_that_is_sealed_lies_open(sample, rows):
    """The negative control is the plain word beside it: the estate's name is in the file, the people's are not."""
    raw = (sample[0] / "lastmetre.db").read_bytes() + b"".join(path.read_bytes() for path in sample[0].glob("lastmetre.db-wal"))
    assert "石塔小区".encode() in raw
    for word in ("王敏", "蔬菜包", "19900009401", "独居老人"):
        assert word.encode() not in raw, word


def test_the_demo_volunteer_has_a_task_and_a_run_in_hand(rows, sample):
    kinds = {
        subject
        for (subject,) in rows(
            "SELECT DISTINCT subject FROM granted WHERE account_id = ? AND ended_at IS NULL", person(rows, sample, "volunteer")
        )
    }
    assert {"task", "run", "need"} <= kinds


def test_the_demo_stewards_building_has_needs_waiting(rows, sample):
    found = rows(
        "SELECT count(*) FROM need n JOIN building b ON b.id = n.building_id WHERE b.code = ? AND n.state = 'waiting'",
        sample[1]["building"]["code"],
    )
    assert found[0][0] >= 3
    held = "SELECT count(*) FROM role r JOIN building b ON b.id = r.place_id WHERE r.account_id = ? AND b.code = ?"
    assert rows(held, person(rows, sample, "steward"), sample[1]["building"]["code"]) == [(1,)]


def person(rows, sample, role: str) -> str:
    token = sample[1]["sign_in"][role].rpartition("/")[2]
    return rows("SELECT account_id FROM sign_in_link WHERE token_hash = ?", hashlib.sha256(token.encode()).digest())[0][0]


@pytest.mark.long
def test_another_load_tells_the_same_day(sample, tmp_path):
    """Secrets and the clock apart: the same people ask for the same things at the same doors, with the same outcome."""
    server.demo(tmp_path)

    def told(folder):
        with closing(sqlite3.connect(f"file:{folder / 'lastmetre.db'}?mode=ro", uri=True)) as raw:
            return raw.execute(
                """SELECT e.name, b.number, n.unit, n.floor, n.door, n.kind, n.state, n.channel, n.days_left, n.times_failed, n.how
                FROM need n JOIN building b ON b.id = n.building_id JOIN estate e ON e.id = b.estate_id ORDER BY 1, 2, 3, 4, 5, 6"""
            ).fetchall()

    assert told(sample[0]) == told(tmp_path)
