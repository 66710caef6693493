"""When a phone or a password is lost: a dispatcher shows a sign-in link, or sets the new number."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.people import reads
from app.people.pages.showing import qr
from app.people.person import Person
from app.people.rights import may
from app.people.rules.accounts import member_of
from app.people.rules.sessions import link_token


class LinkShownPage(msgspec.Struct, frozen=True):
    account: reads.AccountFacts
    address: str
    picture: str
    expires_at: datetime


class NewPhonePage(msgspec.Struct, frozen=True):
    account: reads.AccountFacts


async def _helped(account_id: UUID, person: Person) -> reads.AccountFacts:
    await member_of(account_id, person.community_id)
    may(person, "account.help")
    return await reads.account(account_id)


@post("/people/{account_id:uuid}/link")
async def create(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/people/{account_id}/links/{receipt.about}" if receipt.about else f"/people/{account_id}")


@get("/people/{account_id:uuid}/links/{link_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID], link_id: FromPath[UUID]) -> Response:
    """Only to the dispatcher who made it, only while it can be used."""
    account = await _helped(account_id, person)
    if (expires := await reads.shown_link(link_id, account_id, person.id)) is None:
        raise Gone("sign_in_link")
    settings, path = request.app.state.settings, f"/sign-in/{link_token(link_id)}"
    return await page(request, "people/link.html", LinkShownPage(account, settings.public_url + path, qr(settings, path), expires))


@get("/people/{account_id:uuid}/phone")
async def edit(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    return await page(request, "people/new_phone.html", NewPhonePage(await _helped(account_id, person)))


@post("/people/{account_id:uuid}/phone")
async def update(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "people/new_phone.html", NewPhonePage(await _helped(account_id, person)), misfit=misfit)
    return await answer(request, receipt, to=f"/people/{account_id}")


PAGES = [create, show, edit, update]
