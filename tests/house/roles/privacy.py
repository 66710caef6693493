"""Who sees who looked, and who serves a subject's rights."""

from uuid import UUID

from app.care.rules import residents
from app.kernel import clock, db, ids
from app.privacy.rules import exporting

ALL = ("newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher", "dispatcher")
SIGNED_IN = {"sign-in": ("stranger",), "in": ALL}


HELPERS = ("newcomer", "volunteer", "steward", "operator", "outsider")
SERVE = {
    "404": ("outsider", "outside_dispatcher"),
    "403": ("newcomer", "volunteer", "steward", "operator", "command"),
    "in": ("dispatcher",),
}


async def stage(app, act, person) -> dict[str, str]:
    """A resident to erase."""
    home = (await db.rows(UUID, "SELECT id FROM household WHERE building_id = ? LIMIT 1", app.world.building))[0]
    said = {"name": f"钱{ids.secret()[:6]}", "phone": "13600001111", "kinds": ["elder"], "note": ""}
    her = await act(residents.add, home, by=await person("dispatcher"), **said)
    assert her.state == "applied", her
    await db.run("DELETE FROM ledger_export")
    export = await act(exporting.ask, "outage", by=await person("dispatcher"))
    assert export.state == "applied", export
    await db.run("DELETE FROM closing")
    closing = ids.new()  # whatever else stands open in this world
    sql = "INSERT INTO closing(id, community_id, emergency_id, asked_by, asked_at) VALUES (?, ?, ?, ?, ?)"
    await db.run(sql, closing, app.world.community, app.world.emergency, app.world.dispatcher, clock.now())
    return {"closing_id": str(closing), "resident_id": her.about, "her_name": said["name"], "export_id": export.about, "file": "x.xlsx"}


ROWS = {
    "GET /reveals": {
        "sign-in": ("stranger",),
        "403": ("newcomer", "volunteer", "steward", "operator", "outsider"),
        "in": ("command", "dispatcher", "outside_dispatcher"),
    },
    "GET /residents/{resident_id}/data": {"sign-in": ("stranger",), **SERVE},
    "GET /residents/{resident_id}/data.xlsx": {"sign-in": ("stranger",), **SERVE},
    "GET /residents/{resident_id}/data.json": {"sign-in": ("stranger",), **SERVE},
    "GET /residents/{resident_id}/data.print": {"sign-in": ("stranger",), **SERVE},
    "GET /me/data": SIGNED_IN,
    "GET /me/data.json": SIGNED_IN,
    "POST /residents/{resident_id}/data": {"401": ("stranger",), **SERVE},
    "POST /residents/{resident_id}/erase": {"401": ("stranger",), **SERVE, "form": {"name": "{her_name}"}},
    "GET /emergency": {"sign-in": ("stranger",), "403": HELPERS, "in": ("command", "dispatcher", "outside_dispatcher")},
    "GET /exports": {"sign-in": ("stranger",), "403": HELPERS, "in": ("command", "dispatcher", "outside_dispatcher")},
    "POST /exports": {
        "401": ("stranger",),
        "403": (*HELPERS, "command"),
        "in": ("dispatcher", "outside_dispatcher"),
        "form": {"purpose": "audit"},
    },
    # whoever asked may not agree herself, and nobody but her may fetch
    "POST /exports/{export_id}/approve": {
        "401": ("stranger",),
        "404": ("outside_dispatcher",),
        "403": (*HELPERS, "dispatcher"),
        "in": ("command",),
    },
    "POST /exports/{export_id}/refuse": {
        "401": ("stranger",),
        "404": ("outside_dispatcher",),
        "403": (*HELPERS, "dispatcher"),
        "in": ("command",),
    },
    "POST /exports/{export_id}/fetch": {
        "401": ("stranger",),
        "404": ("outside_dispatcher",),
        "403": (*HELPERS, "command"),
        "in": ("dispatcher",),
    },
    "GET /exports/{file}": {"sign-in": ("stranger",), "in": ALL},
    "GET /me/looks": SIGNED_IN,
    # another name than hers: nobody of the cast goes
    "POST /me/erase": {"401": ("stranger",), "in": ALL, "form": {"name": "-"}},
    "GET /closings": {"sign-in": ("stranger",), "403": HELPERS, "in": ("command", "dispatcher", "outside_dispatcher")},
    "POST /closings": {"401": ("stranger",), "403": HELPERS, "in": ("command", "dispatcher", "outside_dispatcher")},
    # whoever asked may not confirm herself, but may take it back
    "POST /closings/{closing_id}/approve": {
        "401": ("stranger",),
        "404": ("outside_dispatcher",),
        "403": (*HELPERS, "dispatcher"),
        "in": ("command",),
        "form": {"name": "-"},
    },
    "POST /closings/{closing_id}/refuse": {
        "401": ("stranger",),
        "404": ("outside_dispatcher",),
        "403": HELPERS,
        "in": ("command", "dispatcher"),
    },
    "GET /closings/{closing_id}": {
        "sign-in": ("stranger",),
        "404": ("outside_dispatcher",),
        "403": HELPERS,
        "in": ("command", "dispatcher"),
    },
}
