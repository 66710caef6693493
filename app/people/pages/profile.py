"""Changing what I say of myself, my number, my password."""

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.kernel import edits
from app.kernel.reply import answer, page, press, sight
from app.kernel.trouble import Misfit
from app.people import reads
from app.people.pages.signing_in import slow_down
from app.people.person import Person
from app.people.rules.profile import fields_of
from app.people.rules.proving import needs_password
from app.people.skills import CERTIFIED, SKILLS
from app.places import reads as places


class ProfilePage(msgspec.Struct, frozen=True):
    account: reads.AccountFacts
    organisation: str
    organisations: list[str]
    chosen: list[str]
    skills: tuple[str, ...]
    certified: frozenset[str]
    was: dict[str, str]


class OwnPhonePage(msgspec.Struct, frozen=True):
    account: reads.AccountFacts
    asks_current: bool


class PasswordPage(msgspec.Struct, frozen=True):
    signed_in: bool
    has_password: bool
    asks_current: bool
    contacts: list[places.CommunityFacts]


@get("/me/edit")
async def edit(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "people/profile.html", await _profile(person))


@post("/me")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "people/profile.html", await _profile(person), misfit=misfit)
    return await answer(request, receipt, to="/me")


async def _profile(person: Person) -> ProfilePage:
    member = await reads.member(person.id, person.community_id)
    organisations = await reads.organisations(person.community_id)
    account, mine = await reads.account(person.id), (member.organisation if member else "") or ""
    was = edits.base(person.id, fields_of(account.name, mine, person.skills, account.lang))
    return ProfilePage(account, mine, organisations, sorted(person.skills), SKILLS, CERTIFIED, was)


@get("/me/phone")
async def edit_phone(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "people/own_phone.html", OwnPhonePage(await reads.account(person.id), await needs_password(person)))


@post("/me/phone")
async def update_phone(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        slow_down(request, f"own {person.id}", field="current")
        receipt = await press(request)
    except Misfit as misfit:
        facts = OwnPhonePage(await reads.account(person.id), await needs_password(person))
        return await page(request, "people/own_phone.html", facts, misfit=misfit)
    return await answer(request, receipt, to="/me")


@get("/password")
async def edit_password(request: Request, visitor: NamedDependency[Person | None]) -> Response:
    return await page(request, "people/password.html", await _password(visitor))


@post("/password")
async def update_password(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        slow_down(request, f"own {person.id}", field="current")
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "people/password.html", await _password(person), misfit=misfit)
    return await answer(request, receipt, to="/me")


async def _password(visitor: Person | None) -> PasswordPage:
    if visitor is None:
        contacts = [one for one in await places.communities() if one.hotline][:40]
        return PasswordPage(False, False, False, contacts)
    sight().hotline = visitor.hotline
    has = (await reads.account(visitor.id)).has_password
    return PasswordPage(True, has, has and await needs_password(visitor), [])


PAGES = [edit, update, edit_phone, update_phone, edit_password, update_password]
