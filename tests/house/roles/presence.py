"""Who may show a moving square, check in with one, confirm a stay, and look at what was flagged."""

from uuid import UUID

from app.kernel import clock, db
from app.people import moving
from app.people import reads as people
from app.people.rules import flagging, showing
from app.tasks.rules import attending

AWAY = ("outsider", "outside_dispatcher")
HERE = ("newcomer", "volunteer", "steward", "operator", "dispatcher")
PLAIN = ("newcomer", "volunteer", "operator", "command")
DESKS = ("dispatcher", "outside_dispatcher")
SHOW = {"403": (*PLAIN, "outsider"), "in": ("steward", *DESKS)}
CONFIRM = {"401": ("stranger",), "404": AWAY, "403": PLAIN, "in": ("steward", "dispatcher")}
FLAG = {"401": ("stranger",), "404": AWAY, "403": (*PLAIN, "steward"), "in": ("dispatcher",)}


async def stage(app, act, person) -> dict[str, str]:
    """The steward shows the square of her building, the volunteer is there, and something about it was flagged."""
    steward, volunteer = await person("steward"), await person("volunteer")
    shows = await act(showing.start, app.world.building, by=steward)
    await act(attending.arrive, app.world.building, by=volunteer, again=True)
    stay = await people.now_present(volunteer.id)

    async def flag(*, by) -> None:
        await flagging.old_code(stay, 3600)

    await act(flag, by=volunteer)
    by = await people.shown_by(steward.session_id)
    shown = moving.token_at(by.short, moving.secret_of(by.id), moving.step_of(clock.now()))
    [flagged] = await db.rows(UUID, "SELECT id FROM presence_flag WHERE presence_id = ?", stay)
    return {
        "showing_id": shows.about,
        "presence_id": str(stay),
        "flag_id": str(flagged),
        "shown": shown,
        "building_id": str(app.world.building),
    }


# The row for /h is one of an address that no phone made: tests/people/test_presence_proof.py opens a real one.
ROWS = {
    "GET /here": {"sign-in": ("stranger",), **SHOW},
    "POST /here": {"401": ("stranger",), **SHOW, "form": {"building": "{building_id}"}},
    "POST /here/{showing_id}/end": {"401": ("stranger",), "404": (*PLAIN, *AWAY), "in": ("steward", "dispatcher")},
    "GET /here/in": {"sign-in": ("stranger",), "403": ("command",), "in": (*HERE, *AWAY)},
    "POST /here/in": {"401": ("stranger",), "403": ("command",), "404": AWAY, "in": HERE, "form": {"shown": "{shown}"}},
    "GET /h/{token}": {"sign-in": ("stranger",), "403": ("command",), "404": (*HERE, *AWAY)},
    "POST /presence/{presence_id}/confirm": CONFIRM,
    "POST /presence/{presence_id}/unconfirm": CONFIRM,
    "GET /presence/flags": {"sign-in": ("stranger",), "403": (*PLAIN, "steward", "outsider"), "in": DESKS},
    "POST /presence/flags/{flag_id}/seen": FLAG,
    "POST /presence/flags/{flag_id}/unseen": FLAG,
}
