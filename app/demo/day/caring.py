"""Who looks after whom, the calls of the last days, and two rounds of today: one half done, one nearly."""

import random
from datetime import timedelta
from uuid import UUID

from app.care.reads import rounds
from app.care.rules import contacting, pairing, rounding
from app.care.silence import DAILY
from app.demo.day.agenda import do
from app.demo.day.asking import Asking
from app.demo.day.town import SEED, Neighbour, Town
from app.kernel import clock
from app.people.person import Person

CARERS, EACH = 5, 2
SILENT, HERS, HEARD = 6, 3, 24  # households: called in vain two days ago, so many of them the signed-in steward's; reached yesterday


async def plan_care(town: Town, asked: Asking) -> None:
    """Chance of its own, so that the rest of the day is drawn as before."""
    rng = random.Random(SEED + 6)
    known = {each.home.id: each for each in town.neighbours if each.kinds and each.home.building_id in town.stewards}
    cared = list(known.values())
    rng.shuffle(cared)
    cared.sort(key=lambda each: not set(each.kinds) & set(DAILY))
    silent = _silent(town, cared, {home for home, _ in asked.used})
    cared = [each for each in cared if each not in silent]
    await _last_days(town, silent, cared[:HEARD])
    helpers = [one for one in town.volunteers if one.vouched][:CARERS]
    for n, her in enumerate(helpers):
        hers = cared[n * EACH : (n + 1) * EACH]
        town.agenda.at(town.agenda.back(7), lambda her=her, hers=hers: _pair(town, her, hers))
    if helpers and cared:
        one, other = cared[0].home.building_id, cared[-1].home.building_id
        town.agenda.at(town.agenda.back(4), lambda: _walk(town, "call", one, town.stewards[one], done=3))
        town.agenda.at(town.agenda.back(2), lambda: _walk(town, "knock", other, helpers[0], done=5))


def _silent(town: Town, cared: list[Neighbour], asking: set[UUID]) -> list[Neighbour]:
    """Doors to be asked after every day, whom nobody will hear of today either."""
    daily = [each for each in cared if set(each.kinds) & set(DAILY) and each.home.id not in asking]
    hers = [each for each in daily if town.stewards[each.home.building_id] is town.people["steward"]]
    others = [each for each in daily if each not in hers]
    return [*hers[:HERS], *others[: SILENT - len(hers[:HERS])]]


async def _last_days(town: Town, silent: list[Neighbour], heard: list[Neighbour]) -> None:
    for n, each in enumerate([*silent, *heard]):
        missed = n < len(silent)
        steward, outcome = town.stewards[each.home.building_id], "no_answer" if missed else ("well", "well", "needs")[n % 3]
        before = timedelta(days=2) if missed else timedelta(hours=22)
        with clock.at(town.agenda.now - before + timedelta(minutes=n)):
            await do(steward, contacting.contact, each.home.id, how="call", outcome=outcome)


async def _pair(town: Town, her: Person, hers: list[Neighbour]) -> None:
    if homes := [each.home.id for each in hers]:
        await do(town.people["dispatcher"], pairing.pair, picked=homes, account=her.id, rank="first", ask=False)


async def _walk(town: Town, kind: str, building, her: Person, *, done: int) -> None:
    """Six doors of a building, the first `done` of them noted by whoever has the round."""
    doors = ",".join(f"{home.unit}-{home.floor}{home.door:02d}" for home in (await town.homes(building))[:6])
    steward = town.stewards[building]
    made = await do(steward, rounding.make, kind=kind, which="doors", building=building, doors=doors, to=None if her is steward else her.id)
    outcomes = ("well", "needs", "no_answer" if kind == "call" else "nobody", "well", "unwell")
    for stop, outcome in zip((await rounds.stops(made))[:done], outcomes, strict=False):
        await do(her, rounding.contact, made, stop.id, how="call" if kind == "call" else "visit", outcome=outcome, note="")
