"""What turns red or amber is told to those who can do something about it, once; it is told again when it was green in between."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from app.goods.reads import lights, limits, prices
from app.goods.reads.lasting import lasting
from app.kernel import clock, db
from app.people.reads import desk
from app.people.rules.messages import tell

EVERY = timedelta(minutes=10)
LIT = ("watch", "alarm")
NAMED = 3
FRESH = timedelta(days=3)
WORDS = {"stock": "message.stock_lights", "prices": "message.price_lights"}
PATHS = {"stock": "/stock/cover", "prices": "/stock/prices"}


async def due(community: UUID) -> bool:
    """Something moved since it was last worked out, or a day has begun. In the community's zone."""
    heard = [at for at in (await lights.moved_at(community), await prices.heard_at(community)) if at]
    if not heard:
        return False
    moved, looked = max(heard), await lights.looked_at(community)
    if looked is None:
        return True
    now = clock.now()
    return now - looked >= EVERY and (moved > looked or clock.local(now).date() != clock.local(looked).date())


async def found(community: UUID) -> dict[tuple[UUID, str], tuple[str, str]]:
    """Tone and name of what is red or amber now. A price of more than a few days ago says nothing of today."""
    there = {(one.item.id, "cover"): (one.cover.tone, one.item.name) for one in await lasting(community) if one.cover.tone in LIT}
    today = clock.local(clock.now()).date()
    for one in await prices.quoted(community, today, await limits.rules(community), since=today - FRESH):
        for what, change in (("price", one.price), ("volume", one.volume)):
            if change and change.tone in LIT:
                there[one.item.id, what] = (change.tone, one.item.name)
    return there


async def look(community: UUID) -> None:
    """Of two workers, the one that wrote a light tells of it."""
    sql = "INSERT INTO goods_rule(community_id, looked_at) VALUES (?, ?) ON CONFLICT (community_id) DO UPDATE SET looked_at = excluded.looked_at"
    await db.run(sql, community, clock.now())
    there, was = await found(community), {(one.item_id, one.what): one.tone for one in await lights.lit(community)}
    for item, what in was.keys() - there.keys():
        await db.run("DELETE FROM goods_light WHERE community_id = ? AND item_id = ? AND what = ?", community, item, what)
    worse: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, (tone, name) in there.items():
        if await _turned(community, key, was.get(key), tone):
            worse["stock" if key[1] == "cover" else "prices"].append((tone, name))
    for about, items in worse.items():
        await _tell(community, about, items)


async def _turned(community: UUID, key: tuple[UUID, str], was: str | None, tone: str) -> bool:
    """It stands worse than it did, and nobody else has noted that."""
    if was == tone:
        return False
    if was is None:
        sql = "INSERT INTO goods_light(community_id, item_id, what, tone, since) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        return await db.run(sql, community, *key, tone, clock.now()) == 1
    sql = "UPDATE goods_light SET tone = ?, since = ? WHERE community_id = ? AND item_id = ? AND what = ? AND tone = ?"
    return await db.run(sql, tone, clock.now(), community, *key, was) == 1 and tone == "alarm"


async def _tell(community: UUID, about: str, worse: list[tuple[str, str]]) -> None:
    """An item counts once, by the worst of what is lit of it."""
    items = {name: tone for tone, name in sorted(worse, reverse=True)}
    named = sorted(items, key=lambda name: (items[name], name))
    red = sum(tone == "alarm" for tone in items.values())
    names = "、".join(named[:NAMED]) + ("…" if len(named) > NAMED else "")
    for account in sorted({*await desk.dispatchers(community), *await desk.hub_keepers(community)}):
        await tell(
            account, WORDS[about], path=PATHS[about], community=community, kind="desk", urgent=red > 0, tag=about,
            red=red, amber=len(named) - red, items=names,
        )  # fmt: skip
