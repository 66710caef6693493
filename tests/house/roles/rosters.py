"""Who keeps rosters, who reads them, who stands in whose place."""

from datetime import timedelta
from uuid import UUID

from app.kernel import clock, db, ids
from app.people.rules.rosters import filling, posting, swapping

ALL = ("stranger", "newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher", "dispatcher")
HERE = ("newcomer", "volunteer", "steward", "operator", "command", "dispatcher")
AWAY = ("outsider", "outside_dispatcher")
KEEP = {"404": AWAY, "403": ("newcomer", "volunteer", "steward", "operator", "command"), "in": ("dispatcher",)}
MAKE = {"403": ("newcomer", "volunteer", "operator", "command", "outsider"), "in": ("steward", "dispatcher", "outside_dispatcher")}
WIDE = {"403": ("newcomer", "volunteer", "steward", "operator", "command", "outsider"), "in": ("dispatcher", "outside_dispatcher")}
SEE = {"404": AWAY, "in": HERE}
HERS = {"404": AWAY, "403": ("newcomer", "steward", "operator", "command", "dispatcher"), "in": ("volunteer",)}
NOT_HERS = {"404": AWAY, "403": ("newcomer", "volunteer", "operator", "command", "dispatcher"), "in": ("steward",)}
SIGN_IN, OUT = {"sign-in": ("stranger",)}, {"401": ("stranger",)}


async def stage(app, act, person) -> dict[str, str]:
    """Bo's shift at the gate and Sun's after it; Bo asks to be stood in for.."""
    dispatcher, now, world = await person("dispatcher"), clock.now(), app.world

    async def do(verb, *args, by=dispatcher, **fields) -> UUID:
        receipt = await act(verb, *args, by=by, **fields)
        assert receipt.state == "applied", receipt
        return UUID(receipt.about)

    gate = {"kind": "gate", "building": None, "covers": (0, 1440), "shows_name": False}
    post = await do(posting.make, name=f"北门{ids.secret()[:8]}", **gate)
    until = now + timedelta(hours=16)
    rotation = await do(filling.rotate, post, people=(world.volunteer, world.steward), hours=8, starts=now, until=until)
    mine = (await db.rows(UUID, "SELECT id FROM shift WHERE post_id = ? ORDER BY from_at", post))[0]
    swapped = await do(filling.put, post, who=world.volunteer, starts=now, until=until)
    swap = await do(swapping.ask, swapped, by=await person("volunteer"))
    return {
        "post_id": str(post), "rotation_id": str(rotation), "shift_id": str(mine), "swap_id": str(swap),
        "who": str(world.volunteer), "fresh": f"南门{ids.secret()[:8]}",
        "starts": now.isoformat(), "until": until.isoformat(),
    }  # fmt: skip


POST = {"kind": "gate", "name": "{fresh}", "building": ""}
ROWS = {
    "GET /roster": SIGN_IN | {"in": ALL[1:]},
    "GET /posts/new": SIGN_IN | MAKE,
    "POST /posts": OUT | WIDE | {"form": POST},
    "GET /posts/{post_id}": SIGN_IN | SEE,
    "GET /posts/{post_id}/edit": SIGN_IN | KEEP,
    "POST /posts/{post_id}": OUT | KEEP | {"form": POST | {"version": "0"}},
    "POST /posts/{post_id}/end": OUT | KEEP,
    "POST /posts/{post_id}/reopen": OUT | KEEP,
    "POST /posts/{post_id}/shifts": OUT | KEEP | {"form": {"who": "{who}", "starts": "{starts}", "until": "{until}"}},
    "GET /posts/{post_id}/rotations/new": SIGN_IN | KEEP,
    "POST /posts/{post_id}/rotations": OUT | KEEP | {"form": {"people": "{who}", "hours": "8", "starts": "{starts}", "until": "{until}"}},
    "POST /rotations/{rotation_id}/undo": OUT | KEEP,
    "GET /shifts/{shift_id}": SIGN_IN | SEE,
    "POST /shifts/{shift_id}/begin": OUT | HERS,
    "POST /shifts/{shift_id}/read": OUT | HERS,
    "POST /shifts/{shift_id}/end": OUT | HERS | {"form": {"text": "没事"}},
    "POST /shifts/{shift_id}/swaps": OUT | HERS,
    "POST /shifts/{shift_id}/remove": OUT | KEEP,
    "POST /shifts/{shift_id}/restore": OUT | KEEP,
    "POST /swaps/{swap_id}/accept": OUT | NOT_HERS,
    "POST /swaps/{swap_id}/withdraw": OUT | HERS,
    "POST /swaps/{swap_id}/forbid": OUT | KEEP,
}
