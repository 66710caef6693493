"""A team: in by its own link, out again, its calls told to it first, its board for its people alone."""

from uuid import UUID

import pytest
from tasks.calls import called

from app.kernel import db, seal
from app.people.reads.teaming import members_of, team_link_of
from app.people.rules import joining, teaming, teams
from app.tasks.reads.facts import select
from app.tasks.reads.hearing import DUTY, FREE, SITE, listeners

pytestmark = pytest.mark.postgres


@pytest.fixture
async def team(opened, act, person):
    """Led by Bo."""
    return UUID((await act(teams.make, "红岩队", opened.volunteer, by=await person("dispatcher"))).about)


async def way_in(team_id: UUID) -> str:
    return seal.token("join", (await team_link_of(team_id)).id)


async def test_whoever_comes_by_the_teams_link_is_of_the_team_once(world, act, person, team):
    assert (await act(teaming.invite, team, by=await person("volunteer2"))).trouble == "barred"
    assert (await act(teaming.invite, team, by=await person("outside_dispatcher"))).trouble == "gone"
    assert (await act(teaming.invite, team, by=await person("volunteer"))).state == "applied"
    token = await way_in(team)
    for _ in range(2):
        assert (await act(joining.add_community, token, organisation="", by=await person("volunteer2"))).state == "applied"
    assert (await act(joining.add_community, token, organisation="", by=await person("outsider"))).state == "applied"
    assert await members_of(team) == [world.volunteer2, world.outsider]
    assert await db.value("SELECT count(*) FROM membership WHERE account_id = ? AND community_id = ?", world.outsider, world.community) == 1


async def test_a_new_way_in_ends_the_one_before(world, act, person, team):
    bo = await person("volunteer")
    await act(teaming.invite, team, by=bo)
    old = await way_in(team)
    await act(teaming.invite, team, by=bo)
    assert (await act(joining.add_community, old, organisation="", by=await person("volunteer2"))).trouble == "gone"
    assert await db.value("SELECT count(*) FROM team_link WHERE ended_at IS NULL") == 1


async def test_one_leaves_by_herself_or_is_taken_out_by_the_lead(world, act, person, team):
    bo, cem = await person("volunteer"), await person("volunteer2")
    await act(teaming.invite, team, by=bo)
    token = await way_in(team)
    for _ in range(2):
        await act(joining.add_community, token, organisation="", by=cem)
        assert await members_of(team) == [world.volunteer2]
        assert (await act(teaming.leave, team, world.volunteer2, by=await person("steward"))).trouble == "barred"
        assert (await act(teaming.leave, team, world.volunteer2, by=bo if _ else cem)).state == "applied"
        assert await members_of(team) == []
    assert (await act(teaming.leave, team, world.volunteer2, by=cem)).state == "refused"


async def test_a_call_of_the_team_is_told_to_the_team_first(world, act, person, team):
    task = await called(act, await person("dispatcher"), urgent=True, team=team)
    [facts] = await select("t.id = ?", task)
    assert set((await listeners(facts)).values()) == {FREE}, "nobody is in it: everybody hears as usual"
    await act(teaming.invite, team, by=await person("volunteer"))
    await act(joining.add_community, await way_in(team), organisation="", by=await person("volunteer2"))
    by_wave = await listeners(facts)
    assert by_wave[world.volunteer2] == SITE and min(wave for who, wave in by_wave.items() if who != world.volunteer2) >= DUTY


async def test_the_board_is_for_its_people(app, act, person, client, team):
    await act(teaming.invite, team, by=await person("volunteer"))
    await act(joining.add_community, await way_in(team), organisation="", by=await person("volunteer2"))
    for name, status in (("volunteer", 200), ("volunteer2", 200), ("dispatcher", 200), ("steward", 403), ("outside_dispatcher", 404)):
        assert (await client(name).get(f"/teams/{team}/board")).status_code == status, name
    token = await way_in(team)
    assert token in (await client("volunteer").get(f"/teams/{team}/board")).text
    assert token not in (await client("volunteer2").get(f"/teams/{team}/board")).text
    for name in (None, "steward"):
        assert "红岩队" in (await client(name).get(f"/join/{token}")).text
