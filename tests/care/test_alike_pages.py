"""The two doors of one telephone, as pages."""

from care.test_residents import WANG, door

from app.care.rules import residents
from app.kernel import ids


async def test_a_card_leads_to_the_other_door_where_that_is_hers_to_see_and_asks_once(app, client, act, person):
    by = await person("dispatcher")
    homes = [await door(app.world.building), await door(app.world.building3)]
    for home in homes:
        made = await act(residents.add, home, by=by, **WANG)
    other, here = client("dispatcher"), f"/households/{homes[0]}"
    shown = (await other.get(here)).text
    assert f"/households/{homes[1]}" in shown and shown.count("/alike") == 2
    hers = (await client("steward").get(here)).text
    assert f"/households/{homes[1]}" not in hers and hers.count("/alike") == 2
    assert WANG["phone"] not in shown
    her = shown.split("/alike")[0].rpartition("/residents/")[2]
    answer = await other.post(f"/residents/{her}/alike", data={"other": made.about, "same": "", "act": ids.secret()})
    assert answer.status_code in (200, 303) and "/alike" not in (await other.get(here)).text
