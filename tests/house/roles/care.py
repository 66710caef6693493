"""Who may open and press what about the ledger and the households. Everybody else's id is 404, a missing right 403."""

import io
from uuid import UUID

from openpyxl import Workbook

from app.care.rules import contacting, importing, muting, pairing, residents, rounding, watching
from app.care.silence import EVERY
from app.kernel import clock, db, ids
from app.kernel.forms import File

INSIDE = ("newcomer", "volunteer", "command")
OUT = ("outsider", "outside_dispatcher")


async def stage(app, act, person) -> dict[str, str]:
    """A preview of its own and a resident in the steward's building, fresh for every row."""
    by = await person("dispatcher")
    book, out = Workbook(), io.BytesIO()
    book.active.append(["小区", "楼栋", "单元数", "层数", "每层户数"])
    book.active.append(["新苑", ids.new().int % 900 + 1, 1, 2, 2])
    book.save(out)
    preview = await act(importing.upload, by=by, file=File("a.xlsx", out.getvalue()))
    home = await db.value("SELECT id FROM household WHERE building_id = ? ORDER BY id LIMIT 1", app.world.building)
    name = "王" + str(ids.new())[-8:]
    her = await act(residents.add, UUID(str(home)), by=by, name=name, phone="13877776666", kinds=(), note="")
    there = await db.value("SELECT id FROM household WHERE building_id = ? ORDER BY id LIMIT 1 OFFSET 1", app.world.building)
    other = await act(residents.add, UUID(str(there)), by=by, name=name, phone="13877776666", kinds=(), note="")
    heard = await act(contacting.contact, UUID(str(home)), how="call", outcome="well", by=by)
    await db.run("UPDATE mute SET ended_at = until_at WHERE household_id = ? AND ended_at IS NULL", home)
    muted = await act(muting.mute, UUID(str(home)), reason="away", days=2, by=by)
    walk = await act(
        rounding.make, kind="call", which="doors", building=app.world.building, doors="1-101", to=None, by=await person("steward")
    )
    stop = await db.value("SELECT id FROM round_stop WHERE round_id = ?", UUID(walk.about))
    await db.run("UPDATE carer SET ended_at = ?, ended_by = ? WHERE ended_at IS NULL", clock.now(), by.id)
    await act(pairing.pair, by=by, picked=(UUID(str(home)),), account=app.world.volunteer, rank="first", ask=True)
    await db.run("UPDATE watch SET closed_at = ?, closed_by = ? WHERE closed_at IS NULL", clock.now(), by.id)
    await act(watching.begin, UUID(str(home)), sign="food", note="", days=1, by=by)
    asked = await db.value("SELECT id FROM carer WHERE ended_at IS NULL")
    contact_id, mute_id = heard.undo.split("/")[2], muted.undo.split("/")[2]
    return {
        "contact_id": contact_id,
        "round_id": walk.about,
        "carer_id": str(asked),
        "watch_id": str(await db.value("SELECT id FROM watch WHERE closed_at IS NULL")),
        "stop_id": str(stop),
        "account_id": str(app.world.dispatcher),
        "mute_id": mute_id,
        "import_id": preview.about,
        "building_id": str(app.world.building),
        "household_id": str(home),
        "resident_id": her.about,
        "other_id": other.about,
    }


_DISPATCHER = {"in": ("dispatcher",), "403": (*INSIDE, "steward", "operator")}
_SEE = {"in": ("steward", "operator", "dispatcher"), "403": INSIDE, "404": OUT}
_EDIT = {"in": ("steward", "dispatcher"), "403": (*INSIDE, "operator"), "404": OUT}
_ROUND = {"in": ("steward", "dispatcher"), "404": (*INSIDE, *OUT, "operator")}
_GET, _POST = {"sign-in": ("stranger",)}, {"401": ("stranger",)}
_RESIDENT = {"form": {"name": "王芳", "phone": "", "note": "", "version": "0"}}

