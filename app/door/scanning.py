"""The scanner: the camera for whoever works here, and below it the ways to the same pages without one."""

from pathlib import Path

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from app.deliveries import reads as deliveries
from app.door import squares
from app.door.printing import codes as printed
from app.goods.reads import inbound as trucks
from app.kernel.reply import page
from app.kernel.trouble import Misfit
from app.people.attendance import here
from app.people.person import Person
from app.places import reads as places
from app.supplies import reads as supplies
from app.tasks import reads as tasks

SCAN = Path(__file__).parents[2] / "static" / "scan"
FILES = (
    *sorted(f"scan/{path.name}" for path in SCAN.iterdir() if path.suffix in (".js", ".css")),
    *(f"vendor/{name}" for name in ("zxing-reader.js", "zxing-reader.wasm", "qr-decode.js")),
)
"""What a phone keeps of the scanner for work without network, from its first visit on."""


class Near(msgspec.Struct, frozen=True):
    """A building to pick by name: `stops` of hers still to come, `is_here` where she is checked in."""

    label: str
    path: str
    stops: int
    is_here: bool


class ScanPage(msgspec.Struct, frozen=True):
    code: str
    near: tuple[Near, ...] = ()
    files: tuple[str, ...] = FILES


@get("/scan")
async def show(request: Request, visitor: NamedDependency[Person | None], code: FromQuery[str] = "") -> Response | Redirect:
    """With a typed code it leads on; the check character tells a slip before anything is looked up."""
    misfit = None
    if code.strip():
        square = squares.typed(code)
        if square.path:
            return Redirect(await _leads(square), status_code=303)
        misfit = Misfit({"code": ("door.scan.slip", {})}, {"code": [code[:40]]})
    near = await _near(visitor) if visitor else ()
    return await page(request, "door/scan/index.html", ScanPage(code[:40], near), misfit=misfit)


async def _leads(square: squares.Square) -> str:
    """Eight characters stand on a parcel, and on a run's sheet, on a badge and with a truck too."""
    if square.kind == "parcel" and await supplies.by_code(square.code) is None:
        if await printed.sheet(square.code):
            return f"/s/{square.code}"
        if await printed.badge(square.code):
            return f"/v/{square.code}"
        if await trucks.code_taken(square.code):
            return f"/k/{square.code}"
    return square.path


async def _near(person: Person) -> tuple[Near, ...]:
    """Where she is, then where her stops and tasks are, then the buildings in her care."""
    stops = await deliveries.stops_ahead(person.id, person.community_id)
    site = await here(person.id)
    at = site.building_id if site else None
    codes = {task.building_code for task in await tasks.taken_by(person)}
    found = [
        Near(one.label, f"/b/{one.code}", stops.get(one.id, 0), one.id == at)
        for one in await places.buildings(person.community_id)
        if one.id in stops or one.id == at or one.code in codes or one.id in person.buildings
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_here, one.stops == 0)))


PAGES = [show]
