"""What went out of the hubs day by day, and what lies there that is still good: what the days of cover are worked out from."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db

DAYS = 14  # whole days before today


class Flow(msgspec.Struct, frozen=True):
    """Of one local day, `ago` days before today. `used` went to households, `sent` to another hub, `net` is how much more lies there since."""

    item_id: UUID
    hub_id: UUID
    kind: str
    expiry: str | None
    ago: int
    net: int
    used: int
    sent: int


class There(msgspec.Struct, frozen=True):
    item_id: UUID
    hub_id: UUID
    kind: str
    expiry: str | None
    quantity: int


class Day(msgspec.Struct, frozen=True):
    """`closing`: what lay there at its end and had not expired by then. `could`: something could go out on it."""

    day: date
    used: int
    closing: int
    could: bool


class Use(msgspec.Struct, frozen=True):
    """`days`: today first. `lots`: what is good today, by the day on which it expires."""

    days: list[Day]
    lots: list[tuple[str | None, int]]

    @property
    def whole(self) -> list[int]:
        """Of the days that are over and on which something could go out, the last one first: a day without goods says nothing of the demand."""
        return [day.used for day in self.days[1:] if day.could]

    @property
    def stock(self) -> int:
        return sum(quantity for _, quantity in self.lots)


# Of a move each end counts for itself. What was undone never happened.
_FLOW = """SELECT l.item_id, coalesce(p.hub_id, p.id) AS hub_id, p.kind, l.expiry, {ago} AS ago,
CAST(sum(s.net) AS bigint) AS net, CAST(sum(s.used) AS bigint) AS used, CAST(sum(s.sent) AS bigint) AS sent FROM (
  SELECT m.lot_id, m.from_id AS place_id, m.at, -m.quantity AS net, CASE WHEN e.kind IN ('household', 'run', 'parcel') THEN m.quantity ELSE 0 END AS used,
    CASE WHEN e.kind = 'transit' THEN m.quantity ELSE 0 END AS sent FROM goods_move m JOIN goods_place e ON e.id = m.to_id WHERE {which}
  UNION ALL SELECT m.lot_id, m.to_id, m.at, m.quantity, 0, 0 FROM goods_move m WHERE {which}) s
JOIN goods_lot l ON l.id = s.lot_id JOIN goods_place p ON p.id = s.place_id
WHERE p.kind IN ('hub', 'shelf', 'transit') OR s.used > 0 GROUP BY 1, 2, 3, 4, 5"""
_WHICH = """m.community_id = ? AND m.at >= ? AND m.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM goods_move u WHERE u.undoes = m.id)"""
_THERE = """SELECT l.item_id, coalesce(p.hub_id, p.id) AS hub_id, p.kind, l.expiry, CAST(sum(b.quantity) AS bigint) AS quantity FROM goods_balance b
JOIN goods_lot l ON l.id = b.lot_id JOIN goods_place p ON p.id = b.place_id
WHERE b.community_id = ? AND b.quantity > 0 AND b.kind IN ('hub', 'shelf', 'transit'){item} GROUP BY 1, 2, 3, 4"""


def _midnights(now: datetime) -> list[datetime]:
    """When today began, and each of the days before it, in the community's zone."""
    noon = clock.local(now).replace(hour=12)
    return [clock.day_start(noon - timedelta(days=n)) for n in range(DAYS + 1)]


class Stock(msgspec.Struct, frozen=True):
    """All that is known of it, to be asked hub by hub."""

    today: date
    flows: dict[UUID, list[Flow]]
    there: dict[UUID, list[There]]

    def use(self, item: UUID, hub: UUID | None = None) -> Use:
        """`hub`: there alone, where what went to another hub is gone too. Otherwise of all hubs together, and what is between two of them."""
        here = [one for one in self.there.get(item, ()) if hub in (None, one.hub_id)]
        flows = [one for one in self.flows.get(item, ()) if hub in (None, one.hub_id)]
        return _use(self.today, here, flows, elsewhere=hub is not None)


def _use(today: date, there: Iterable[There], flows: Iterable[Flow], *, elsewhere: bool) -> Use:
    lying: dict[str | None, int] = defaultdict(int)
    net: dict[int, dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
    used: dict[int, int] = defaultdict(int)
    for one in there:
        lying[one.expiry] += one.quantity
    for flow in flows:
        used[flow.ago] += flow.used + (flow.sent if elsewhere else 0)
        if flow.kind in ("hub", "shelf", "transit"):
            net[flow.ago][flow.expiry] += flow.net
    lots = [(expiry, many) for expiry, many in lying.items() if _good(expiry, today)]
    days = []
    for ago in range(DAYS + 1):
        day = today - timedelta(days=ago)
        closing = sum(many for expiry, many in lying.items() if _good(expiry, day))
        for expiry, more in net[ago].items():
            lying[expiry] -= more
        opening = sum(many for expiry, many in lying.items() if _good(expiry, day))
        days.append(Day(day, used[ago], max(0, closing), opening > 0 or used[ago] > 0))
    return Use(days, sorted(lots, key=lambda lot: (lot[0] is None, lot[0] or "")))


def _good(expiry: str | None, day: date) -> bool:
    return expiry is None or expiry >= day.isoformat()


async def stock(community: UUID, item: UUID | None = None) -> Stock:
    """In the zone that the clock shows now."""
    now, one = clock.now(), " AND {}.item_id = ?" if item else ""
    starts = _midnights(now)
    ago = f"CASE {' '.join(f'WHEN s.at >= ? THEN {n}' for n in range(DAYS + 1))} END"
    which = _WHICH + (" AND m.lot_id IN (SELECT id FROM goods_lot WHERE item_id = ?)" if item else "")
    params = [community, starts[-1], *([item] if item else [])]
    flows: dict[UUID, list[Flow]] = defaultdict(list)
    for flow in await db.rows(Flow, _FLOW.format(ago=ago, which=which), *starts, *params, *params):
        flows[flow.item_id].append(flow)
    there: dict[UUID, list[There]] = defaultdict(list)
    for lying in await db.rows(There, _THERE.format(item=one.format("l")), community, *([item] if item else [])):
        there[lying.item_id].append(lying)
    return Stock(clock.local(now).date(), flows, there)
