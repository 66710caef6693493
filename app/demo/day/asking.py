"""What is asked for in the course of the day, by link and through helpers, and what becomes of it short of a run."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from app.demo import ledger
from app.demo.day.agenda import do
from app.demo.day.town import Asked, Neighbour, Town
from app.demo.texts import read
from app.needs.rules import closing, linking, raising, tracking, triaging, wording
from app.people.person import STRANGER, Person

MINUTE = timedelta(minutes=1)
SUITS = {"chronic_medicine": "medicine", "dialysis": "trip", "pregnant": "trip", "critical": "medicine", "infant": "food"}
MIX = {"food": 9, "medicine": 6, "household": 3, "repair": 3, "trip": 2, "talk": 3, "other": 2}


class Asking:
    """Plans needs. No kind is asked for twice at one door unless the script wants a likely double."""

    def __init__(self, town: Town) -> None:
        self.town, self.rng, self.said = town, town.rng, read("needs")
        self.used: set[tuple[UUID, str]] = set()
        self.spread = [n for n in town.neighbours if n.has_phone]
        self.rng.shuffle(self.spread)

    async def plan(self, at: datetime, *, kinds: dict[str, int] = MIX, buildings: Sequence[UUID] = ()) -> Asked:
        """Somebody asks at `at`: one of the ledger or of the other doors, in `buildings` if any are named."""
        while True:
            who = await self._somebody(buildings)
            suited = next((SUITS[k] for k in who.kinds if SUITS.get(k) in kinds), "")
            kind = suited if suited and self.rng.random() < 0.5 else self.rng.choices(list(kinds), kinds.values())[0]
            if (who.home.id, kind) not in self.used:
                break
        self.used.add((who.home.id, kind))
        days = self.rng.choice((1, 2, 2, 3, 3, 4, 5, 6)) if kind == "medicine" else None
        asked = Asked(who, kind, at, self._line(kind, days), days)
        self.town.agenda.at(at, self._raise(asked))
        return asked

    async def _somebody(self, buildings: Sequence[UUID]) -> Neighbour:
        if not buildings and self.spread and self.rng.random() < 0.6:
            return self.spread.pop()
        building_id = self.rng.choice(list(buildings) or list(self.town.buildings))
        home = self.rng.choice(await self.town.homes(building_id))
        return Neighbour(home, ledger.name(self.rng, read("people")), self.town.phone())

    def _line(self, kind: str, days: int | None) -> str:
        said = self.rng.choice(self.said["lines"][kind])
        filled = {"drug": self.rng.choice(self.said["drugs"]), "who": self.rng.choice(self.said["who"])}
        return said.format(**filled, n=self.rng.randint(2, 6), hour=self.rng.choice((8, 9, 10, 14)), days=days)

    def _raise(self, asked: Asked) -> Callable[[], Awaitable[None]]:
        """By her own link mostly; through the steward of her building, or the hotline, for those who phoned."""
        way = self.rng.random()
        steward = self.town.stewards.get(asked.who.home.building_id)
        operator = self.town.people[self.rng.choice(("operator", "operator2"))]
        until = asked.at + timedelta(hours=self.rng.randint(3, 9)) if self.rng.random() < 0.3 else None
        whom = self.rng.choice(self.said["who"]) if self.rng.random() < 0.2 else ""
        typed = self._typed(asked.who) | {
            "kind": asked.kind, "what": asked.line, "whom": whom, "days_left": asked.days, "until": until, "confirm_double": False, "reason": "",
        }  # fmt: skip

        async def work() -> None:
            code = self.town.buildings[asked.who.home.building_id].code
            if way < 0.5 and steward:
                asked.id = await self._entered(steward, code, typed, "steward", spoken="")
            elif way < 0.35 or not asked.who.has_phone:
                asked.id = await self._entered(operator, code, typed, "phone", spoken=asked.who.name)
            else:
                asked.id = await do(STRANGER, raising.ask, code, **typed, confirm_room="", add_word=False)

        return work

    def _typed(self, who: Neighbour) -> dict[str, Any]:
        return {"unit": str(who.home.unit), "room": f"{who.home.floor}{who.home.door:02d}", "name": who.name, "phone": who.phone}

    async def _entered(self, by: Person, code: str, typed: dict[str, Any], channel: str, spoken: str) -> UUID | None:
        return await do(by, raising.enter, building=code, **typed, channel=channel, spoken=spoken, urgency="", like=None)

    async def again(self, first: Asked, at: datetime) -> None:
        """A likely double, asked for all the same with a reason."""
        reason, code = self.rng.choice(self.said["say"]["double"]), self.town.buildings[first.who.home.building_id].code
        typed = self._typed(first.who) | {
            "kind": first.kind,
            "what": self._line(first.kind, first.days),
            "whom": "",
            "days_left": first.days,
            "until": None,
        }

        async def work() -> None:
            await do(STRANGER, raising.ask, code, **typed, confirm_double=True, reason=reason, confirm_room="", add_word=False)

        self.town.agenda.at(at, work)

    def then(self, asked: Asked, after: timedelta, by: Any, verb: Callable, **fields: Any) -> None:
        """`by` does `verb` with this need so long after it was asked for."""
        self.town.agenda.at(asked.at + after, lambda: do(by, verb, asked.id, **fields))

    def resident(self, asked: Asked, at: datetime, verb: Callable, **fields: Any) -> None:
        """The resident does `verb` from her link."""

        async def work() -> None:
            await do(STRANGER, verb, asked.id, token=await linking.token_of(asked.id), **fields)

        self.town.agenda.at(at, work)

    def take(self, asked: Asked) -> None:
        """Somebody sorts it within minutes: the steward of the building, or a dispatcher."""
        steward = self.town.stewards.get(asked.who.home.building_id)
        by = steward if steward and self.rng.random() < 0.4 else self.town.dispatcher()
        self.then(asked, self.rng.uniform(2, 22) * MINUTE, by, triaging.take)


async def plan_day(town: Town) -> Asking:
    """All needs that no run takes: fresh ones and stale ones that wait, some in hand, answered, called off."""
    asking = Asking(town)
    say, rng, back = partial(rng_choice, town), town.rng, town.agenda.back
    for n in range(20):
        await asking.plan(back(0.02 + n * 0.023))
    for n in range(12):
        stale = await asking.plan(back(0.6 + n * 0.22))
        if n < 4:
            await asking.again(stale, back(0.3 - n * 0.05))
    for n in range(56):
        held = await asking.plan(back(0.8 + n * 0.11))
        asking.take(held)
        if n % 4 == 0:
            asking.resident(held, back(0.1 + n * 0.005), tracking.word, line=say("more").format(hour=10))
        elif n % 4 == 1:
            asking.then(
                held,
                timedelta(minutes=26),
                town.people["dispatcher"],
                wording.say,
                line=say("note" if n % 8 == 1 else "back"),
                inside=n % 8 == 1,
            )
    for _ in range(38):
        asked = await asking.plan(back(rng.uniform(1.2, 9.8)), kinds={"talk": 5, "repair": 4, "other": 4, "trip": 2})
        asking.then(asked, rng.uniform(6, 55) * MINUTE, town.dispatcher(), closing.answer, line=say("answer"))
    for n in range(17):
        asked = await asking.plan(back(rng.uniform(1.2, 9.8)))
        after = rng.uniform(8, 50) * MINUTE
        if n % 3:
            asking.resident(asked, asked.at + after, tracking.cancel)
        else:
            asking.then(asked, after, town.dispatcher(), closing.cancel, line=say("cancel"))
    own = town.building("桃花桥一村", 1).id
    for n in range(4):
        await asking.plan(back(0.12 + n * 0.3), buildings=[own], kinds={"food": 2, "medicine": 2, "household": 1})
    return asking


def rng_choice(town: Town, of: str) -> str:
    return town.rng.choice(read("needs")["say"][of])
