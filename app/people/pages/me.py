"""我: what the app knows of me, my roles, my phones, my service."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import clock
from app.kernel.reply import answer, page, press
from app.people import reads
from app.people.pages.one import shown_phone
from app.people.person import Person
from app.people.rules.proving import needs_password


class MePage(msgspec.Struct, frozen=True):
    account: reads.AccountFacts
    organisation: str
    vouched: bool
    member: bool
    skills: list[reads.SkillFacts]
    held: list[reads.HeldFacts]
    communities: list[reads.CommunityChoice]
    community_id: UUID
    sessions: list[reads.SessionRow]
    session_id: UUID
    service: reads.Service
    here_since: datetime | None
    asks_current: bool


@get("/me")
async def show(request: Request, person: NamedDependency[Person]) -> Response:
    account, member = await reads.account(person.id), await reads.member(person.id, person.community_id)
    spells = await reads.spells(person.id, person.community_id, limit=1)
    facts = MePage(
        account=account,
        organisation=(member.organisation if member else "") or "",
        vouched=person.vouched,
        member=member is not None,
        skills=await reads.skills_of(person.id),
        held=await reads.held(person.id),
        communities=await reads.communities_of(person.id),
        community_id=person.community_id,
        sessions=await reads.sessions_of(person.id, clock.now()),
        session_id=person.session_id,
        service=await reads.service(person.id, person.community_id),
        here_since=next((spell.since for spell in spells if spell.until_at is None), None),
        asks_current=account.has_password and await needs_password(person),
    )
    return await page(request, "people/me.html", facts)


@post("/me/reveal")
async def reveal(request: Request, person: NamedDependency[Person]) -> Response:
    return await shown_phone(request, person, person.id, "/me")


@post("/sessions/{session_id:uuid}/end")
async def end_session(request: Request, person: NamedDependency[Person], session_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/me")


@post("/sessions/end")
async def end_others(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/me")


@post("/presence/end")
async def check_out(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/me")


PAGES = [show, reveal, end_session, end_others, check_out]
