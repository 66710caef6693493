"""What was said is of no use any more: a call is filled, a notice is over."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.push.reads.ways import LIVING
from app.push.rules.lines import LIFE, Line, drop, said, write

WITHDRAWN = timedelta(hours=1)
AFTER = timedelta(seconds=6)  # a post gives up before


async def withdraw(community: UUID, tag: str, words: str, *, path: str | None = None, **params: Any) -> int:
    """What was said under this tag is of no use any more (the call is filled), in the present act.

    What waits is not carried; where a notification may be shown, `words` take its place in silence. Answers how many of those.
    """
    now = clock.now()
    await db.run("UPDATE message SET spread_at = ? WHERE community_id = ? AND tag = ? AND spread_at IS NULL", now, community, tag)
    await drop("community_id = ? AND tag = ?", now, community, tag)
    # what is on its way this moment is not tried again, and the word that takes its place leaves after it
    flying = "UPDATE carrying SET until_at = ? WHERE community_id = ? AND tag = ? AND state = 'waiting' AND withdraw = ?"
    wait = AFTER if await db.run(flying, now, community, tag, False) else timedelta(0)
    shown = await db.rows(
        _Shown,
        f"""SELECT DISTINCT c.account_id, c.subscription_id, c.lang, s.origin FROM carrying c JOIN subscription s ON s.id = c.subscription_id
        WHERE c.community_id = ? AND c.tag = ? AND c.way = 'push' AND c.withdraw = ? AND {LIVING}
        AND (c.state = 'carried' AND c.ended_at > ? OR c.state = 'waiting' AND c.lease_until IS NOT NULL)""",
        community, tag, False, now, now - LIFE,
    )  # fmt: skip
    await write(
        [
            Line(
                way="push", lane=one.origin, words=words, params=said(params), path=path, lang=one.lang, made_at=now, due_at=now + wait, until_at=now + WITHDRAWN,
                account_id=one.account_id, community_id=community, subscription_id=one.subscription_id, tag=tag, withdraw=True,
            )
            for one in shown
        ]
    )  # fmt: skip
    return len(shown)


class _Shown(msgspec.Struct, frozen=True):
    account_id: UUID | None
    subscription_id: UUID
    lang: str
    origin: str
