"""Somebody tests one of her ways."""

from datetime import timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person
from app.push.reads import reached
from app.push.reads.ways import choices
from app.push.rules.lines import Line, write
from app.push.rules.spreading import has_gateway

TESTS, TESTED = 3, timedelta(minutes=5)  # of one way, and in how long


async def try_out(*, way: str = "push", subscription_id: UUID | None = None, by: Person) -> Done:
    """ "Test me": a line to all her phones, to one of them, or by SMS. Raises Gone where she does not have that way, Overtaken for one
    more than a few in a while: a line by SMS costs, and a phone rings."""
    now = clock.now()
    tested = "SELECT count(DISTINCT made_at) FROM carrying WHERE account_id = ? AND kind = 'test' AND way = ? AND made_at > ?"
    if await db.value(tested, by.id, way, now - TESTED) >= TESTS:
        raise Overtaken("push.tested_often", reason="often")
    reader, chosen = (await reached.readers([by.id]))[by.id], (await choices([by.id]))[by.id]
    phones = [one for one in (await reached.phones([by.id], now)).get(by.id, []) if subscription_id in (None, one.id)]
    line = Line(
        way=way, lane=way, words="push.test.body", path="/me/ways", lang=by.lang, made_at=now, until_at=now + timedelta(minutes=10),
        account_id=by.id, community_id=by.community_id, kind="test", urgent=True, tag="test",
    )  # fmt: skip
    if way == "push":
        lines = [msgspec.structs.replace(line, lane=phone.origin, subscription_id=phone.id) for phone in phones]
    else:
        lines = [line] if way == "sms" and has_gateway() and chosen.sms and reader.has_phone else []
    if not lines:
        raise Gone("way")
    await write(lines)
    return Done("push.tested")
