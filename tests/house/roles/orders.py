"""Who offers packs, who orders for others, and what anybody with a link may do."""

from datetime import timedelta
from uuid import UUID

from app.deliveries.reads import station
from app.deliveries.rules import ordered, stationing
from app.kernel import clock, db, ids
from app.orders.rules import cutting, offering, ordering
from app.people.person import STRANGER

INSIDE, OUT = ("newcomer", "volunteer", "command"), ("outsider", "outside_dispatcher")
ALL = ("stranger", "newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher", "dispatcher")
LISTS = {"sign-in": ("stranger",), "in": ("steward", "operator", "dispatcher", "outside_dispatcher"), "403": (*INSIDE, "outsider")}
SEES = {"sign-in": ("stranger",), "in": ("steward", "operator", "dispatcher"), "403": (*INSIDE, "outsider"), "404": ("outside_dispatcher",)}
DESK = {"sign-in": ("stranger",), "in": ("dispatcher", "outside_dispatcher"), "403": (*INSIDE, "steward", "operator", "outsider")}
ONE = {"sign-in": ("stranger",), "in": ("dispatcher",), "403": (*INSIDE, "steward", "operator", "outsider"), "404": ("outside_dispatcher",)}
NEW = {"401": ("stranger",), "in": ("dispatcher", "outside_dispatcher"), "403": (*INSIDE, "steward", "operator", "outsider")}
MAKES = {"401": ("stranger",), "in": ("dispatcher",), "403": (*INSIDE, "steward", "operator", "outsider"), "404": ("outside_dispatcher",)}
ENTERS = {"401": ("stranger",), "in": ("steward", "operator", "dispatcher"), "403": (*INSIDE, "outsider"), "404": ("outside_dispatcher",)}
AT_DOOR = {"401": ("stranger",), "in": ("steward", "operator", "dispatcher"), "403": INSIDE, "404": OUT}
LATE = {"401": ("stranger",), "in": ("dispatcher",), "403": (*INSIDE, "steward", "operator", "outsider"), "404": ("outside_dispatcher",)}


async def stage(app, act, person) -> dict[str, str]:
    """An offer with an order, another whose lists are made and to which one came late."""
    by = await person("dispatcher")
    n = await db.value("SELECT count(*) FROM pack")

    async def made(verb, *said, by=by, **more) -> UUID:
        receipt = await act(verb, *said, by=by, **more)
        if receipt.state != "applied":
            raise AssertionError(receipt)
        return UUID(receipt.about)

    pack = await made(offering.make_pack, f"蔬菜包{n}", "白菜", 3000, (), {})
    gone = await made(offering.make_pack, f"肉包{n}", "猪肉", 3000, ("pork",), {})
    await made(offering.end_pack, gone)
    until = clock.now() + timedelta(hours=3)
    said = {
        "title": "周三",
        "opens_at": None,
        "cut_off_at": until,
        "brought_on": until.date() + timedelta(days=2),
        "grace": 0,
        "fair": False,
    }
    offers = [await made(offering.make_offer, buildings=(), packs=(pack,), each={}, most={}, **said) for _ in range(3)]
    hers = {"name": "王芳", "phone": "13912345678", "note": "", "instead": False, "avoids": ()}
    orders = [await made(ordering.order, app.world.code, one, "1", "602", {"A": 1}, False, by=STRANGER, **hers) for one in offers]
    await db.run("UPDATE offer SET opens_at = ?, cut_off_at = ? WHERE id = ?", until - timedelta(days=1), clock.now(), offers[2])
    await db.run("UPDATE offer SET opens_at = ?, cut_off_at = ? WHERE id = ?", until - timedelta(days=1), clock.now(), offers[1])
    await made(cutting.cut_off, offers[1])

    async def bring(*, by) -> None:
        await ordered.bring(offers[1], by.community_id)

    await act(bring, by=by)
    begun = await station.hers(by.id)
    spread = UUID(str(await db.value("SELECT id FROM distribution WHERE offer_id = ?", offers[1])))
    if begun:
        await made(stationing.let_go, begun.id)
    packing = await made(stationing.take_next, spread)
    late = ids.new()
    sql = "INSERT INTO late_order(id, community_id, offer_id, order_id, wanted, at, received_at) VALUES (?, ?, ?, ?, 'A2', ?, ?)"
    await db.run(sql, late, by.community_id, offers[1], orders[1], clock.now(), clock.now())
    return {
        "distribution_id": str(spread), "packing_id": str(packing), "pack_id": str(pack), "gone": str(gone), "offer_id": str(offers[0]), "closing": str(offers[2]), "order_id": str(orders[0]), "late_id": str(late), "code": app.world.code,
        "building": str(app.world.building), "hers": await ordering.token_of(orders[0]), "until": until.isoformat(), "name": f"新包{n}", "letter": "A",
        "day": (until.date() + timedelta(days=2)).isoformat(),
    }  # fmt: skip


