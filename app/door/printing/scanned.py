"""What the squares on sheets and badges open: /s/{code}, where a paper's ticks are entered, and /v/{code}."""

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.deliveries import reads as deliveries
from app.deliveries.pages.showing import Group, bring, grouped, left_of, main_action
from app.door.asking import frame
from app.door.printing import codes, reads
from app.kernel.reply import page
from app.kernel.trouble import Gone
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can
from app.places import reads as places


class SheetPage(msgspec.Struct, frozen=True):
    """A run's stops in the order of the paper, each with its boxes. `changed`: the run is not what was printed."""

    code: str
    run: deliveries.RunLine
    printed: reads.Print
    changed: reads.Changed | None
    groups: tuple[Group, ...]
    bring: tuple[tuple[str, int], ...]
    main: str


class BadgePage(msgspec.Struct, frozen=True):
    """`valid`: she still belongs to the community; her name is for those who may know it."""

    community: str
    valid: bool


class UnknownPage(msgspec.Struct, frozen=True):
    code_typed: str


@get("/s/{code:str}")
async def show_sheet(request: Request, person: NamedDependency[Person], code: FromPath[str]) -> Response:
    """Enter back what was ticked: the run's own acts, stop by stop, on one page."""
    found = await codes.sheet(code)
    if found is None or found.community_id != person.community_id:
        raise Gone("sheet")
    run = await deliveries.visible(found.run_id, person)
    if not deliveries.carries(run, person):
        raise Gone("sheet")
    cards = await deliveries.cards(run, person)
    printed = await reads.sheet(found.print_id, person)
    facts = SheetPage(
        code=found.code,
        run=run,
        printed=printed,
        changed=await reads.changed(printed, person),
        groups=tuple(grouped([card for card in cards if card.state != "dropped"])),
        bring=bring(cards),
        main="" if run.state == "given" else main_action(run, True, deliveries.plans(run, person), left_of(cards)),
    )
    return await page(request, "door/print/ticks.html", facts)


@get("/v/{badge:str}")
async def show_badge(request: Request, visitor: NamedDependency[Person | None], badge: FromPath[str]) -> Response | Redirect:
    found = await codes.badge(badge)
    if found is None:
        return await page(request, "door/print/badge_unknown.html", UnknownPage(badge[:40]), status=404)
    if visitor is not None and visitor.community_id == found.community_id and can(visitor, "people.see"):
        return Redirect(f"/people/{found.account_id}", status_code=303)
    community = await places.community(found.community_id)
    await frame(community.id)
    account, member = await people.account(found.account_id), await people.member(found.account_id, found.community_id)
    valid = account is not None and account.suspended_at is None and member is not None and member.vouched_at is not None
    return await page(request, "door/print/badge.html", BadgePage(community.name, valid))


PAGES = [show_sheet, show_badge]
