"""Runs in every state, and what happened at their doors."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.deliveries import reads as deliveries
from app.deliveries.rules import carrying, giving, handing, mending, packing, planning
from app.demo.day.agenda import do
from app.demo.day.asking import MINUTE, Asking
from app.demo.day.town import Asked, Town
from app.demo.texts import read
from app.needs import reads as needs
from app.needs.rules import closing, linking, tracking
from app.people.person import STRANGER, Person
from app.tasks.rules import attending

BROUGHT = {"food": 10, "medicine": 5, "household": 2, "other": 1}
WHERE = ("door", "door", "door", "hand", "hand", "drop_point")
FAILED = ("nobody", "refused", "wrong_address", "not_enough")


class Script(NamedTuple):
    """A run: planned so many hours ago, with so many needs, in these estates, coming to this."""

    hours: float
    needs: int
    estates: tuple[str, ...]
    comes_to: str


RUNS = (
    Script(8.4, 22, ("桃花桥一村", "桃花桥二村"), "finished"),
    Script(7.2, 22, ("农机厂家属院", "供销社宿舍"), "finished"),
    Script(5.6, 22, ("茶园新都", "翠屏苑"), "finished"),
    Script(4.2, 22, ("水泥厂家属区", "新桥还建房"), "finished"),
    Script(1.9, 14, ("粮站小区",), "out"),
    Script(1.4, 14, ("江山云庭", "桃源居"), "out"),
    Script(0.7, 9, ("桃花桥一村",), "given"),
    Script(0.5, 8, ("长生花园", "百合佳苑"), "given"),
    Script(0.35, 9, ("南山锦绣",), "draft"),
    Script(0.2, 7, ("渝信综合楼", "长生老街"), "draft"),
)
TITLES = ("一村二村上午", "", "茶园翠屏药品", "", "粮站第二趟", "", "一村晚饭前", "", "南山锦绣，等米到", "")
HERS = 6  # the run in the demo volunteer's hands
PACKED = (5, HERS)  # one on its way with labelled parcels, one whose parcels are still at the hub


async def doors_of(run_id: UUID, by: Person) -> list[deliveries.StopRow]:
    """The stops of a run as they are walked."""
    run = await deliveries.visible(run_id, by)
    return deliveries.walk(await deliveries.stop_rows(run.id), top_first=run.top_first)


async def plan_runs(town: Town, asking: Asking) -> None:
    for number, script in enumerate(RUNS):
        await Run(town, asking, number, script).plan()


class Run:
    def __init__(self, town: Town, asking: Asking, number: int, script: Script) -> None:
        self.town, self.asking, self.number, self.script = town, asking, number, script
        self.rng, self.at = town.rng, town.agenda.back(script.hours)
        self.by = town.people["dispatcher"] if number == HERS else town.dispatcher()
        hands = town.volunteers[12 + number * 2 : 14 + number * 2]
        self.carriers: list[Person] = [town.people["volunteer"]] if number == HERS else hands[: 1 + number % 2]
        self.asked: list[Asked] = []
        self.id: UUID | None = None

    async def plan(self) -> None:
        estates = [b.id for estate in self.script.estates for b in self.town.of_estate(estate)]
        own = [self.town.building("桃花桥一村", n).id for n in (1, 2, 3)] if self.number == HERS else []
        buildings = own or self.rng.sample(estates, min(5, len(estates)))
        early = self.town.agenda.begins
        for _ in range(self.script.needs):
            before = self.rng.uniform(12, 100) * MINUTE
            asked = await self.asking.plan(
                max(self.at - before, early + self.rng.uniform(0, 15) * MINUTE), kinds=BROUGHT, buildings=buildings
            )
            self.asked.append(asked)
        agenda = self.town.agenda
        agenda.at(max(self.at, early + 20 * MINUTE), self._make)
        if self.script.comes_to == "draft":
            return
        agenda.at(max(self.at, early + 20 * MINUTE) + 4 * MINUTE, self._give)
        if self.number == 7:
            self.asking.resident(self.asked[0], self.at + 6 * MINUTE, tracking.cancel)
        if self.script.comes_to in ("out", "finished"):
            self._walk(max(self.at, early + 20 * MINUTE) + 12 * MINUTE)

    async def _make(self) -> None:
        self.id = await do(self.by, planning.make_run, needs=[asked.id for asked in self.asked], title=TITLES[self.number])

        if self.number in PACKED:
            await do(self.by, packing.pack, self.id)

    async def _give(self) -> None:
        await do(self.by, giving.give, self.id, accounts=[carrier.id for carrier in self.carriers])

    def _walk(self, sets_out: datetime) -> None:
        """At the doors one after the other, in the time there is; a run that is out has come half-way."""
        agenda, done = self.town.agenda, len(self.asked) if self.script.comes_to == "finished" else len(self.asked) // 2
        time = min(timedelta(hours=2), (agenda.now - sets_out) * 0.7)
        agenda.at(sets_out, self._set_out)
        outcomes = self._outcomes(done)
        for n in range(done):
            agenda.at(sets_out + time * (n + 1) / done, self._door(n, outcomes))
        if self.script.comes_to == "finished":
            agenda.at(sets_out + time + 3 * MINUTE, self._finish)
        self._mend(sets_out + time)

    def _outcomes(self, done: int) -> list[str]:
        """Mostly handed over; each run has its failures."""
        found = [self.rng.choice(WHERE) for _ in range(done)]
        for place, reason in zip(self.rng.sample(range(1, done), 2), (FAILED[self.number % 4], FAILED[0]), strict=True):
            found[place] = reason
        return found

    async def _set_out(self) -> None:
        await do(self.carriers[0], attending.arrive, self.asked[0].who.home.building_id)
        if self.number in PACKED:
            await do(self.carriers[0], packing.load_all, self.id)
        await do(self.carriers[0], carrying.start, self.id)

    def _door(self, n: int, outcomes: list[str]):
        late = self.rng.uniform(3, 9) * MINUTE if self.rng.random() < 0.12 else None
        note, by = self.rng.choice(read("tasks")["runs"]["note"]), self.carriers[n % len(self.carriers)]

        async def work() -> None:
            stops = await doors_of(self.id, by)
            left = [stop for stop in stops if stop.outcome is None and stop.dropped_at is None]
            if not left:
                return
            if outcomes[n] in FAILED:
                await do(by, handing.fail, self.id, left[0].id, reason=outcomes[n], note=note, late=late)
            else:
                hers = any(asked.kind == "medicine" and asked.who.home.id == left[0].household_id for asked in self.asked)
                where = {"where": "hand", "proof": "said"} if hers and late is None else {"where": outcomes[n]}
                await do(by, handing.hand_over, self.id, left[0].id, late=late, **where)

        return work

    async def _finish(self) -> None:
        await do(self.carriers[0], carrying.finish, self.id, rest=True)

    def _mend(self, walked: datetime) -> None:
        """A handover taken back at once and said anew; one corrected later; residents who say that it came, or that it did not."""
        agenda = self.town.agenda
        if self.number == 4:
            agenda.at(walked + MINUTE, self._undo)
        if self.number == 2:
            agenda.at(min(walked + 40 * MINUTE, agenda.now - 5 * MINUTE), self._correct)
        agenda.at(min(walked + timedelta(minutes=50), agenda.now - 3 * MINUTE), self._thanks(self.rng.random()))

    async def _undo(self) -> None:
        """The last word at a door, by whoever said it: a minute ago, at whatever hour the day ends."""
        last = max((stop for stop in await doors_of(self.id, self.carriers[0]) if stop.outcome), key=lambda stop: stop.received_at)
        await do(next(one for one in self.carriers if one.id == last.by_id), mending.undo, self.id, last.id)

    async def _correct(self) -> None:
        stops = await doors_of(self.id, self.by)
        said = next(stop for stop in stops if stop.outcome == "at_door")
        await do(self.by, mending.correct, self.id, said.id, outcome="nobody", note=read("tasks")["runs"]["note"][0])

    def _thanks(self, luck: float):
        """Two in three say "it came"; one in a finished run still needs it."""
        still = read("needs")["say"]["still"]

        async def work() -> None:
            there = {line.id: line for line in await needs.lines([asked.id for asked in self.asked])}
            came = [asked for asked in self.asked if there[asked.id].state == "delivered"]
            for n, asked in enumerate(came):
                token = await linking.token_of(asked.id)
                if n == 1 and self.script.comes_to == "finished":
                    await do(STRANGER, tracking.again, asked.id, token=token, line=still[self.number % len(still)])
                elif n % 3 and n % 7:
                    await do(STRANGER, tracking.came, asked.id, token=token)
                elif n % 7 == 0 and luck < 0.5:
                    await do(self.by, closing.confirm, asked.id)

        return work
