"""Who may open and press what about people."""

ALL = ("stranger", "newcomer", "volunteer", "steward", "dispatcher", "operator", "command", "outsider", "outside_dispatcher")


async def stage(app, act, person) -> dict[str, str]:
    """What the rows' paths are filled with."""
    return {"account_id": str(app.world.volunteer), "session_id": str((await person("volunteer")).session_id)}


ROWS = {
    "GET /": {"in": ALL},
    "POST /look": {"in": ALL},
    "POST /role": {"401": ("stranger",), "in": ALL[1:]},
    "POST /sign-out": {"401": ("stranger",), "in": ALL[1:]},
    "GET /sign-in": {"in": ALL},
    "POST /sign-in": {"in": ALL},
    "GET /sign-in/{token}": {"404": ALL},
    "POST /sign-in/{token}": {"404": ALL},
    "GET /inbox": {"sign-in": ("stranger",), "in": ALL[1:]},
    "POST /inbox/read": {"401": ("stranger",), "in": ALL[1:]},
}
