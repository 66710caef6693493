"""Who may see a photo: run and need of it; who may send it: the phone that announced it. Here the dispatcher's."""

import hashlib
from uuid import UUID

from support import pictures

from app.deliveries import reads
from app.deliveries.rules import giving, handing, planning
from app.kernel import ids
from app.kernel.act import Done
from app.needs.rules.raising import Said, add
from app.photos.rules import finishing, receiving
from app.places import reads as places

STRANGER = ("stranger",)
NOBODY = ("newcomer", "volunteer", "command", "outsider", "outside_dispatcher")
SEES = {"sign-in": STRANGER, "404": NOBODY, "in": ("steward", "operator", "dispatcher")}
HERS = {"404": ("newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher"), "in": ("dispatcher",)}


async def stage(app, act, person) -> dict[str, str]:
    dispatcher, photo, data = await person("dispatcher"), ids.secret(), pictures.SMALL

    async def raised(*, by) -> Done:
        row = await add(
            await places.building(app.world.building), Said(kind="food", what="米", unit="1", room="602"), by=by, channel="steward"
        )
        return Done(about=str(row.id))

    run = UUID((await act(planning.make_run, by=dispatcher, needs=(UUID((await act(raised, by=dispatcher)).about),), title="")).about)
    await act(giving.give, run, by=dispatcher, accounts=(app.world.volunteer2,))
    [stop] = await reads.stop_rows(run)
    said = {"photo": photo, "photo_size": len(data), "photo_sha": hashlib.sha256(data).hexdigest()}
    assert (await act(handing.hand_over, run, stop.id, by=dispatcher, where="door", **said)).state == "applied"
    await receiving.take_piece(photo, 0, data, app.world.dispatcher)
    await finishing.finish(photo)
    return {"photo": photo}


ROWS = {
    "GET /photos/{photo}": SEES,
    "GET /photos/{photo}/image": SEES,
    "GET /photos/{photo}/pieces": HERS | {"sign-in": STRANGER},
    "POST /photos/{photo}/pieces": HERS | {"401": STRANGER},
    "POST /photos/{photo}/lost": HERS | {"401": STRANGER},
}
