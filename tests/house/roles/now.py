"""Who may open and press what on the first page of a volunteer and at a building's door."""

HERE = ("newcomer", "volunteer", "steward", "operator", "dispatcher")
AWAY = ("outsider", "outside_dispatcher")
ALL = ("stranger", *HERE, "command", *AWAY)
DOOR = {"401": ("stranger",), "404": AWAY, "403": ("command",), "in": HERE}


async def stage(app, act, person) -> dict[str, str]:
    return {"code": app.world.code}


ROWS = {
    "GET /now": {"sign-in": ("stranger",), "in": ALL[1:]},
    "GET /now/live": {"sign-in": ("stranger",), "in": ALL[1:]},
    "GET /mine": {"sign-in": ("stranger",), "in": ALL[1:]},
    "GET /b/{code}": {"in": ALL},
    "GET /scan": {"in": ALL},
    "POST /b/{code}/check-in": DOOR,
    "POST /b/{code}/check-out": DOOR,
}
