"""Who reads the calendar of what comes back, and who writes in it."""

from datetime import timedelta
from uuid import UUID

from support import needs

from app.coming.rhythm import Rhythm
from app.coming.rules import series
from app.coming.rules.series import Hours
from app.kernel import clock, db
from app.needs.rules import linking
from app.people.person import STRANGER

ALL = ("stranger", "newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher", "dispatcher")
INSIDE, OUT = ("newcomer", "volunteer", "command"), ("outsider", "outside_dispatcher")
RAISES = ("steward", "operator", "dispatcher")
SEES = {"sign-in": ("stranger",), "in": RAISES, "403": INSIDE, "404": OUT}
WRITES = {"401": ("stranger",), "in": RAISES, "403": INSIDE, "404": OUT}
LISTS = {"sign-in": ("stranger",), "in": (*RAISES, "outside_dispatcher"), "403": (*INSIDE, "outsider")}


async def stage(app, act, person) -> dict[str, str]:
    """A trip every day to a door of the steward's building, left out the day after tomorrow; and a need of its own with its link."""
    home = UUID(str(await db.value("SELECT id FROM household WHERE building_id = ? ORDER BY id LIMIT 1", app.world.building)))
    by, this = await person("dispatcher"), clock.local(clock.now()).date()
    daily = Rhythm(rhythm="days", every_days=1, first=this + timedelta(days=1))
    said = {"kind": "trip", "what": "透析", "whom": "", "name": "", "phone": "", "when": daily, "hours": Hours(480, 240), "like": None}
    made = await act(series.make, by=by, household=home, **said)
    left = await act(series.skip, UUID(made.about), day=this + timedelta(days=2), by=by)
    asked = await needs.need(act, app.world.code, kind="trip")
    hers = await needs.need(act, app.world.code, kind="trip")
    token = await linking.token_of(hers)
    await act(series.repeat, hers, token=token, when=daily, hours=Hours(480, 240), by=STRANGER)
    return {
        "household_id": str(home), "series_id": made.about, "coming_id": left.undo.split("/")[2], "need_id": str(asked),
        "hers": token, "track": await linking.token_of(asked), "day": (this + timedelta(days=3)).isoformat(), "first": (this + timedelta(days=1)).isoformat(),
    }  # fmt: skip


WHEN = {"rhythm": "days", "every_days": "2", "starts": "08:00", "ends": "12:00", "first": "{first}"}
SAID = WHEN | {"kind": "trip", "what": "透析"}
ROWS = {
    "GET /coming": LISTS,
    "GET /coming/print": LISTS,
    "GET /series/new": {"sign-in": ("stranger",), "404": (*RAISES, "outside_dispatcher"), "403": (*INSIDE, "outsider")},
    "POST /series": WRITES | {"form": SAID | {"household": "{household_id}"}},
    "GET /series/{series_id}": SEES,
    "GET /series/{series_id}/edit": SEES,
    "POST /series/{series_id}": WRITES | {"form": SAID | {"version": "0"}},
    "POST /series/{series_id}/end": WRITES,
    "POST /series/{series_id}/resume": WRITES,
    "POST /series/{series_id}/skip": WRITES | {"form": {"day": "{day}"}},
    "POST /coming/{coming_id}/restore": WRITES,
    "GET /households/{household_id}/coming": SEES,
    "POST /track/need/{need_id}/repeat": {"in": ALL, "form": WHEN | {"token": "{track}"}},
    "POST /track/need/{need_id}/date": {"404": ALL, "form": {"token": "{hers}", "day": "{day}"}},
    "POST /track/need/{need_id}/stop": {"404": ALL, "form": {"token": "{hers}"}},
    "GET /track/{token}/dates.ics": {"404": ALL},
}
