"""Who may look at the board and take the report away."""

LOOK = {
    "sign-in": ("stranger",),
    "403": ("newcomer", "volunteer", "steward", "operator", "outsider"),
    "in": ("dispatcher", "command", "outside_dispatcher"),
}
ACT = {"401": ("stranger",)} | {outcome: people for outcome, people in LOOK.items() if outcome != "sign-in"}


async def stage(app, act, person) -> dict[str, str]:
    """What the rows' paths are filled with."""
    return {"figure": "waiting"}


ROWS = {
    "GET /board": LOOK,
    "GET /board/live": LOOK,
    "GET /board/rows/{figure}": LOOK,
    "GET /report": LOOK,
    "GET /report/print": LOOK,
    "GET /report.xlsx": LOOK,
    "POST /report/export": ACT | {"form": {"day": "2026-01-05"}},
}
