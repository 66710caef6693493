"""Who offers, who answers, who receives what is given, and what anybody with a link may do."""

from uuid import UUID

from app.donations.rules import answering, offering, receiving
from app.goods.rules import handling
from app.kernel import db
from app.people.person import STRANGER
from app.places import reads as places

ALL = ("stranger", "newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher", "dispatcher")
OUTSIDE = ("newcomer", "volunteer", "steward", "command", "outsider")
LIST = {"sign-in": ("stranger",), "in": ("operator", "dispatcher", "outside_dispatcher"), "403": OUTSIDE}
ONE = {"sign-in": ("stranger",), "in": ("operator", "dispatcher"), "403": OUTSIDE, "404": ("outside_dispatcher",)}
ENTERS = {"401": ("stranger",), "in": ("operator", "dispatcher", "outside_dispatcher"), "403": OUTSIDE}
DESK = {"401": ("stranger",), "in": ("dispatcher",), "403": (*OUTSIDE, "operator"), "404": ("outside_dispatcher",)}


async def stage(app, act, person) -> dict[str, str]:
    """One that waits, one that was accepted, one of which something came."""
    by = await person("dispatcher")
    community = await places.community(by.community_id)
    said = {
        "what": "大白菜",
        "amount": 100,
        "unit": "斤",
        "on_day": None,
        "brings": True,
        "name": "王芳",
        "phone": "13912345678",
        "note": "",
    }

    async def made(verb, *said, by=by, **more) -> UUID:
        receipt = await act(verb, *said, by=by, **more)
        if receipt.state != "applied":
            raise AssertionError(receipt)
        return UUID(receipt.about)

    waits, accepted, came = [await made(offering.offer, community.code, by=STRANGER, **said) for _ in range(3)]
    await made(answering.accept, accepted, "明天")
    n = await db.value("SELECT count(*) FROM goods_item")
    item, hub = await made(handling.add_item, f"捐来的{n}", "斤", "food", False), await made(handling.add_place, f"捐赠仓{n}", None)
    await made(receiving.receive, came, item, hub, 9, None)
    return {
        "donation_id": str(waits), "accepted": str(accepted), "came": str(came), "code": community.code, "item_id": str(item), "hub": str(hub),
        "hers": offering.token_of(waits), "number": f"{community.code}-9-ABCDEF",
    }  # fmt: skip


OFFER = {"what": "大白菜", "amount": "100", "unit": "斤", "brings": "brings", "phone": "13912345678"}
ROWS = {
    "GET /give/{code}": {"in": ALL},
    "POST /give/{code}": {"in": ALL, "form": OFFER},
    "GET /given/{token}": {"404": ALL},
    "GET /given/{token}/thanks": {"404": ALL},
    "GET /thanks/{number}": {"404": ALL},
    "POST /given/{donation_id}/withdraw": {"in": ALL, "form": {"token": "{hers}"}},
    "GET /donations": LIST,
    "GET /donations/new": LIST,
    "GET /donations/{donation_id}": ONE,
    "GET /donations/{donation_id}/picture": {
        "sign-in": ("stranger",),
        "403": OUTSIDE,
        "404": ("operator", "dispatcher", "outside_dispatcher"),
    },
    "POST /donations": ENTERS | {"form": OFFER},
    "POST /donations/{donation_id}/accept": DESK | {"form": {"answer": "来吧"}},
    "POST /donations/{donation_id}/decline": DESK | {"form": {"reason": "enough"}},
    "POST /donations/{donation_id}/reopen": DESK,
    "POST /donations/{donation_id}/receive": DESK | {"form": {"item": "{item_id}", "place": "{hub}", "quantity": "1"}},
    "POST /donations/{donation_id}/reveal": DESK,
}
