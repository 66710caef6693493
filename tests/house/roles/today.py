"""Who may open a steward's first page. Dispatchers hold a steward's rights for the whole community."""


async def stage(app, act, person) -> dict[str, str]:
    return {}


ROWS = {
    "GET /today": {
        "sign-in": ("stranger",),
        "403": ("newcomer", "volunteer", "operator", "command", "outsider"),
        "in": ("steward", "dispatcher", "outside_dispatcher"),
    },
}
