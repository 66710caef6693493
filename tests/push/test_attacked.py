"""The ways to people, attacked: where our server would write, what a tap or an answer would lose, what a line would tell."""

import json
from uuid import UUID

import msgspec
import pytest
from push.test_frame import say

from app.kernel import clock, db, ids, settings
from app.people.rules.messages import read_all
from app.push import endpoints, identity, letters
from app.push.rules import robots


@pytest.mark.parametrize("address", ["fec0::1", "feff::1", "3fff::1", "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1"])
def test_old_and_disguised_inner_addresses_are_not_public(address):
    assert not endpoints.is_public(address)


async def test_we_do_not_write_to_ourselves(app, act, person):
    identity.use(settings.load({"LASTMETRE_DATA": str(app.settings.data), "LASTMETRE_PUBLIC_URL": "https://help.example.org"}))
    try:
        refused = await act(robots.add_host, host="Help.example.org", by=await person("dispatcher"))
        assert refused.errors["host"]
        with pytest.raises(endpoints.Unsafe):
            endpoints.checked("https://help.example.org/a", ["help.example.org", ".example.org"])
    finally:
        identity.use(app.settings)


@pytest.mark.parametrize("said", ["13800001234", "8610-5551234", "3-502", "1702", "05-1-1702", "X13800001234"])
def test_a_number_typed_as_text_is_no_code(said):
    told = letters.Told(ids.new(), "own", "message.task_filled", json.dumps({"number": said}), "zh", "/", None, False, False, clock.now())
    assert said not in letters.body(told)
    assert "P-7K" in letters.body(msgspec.structs.replace(told, params='{"number": "P-7K"}'))


@pytest.mark.postgres
async def test_all_read_is_what_stood_on_the_page(world, act, person):
    """A tap that waited on a phone, or was a moment late, hides no call that came after the page was drawn."""
    bo = await person("volunteer")
    await say(bo.id, "message.vouched")
    [seen] = await db.rows(UUID, "SELECT id FROM message WHERE account_id = ? AND words = 'message.vouched'", bo.id)
    await say(bo.id, "message.task_urgent", kind="call", urgent=True, number=7)
    await act(read_all, newest=seen, by=bo)
    unread = "SELECT words FROM message WHERE account_id = ? AND read_at IS NULL"
    assert await db.rows(str, unread, bo.id) == ["message.task_urgent"]
    await act(read_all, by=bo)
    assert await db.rows(str, unread, bo.id) == []


async def test_the_button_says_how_far_she_has_read(app, client):
    await say(app.world.volunteer)
    drawn = await client("volunteer").get("/inbox")
    newest = await db.value("SELECT max(id) FROM message WHERE account_id = ?", app.world.volunteer)
    assert f'name="newest" value="{UUID(str(newest))}"' in drawn.text


@pytest.mark.postgres
async def test_a_host_that_another_communitys_robot_needs_is_not_taken_away(world, act, person):
    dee = await person("dispatcher")
    await act(robots.add_host, host="chat.example.org", by=dee)
    assert (await act(robots.add, name="群", chat="plain", address="https://chat.example.org/hook/1", by=dee)).state == "applied"
    [host] = await db.rows(UUID, "SELECT id FROM push_host WHERE ended_at IS NULL")
    [there] = await db.rows(UUID, "SELECT id FROM community WHERE id <> ? LIMIT 1", world.community)
    await db.run("UPDATE robot SET community_id = ?", there)
    assert (await act(robots.end_host, host, by=dee)).state == "refused"
    await db.run("UPDATE robot SET community_id = ?", world.community)
    assert (await act(robots.end_host, host, by=dee)).state == "applied"
