"""Who may open and press what about deliveries. The run of the stage is draft: nobody carries it yet."""

from uuid import UUID

from app.deliveries import reads
from app.deliveries.rules import disputing, packing, planning, spreading
from app.kernel import db
from app.kernel.act import Done
from app.needs.rules.raising import Said, add
from app.places import reads as places

STRANGER = ("stranger",)
INSIDE = ("newcomer", "volunteer", "steward", "operator")
OUTSIDE = ("outsider", "outside_dispatcher")
PLANS = {"sign-in": STRANGER, "403": (*INSIDE, "outsider", "command"), "in": ("dispatcher", "outside_dispatcher")}
LOOKS = {"sign-in": STRANGER, "403": (*INSIDE, "outsider"), "in": ("dispatcher", "outside_dispatcher", "command")}
RUN = {"sign-in": STRANGER, "404": (*INSIDE, *OUTSIDE), "in": ("dispatcher", "command")}
ON_RUN = {"401": STRANGER, "404": (*INSIDE, *OUTSIDE), "403": ("command",), "in": ("dispatcher",)}


async def stage(app, act, person) -> dict[str, str]:
    dispatcher = await person("dispatcher")
    need = await act(_raise, by=dispatcher, building_id=app.world.building)
    other = await act(_raise, by=dispatcher, building_id=app.world.building, room="501")
    run = await act(planning.make_run, by=dispatcher, needs=(UUID(need.about), UUID(other.about)), title="")
    spread = await act(spreading.make_distribution, by=dispatcher, what="菜", buildings=(app.world.building,), doors="1-602")
    stop, disputed = await reads.stop_rows(UUID(run.about))
    await act(_dispute, by=dispatcher, run_id=UUID(run.about), stop=disputed, need_id=UUID(need.about))
    await act(packing.pack, UUID(run.about), by=dispatcher)
    parcel, code = (
        await db.value("SELECT id FROM parcel WHERE stop_id = ?", stop.id),
        await db.value("SELECT code FROM parcel WHERE stop_id = ?", stop.id),
    )
    dispute = await db.value("SELECT id FROM dispute WHERE stop_id = ?", disputed.id)
    return {
        "run_id": run.about, "stop_id": str(stop.id), "account_id": str(app.world.volunteer), "steward_id": str(app.world.steward), "distribution_id": spread.about,
        "need_id": need.about, "building_id": str(app.world.building),
        "dispute_id": str(dispute), "parcel_id": str(parcel), "code": code,
    }  # fmt: skip


async def _raise(*, by, building_id, room="602") -> Done:
    row = await add(await places.building(building_id), Said(kind="food", what="土豆", unit="1", room=room), by=by, channel="steward")
    return Done(about=str(row.id))


async def _dispute(*, by, run_id, stop, need_id) -> None:
    await disputing.open_one(await reads.visible(run_id, by), stop, "need", need=need_id)


ROWS = {
    "GET /runs": LOOKS,
    "GET /runs/live": LOOKS,
    "GET /runs/new": PLANS,
    "POST /runs": {"401": STRANGER, "403": (*INSIDE, "outsider", "command"), "404": ("outside_dispatcher",), "in": ("dispatcher",), "form": {"needs": "{need_id}"}},
    "GET /runs/{run_id}": RUN,
    "GET /runs/{run_id}/live": RUN,
    "GET /runs/{run_id}/sheet": RUN,
    "GET /runs/{run_id}/add": {"sign-in": STRANGER, "404": (*INSIDE, *OUTSIDE), "403": ("command",), "in": ("dispatcher",)},
    "POST /runs/{run_id}/needs": ON_RUN | {"form": {"needs": "{need_id}"}},
    "POST /runs/{run_id}/order": ON_RUN,
    "POST /runs/{run_id}/carriers": ON_RUN | {"form": {"accounts": "{account_id}"}},
    "POST /runs/{run_id}/carriers/{account_id}/end": ON_RUN,
    "POST /runs/{run_id}/start": ON_RUN,
    "POST /runs/{run_id}/finish": ON_RUN,
    "POST /runs/{run_id}/cancel": ON_RUN,
    "POST /runs/{run_id}/stops/{stop_id}/remove": ON_RUN,
    "POST /runs/{run_id}/stops/{stop_id}/handover": ON_RUN | {"form": {"where": "door"}},
    "POST /runs/{run_id}/stops/{stop_id}/failure": ON_RUN | {"form": {"reason": "nobody"}},
    "POST /runs/{run_id}/stops/{stop_id}/undo": ON_RUN,
    "POST /runs/{run_id}/stops/{stop_id}/correction": ON_RUN | {"form": {"outcome": "nobody"}},
    "POST /runs/{run_id}/disputes/{dispute_id}": ON_RUN,
    "POST /runs/{run_id}/parcels": ON_RUN,
    "POST /runs/{run_id}/parcels/load": ON_RUN,
    "POST /runs/{run_id}/parcels/return": ON_RUN,
    "POST /parcels/{parcel_id}/load": ON_RUN,
    "POST /parcels/{parcel_id}/to-steward": {"401": STRANGER, "404": ("newcomer", "volunteer", "operator", *OUTSIDE), "403": ("command",), "in": ("dispatcher", "steward"), "form": {"steward": "{steward_id}"}},
    "POST /parcels/{parcel_id}/return": ON_RUN,
    "POST /parcels/{parcel_id}/lost": ON_RUN | {"form": {"reason": "damaged"}},
    "GET /p/{code}": {"404": OUTSIDE, "in": (*STRANGER, *INSIDE, "command", "dispatcher")},
    "GET /distributions": {"sign-in": STRANGER, "403": ("newcomer", "volunteer", "operator", "outsider"), "in": ("steward", "dispatcher", "command", "outside_dispatcher")},
    "GET /distributions/new": PLANS,
    "POST /distributions": {"401": STRANGER, "403": (*INSIDE, "outsider", "command"), "404": ("outside_dispatcher",), "in": ("dispatcher",), "form": {"what": "菜", "buildings": "{building_id}"}},
    "GET /distributions/{distribution_id}": {"sign-in": STRANGER, "404": ("newcomer", "volunteer", "operator", *OUTSIDE), "in": ("steward", "dispatcher", "command")},
    "GET /distributions/{distribution_id}/missing": {"sign-in": STRANGER, "404": ("newcomer", "volunteer", "operator", *OUTSIDE), "in": ("steward", "dispatcher", "command")},
    "POST /distributions/{distribution_id}/again": {"401": STRANGER, "404": ("newcomer", "volunteer", "operator", *OUTSIDE), "403": ("steward", "command"), "in": ("dispatcher",)},
}  # fmt: skip
