"""Who sees the medicine desk, who asks and buys, and who keeps the directory."""

from uuid import UUID

from support import needs

from app.kernel import ids
from app.needs import reads
from app.needs.reads.medicine import case
from app.needs.rules import buying, closing, finding, sources

SORTS = ("steward", "dispatcher")
RAISES = (*SORTS, "operator")
NOT_HERS = ("newcomer", "volunteer", "command", "outsider", "outside_dispatcher")
INSIDE = ("newcomer", "volunteer", "command")
SEES = {"sign-in": ("stranger",), "in": RAISES, "404": NOT_HERS}
SORTING = {"401": ("stranger",), "in": SORTS, "403": ("operator",), "404": NOT_HERS}
ADDING = {"401": ("stranger",), "in": RAISES, "404": NOT_HERS}
LISTS = {"sign-in": ("stranger",), "in": (*RAISES, "outside_dispatcher"), "403": (*INSIDE, "outsider")}
KEEPS = {"401": ("stranger",), "in": ("dispatcher", "outside_dispatcher"), "403": (*INSIDE, "steward", "operator", "outsider")}
KEEPS_ONE = {
    "401": ("stranger",),
    "in": ("dispatcher",),
    "403": (*INSIDE, "steward", "operator", "outsider"),
    "404": ("outside_dispatcher",),
}
SHOP = {"kind": "pharmacy", "phone": "", "hours": "", "address": "", "note": ""}
TYPED = {"kind": "pharmacy", "name": "{name}"}


async def stage(app, act, person) -> dict[str, str]:
    """A medicine that was asked for once; another that was bought and is not needed."""
    by = await person("dispatcher")
    name = ids.secret()[:20]
    shop, gone = [(await act(sources.add, name=f"{name}{n}", by=by, **SHOP)).about for n in (1, 2)]
    await act(sources.end, UUID(gone), by=by)
    need, other = [await needs.need(act, app.world.code, kind="medicine", what="甲钴胺片", days_left=2) for _ in range(2)]
    await act(finding.ask, need, source=shop, outcome="has_not", by=by)
    for one in (need, other):
        await act(buying.pay, one, source=shop, fen=100, by=by)
    await act(closing.cancel, other, line="不用了", by=by)
    found = {line.id: await case(line) for line in await reads.lines([need, other])}
    first, second = found[need], found[other]
    return {
        "need_id": str(need), "source_id": shop, "gone": gone, "try_id": str(first.tries[0].id), "purchase_id": str(first.bought.id),
        "to_settle": str(second.bought.id), "name": f"{name}3", "photo": ids.secret(),
    }  # fmt: skip


ROWS = {
    "GET /medicine": LISTS,
    "GET /medicine/short": LISTS,
    "GET /medicine/short/sheet": LISTS,
    "GET /medicine/short/file": LISTS,
    "GET /medicine/sources": LISTS,
    "GET /medicine/sources/file": LISTS,
    "GET /medicine/paid/file": {
        "sign-in": ("stranger",),
        "in": ("dispatcher", "outside_dispatcher"),
        "403": (*INSIDE, "steward", "operator", "outsider"),
    },
    "POST /medicine/sources/read": KEEPS,
    "GET /medicine/{need_id}": SEES,
    "POST /medicine/sources": KEEPS | {"form": TYPED},
    "POST /medicine/sources/{source_id}": KEEPS_ONE | {"form": TYPED},
    "POST /medicine/sources/{source_id}/end": KEEPS_ONE,
    "POST /medicine/sources/{source_id}/again": KEEPS_ONE,
    "POST /medicine/{need_id}/tries": SORTING | {"form": {"source": "{source_id}", "outcome": "has"}},
    "POST /medicine/{need_id}/buying": SORTING | {"form": {"source": "{source_id}"}},
    "POST /medicine/{need_id}/bought": SORTING | {"form": {"source": "{source_id}", "fen": "12.50"}},
    "POST /medicine/{need_id}/prescription": ADDING | {"form": {"photo": "{photo}"}},
    "POST /medicine/tries/{try_id}/undo": SORTING,
    "POST /medicine/purchases/{purchase_id}/undo": SORTING,
    "POST /medicine/purchases/{purchase_id}/fate": SORTING | {"form": {"fate": "kept"}},
}