PACKS = ONE
AT = {"unit": "1", "room": "501", "pack-A": "1"}
ROWS = {
    "GET /packs": LISTS,
    "GET /packs/new": DESK,
    "GET /packs/{pack_id}": ONE,
    "POST /packs": NEW | {"form": {"name": "{name}"}},
    "POST /packs/{pack_id}": MAKES | {"form": {"name": "{name}"}},
    "POST /packs/{pack_id}/end": MAKES,
    "POST /packs/{pack_id}/again": MAKES,
    "GET /offers": LISTS,
    "GET /offers/new": DESK,
    "GET /offers/{offer_id}": SEES,
    "GET /offers/{offer_id}/live": SEES,
    "GET /offers/{offer_id}/list": SEES,
    "GET /offers/{offer_id}/sheets": SEES,
    "GET /offers/{offer_id}/file": SEES,
    "GET /offers/{offer_id}/order": SEES,
    "GET /offers/{offer_id}/chain": SEES,
    "POST /offers": MAKES | {"form": {"title": "周五", "cut_off_at": "{until}", "brought_on": "{day}", "grace": "0", "packs": "{pack_id}"}},
    "POST /offers/{offer_id}/until": MAKES | {"form": {"cut_off_at": "{until}"}},
    "POST /offers/{offer_id}/packs/{letter}": MAKES | {"form": {"most": "9"}},
    "POST /offers/{offer_id}/cut": MAKES,
    "POST /offers/{offer_id}/call-off": MAKES,
    "POST /offers/{offer_id}/orders": AT_DOOR | {"form": AT | {"building": "{building}"}},
    "POST /offers/{offer_id}/chain": ENTERS | {"form": {"text": "1-1-501 A1", "estate": "{building}"}},
    "GET /orders/{order_id}": {"sign-in": ("stranger",), "in": ("steward", "operator", "dispatcher"), "403": INSIDE, "404": OUT},
    "POST /orders/{order_id}": AT_DOOR | {"form": {"pack-A": "2"}},
    "POST /orders/{order_id}/take-back": AT_DOOR,
    "POST /orders/{order_id}/reveal": AT_DOOR,
    "POST /late-orders/{late_id}/let-in": LATE,
    "POST /late-orders/{late_id}/turn-away": LATE,
    "GET /packing": PACKS | {"in": ("dispatcher", "outside_dispatcher"), "404": ()},
    "GET /packing/{distribution_id}": PACKS,
    "POST /packing/{distribution_id}": MAKES,
    "POST /packings/{packing_id}/done": MAKES | {"form": {"n": "1"}},
    "POST /packings/{packing_id}/let-go": MAKES,
    "POST /packings/{packing_id}/again": MAKES,
    "POST /packings/{packing_id}/short": MAKES | {"form": {"letter": "A", "there": "0"}},
    "GET /order/{code}": {"in": ALL},
    "GET /order/{code}/{offer_id}": {"in": ALL},
    "GET /order/{code}/{offer_id}/picture/{letter}": {"404": ALL},
    "POST /order/{code}/{offer_id}": {"in": ALL, "form": AT},
    "GET /ordered/{token}": {"404": ALL},
    "POST /ordered/{order_id}/change": {"in": ALL, "form": {"token": "{hers}", "pack-A": "2"}},
    "POST /ordered/{order_id}/take-back": {"in": ALL, "form": {"token": "{hers}"}},
}
