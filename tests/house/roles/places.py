"""Who may open and press what about places."""

HELPERS = ("newcomer", "volunteer", "steward", "operator", "command", "outsider")
DESKS = ("dispatcher", "outside_dispatcher")  # each in her own community


async def stage(app, act, person) -> dict[str, str]:
    return {}


SETTINGS = {
    "version": "0", "hotline": "", "hours": "", "take_cap": "3", "release_minutes": "20", "untouched_minutes": "30", "undo_minutes": "10",
    "correct_hours": "12",
}  # fmt: skip

ROWS = {
    "GET /settings": {"sign-in": ("stranger",), "403": HELPERS, "in": DESKS},
    "POST /settings": {"401": ("stranger",), "403": HELPERS, "in": DESKS, "form": SETTINGS},
}
