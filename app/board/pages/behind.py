"""What lies behind a figure."""

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.board import forms
from app.board.pages.choosing import title
from app.board.reads import behind, day, few, links
from app.board.reads.scope import ALL, scope
from app.kernel.reply import page
from app.kernel.trouble import Gone
from app.kernel.words import gettext
from app.people.person import Person


class BehindPage(msgspec.Struct, frozen=True):
    figure: str
    where: str
    narrowed: tuple[str, ...]
    rows: list[tuple[behind.Row, few.Shown]]
    total: few.Shown
    back: str


@get("/board/rows/{figure:str}")
async def index(request: Request, person: NamedDependency[Person], figure: FromPath[str], community: FromQuery[str] = "") -> Response:
    looked = await scope(person, "board.see", community)
    if figure not in links.FIGURES:
        raise Gone("page")
    said = forms.narrowed(request.query_params)
    since, until = day.bounds(forms.day_of(said["day"]) or forms.today())
    rows = await behind.behind(looked, behind.Asked(figure, since, until, **said))
    total = sum(row.n for row in rows)
    code = looked.code or ALL
    back = f"/report?community={code}&day={said['day']}" if said["day"] else f"/board?community={code}"
    narrowed = (gettext(f"needs.kind.{said['kind']}") if said["kind"] else "", said["day"])
    label = gettext(f"board.figure.{figure}")
    told = few.column(looked, figure, [row.n for row in rows])
    summed = few.shown(looked, figure, round(total, 1) if isinstance(total, float) else total)
    lines = list(zip(rows, told, strict=True))
    facts = BehindPage(label, title(looked), tuple(filter(None, narrowed)), lines, summed, back)
    return await page(request, "board/rows.html", facts)


PAGES = [index]
