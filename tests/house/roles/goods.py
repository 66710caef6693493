"""Who sees the stock, and who moves it."""

from datetime import timedelta
from uuid import UUID

from goods.licences import drives

from app.goods.rules import counting, driving, handling, inbound, sending
from app.journal import worker
from app.kernel import clock, db
from app.people.rules import accounts, vehicles

INSIDE, OUT = ("newcomer", "volunteer", "operator", "command"), ("outsider", "outside_dispatcher")
LISTS = {"sign-in": ("stranger",), "in": ("steward", "dispatcher", "outside_dispatcher"), "403": (*INSIDE, "outsider")}
SEES = {"sign-in": ("stranger",), "in": ("steward", "dispatcher"), "403": (*INSIDE, "outsider"), "404": ("outside_dispatcher",)}
MAKES = {"sign-in": ("stranger",), "in": ("dispatcher", "outside_dispatcher"), "403": (*INSIDE, "steward", "outsider")}
NEW = MAKES | {"sign-in": (), "401": ("stranger",)}
WRITES = {"401": ("stranger",), "in": ("dispatcher",), "403": (*INSIDE, "steward", "outsider"), "404": ("outside_dispatcher",)}


async def stage(app, act, person) -> dict[str, str]:
    """Masks in one of two hubs; ten of them on their way, and counted once."""
    by = await person("dispatcher")

    async def keeps() -> None:
        await accounts.give_role(app.world.volunteer2, "hub_keeper", app.world.community, place="community", place_id=app.world.community)

    await worker.do(keeps)
    keeper = await person("volunteer2")

    async def made(verb, *said, by=by) -> UUID:
        receipt = await act(verb, *said, by=by)
        if receipt.state != "applied":
            raise AssertionError(receipt)
        return UUID(receipt.about)

    n = await db.value("SELECT count(*) FROM goods_place")
    here, there = await made(handling.add_place, f"东门{n}", None), await made(handling.add_place, f"西门{n}", None)
    item = await made(handling.add_item, f"口罩{n}", "只", "other", False)
    move = await made(handling.receive, item, here, 100, None, False)
    lot = UUID(str(await db.value("SELECT lot_id FROM goods_move WHERE id = ?", move)))
    sent = await made(sending.send, lot, here, there, 10, by=keeper)
    move = await made(handling.receive, item, here, 1, None, False)
    await made(handling.receive, item, there, 1, None, False)
    await drives(app.world.volunteer, app.world.dispatcher)
    vehicle = await made(vehicles.add, f"渝A8{n}", 3000, "ready")
    trip = await db.value("SELECT id FROM goods_trip WHERE back_at IS NULL")
    trip = trip or await made(driving.leave, await made(vehicles.add, f"渝A9{n}", 3000, "ready"), app.world.volunteer, here, 900)
    truck = await made(inbound.book, here, "粮油公司", f"渝A{n}", 900, clock.now(), 30)
    count = await made(counting.begin, lot, there, 1, by=keeper)
    return {
        "item_id": str(item), "item": f"口罩{n}", "place_id": str(here), "to": str(there), "lot_id": str(lot), "move_id": str(move), "transfer_id": str(sent),
        "count_id": str(count), "booking_id": str(truck), "truck": await db.value("SELECT code FROM goods_booking WHERE id = ?", truck), "starts": (clock.now() + timedelta(hours=3)).isoformat(), "name": f"新的{n}",
        "vehicle_id": str(vehicle), "trip_id": str(trip), "driver": str(app.world.volunteer),
    }  # fmt: skip


