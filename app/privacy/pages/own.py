"""All that is held of one's own account: to read, to take along, to end."""

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.kernel import words
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.people.person import Person
from app.privacy.reads.own import Own, own


class OwnPage(msgspec.Struct, frozen=True):
    own: Own
    facts: list[tuple[str, str]]


@get("/me/data")
async def show(request: Request, person: NamedDependency[Person]) -> Response:
    return await _drawn(request, person)


async def _drawn(request: Request, person: Person, misfit: Misfit | None = None) -> Response:
    mine, say = await own(person.id), words.gettext
    facts = [
        (say("care.resident.name"), mine.name),
        (say("people.phone"), mine.phone),
        (say("people.organisation"), say("care.between").join(f"{where} {name}".strip() for where, name in mine.organisations)),
        (say("people.skills"), say("care.between").join(say(f"people.skill.{one}") for one in mine.skills)),
        (say("people.me.roles"), say("care.between").join(f"{say(f'people.role.{role}')} {where}" for role, where, _ in mine.roles)),
        (say("people.me.sessions"), str(len(mine.sessions))),
        (say("people.service.times"), str(mine.times)),
        (say("people.service.hours"), str(mine.hours)),
        (say("frame.bar.inbox"), str(mine.messages)),
        (say("privacy.door.carers"), str(mine.doors)),
    ]
    return await page(request, "privacy/own.html", OwnPage(mine, [(label, value) for label, value in facts if value]), misfit=misfit)


@get("/me/data.json")
async def download(request: Request, person: NamedDependency[Person]) -> Response:
    """Her own, at once: nobody else is looked at."""
    made = msgspec.json.format(msgspec.json.encode(await own(person.id)), indent=2)
    headers = {"Content-Disposition": 'attachment; filename="me.json"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/json", headers=headers)


@post("/me/erase")
async def delete(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await _drawn(request, person, misfit)
    request.app.state.worker.wake.set()
    return await answer(request, receipt, to="/me/data" if receipt.state != "applied" else "/sign-in")


PAGES = [show, download, delete]
