"""Who writes notices, reads and confirms them, and who keeps the lines to call."""

from datetime import timedelta
from uuid import UUID

from app.kernel import clock, db, ids
from app.notices.rules import confirming, lines, writing

ALL = ("stranger", "newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher", "dispatcher")
HERE = ("newcomer", "volunteer", "steward", "operator", "dispatcher")
AWAY = ("outsider", "outside_dispatcher")
HELPERS = ("newcomer", "volunteer", "operator", "command", "outsider")
SIGNED_IN = {"sign-in": ("stranger",), "in": ALL[1:]}
WRITE = {"403": HELPERS, "in": ("steward", "dispatcher", "outside_dispatcher")}
HERS = {"404": AWAY, "403": ("newcomer", "volunteer", "steward", "operator", "command"), "in": ("dispatcher",)}
KNOCK = {"404": AWAY, "403": ("newcomer", "volunteer", "operator", "command"), "in": ("steward", "dispatcher")}
KEEP = {"403": (*HELPERS, "steward"), "in": ("dispatcher", "outside_dispatcher")}
LINE = {"kind": "legal", "name": "法律援助", "number": "12348", "hours": "", "place": "1", "version": "0"}


async def stage(app, act, person) -> dict[str, str]:
    """A notice to the community that is to be confirmed, one that was withdrawn, and a line."""
    dispatcher, until = await person("dispatcher"), clock.now() + timedelta(days=1)
    said = {"to": ("community", None, None), "title": "停水", "body": "明天停水", "until": until, "must_confirm": True, "by": dispatcher}
    made = [await act(writing.write, **said) for _ in range(2)]
    await act(writing.withdraw, made[1].about, by=dispatcher)
    number = str(ids.new().int % 10**8 + 10**8)
    line = await act(lines.add, kind="legal", name="法律援助", number=number, hours="", place=1, by=dispatcher)
    home = await db.value("SELECT id FROM household WHERE building_id = ? ORDER BY id LIMIT 1", app.world.building)
    await act(confirming.told, made[0].about, UUID(str(home)), by=dispatcher)
    assert {made[0].state, made[1].state, line.state} == {"applied"}
    return {
        "notice_id": made[0].about, "withdrawn_id": made[1].about, "line_id": line.about, "code": app.world.code, "building": str(app.world.building), "household_id": str(home),
        "fresh": str(ids.new().int % 10**8 + 10**8),
    }  # fmt: skip


ROWS = {
    "GET /notices": SIGNED_IN,
    "GET /notices/new": {"sign-in": ("stranger",), **WRITE},
    # a building of another community is no choice of hers: a complaint
    "POST /notices": {
        "401": ("stranger",),
        **WRITE,
        "form": {"to": "building:{building}", "title": "停水", "body": "明天停水", "until": "today"},
    },
    "GET /notices/live": SIGNED_IN,
    "GET /notices/asked": SIGNED_IN,
    # what hangs in the stairwell is for everybody: a chat's robot sends people here
    "GET /notices/{notice_id}": {"in": ALL},
    "GET /notices/{notice_id}/live": {"sign-in": ("stranger",), "404": AWAY, "in": (*HERE, "command")},
    "GET /notices/{notice_id}/edit": {"sign-in": ("stranger",), **HERS},
    "POST /notices/{notice_id}": {
        "401": ("stranger",),
        **HERS,
        "form": {"title": "停水", "body": "后天停水", "until": "keep", "version": "0"},
    },
    "GET /notices/{notice_id}/doors": {"sign-in": ("stranger",), **KNOCK},
    "POST /notices/{notice_id}/doors/{household_id}/told": {"401": ("stranger",), **KNOCK},
    "POST /notices/{notice_id}/doors/{household_id}/untold": {"401": ("stranger",), **KNOCK},
    "GET /notices/{notice_id}/photo": {"404": ALL},
    "GET /notices/{notice_id}/readers": {"sign-in": ("stranger",), **HERS},
    "POST /notices/{notice_id}/confirm": {"401": ("stranger",), "404": AWAY, "in": (*HERE, "command")},
    "POST /notices/{notice_id}/withdraw": {"401": ("stranger",), **HERS},
    "POST /notices/{notice_id}/restore": {"401": ("stranger",), **HERS},
    "GET /lines": SIGNED_IN,
    "GET /lines/new": {"sign-in": ("stranger",), **KEEP},
    "POST /lines": {"401": ("stranger",), **KEEP, "form": LINE | {"number": "{fresh}"}},
    "GET /lines/{line_id}": {"sign-in": ("stranger",), **HERS},
    "POST /lines/{line_id}": {"401": ("stranger",), **HERS, "form": LINE | {"number": "{fresh}"}},
    "POST /lines/{line_id}/end": {"401": ("stranger",), **HERS},
    "GET /b/{code}/notices": {"in": ALL},
}
