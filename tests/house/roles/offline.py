"""Who may use the addresses of the phone's own machinery. A batch that is none is a complaint about the input."""

ALL = ("stranger", "newcomer", "volunteer", "steward", "dispatcher", "operator", "command", "outsider", "outside_dispatcher")


async def stage(app, act, person) -> dict[str, str]:
    return {}


ROWS = {
    "GET /manifest.webmanifest": {"in": ALL},
    "GET /sw.js": {"in": ALL},
    "GET /offline": {"in": ALL},
    "GET /offline/today": {"sign-in": ("stranger",), "in": ALL[1:]},
    "POST /acts": {"401": ("stranger",), "400": ALL[1:]},
}
