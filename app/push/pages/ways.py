"""/me/ways: how I am told. This phone, my other phones, the order of ways, quiet hours, kinds; and a button that tests it."""

from datetime import datetime

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.kernel import clock
from app.kernel.reply import Live, answer, fragment, live, not_modified, page, press
from app.kernel.trouble import Misfit
from app.people import reads as people
from app.people.person import Person
from app.people.rules.messages import KINDS
from app.push.identity import public_key
from app.push.reads import lately
from app.push.reads.lately import Trial
from app.push.reads.ways import Device, LastTry, choice, devices, last_tries
from app.push.rules.spreading import has_gateway


class PhoneRow(msgspec.Struct, frozen=True):
    """A phone of hers that is told."""

    told: Device
    label: str
    here: bool


class TrialRow(msgspec.Struct, frozen=True):
    """A line of the last test, and the phone that it went to."""

    line: Trial
    phone: PhoneRow | None


class Lately(msgspec.Struct, frozen=True):
    """What follows what happens. `again`: seconds after which a test that is under way is late, 0 where none is."""

    phones: list[PhoneRow]
    test: list[TrialRow]
    again: int
    tries: list[LastTry]
    last_way: str | None
    last_at: datetime | None
    live: Live


class WaysPage(Lately, frozen=True):
    """`known`: the server knows this phone. `gateway`: SMS can be sent at all. `quiet`: from, until, as typed."""

    key: str
    known: bool
    gateway: bool
    phone: str
    first: str
    sms: bool
    quiet: tuple[str, str]
    kinds: tuple[str, ...]
    wanted: list[str]


@get("/me/ways")
async def show(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "push/ways.html", await facts(person))


@get("/me/ways/live")
async def renewed(request: Request, person: NamedDependency[Person]) -> Response:
    """What came of the last lines to her, again when something came of one or a test is late."""
    now = await version(person)
    return not_modified(request, now) or fragment(request, "push/_lately.html", await since(person, now), version=now)


async def version(person: Person) -> str:
    """What was today is yesterday after midnight."""
    now = clock.now()
    return f"{await lately.version(person.id, await lately.last_test(person.id, now))} {clock.day_start(now):%Y-%m-%d}"


async def since(person: Person, version: str) -> Lately:
    now, chosen = clock.now(), await choice(person.id)
    labels = {each.id: each.label for each in await people.sessions_of(person.id, now)}
    phones = [PhoneRow(each, labels.get(each.session_id, ""), each.session_id == person.session_id) for each in await devices(person.id)]
    by_id = {each.told.id: each for each in phones}
    trials = await lately.last_test(person.id, now)
    return Lately(
        phones=phones,
        test=[TrialRow(one, by_id.get(one.subscription_id)) for one in trials],
        again=lately.seconds_left(trials, now),
        tries=sorted((await last_tries(person.id)).values(), key=lambda each: each.at, reverse=True),
        last_way=chosen.last_way,
        last_at=chosen.last_reached_at,
        live=live("/me/ways/live", version),
    )


async def facts(person: Person) -> WaysPage:
    part, chosen = await since(person, await version(person)), await choice(person.id)
    return WaysPage(
        **{name: getattr(part, name) for name in part.__struct_fields__},
        key=public_key(),
        known=any(each.here for each in part.phones),
        gateway=has_gateway(),
        phone=(await people.account(person.id)).phone,
        first=chosen.order[0],
        sms=chosen.sms,
        quiet=(_clock(chosen.quiet_from), _clock(chosen.quiet_until)),
        kinds=KINDS,
        wanted=[kind for kind in KINDS if kind not in chosen.without],
    )


def _clock(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"


@post("/me/ways")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "push/ways.html", await facts(person), misfit=misfit)
    return await answer(request, receipt, to="/me/ways")


@post("/push/test")
async def test(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/me/ways")


PAGES = [show, renewed, update, test]
