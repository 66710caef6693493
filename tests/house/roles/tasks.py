"""Who may open and press what about tasks."""

from tasks.calls import called, to_be_called

from app.kernel import clock, db
from app.tasks import reads

HERE = ("newcomer", "volunteer", "steward", "operator", "dispatcher")
AWAY = ("outsider", "outside_dispatcher")
READ = {"sign-in": ("stranger",), "404": AWAY, "in": (*HERE, "command")}
TAKE = {"401": ("stranger",), "404": AWAY, "403": ("command",), "in": HERE}
LEAVE = {"401": ("stranger",), "404": AWAY, "in": (*HERE, "command")}
CALL = {"401": ("stranger",), "404": AWAY, "403": ("newcomer", "volunteer", "steward", "operator", "command"), "in": ("dispatcher",)}
CALL_PAGE = {"sign-in" if name == "401" else name: people for name, people in CALL.items()}
EVERY_DISPATCHER = {
    "403": ("newcomer", "volunteer", "steward", "operator", "command", "outsider"),
    "in": ("dispatcher", "outside_dispatcher"),
}
FORM = {"title": "搬菜", "places": "6", "hours": "2", "starts": "now"}


async def stage(app, act, person) -> dict[str, str]:
    """A task with one place taken; by hand, since nobody's cap lets her take as many as this table stages."""
    dispatcher = await person("dispatcher")
    task = await called(act, dispatcher, places_wanted=3)
    first = (await reads.visible(task, dispatcher)).spots[0].id
    await db.run("UPDATE place SET taken_by = ?, taken_at = ? WHERE id = ?", app.world.volunteer2, clock.now(), first)
    await to_be_called(app.world.community, app.world.newcomer, task)
    return {"task_id": str(task), "place_id": str(first), "code": app.world.code, "account_id": str(app.world.newcomer)}


ROWS = {
    "GET /tasks": {"sign-in": ("stranger",), "in": (*HERE, "command", *AWAY)},
    "GET /tasks/live": {"sign-in": ("stranger",), "in": (*HERE, "command", *AWAY)},
    "GET /tasks/new": {"sign-in": ("stranger",), **EVERY_DISPATCHER},
    "POST /tasks": {"401": ("stranger",), **EVERY_DISPATCHER, "form": FORM},
    "GET /tasks/{task_id}": READ,
    "GET /tasks/{task_id}/live": READ,
    "GET /tasks/{task_id}/edit": CALL_PAGE,
    "POST /tasks/{task_id}": CALL | {"form": FORM},
    "POST /tasks/{task_id}/cancel": CALL,
    "POST /tasks/{task_id}/done": CALL,
    "POST /tasks/{task_id}/places/{place_id}/release": CALL,
    "POST /tasks/{task_id}/comes/{account_id}": CALL,
    "POST /tasks/{task_id}/take": TAKE,
    "POST /tasks/{task_id}/release": TAKE,
    "POST /tasks/{task_id}/wait": TAKE,
    "POST /tasks/{task_id}/unwait": LEAVE,
    "POST /tasks/{task_id}/check-in": LEAVE,
    "POST /tasks/{task_id}/check-out": LEAVE,
}
