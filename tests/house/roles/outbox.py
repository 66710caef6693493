"""The phone's own list is the same page for everybody, and so is what we promise about it."""

ALL = ("stranger", "newcomer", "volunteer", "steward", "dispatcher", "operator", "command", "outsider", "outside_dispatcher")


async def stage(app, act, person) -> dict[str, str]:
    return {}


ROWS = {"GET /outbox": {"in": ALL}, "GET /works-offline": {"in": ALL}}
