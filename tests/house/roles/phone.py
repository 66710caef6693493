"""What a phone shows that is locked until its sign-out has reached us: the same for everybody."""

ALL = ("stranger", "newcomer", "volunteer", "steward", "dispatcher", "operator", "command", "outsider", "outside_dispatcher")


async def stage(app, act, person) -> dict[str, str]:
    return {}


ROWS = {"GET /locked": {"in": ALL}}
