"""From when somebody is warned: said once for the community, and for an item where that is not right for it."""

from uuid import UUID

from app.goods.rules.moving import hold
from app.journal.record import record
from app.kernel import db
from app.kernel.act import Done
from app.kernel.trouble import misfit
from app.people.person import Person
from app.people.rights import may


async def set_days(red: int, amber: int, *, by: Person) -> Done:
    """Fewer days of cover than these are red, or amber."""
    may(by, "stock.move")
    _in_order(red, amber)
    sql = """INSERT INTO goods_rule(community_id, red, amber) VALUES (?, ?, ?)
    ON CONFLICT (community_id) DO UPDATE SET red = excluded.red, amber = excluded.amber, looked_at = NULL"""
    await db.run(sql, by.community_id, red, amber)
    record("stock.limits", by.community_id, community=by.community_id, red=red, amber=amber)
    return Done("goods.limits_set")


def _in_order(red: int, amber: int) -> None:
    if amber < red:
        raise misfit("amber", "goods.amber_below")


async def set_changes(price_amber: int, price_red: int, drop_amber: int, drop_red: int, *, by: Person) -> Done:
    """Per cent: a price that moved by so much, a volume that dropped by so much, is amber, or red."""
    may(by, "stock.move")
    for amber, red, which in ((price_amber, price_red, "price_red"), (drop_amber, drop_red, "drop_red")):
        if red < amber:
            raise misfit(which, "goods.prices.red_below")
    sql = """INSERT INTO goods_rule(community_id, price_amber, price_red, drop_amber, drop_red) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (community_id) DO UPDATE SET price_amber = excluded.price_amber, price_red = excluded.price_red,
    drop_amber = excluded.drop_amber, drop_red = excluded.drop_red, looked_at = NULL"""
    await db.run(sql, by.community_id, price_amber, price_red, drop_amber, drop_red)
    record("price.limits", by.community_id, community=by.community_id, price=(price_amber, price_red), drop=(drop_amber, drop_red))
    return Done("goods.prices.limits_set")


async def set_own(item_id: UUID, red: int | None, amber: int | None, *, by: Person) -> Done:
    """Both blank: the community's days are its own again."""
    may(by, "stock.move")
    await hold(item_id, by)
    if (red is None) != (amber is None):
        raise misfit("red" if red is None else "amber", "goods.both_days")
    if red is None:
        await db.run("DELETE FROM goods_item_rule WHERE item_id = ?", item_id)
    else:
        _in_order(red, amber)
        sql = """INSERT INTO goods_item_rule(item_id, community_id, red, amber) VALUES (?, ?, ?, ?)
        ON CONFLICT (item_id) DO UPDATE SET red = excluded.red, amber = excluded.amber"""
        await db.run(sql, item_id, by.community_id, red, amber)
    await db.run("UPDATE goods_rule SET looked_at = NULL WHERE community_id = ?", by.community_id)
    record("stock.limits", item_id, community=by.community_id, red=red, amber=amber)
    return Done("goods.limits_set", about=str(item_id))
