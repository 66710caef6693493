"""A steward's first page: her buildings and nobody else's, in the same number of questions however much waits."""

import re

from support.counting import statements
from support.needs import need


def ids(page: str) -> set[str]:
    return set(re.findall(r'id="line-([0-9a-f-]{36})"', page))


async def test_her_buildings_needs_and_not_the_next_buildings(client, app, act):
    hers = await need(act, app.world.code)
    await need(act, app.world.code2)
    answer = await client("steward").get("/today")
    assert answer.status_code == 200
    assert ids(answer.text) == {str(hers)}
    assert f"/buildings/{app.world.building}" in answer.text and f"/buildings/{app.world.building2}" not in answer.text


async def test_it_costs_the_same_for_one_need_and_for_twelve(client, app, act):
    await need(act, app.world.code)
    phone = client("steward")
    await phone.get("/today")
    with statements() as few:
        await phone.get("/today")
    for number in range(11):
        await need(act, app.world.code, room=f"{number % 6 + 1}01", unit="2" if number > 5 else "1")
    with statements() as many:
        await phone.get("/today")
    assert len(few) == len(many) <= 8


async def test_a_volunteer_is_told_who_may_and_an_outsider_sees_none_of_it(client, app, act):
    hers = await need(act, app.world.code)
    assert (await client("volunteer").get("/today")).status_code == 403
    assert str(hers) not in (await client("outside_dispatcher").get("/today")).text
