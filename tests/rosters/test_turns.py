"""The order of turns is changed before they are made, without a script."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

from app.kernel import clock, db


def hidden(page: str) -> list[str]:
    return re.findall(r'<input type="hidden" name="people" value="([0-9a-f-]{36})">', page)


async def test_one_goes_earlier_and_the_shifts_are_made_in_that_order(client, app, post):
    gate, phone = await post(), client("dispatcher")
    three = [str(app.world.volunteer), str(app.world.volunteer2), str(app.world.steward)]
    begins = clock.local(clock.now() + timedelta(days=1)).replace(hour=8, minute=0)
    said = {"hours": "8", "starts": f"{begins:%Y-%m-%dT%H:%M}", "until": f"{begins + timedelta(days=1):%Y-%m-%dT%H:%M}"}
    page = (await phone.get(f"/posts/{gate}/rotations/new?" + urlencode([*said.items(), *(("people", each) for each in three)]))).text
    assert hidden(page) == three and "{" not in page[page.index("<main") : page.index("</main>")]
    earlier = [unescape(path) for path in re.findall(rf'href="(/posts/{gate}/rotations/new\?[^"]+)"', page)]
    assert len(earlier) == 2
    page = (await phone.get(earlier[1])).text
    moved = [three[0], three[2], three[1]]
    assert hidden(page) == moved
    boxes = re.findall(r'name="people" value="([0-9a-f-]{36})"', page[page.index('method="get"') :])
    assert boxes[:3] == moved
    done = await phone.post(f"/posts/{gate}/rotations", data={"act": "", **said, "people": moved})
    assert done.status_code == 303
    made = await db.rows(UUID, "SELECT account_id FROM shift WHERE post_id = ? ORDER BY from_at", gate)
    assert [str(each) for each in made] == moved
