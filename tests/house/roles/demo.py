"""Who may see the page of parts: everybody, in the demo only."""

ALL = ("stranger", "newcomer", "volunteer", "steward", "dispatcher", "operator", "command", "outsider", "outside_dispatcher")


async def stage(app, act, person) -> dict[str, str]:
    return {}


ROWS = {"GET /parts": {"in": ALL}}
