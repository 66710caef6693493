"""What turns red or amber is told to those who can do something about it, once; it is told again when it was green in between."""

from datetime import timedelta
from uuid import UUID

from app.goods.reads import lights
from app.goods.reads.lasting import lasting
from app.kernel import clock, db
from app.people.reads import desk
from app.people.rules.messages import tell

EVERY = timedelta(minutes=10)
LIT = ("watch", "alarm")
NAMED = 3


async def due(community: UUID) -> bool:
    """Something moved since it was last worked out, or a day has begun. In the community's zone."""
    moved, looked = await lights.moved_at(community), await lights.looked_at(community)
    if moved is None:
        return False
    if looked is None:
        return True
    now = clock.now()
    return now - looked >= EVERY and (moved > looked or clock.local(now).date() != clock.local(looked).date())


async def found(community: UUID) -> dict[tuple[UUID, str], tuple[str, str]]:
    """Tone and name of what is red or amber now."""
    return {(one.item.id, "cover"): (one.cover.tone, one.item.name) for one in await lasting(community) if one.cover.tone in LIT}


async def look(community: UUID) -> None:
    """Of two workers, the one that wrote a light tells of it."""
    sql = "INSERT INTO goods_rule(community_id, looked_at) VALUES (?, ?) ON CONFLICT (community_id) DO UPDATE SET looked_at = excluded.looked_at"
    await db.run(sql, community, clock.now())
    there, was = await found(community), {(one.item_id, one.what): one.tone for one in await lights.lit(community)}
    for item, what in was.keys() - there.keys():
        await db.run("DELETE FROM goods_light WHERE community_id = ? AND item_id = ? AND what = ?", community, item, what)
    worse = []
    for key, (tone, name) in there.items():
        if await _turned(community, key, was.get(key), tone):
            worse.append((tone, name))
    if worse:
        await _tell(community, worse)


async def _turned(community: UUID, key: tuple[UUID, str], was: str | None, tone: str) -> bool:
    """It stands worse than it did, and nobody else has noted that."""
    if was == tone:
        return False
    if was is None:
        sql = "INSERT INTO goods_light(community_id, item_id, what, tone, since) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        return await db.run(sql, community, *key, tone, clock.now()) == 1
    sql = "UPDATE goods_light SET tone = ?, since = ? WHERE community_id = ? AND item_id = ? AND what = ? AND tone = ?"
    return await db.run(sql, tone, clock.now(), community, *key, was) == 1 and tone == "alarm"


async def _tell(community: UUID, worse: list[tuple[str, str]]) -> None:
    worse.sort()
    red = sum(tone == "alarm" for tone, _ in worse)
    names = "、".join(dict.fromkeys(name for _, name in worse[:NAMED])) + ("…" if len(worse) > NAMED else "")
    for account in sorted({*await desk.dispatchers(community), *await desk.hub_keepers(community)}):
        await tell(
            account, "message.stock_lights", path="/stock/cover", community=community, kind="desk", urgent=red > 0, tag="stock",
            red=red, amber=len(worse) - red, items=names,
        )  # fmt: skip