SOME = {"place": "{place_id}", "quantity": "1"}
ROWS = {
    "GET /stock": LISTS,
    "GET /stock/moves": LISTS,
    "GET /stock/open": LISTS,
    "GET /stock/prices": LISTS,
    "GET /stock/prices/file": LISTS,
    "GET /stock/prices/new": MAKES,
    "GET /stock/prices/read": MAKES,
    "GET /stock/items/{item_id}/prices": SEES,
    "POST /stock/prices": NEW | {"form": {"day": "2026-11-20", "price-{item_id}": "2.50"}},
    "POST /stock/prices/read": NEW | {"form": {"day": "2026-11-20", "text": "item,price\n{item},2.5\n", "looked": "1"}},
    "POST /stock/prices/limits": NEW | {"form": {"price_amber": "10", "price_red": "20", "drop_amber": "20", "drop_red": "40"}},
    "POST /stock/items/{item_id}/prices": WRITES | {"form": {"day": "2026-11-20", "price": "2.50", "volume": ""}},
    "GET /stock/cover": LISTS,
    "GET /stock/cover/file": LISTS,
    "GET /stock/items/{item_id}/days": SEES,
    "POST /stock/cover/limits": NEW | {"form": {"red": "3", "amber": "9"}},
    "POST /stock/items/{item_id}/limits": WRITES | {"form": {"red": "3", "amber": "9"}},
    "GET /stock/new": MAKES,
    "GET /stock/receive": MAKES,
    "GET /stock/items/{item_id}": SEES,
    "GET /stock/lots/{lot_id}/at/{place_id}": SEES,
    "GET /stock/transfers/{transfer_id}": SEES,
    "POST /stock/items": NEW | {"form": {"name": "{name}", "unit": "盒", "kind": "food"}},
    "POST /stock/places": NEW | {"form": {"name": "{name}"}},
    "POST /stock/receive": WRITES | {"form": SOME | {"item": "{item_id}"}},
    "POST /stock/items/{item_id}/issue": WRITES | {"form": SOME},
    "POST /stock/lots/{lot_id}/send": WRITES | {"form": SOME | {"to": "{to}"}},
    "POST /stock/lots/{lot_id}/waste": WRITES | {"form": SOME | {"reason": "broken"}},
    "POST /stock/lots/{lot_id}/count": WRITES | {"form": {"place": "{place_id}", "found": "91"}},
    "POST /stock/counts/{count_id}/finish": WRITES | {"form": {"found": "1"}},
    "POST /stock/counts/{count_id}/take-back": WRITES | {"in": (), "403": (*INSIDE, "steward", "dispatcher", "outsider")},
    "POST /trucks/{booking_id}/reason": WRITES | {"form": {"reason": "missing"}},
    "POST /stock/transfers/{transfer_id}/arrive": WRITES | {"form": {"quantity": "10"}},
    "POST /stock/moves/{move_id}/undo": WRITES,
    "POST /stock/places/{place_id}/docks": WRITES | {"form": {"docks": "3"}},
    "GET /trucks": LISTS,
    "GET /trucks/days": LISTS,
    "GET /trucks/new": MAKES,
    "GET /trucks/{booking_id}": SEES,
    "GET /trucks/{booking_id}/code": SEES,
    "GET /k/{truck}": SEES,
    "GET /vehicles": LISTS,
    "POST /vehicles": NEW | {"form": {"plate": "{name}", "kilos": "900", "standing": "ready"}},
    "POST /vehicles/{vehicle_id}/stand": WRITES | {"form": {"standing": "reserve"}},
    "POST /vehicles/{vehicle_id}/leave": WRITES | {"form": {"driver": "{driver}", "hub": "{place_id}", "kilos": "900"}},
    "POST /trips/{trip_id}/back": WRITES,
    "POST /trucks": WRITES
    | {"form": {"hub": "{place_id}", "supplier": "菜场", "plate": "渝B1", "kilos": "900", "starts": "{starts}", "minutes": "30"}},
    "POST /trucks/{booking_id}/lines": WRITES | {"form": {"item": "{item_id}", "quantity": "5"}},
    "POST /trucks/{booking_id}/arrive": WRITES,
    "POST /trucks/{booking_id}/cancel": WRITES,
    "POST /trucks/{booking_id}/unload": WRITES | {"form": SOME | {"item": "{item_id}"}},
    "POST /trucks/{booking_id}/leave": WRITES,
}
