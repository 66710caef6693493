"""One person as a dispatcher sees her."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.journal.record import Happening, history
from app.kernel import clock, seal, words
from app.kernel.reply import answer, fragment, is_partial, page, press
from app.kernel.trouble import Gone
from app.people import reads
from app.people.person import Person
from app.people.rights import can, may
from app.people.rules.accounts import member_of


class Told(msgspec.Struct, frozen=True):
    """A line of the history, as parts/timeline.html draws it."""

    words: str
    when: str
    ago: str
    by: str
    late: bool = False
    device_when: str = ""


class PersonPage(msgspec.Struct, frozen=True):
    account: reads.AccountFacts
    member: reads.MemberFacts
    vouched_by: str
    held: list[reads.HeldFacts]
    skills: list[reads.SkillFacts]
    spells: list[reads.Spell]
    service: reads.Service
    teams: list[reads.TeamFacts]
    timeline: list[Told]
    elsewhere: bool
    own: bool
    may_vouch: bool
    may_suspend: bool
    may_give: bool
    may_help: bool
    may_reveal: bool


class PhoneFacts(msgspec.Struct, frozen=True):
    account_id: UUID
    phone: str
    masked: str
    back: str


class MemberFragment(msgspec.Struct, frozen=True):
    one: reads.Member
    may_vouch: bool


async def facts(account_id: UUID, person: Person) -> PersonPage:
    """Raises Gone for whoever never reported in here, Barred for readers without the right."""
    await member_of(account_id, person.community_id)
    may(person, "people.see")
    account, member = await reads.account(account_id), await reads.member(account_id, person.community_id)
    told = [one for one in await history(account_id, limit=40) if one.community_id in (None, person.community_id)]
    people = await reads.names({one.by for one in told if one.by} | ({member.vouched_by} if member.vouched_by else set()))
    elsewhere, own = await reads.elsewhere(account_id, person.community_id), account_id == person.id
    return PersonPage(
        account=account,
        member=member,
        vouched_by=people.get(member.vouched_by, ""),
        held=await reads.held(account_id, person.community_id),
        skills=await reads.skills_of(account_id),
        spells=await reads.spells(account_id, person.community_id, limit=10),
        service=await reads.service(account_id, person.community_id),
        teams=[team for team in await reads.teams(person.community_id) if team.lead_id == account_id],
        timeline=[_told(one, people) for one in told],
        elsewhere=elsewhere,
        own=own,
        may_vouch=can(person, "people.vouch"),
        may_suspend=can(person, "people.suspend") and not own and not elsewhere,
        may_give=can(person, "role.give"),
        may_help=can(person, "account.help") and not elsewhere,
        may_reveal=can(person, "account.reveal"),
    )


def _told(one: Happening, people: dict[UUID, str]) -> Told:
    when = clock.local(one.received_at).isoformat(timespec="seconds")
    return Told(words.gettext(f"happening.{one.kind}"), when, words.day_time(one.received_at), people.get(one.by, "") if one.by else "")


@get("/people/{account_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    return await page(request, "people/show.html", await facts(account_id, person))


@post("/people/{account_id:uuid}/vouch")
async def vouch(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    async def line() -> tuple[str, msgspec.Struct]:
        found = await reads.members(person.community_id, reads.Filters(account=account_id))
        if not found.found:
            raise Gone("account")
        return "people/_vouched.html", MemberFragment(found.found[0], can(person, "people.vouch"))

    return await answer(request, await press(request), to=f"/people/{account_id}", draw=line)


async def _changed(request: Request, account_id: UUID) -> Response:
    return await answer(request, await press(request), to=f"/people/{account_id}")


@post("/people/{account_id:uuid}/unvouch")
async def unvouch(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    return await _changed(request, account_id)


@post("/people/{account_id:uuid}/suspend")
async def suspend(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    return await _changed(request, account_id)


@post("/people/{account_id:uuid}/restore")
async def restore(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    return await _changed(request, account_id)


@post("/people/{account_id:uuid}/skills/{skill:str}/see")
async def see_certificate(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID], skill: FromPath[str]) -> Response:
    return await _changed(request, account_id)


@post("/people/{account_id:uuid}/skills/{skill:str}/unsee")
async def unsee_certificate(
    request: Request, person: NamedDependency[Person], account_id: FromPath[UUID], skill: FromPath[str]
) -> Response:
    return await _changed(request, account_id)


@post("/people/{account_id:uuid}/reveal")
async def reveal(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    return await shown_phone(request, person, account_id, f"/people/{account_id}")


async def shown_phone(request: Request, person: Person, account_id: UUID, back: str) -> Response:
    """The number, in the answer to the act that noted the look and nowhere else; a page of its own where scripts are off."""
    receipt = await press(request)
    if receipt.state != "applied":
        return await answer(request, receipt, to=back)
    if account_id != person.id:  # a receipt outlives the right that it was given for
        await member_of(account_id, person.community_id)
        may(person, "account.reveal")
    phone = await reads.phone(account_id)
    number = PhoneFacts(account_id, phone, seal.mask_phone(phone), back)
    if is_partial(request):
        response = fragment(request, "people/_phone.html", number)
    else:
        response = await page(request, "people/phone.html", number)
    response.headers["X-Act-Receipt"] = receipt.header
    return response


PAGES = [show, vouch, unvouch, suspend, restore, see_certificate, unsee_certificate, reveal]
