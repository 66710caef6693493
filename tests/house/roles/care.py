"""Who may open and press what about the ledger and the households. Everybody else's id is 404, a missing right 403."""

import io
from uuid import UUID

from openpyxl import Workbook

from app.care.rules import importing, residents
from app.kernel import db, ids
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
    her = await act(residents.add, UUID(str(home)), by=by, name=name, phone="", kinds=(), note="")
    return {"import_id": preview.about, "building_id": str(app.world.building), "household_id": str(home), "resident_id": her.about}


_DISPATCHER = {"in": ("dispatcher",), "403": (*INSIDE, "steward", "operator")}
_SEE = {"in": ("steward", "operator", "dispatcher"), "403": INSIDE, "404": OUT}
_EDIT = {"in": ("steward", "dispatcher"), "403": (*INSIDE, "operator"), "404": OUT}
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
    "GET /households/{household_id}/residents/new": {**_EDIT, **_GET},
    "POST /households/{household_id}/residents": {**_EDIT, **_POST, **_RESIDENT},
    "GET /residents/{resident_id}/edit": {**_EDIT, **_GET},
    "POST /residents/{resident_id}": {**_EDIT, **_POST, **_RESIDENT},
    "POST /residents/{resident_id}/end": {**_EDIT, **_POST},
    "POST /residents/{resident_id}/restore": {**_EDIT, **_POST},
    "POST /residents/{resident_id}/reveal": {**_SEE, **_POST},
}
