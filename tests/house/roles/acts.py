"""Who may look after phones, decide about kept acts and bring in a rescue file."""

from uuid import UUID

from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.offline.phones.calling import Call, note
from app.people.rules import devices

INSIDE = ("newcomer", "volunteer", "steward", "operator", "command")
ALL = (*INSIDE, "outsider", "outside_dispatcher", "dispatcher")
DESKS = ("dispatcher", "outside_dispatcher")
LOOK = {"sign-in": ("stranger",), "403": (*INSIDE, "outsider"), "in": DESKS}
HELD = {"401": ("stranger",), "403": (*INSIDE, "outsider"), "404": ("outside_dispatcher",), "in": ("dispatcher",)}
BRING = ("steward", *DESKS)


async def stage(app, act, person) -> dict[str, str]:
    """A phone that called, and an act of hers that waits for a decision."""
    by, device, held = await person("volunteer"), ids.secret(), ids.secret()

    async def work(*, by) -> Done:
        await devices.give(device, by=by)
        await note(Call(device, 3, 0, 0, None, 0, None), by.id, by.community_id, decided=0)
        await db.run(
            "INSERT INTO held_act(act, account_id, community_id, reason, received_at) VALUES (?, ?, ?, 'revoked', ?)",
            held, by.id, by.community_id, clock.now(),
        )  # fmt: skip
        return Done(state="held", mark="revoked")

    assert (await act(work, by=by, id=held)).state == "held"
    phone = await db.rows(UUID, "SELECT id FROM device WHERE device = ?", device)
    return {"phone_id": str(phone[0]), "held": held}


ROWS = {
    "POST /grants": {"401": ("stranger",), "in": ALL},
    "GET /phones": LOOK,
    "GET /phones/{phone_id}": {
        "sign-in": ("stranger",),
        "403": (*INSIDE, "outsider"),
        "404": ("outside_dispatcher",),
        "in": ("dispatcher",),
    },
    "POST /held/{held}/count": HELD,
    "POST /held/{held}/aside": HELD | {"form": {"why": "mistaken"}},
    "GET /rescue": {"sign-in": ("stranger",), "403": tuple(n for n in ALL if n not in BRING), "in": BRING},
    "POST /rescue": {"401": ("stranger",), "403": tuple(n for n in ALL if n not in BRING), "in": BRING},
}
