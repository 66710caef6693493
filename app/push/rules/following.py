"""A resident who asks to be told of one request on her phone. She has no account: her link is what she is known by."""

from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone, misfit
from app.push.rules.lines import LIFE, Line, said, write
from app.push.rules.subscribing import END, INSERT, checked
from app.push.sealing import endpoint_hash, subscription_seal
from app.push.shape import Keys, encoded

MOST = 5  # phones that follow one request: a family's


class _Follower(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    origin: str
    lang: str


async def follow(
    need_id: UUID, *, community: UUID, key: UUID, path: str, endpoint: str, p256dh: str, auth: str, lang: str, device: str = ""
) -> Done:  # fmt: skip
    """`key`: the request's, `path`: her link's page, kept sealed. The caller has seen that she holds the link."""
    origin = await checked(endpoint)
    keys = Keys(p256dh, auth, path)
    if not keys.usable:
        raise misfit("endpoint", "push.endpoint.keys")
    now, hashed = clock.now(), endpoint_hash(endpoint)
    await db.run(f"{END} need_id = ? AND endpoint_hash = ?", now, "replaced", need_id, hashed)
    sql = "SELECT id FROM subscription WHERE need_id = ? AND ended_at IS NULL ORDER BY seen_at DESC, id DESC"
    for old in (await db.rows(UUID, sql, need_id))[MOST - 1 :]:
        await db.run(f"{END} id = ?", now, "replaced", old)
    row = ids.new()
    sealed = subscription_seal(row, key)
    await db.run(
        INSERT, row, None, need_id, community, None, device[:60], key, sealed.close("endpoint", endpoint), sealed.close("keys", encoded(keys)),
        hashed, origin, lang, now, now,
    )  # fmt: skip
    return Done("push.following", about=str(row))


async def unfollow(need_id: UUID, *, endpoint: str) -> Done:
    if not await db.run(f"{END} need_id = ? AND endpoint_hash = ?", clock.now(), "withdrawn", need_id, endpoint_hash(endpoint)):
        raise Gone("subscription")
    return Done("push.unfollowed")


async def end_followers(need_id: UUID) -> None:
    """Her link was renewed: who holds the old one is told no more."""
    await db.run(f"{END} need_id = ?", clock.now(), "withdrawn", need_id)


async def tell_followers(need_id: UUID, words: str, *, tag: str | None = None, **params: Any) -> int:
    """A line to each phone that follows the request, in the present act; answers to how many."""
    now = clock.now()
    sql = "SELECT id, community_id, origin, lang FROM subscription WHERE need_id = ? AND ended_at IS NULL"
    found = await db.rows(_Follower, sql, need_id)
    await write(
        [
            Line(
                way="push", lane=one.origin, words=words, params=said(params), lang=one.lang, made_at=now, until_at=now + LIFE,
                community_id=one.community_id, subscription_id=one.id, tag=tag,
            )
            for one in found
        ]
    )  # fmt: skip
    return len(found)
