"""The community's settings: who may, what is refused, and two people at once."""

import re

import pytest

from app.kernel import db
from app.places import reads

GOOD = {
    "version": "0", "hotline": "023-6700 9999", "hours": "每天 8:00–20:00", "take_cap": "4", "release_minutes": "15",
    "untouched_minutes": "45", "undo_minutes": "5", "correct_hours": "24",
}  # fmt: skip


async def test_a_dispatcher_changes_them_and_every_page_follows(client, app):
    desk = client("dispatcher")
    assert (await desk.post("/settings", data=GOOD)).status_code == 303
    now = await reads.community(app.world.community)
    assert (now.hotline, now.take_cap, now.correct_hours, now.top_first, now.version) == ("023-6700 9999", 4, 24, False, 1)
    assert (await db.value("SELECT count(*) FROM happening WHERE kind = 'settings.changed'")) == 1
    assert (await reads.community(app.world.away)).take_cap == 3


async def test_two_pages_that_change_different_things_both_count(client, app):
    desk = client("dispatcher")
    first, second = [await _hidden(desk) for _ in range(2)]
    now = {"hotline": "023-6700 1234", "hours": "", "take_cap": "3", "release_minutes": "20", "untouched_minutes": "30",
           "undo_minutes": "10", "correct_hours": "12", "top_first": "1"}  # fmt: skip
    assert (await desk.post("/settings", data=first | now | {"take_cap": "9"})).status_code == 303
    late = await desk.post("/settings", data=second | now | {"hours": "<b>晚上</b>"})
    assert late.status_code == 303 and "applied" in late.headers["X-Act-Receipt"] and late.headers["X-Act-Reason"] == "merged"
    there = await reads.community(app.world.community)
    assert (there.take_cap, there.hours) == (9, "<b>晚上</b>")
    page = (await desk.get("/settings")).text
    assert "&lt;b&gt;晚上" in page and "<b>晚上" not in page


async def _hidden(desk) -> dict[str, str]:
    page = (await desk.get("/settings")).text
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition("<main")[2]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"take_cap": "0"}, {"take_cap": "51"}, {"take_cap": "three"}, {"take_cap": ""}, {"release_minutes": "-1"}, {"undo_minutes": "1e3"},
        {"correct_hours": "73"}, {"untouched_minutes": "99999999999999"}, {"hotline": "call me"}, {"hotline": "<script>"},
        {"hours": "长" * 61}, {"version": "x"},
    ],
)  # fmt: skip
async def test_bad_input_is_named_and_changes_nothing(client, app, wrong):
    answer = await client("dispatcher").post("/settings", data=GOOD | wrong)
    assert answer.status_code == 422 and "<script>" not in answer.text.replace("<script defer", "")
    assert 'value="15"' in answer.text or "release_minutes" in wrong
    assert (await reads.community(app.world.community)).version == 0


async def test_who_may_not(client, app):
    for name in ("volunteer", "steward", "operator", "command"):
        assert (await client(name).get("/settings")).status_code == 403
        assert (await client(name).post("/settings", data=GOOD)).status_code == 403
    assert (await reads.community(app.world.community)).version == 0


@pytest.mark.postgres
async def test_the_table_refuses_nonsense_too(world):
    for column, value in (
        ("take_cap", 0),
        ("release_minutes", 601),
        ("undo_minutes", 0),
        ("correct_hours", 73),
        ("untouched_minutes", 1441),
    ):
        with pytest.raises(db.IntegrityError):
            await db.run(f"UPDATE community SET {column} = ? WHERE id = ?", value, world.community)
