"""Who may open and press what about needs."""

from support import needs

SORTS = ("steward", "dispatcher")
RAISES = (*SORTS, "operator")
NOT_HERS = ("newcomer", "volunteer", "command", "outsider", "outside_dispatcher")


async def stage(app, act, person) -> dict[str, str]:
    return {"need_id": str(await needs.need(act, app.world.code)), "code": app.world.code, "owner": str(app.world.dispatcher)}


SEES = {"sign-in": ("stranger",), "in": RAISES, "404": NOT_HERS}
SORTING = {"401": ("stranger",), "in": SORTS, "403": ("operator",), "404": NOT_HERS}
SPEAKING = {"401": ("stranger",), "in": RAISES, "404": NOT_HERS}
LISTS = {"sign-in": ("stranger",), "in": (*RAISES, "outside_dispatcher"), "403": ("newcomer", "volunteer", "command", "outsider")}
MANY = {"401": ("stranger",), "in": (*SORTS, "outside_dispatcher"), "403": ("newcomer", "volunteer", "command", "outsider", "operator")}
ENTERED = {"building": "{code}", "kind": "food", "what": "一袋米", "unit": "1", "room": "602", "confirm_double": "1"}
CHANGED = {"version": "0", "kind": "food", "urgency": "now"}

ROWS = {
    "GET /needs": LISTS,
    "GET /needs/new": LISTS,
    "GET /needs/doubles": LISTS,
    "POST /needs": {
        "401": ("stranger",),
        "in": (*RAISES, "outside_dispatcher"),
        "403": ("newcomer", "volunteer", "command", "outsider"),
        "form": ENTERED,
    },
    "POST /needs/take": MANY | {"form": {"picked": "{need_id}"}},
    "POST /needs/answer": MANY | {"form": {"picked": "{need_id}", "line": "好"}},
    "GET /needs/{need_id}": SEES,
    "GET /needs/{need_id}/card": SEES,
    "GET /needs/{need_id}/link": SEES,
    "POST /needs/{need_id}/link": SPEAKING,
    "POST /needs/{need_id}/take": SORTING,
    "POST /needs/{need_id}/release": SORTING,
    "POST /needs/{need_id}/assign": SORTING | {"form": {"owner": "{owner}"}},
    "POST /needs/{need_id}/change": SORTING | {"form": CHANGED},
    "POST /needs/{need_id}/answer": SORTING | {"form": {"line": "好"}},
    "POST /needs/{need_id}/cancel": SORTING | {"form": {"line": "不要了"}},
    "POST /needs/{need_id}/confirm": SORTING,
    "POST /needs/{need_id}/reopen": SORTING,
    "POST /needs/{need_id}/words": SPEAKING | {"form": {"line": "好"}},
    "POST /needs/{need_id}/reveal": SPEAKING,
}
