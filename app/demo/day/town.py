"""The sample community while its day is made: who and what is there, and chance with a fixed seed."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.demo.day.agenda import Agenda
from app.people import reads as people
from app.people.person import Person
from app.people.rules import sessions
from app.places import reads as places
from app.places.reads import BuildingFacts, CommunityFacts, HouseholdFacts

SEED = 20221129


@dataclass
class Neighbour:
    """Somebody at a door who may ask for something."""

    home: HouseholdFacts
    name: str = ""
    phone: str = ""
    kinds: tuple[str, ...] = ()
    has_phone: bool = True


@dataclass
class Asked:
    """A need of the script; `id` is there once it was raised, `owner` once somebody has it."""

    who: Neighbour
    kind: str
    at: datetime
    line: str
    days: int | None = None
    id: UUID | None = None


@dataclass
class Town:
    agenda: Agenda
    community: CommunityFacts
    buildings: dict[UUID, BuildingFacts]
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))
    people: dict[str, Person] = field(default_factory=dict)
    volunteers: list[Person] = field(default_factory=list)
    stewards: dict[UUID, Person] = field(default_factory=dict)
    neighbours: list[Neighbour] = field(default_factory=list)
    _homes: dict[UUID, list[HouseholdFacts]] = field(default_factory=dict)
    _phones: int = 9400

    def building(self, estate: str, number: int) -> BuildingFacts:
        return next(b for b in self.buildings.values() if (b.estate, b.number) == (estate, number))

    def of_estate(self, estate: str) -> list[BuildingFacts]:
        return [b for b in self.buildings.values() if b.estate == estate]

    async def homes(self, building_id: UUID) -> list[HouseholdFacts]:
        if building_id not in self._homes:
            self._homes[building_id] = await places.households(building_id)
        return self._homes[building_id]

    def phone(self) -> str:
        """A number that nobody else of the sample has."""
        self._phones += 1
        return f"1990000{self._phones}"

    def dispatcher(self) -> Person:
        return self.people[self.rng.choice(("dispatcher", "dispatcher", "dispatcher2", "dispatcher3"))]


async def signed_in(account_id: UUID, label: str) -> Person:
    """The person behind a fresh session, as a request of hers would see her. Inside no act."""
    from app.journal import worker

    tokens: list[str] = []

    async def start() -> None:
        tokens.append(await sessions.start(account_id, label=label))

    await worker.do(start)
    return await people.person(await sessions.find(tokens[0]))
