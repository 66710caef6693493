"""日报: what a day came to, on the page, on paper and as a spreadsheet."""

from datetime import date, timedelta
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from app.board import forms, sheet
from app.board.pages.choosing import Choice, choices, title
from app.board.reads.day import Day
from app.board.reads.day import report as day_report
from app.board.reads.scope import ALL, Scope, scope
from app.board.rules import ticket
from app.kernel import act, clock, receipts, words
from app.kernel.reply import answer, page, press
from app.people.person import Person
from app.people.rights import can

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPEN_FOR = timedelta(minutes=2)


class ReportPage(msgspec.Struct, frozen=True):
    title: str
    report: Day
    date: str
    weekday: str
    choices: tuple[Choice, ...]
    code: str
    latest: str
    before: str
    after: str
    print_path: str
    can_export: bool


class PrintPage(msgspec.Struct, frozen=True):
    title: str
    report: Day
    date: str
    weekday: str
    who: str
    back_path: str


@get("/report")
async def index(request: Request, person: NamedDependency[Person], community: FromQuery[str] = "", day: FromQuery[str] = "") -> Response:
    looked, wanted = await scope(person, "report.see", community), forms.day_of(day) or forms.today()
    yesterday, tomorrow = wanted - timedelta(days=1), wanted + timedelta(days=1)
    facts = ReportPage(
        title=title(looked),
        report=await day_report(looked, wanted),
        date=wanted.isoformat(),
        weekday=words.gettext(f"board.weekday.{wanted.isoweekday()}"),
        choices=choices(looked, "/report", day=wanted.isoformat()),
        code=looked.code,
        latest=forms.today().isoformat(),
        before=_path("/report", looked, yesterday) if forms.day_of(yesterday.isoformat()) else "",
        after=_path("/report", looked, tomorrow) if tomorrow <= forms.today() else "",
        print_path=_path("/report/print", looked, wanted),
        can_export=can(person, "report.export"),
    )
    return await page(request, "board/report.html", facts)


@get("/report/print")
async def show(request: Request, person: NamedDependency[Person], community: FromQuery[str] = "", day: FromQuery[str] = "") -> Response:
    looked, wanted = await scope(person, "report.see", community), forms.day_of(day) or forms.today()
    weekday = words.gettext(f"board.weekday.{wanted.isoweekday()}")
    facts = PrintPage(
        title(looked), await day_report(looked, wanted), wanted.isoformat(), weekday, person.name, _path("/report", looked, wanted)
    )
    return await page(request, "board/print.html", facts)


@post("/report/export")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    """The receipt in the redirect is the key to the file: nothing leaves that the journal has not seen."""
    receipt = await press(request)
    day, _, code = (receipt.about or "").partition(" ")
    return await answer(request, receipt, to="/report.xlsx?" + urlencode({"day": day, "community": code or ALL}))


@get("/report.xlsx")
async def download(
    request: Request, person: NamedDependency[Person], community: FromQuery[str] = "", day: FromQuery[str] = "", did: FromQuery[str] = ""
) -> Response:
    looked, wanted = await scope(person, "report.export", community), forms.day_of(day) or forms.today()
    receipt = await receipts.of(did, person.owner)
    if not _opens(receipt, ticket(wanted.isoformat(), looked.code)):
        return Redirect(_path("/report", looked, wanted), status_code=303)
    made = sheet.workbook(await day_report(looked, wanted), title(looked), person.name, words.day_time(clock.now()))
    name = f"{words.gettext('board.report.title')}-{title(looked)}-{wanted.isoformat()}.xlsx"
    disposition = f"attachment; filename=\"report-{wanted.isoformat()}.xlsx\"; filename*=UTF-8''{quote(name)}"
    return Response(made, media_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


def _opens(receipt: act.Receipt | None, about: str) -> bool:
    return (
        receipt is not None
        and (receipt.path, receipt.state, receipt.about) == ("/report/export", "applied", about)
        and clock.now() - receipt.received_at < OPEN_FOR
    )


def _path(path: str, looked: Scope, day: date) -> str:
    return f"{path}?" + urlencode({"community": looked.code or ALL, "day": day.isoformat()})


PAGES = [index, show, create, download]
