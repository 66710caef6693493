"""Who may open and press what about what two people changed, and about acts that came twice."""

from support.differing import doubled, resident, resident_line

NOT_HERS = ("newcomer", "volunteer", "operator", "command", "outsider")
PAGE = {"sign-in": ("stranger",), "403": NOT_HERS, "in": ("steward", "dispatcher", "outside_dispatcher")}
ACT = {"401": ("stranger",), "404": (*NOT_HERS, "outside_dispatcher"), "in": ("steward", "dispatcher")}


async def stage(app, act, person) -> dict[str, str]:
    line = await resident_line(act, person, app.world.building)
    her = await resident(act, person, app.world.building)
    row = await doubled(await person("steward"), f"/residents/{her}/reveal")
    return {"line_id": str(line.id), "doubled_id": str(row)}


ROWS = {
    "GET /differences": PAGE,
    "POST /differences/{line_id}/keep": ACT,
    "POST /differences/{line_id}/take": ACT,
    "POST /differences/{line_id}/undo": ACT,
    "POST /differences/{line_id}/reveal": ACT,
    "GET /quarantine": PAGE,
    "POST /quarantine/{doubled_id}/count": ACT,
    "POST /quarantine/{doubled_id}/aside": ACT,
}