ROWS = {
    "GET /ledger": {"in": ("dispatcher", "outside_dispatcher"), "403": (*INSIDE, "steward", "operator", "outsider"), **_GET},
    "POST /ledger": {"in": ("dispatcher", "outside_dispatcher"), "403": (*INSIDE, "steward", "operator", "outsider"), **_POST},
    "GET /ledger/{import_id}": {**_DISPATCHER, "404": OUT, **_GET},
    "POST /ledger/{import_id}/mapping": {**_DISPATCHER, "404": OUT, **_POST, "form": {"version": "0", "pass": "Sheet"}},
    "POST /ledger/{import_id}/commit": {**_DISPATCHER, "404": OUT, **_POST, "form": {"version": "0"}},
    "POST /ledger/{import_id}/discard": {**_DISPATCHER, "404": OUT, **_POST},
    "POST /ledger/{import_id}/undo": {**_DISPATCHER, "404": OUT, **_POST},
    "GET /households": {"in": ("steward", "operator", "dispatcher", "outside_dispatcher"), "403": (*INSIDE, "outsider"), **_GET},
    "POST /households/search": {
        "in": ("steward", "operator", "dispatcher", "outside_dispatcher"),
        "403": (*INSIDE, "outsider"),
        **_POST,
        "form": {"q": "1-1-101"},
    },
    "GET /buildings/{building_id}": {**_SEE, **_GET},
    "GET /buildings/{building_id}/phones": {**_EDIT, **_GET},
    "POST /buildings/{building_id}/phones": {**_EDIT, **_POST},
    "GET /buildings/{building_id}/phones/print": {**_EDIT, **_GET},
    "GET /households/{household_id}": {**_SEE, **_GET},
    "POST /households/{household_id}/contacts": {**_SEE, **_POST, "form": {"how": "call", "outcome": "well"}},
    "POST /contacts/{contact_id}/undo": {**_SEE, **_POST},
    "POST /households/{household_id}/mute": {**_SEE, **_POST, "form": {"reason": "away", "days": "2"}},
    "POST /mutes/{mute_id}/end": {**_SEE, **_POST},
    "GET /unreached": {
        "in": ("steward", "operator", "dispatcher", "command", "outside_dispatcher"),
        "403": ("newcomer", "volunteer", "outsider"),
        **_GET,
    },
    "GET /rounds": {"in": (*INSIDE, "steward", "operator", "dispatcher", *OUT), **_GET},
    "GET /rounds/new": {"in": ("steward", "dispatcher", "outside_dispatcher"), "403": (*INSIDE, "operator", "outsider"), **_GET},
    "POST /rounds": {
        "in": ("steward", "dispatcher"),
        "403": (*INSIDE, "operator", "outsider"),
        "404": ("outside_dispatcher",),
        **_POST,
        "form": {"kind": "call", "which": "building", "building": "{building_id}"},
    },
    "GET /rounds/{round_id}": {**_ROUND, **_GET},
    "POST /rounds/{round_id}/stops/{stop_id}/contact": {**_SEE, **_POST, "form": {"how": "call", "outcome": "well"}},
    "POST /rounds/{round_id}/stops/{stop_id}/census": {**_SEE, **_POST, "form": {"outcome": "well", "name": "赵敏"}},
    "POST /rounds/{round_id}/stops/{stop_id}/reveal": {**_ROUND, **_POST},
    "POST /rounds/{round_id}/numbers": {"in": ("steward",), "404": (*INSIDE, *OUT, "operator", "dispatcher"), **_POST},
    "GET /rounds/{round_id}/print": {**_ROUND, **_GET},
    "GET /rounds/{round_id}/paper": {**_ROUND, **_GET},
    "POST /rounds/{round_id}/paper": {**_ROUND, **_POST, "form": {"outcome-{stop_id}": "well"}},
    "POST /rounds/{round_id}/give": {**_ROUND, **_POST, "form": {"to": "{account_id}"}},
    "POST /rounds/{round_id}/half": {**_ROUND, **_POST, "form": {"to": "{account_id}"}},
    "POST /rounds/{round_id}/finish": {**_ROUND, **_POST},
    "POST /rounds/{round_id}/reopen": {**_ROUND, **_POST},
    "GET /unreached/timing": {"in": ("dispatcher", "outside_dispatcher"), "403": (*INSIDE, "steward", "operator", "outsider"), **_GET},
    "POST /unreached/timing": {
        "in": ("dispatcher", "outside_dispatcher"),
        "403": (*INSIDE, "steward", "operator", "outsider"),
        **_POST,
        "form": {
            "version": "0",
            "close_hour": "20",
            "steward_minutes": "60",
            "dispatcher_minutes": "240",
            "command_minutes": "960",
            **{f"every_{kind}": str(days) for kind, days in EVERY.items()},
        },
    },
    "GET /households/{household_id}/residents/new": {**_EDIT, **_GET},
    "POST /households/{household_id}/residents": {**_EDIT, **_POST, **_RESIDENT},
    "GET /residents/{resident_id}/edit": {**_EDIT, **_GET},
    "POST /residents/{resident_id}": {**_EDIT, **_POST, **_RESIDENT},
    "POST /residents/{resident_id}/end": {**_EDIT, **_POST},
    "POST /residents/{resident_id}/restore": {**_EDIT, **_POST},
    "POST /residents/{resident_id}/alike": {**_EDIT, **_POST, "form": {"other": "{other_id}", "same": "1"}},
    "POST /residents/{resident_id}/reveal": {**_SEE, **_POST},
    "POST /households/{household_id}/watches": {**_SEE, **_POST, "form": {"sign": "afraid", "days": "2"}},
    "POST /watches/{watch_id}/look": {**_SEE, **_POST, "form": {"days": "2"}},
    "POST /watches/{watch_id}/close": {**_SEE, **_POST},
    "GET /mine/people": {"in": (*INSIDE, "steward", "operator", "dispatcher", *OUT), **_GET},
    "GET /gaps/carers": {"in": ("steward", "dispatcher", "outside_dispatcher"), "403": (*INSIDE, "operator", "outsider"), **_GET},
    "POST /gaps/carers/most": {
        "in": ("dispatcher", "outside_dispatcher"),
        "403": (*INSIDE, "steward", "operator", "outsider"),
        **_POST,
        "form": {"most": "9"},
    },
    "POST /carers": {
        "in": ("steward", "dispatcher"),
        "403": (*INSIDE, "operator", "outsider"),
        "404": ("outside_dispatcher",),
        **_POST,
        "form": {"picked": "{household_id}", "account": "{account_id}", "rank": "second"},
    },
    # last: a yes puts the door into the volunteer's hands
    "POST /carers/{carer_id}/end": {
        "in": ("volunteer", "steward", "dispatcher"),
        "404": ("newcomer", "command", "operator", *OUT),
        **_POST,
    },
    "POST /carers/{carer_id}/take": {
        "in": ("volunteer",),
        "404": ("newcomer", "command", "steward", "operator", "dispatcher", *OUT),
        **_POST,
    },
}
