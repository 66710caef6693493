"""Reporting in: one screen behind a link or a poster's code."""

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import act, ids, seal
from app.kernel.reply import answer, page, perform_here, press, read_form, sight
from app.kernel.trouble import Misfit, Trouble
from app.kernel.words import LANG
from app.people import forms, reads
from app.people.pages.signing_in import device, signed_in
from app.people.person import Person
from app.people.reads.teaming import teams_joined
from app.people.rules import joining, sessions
from app.people.skills import SKILLS


class JoinPage(msgspec.Struct, frozen=True):
    team: str
    path: str
    community: str
    organisations: list[str]
    skills: tuple[str, ...]
    known: bool


class JoinAgainPage(msgspec.Struct, frozen=True):
    """`team`: the one that the link is of and she is not in yet."""

    team: str
    token: str
    community: str
    here_already: bool
    organisations: list[str]


@get("/join/{token:str}")
async def new(request: Request, visitor: NamedDependency[Person | None], token: FromPath[str]) -> Response:
    link = await joining.live_link(token)
    if visitor:
        return await page(request, "people/join_again.html", await _again(visitor, token, link))
    return await page(request, "people/join.html", await _facts(token, link))


async def _facts(token: str, link: reads.JoinFacts, misfit: Misfit | None = None) -> JoinPage:
    sight().hotline = link.hotline
    known = misfit is not None and misfit.errors.get("phone", ("",))[0] == "people.join.phone_known"
    return JoinPage(link.team, f"/join/{token}", link.community, await reads.organisations(link.community_id), SKILLS, known)


async def _again(visitor: Person, token: str, link: reads.JoinFacts) -> JoinAgainPage:
    here = await reads.member(visitor.id, link.community_id) is not None
    team = link.team if link.team_id and link.team_id not in await teams_joined(visitor.id, link.community_id) else ""
    return JoinAgainPage(team, token, link.community, here, await reads.organisations(link.community_id))


@post("/join/{token:str}")
async def create(request: Request, token: FromPath[str]) -> Response:
    """Makes the account and signs this phone in, in one act. A doubled submit finds the same account and is signed in too."""
    link = await joining.live_link(token)
    form, frame = await read_form(request)
    try:
        receipt, cookie = await _report_in(request, token, form, frame.get("act", ""))
    except Misfit as misfit:
        misfit.typed = {name: sent for name, sent in form.typed.items() if name != "password"}
        _slow_down(request, misfit)
        return await page(request, "people/join.html", await _facts(token, link, misfit), misfit=misfit)
    return signed_in(request, cookie, f"/now?did={receipt.id}")


async def _report_in(request: Request, token: str, form, act_id: str) -> tuple[act.Receipt, str]:
    act_id = act_id if ids.ACT.fullmatch(act_id) else ids.secret()
    who, fields, cookies, failed = joining.newcomer(act_id), forms.joining(form), [], []

    async def work() -> act.Done:
        try:
            done = await joining.report_in(token, by=who, lang=LANG.get(), **fields)
        except Trouble as trouble:
            failed.append(trouble)
            raise
        cookies.append(await sessions.start(who.id, label=device(request)))
        return done

    # The path is kept in the receipt, so it goes in without the token.
    [receipt] = await act.perform([act.Press(act_id, "/join", who, work, seal.keyed_hash("body", form.canonical()))])
    if failed:
        raise failed[0]
    if not isinstance(receipt, act.Receipt) or receipt.state != "applied":
        raise act.Later("trouble.later")
    if receipt.again:

        async def sign_in_again() -> None:
            cookies.append(await sessions.start_again(who.id, receipt.received_at, label=device(request)))

        await perform_here(request, sign_in_again)
    return receipt, cookies[0]


def _slow_down(request: Request, misfit: Misfit) -> None:
    """Whether a number is known is answered twenty times an hour to one address, not to a list of numbers."""
    key = misfit.errors.get("phone", ("",))[0]
    asked = key in ("people.join.phone_known", "people.join.refused")
    if asked and request.app.state.buckets.allow("known", request.scope["state"]["address"], burst=20, per_second=20 / 3600):
        misfit.errors["phone"] = ("people.sign_in.slow_down", {})


@post("/memberships")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    """Somebody signed in reports in to this community as well."""
    try:
        receipt = await press(request)
    except Misfit as misfit:
        token = next(iter(misfit.typed.get("token", ())), "")
        facts = await _again(person, token, await joining.live_link(token))
        return await page(request, "people/join_again.html", facts, misfit=misfit)
    return await answer(request, receipt, to="/now")


PAGES = [new, create, update]
