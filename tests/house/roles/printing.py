"""Who prints, who sees a print, who may end a card; what the squares on cards, sheets and badges open for whom."""

from datetime import timedelta
from uuid import UUID

from app.deliveries.rules import planning
from app.door.printing import codes, making
from app.kernel import clock, db
from app.kernel.act import Done
from app.needs.rules.raising import Said, add
from app.places import reads as places

STRANGER = ("stranger",)
HELPERS = ("newcomer", "volunteer")
OUTSIDE = ("outsider", "outside_dispatcher")
ALL = ("stranger", *HELPERS, "steward", "operator", "command", *OUTSIDE, "dispatcher")
PRINTS = {"sign-in": STRANGER, "403": (*HELPERS, "operator", "command", "outsider"), "in": ("steward", "dispatcher", "outside_dispatcher")}
ITS = {"sign-in": STRANGER, "404": (*HELPERS, "steward", "operator", "command", *OUTSIDE), "in": ("dispatcher",)}
ASKS = {"403": (*HELPERS, "command", "outsider"), "in": ("steward", "operator", "dispatcher", "outside_dispatcher")}


async def stage(app, act, person) -> dict[str, str]:
    """Printed by the dispatcher: posters, the cards of a building, a run's sheet, badges."""
    by, home = await person("dispatcher"), (await places.households(app.world.building))[0]
    posters = await printed(act, by, "poster_a4", "community")
    await printed(act, by, "card", f"household:{home.id}")
    card = await db.value("SELECT id FROM door_card WHERE household_id = ? AND ended_at IS NULL", home.id)

    async def raised(*, by) -> Done:
        row = await add(
            await places.building(app.world.building), Said(kind="food", what="米", unit="1", room="602"), by=by, channel="steward"
        )
        return Done(about=str(row.id))

    run = (await act(planning.make_run, by=by, needs=(UUID((await act(raised, by=by)).about),), title="")).about
    sheet = await printed(act, by, "sheet", f"run:{run}")
    await printed(act, by, "badge", "community")
    code = await db.value("SELECT code FROM run_sheet WHERE print_id = ?", UUID(sheet))
    badge = (await codes.badges_of(app.world.community))[str(app.world.volunteer)]
    return {"print_id": posters, "building_id": str(app.world.building), "card_id": str(card), "code": code, "badge": badge}


async def printed(act, by, kind: str, what: str) -> str:
    """What is printed here neither waits for the worker nor counts against how often she may print."""
    await db.run("UPDATE print_job SET at = ?", clock.now() - timedelta(hours=2))
    await db.run("UPDATE print_job SET state = 'failed', reason = 'broken', finished_at = at WHERE state = 'waiting'")
    receipt = await act(making.make, by=by, kind=kind, what=what, lang="zh", only=False, skip=0)
    assert receipt.state == "applied", receipt
    return receipt.about


ROWS = {
    "GET /print": PRINTS,
    "GET /print/new": PRINTS,
    "POST /prints": PRINTS | {"sign-in": (), "401": STRANGER, "form": {"kind": "poster_a4", "what": "community"}},
    "GET /prints/{print_id}": ITS,
    "GET /prints/{print_id}/file": {"sign-in": STRANGER, "404": ALL[1:]},
    "GET /prints/{print_id}/view": ITS,
    "GET /print/cards/{building_id}": {"sign-in": STRANGER, "403": (*HELPERS, "operator", "command", "outsider"), "404": ("outside_dispatcher",), "in": ("steward", "dispatcher")},
    "POST /cards/{card_id}/end": {"401": STRANGER, "404": OUTSIDE, "403": (*HELPERS, "operator", "command"), "in": ("steward", "dispatcher")},
    "GET /cards": {"sign-in": STRANGER} | ASKS,
    "POST /cards": {"401": STRANGER} | ASKS | {"form": {"digits": "123456"}},
    "POST /cards/needs": {"401": STRANGER} | ASKS | {"form": {"digits": "123456", "kind": "food", "what": "米"}},
    "GET /d/{token}": {"404": ALL},
    "GET /s/{code}": {"sign-in": STRANGER, "404": ALL[1:-1], "in": ("dispatcher",)},
    "GET /v/{badge}": {"in": ALL},
}  # fmt: skip
