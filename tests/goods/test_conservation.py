"""Whatever is done with goods, late, twice or by several at once: what came in less what went out is what lies there, to the unit."""

import asyncio
import itertools
from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from goods.test_moving import torn
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.goods import reads
from app.goods.rules import counting, handling, inbound, moving, sending
from app.kernel import clock, db, ids, words
from app.kernel.act import Press, perform
from app.kernel.receipts import Receipt

DAYS = (date(2027, 3, 1), date(2027, 6, 1))
MANY, ANY, PICK = st.integers(1, 12), st.integers(0, 12), st.integers(0, 99)
LATE = st.sampled_from((0, 0, 7, 40))  # minutes for which it lay on a phone
_names = itertools.count()


class Hubs:
    """Two hubs, one with a shelf, one item that spoils and one that does not. What was done to them is added up from the receipts alone."""

    def __init__(self, dee, kim) -> None:
        self.dee, self.kim, self.step, self.start = dee, kim, 0, clock.now()
        self.done: Counter[str] = Counter()
        self.way: dict[UUID, int] = {}
        self.halves: list[UUID] = []

    async def open(self) -> None:
        name = next(_names)
        self.masks = await self._made(handling.add_item, f"口罩{name}", "只", "other", False)
        self.insulin = await self._made(handling.add_item, f"胰岛素{name}", "支", "medicine", False)
        self.east, self.west = [await self._made(handling.add_place, f"{side}{name}", None) for side in "东西"]
        self.shelf = await self._made(handling.add_place, "A架", self.east)
        self.places, self.hubs = (self.east, self.shelf, self.west), (self.east, self.west)
        self.truck = await self._made(inbound.book, self.west, "粮油公司", f"渝A{name}", 900, clock.now(), 30)
        await self.one(inbound.arrive, self.truck)

    async def _made(self, verb, *said) -> UUID:
        return UUID((await self.one(verb, *said)).about)

    def item(self, n: int) -> UUID:
        return (self.masks, self.insulin)[n % 2]

    def day(self, n: int) -> date | None:
        return DAYS[n // 2 % 2] if n % 2 else None

    async def all(self, *said: tuple, late: int = 0, by=None) -> list[Receipt]:
        """At once; each is `(verb, *what it is given)`."""
        self.step += 1
        now, by = self.start + timedelta(minutes=3 * self.step), by or self.dee
        at = now - timedelta(minutes=late) + timedelta(seconds=self.step) if late else None

        async def pressed(verb, *given) -> Receipt:
            press = Press(ids.secret(), f"test/{verb.__name__}", by, lambda: verb(*given, by=by), b"test", at=at, waited=bool(late))
            [told] = await perform([press])
            assert told is not None, f"{verb.__name__} {given}: nothing was decided"
            return told

        with clock.at(now):
            return await asyncio.gather(*(pressed(*one) for one in said))

    async def one(self, *said, late: int = 0, by=None) -> Receipt:
        return (await self.all(said, late=late, by=by))[0]

    async def lying(self) -> list[reads.Lying]:
        sql = f"{reads.LYING} AND l.item_id IN (?, ?) ORDER BY i.name, l.expiry, place"
        return await db.rows(reads.Lying, sql, self.dee.community_id, self.masks, self.insulin)

    async def moves(self) -> list[reads.Move]:
        return [one for item in (self.masks, self.insulin) for one in await reads.moves_of(item, self.dee.community_id, limit=1_000)]

    async def standing(self, kind: str) -> int:
        sql = """SELECT sum(b.quantity) FROM goods_balance b JOIN goods_lot l ON l.id = b.lot_id
        WHERE b.kind = ? AND l.item_id IN (?, ?)"""
        return int(await db.value(sql, kind, self.masks, self.insulin) or 0)

    async def wrong(self) -> list[str]:
        """What is not as the receipts say, read from the tables past every verb."""
        found = [f"{place}: the balance is not the sum of its moves" for place in await torn()]
        sides = {"household": "out", "waste": "waste", "transit": "way"}
        for kind, name in sides.items():
            said = sum(self.way.values()) if name == "way" else self.done[name]
            if (stands := await self.standing(kind)) != said:
                found.append(f"{kind}: {stands}, the receipts say {said}")
        came = -await self.standing("supplier") - await self.standing("donor")
        if came != self.done["in"]:
            found.append(f"came: {came}, the receipts say {self.done['in']}")
        return found + await self.unsettled()

    async def unsettled(self) -> list[str]:
        """Counts of two persons that what came before or after them has unmade."""
        sql = """SELECT c.id, c.place_id, c.lot_id, c.second, c.second_at FROM goods_count c JOIN goods_lot l ON l.id = c.lot_id
        WHERE c.second IS NOT NULL AND l.item_id IN (?, ?) ORDER BY c.second_at"""
        last = {(one.place_id, one.lot_id): one for one in await db.rows(Finished, sql, self.masks, self.insulin)}
        found = []
        for (place, lot), one in last.items():
            since = await reads.quantity_at(place, lot, self.start + timedelta(days=99)) - await reads.quantity_at(
                place, lot, one.second_at
            )
            there = await reads.quantity(place, lot)
            if there != one.second + since:
                found.append(f"{place}: {one.second} were counted and {since} moved since, the book has {there}")
        return found


class Finished(msgspec.Struct):
    id: UUID
    place_id: UUID
    lot_id: UUID
    second: int
    second_at: datetime


def machine(loop: asyncio.AbstractEventLoop, dee, kim) -> type[RuleBasedStateMachine]:
    def run(work):
        async def within():
            words.LANG.set("en")
            return await work

        return asyncio.run_coroutine_threadsafe(within(), loop).result(60)

    class Goods(RuleBasedStateMachine):
        """No rule waits for a state: who is first in a race differs from one playing of it to the next, what is drawn must not."""

        @initialize()
        def opened(self) -> None:
            self.hubs = Hubs(dee, kim)
            run(self.hubs.open())

        @rule(n=PICK, place=PICK, many=MANY, donated=st.booleans(), late=LATE)
        def receive(self, n, place, many, donated, late) -> None:
            hubs = self.hubs
            told = run(hubs.one(handling.receive, hubs.item(n), hubs.places[place % 3], many, hubs.day(n), donated, late=late))
            assert told.state == "applied"
            hubs.done["in"] += many

        @rule(n=PICK, many=MANY)
        def unload(self, n, many) -> None:
            hubs = self.hubs
            assert run(hubs.one(inbound.unload, hubs.truck, hubs.item(n), hubs.west, many, hubs.day(n))).state == "applied"
            hubs.done["in"] += many

        @rule(n=PICK, place=PICK, many=MANY, late=LATE)
        def issue(self, n, place, many, late) -> None:
            told = run(self.hubs.one(handling.issue, self.hubs.item(n), self.hubs.places[place % 3], many, late=late))
            self.hubs.done["out"] += many * (told.state == "applied")

        @rule(n=PICK, many=st.lists(MANY, min_size=2, max_size=5))
        def several_issue_at_once(self, n, many) -> None:
            asked = [(handling.issue, self.hubs.item(n), self.hubs.places[n % 3], one) for one in many]
            told = run(self.hubs.all(*asked))
            self.hubs.done["out"] += sum(one for one, receipt in zip(many, told, strict=True) if receipt.state == "applied")

        def _lying(self, n: int) -> reads.Lying | None:
            there = run(self.hubs.lying())
            return there[n % len(there)] if there else None

        @rule(n=PICK, many=MANY, late=LATE)
        def waste(self, n, many, late) -> None:
            if one := self._lying(n):
                told = run(self.hubs.one(handling.waste, one.lot_id, one.place_id, many, "broken", late=late))
                self.hubs.done["waste"] += many * (told.state == "applied")

        @rule(n=PICK, to=PICK, many=MANY, late=LATE)
        def send(self, n, to, many, late) -> None:
            end = self.hubs.places[to % 3]
            if (one := self._lying(n)) and one.place_id != end:
                told = run(self.hubs.one(sending.send, one.lot_id, one.place_id, end, many, late=late))
                if told.state == "applied" and self.hubs.west in (one.place_id, end):
                    self.hubs.way[UUID(told.about)] = many

        @rule(n=PICK, many=st.lists(ANY, min_size=1, max_size=3), late=LATE)
        def arrive(self, n, many, late) -> None:
            """Said once or by several at once: one of them holds."""
            if not self.hubs.way:
                return
            sent = list(self.hubs.way)[n % len(self.hubs.way)]
            told = run(self.hubs.all(*((sending.arrive, sent, one, "missing") for one in many), late=late, by=kim))
            assert [one.state for one in told].count("applied") == 1
            del self.hubs.way[sent]

        @rule(n=PICK, times=st.integers(1, 3), late=LATE)
        def undo(self, n, times, late) -> None:
            if not (moves := run(self.hubs.moves())):
                return
            one = moves[n % len(moves)]
            told = run(self.hubs.all(*[(handling.undo, one.id)] * times, late=late))
            applied = [each.state for each in told].count("applied")
            assert applied <= 1
            side = {"received": "in", "donated": "in", "issued": "out", "wasted": "waste"}.get(one.why)
            if side:
                self.hubs.done[side] -= one.quantity * applied

        @rule(n=PICK, found=ANY, late=LATE)
        def count(self, n, found, late) -> None:
            if one := self._lying(n):
                told = run(self.hubs.one(counting.begin, one.lot_id, one.place_id, found, late=late))
                if told.state == "applied":
                    self.hubs.halves.append(UUID(told.about))

        @rule(n=PICK, found=ANY)
        def count_both(self, n, found) -> None:
            if one := self._lying(n):
                half = run(self.hubs.one(counting.begin, one.lot_id, one.place_id, found))
                if half.state == "applied":
                    run(self.hubs.one(counting.finish, UUID(half.about), found, "missing", by=kim))

        @rule(n=PICK, found=ANY)
        def count_again(self, n, found) -> None:
            if not self.hubs.halves:
                return
            half = self.hubs.halves.pop(n % len(self.hubs.halves))
            told = run(self.hubs.all(*[(counting.finish, half, found, "missing")] * 2, by=kim))
            assert sorted(one.state for one in told) == ["applied", "refused"]

        @invariant()
        def balances(self) -> None:
            if hasattr(self, "hubs"):
                wrong = run(self.hubs.wrong())
                assert not wrong, "\n".join(wrong)

    return Goods


@pytest.fixture
async def walked(hub, act):
    """`await walked(examples)`: so many days of random acts; by `chance` others each time, of which hypothesis makes the shortest
    that fails and prints how to see it again."""
    loop = asyncio.get_running_loop()

    async def run(examples: int, *, steps: int = 25, chance: bool = False) -> None:
        how = settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=not chance, database=None, print_blob=True,
            report_multiple_bugs=False, suppress_health_check=list(HealthCheck), phases=tuple(Phase) if chance else (Phase.generate,),
        )  # fmt: skip
        await asyncio.to_thread(run_state_machine_as_test, machine(loop, hub.dee, hub.kim), settings=how)

    return run


@pytest.mark.postgres
async def test_goods_are_conserved_whatever_is_done(walked):
    await walked(15)


@pytest.mark.long
@pytest.mark.postgres
async def test_goods_are_conserved_over_long_days(walked):
    await walked(100, steps=45, chance=True)


async def forgotten(*_) -> dict:
    return {}


async def twice(lot, start, end, quantity, why, **more) -> UUID:
    await MOVE(lot, start, end, quantity, why, **more)
    return await MOVE(lot, start, end, quantity, why, **more)


async def carried_twice(*said, **more) -> tuple[UUID, int]:
    await CARRY(*said, **more)
    return await CARRY(*said, **more)


MOVE, CARRY = moving.move, moving.carry


@pytest.mark.parametrize(
    ("where", "what", "mutant"), [(reads, "settled", forgotten), (handling, "move", twice), (sending, "carry", carried_twice)]
)
async def test_a_verb_that_errs_is_found_out(walked, monkeypatch, where, what, mutant):
    monkeypatch.setattr(where, what, mutant)
    with pytest.raises(AssertionError):
        await walked(40)
