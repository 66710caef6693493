"""Two accounts of one door stand in the one list of what a person must decide, for who can decide them."""

from house.roles import deliveries


async def test_two_accounts_of_a_door_are_listed_for_who_plans_runs(app, act, person, client):
    staged = await deliveries.stage(app, act, person)
    link = f"/runs/{staged['run_id']}#stop-"
    assert link in (await client("dispatcher").get("/differences")).text
    assert link not in (await client("steward").get("/differences")).text
    assert link not in (await client("outside_dispatcher").get("/differences")).text
    assert link not in (await client("dispatcher").get("/differences?tab=decided")).text
