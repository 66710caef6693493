"""Whatever several people press, twice, late or in any order: each parcel is in exactly one pair of hands, where its last move took it."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from offline.walking import one_transaction, rolled_back

from app.deliveries.rules import carrying, handing, mending, packing
from app.kernel import clock, db, ids, words
from app.kernel.act import Press, perform
from app.supplies import reads
from app.supplies.rules import moving

PEOPLE = ("volunteer", "volunteer2", "dispatcher", "steward")
ROOMS, PARCELS = ("602", "501"), ("602", "602b", "501")

ACTS = st.one_of(
    st.tuples(st.sampled_from(("load", "return", "lost", "to steward")), st.sampled_from(PARCELS)),
    st.tuples(st.sampled_from(("brought", "not brought", "undo", "to brought", "to not brought")), st.sampled_from(ROOMS)),
    st.tuples(st.just("brought but one"), st.sampled_from(PARCELS)),
    st.tuples(st.sampled_from(("load all", "return all", "finish", "pack more", "pack less")), st.just("")),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), ACTS, st.integers(0, 3), st.sampled_from((0, 0, 0, 1, 7, 40)), st.booleans()),
    min_size=1, max_size=16,
)  # fmt: skip


def work(made, what: str, which: str, steward: UUID, by) -> Callable:
    stop, parcel = made.stops.get(which), made.parcels.get(which)
    door = made.stops["501" if which == "501" else "602"]
    verbs = {
        "load": lambda: packing.load(parcel, by=by),
        "return": lambda: packing.put_back(parcel, by=by),
        "lost": lambda: packing.lose(parcel, reason="damaged", by=by),
        "to steward": lambda: packing.to_steward(parcel, steward=steward, by=by),
        "brought": lambda: handing.hand_over(made.id, stop, where="door", by=by),
        "not brought": lambda: handing.fail(made.id, stop, reason="nobody", by=by),
        "undo": lambda: mending.undo(made.id, stop, by=by),
        "to brought": lambda: mending.correct(made.id, stop, outcome="in_hand", by=by),
        "to not brought": lambda: mending.correct(made.id, stop, outcome="refused", by=by),
        "brought but one": lambda: handing.hand_over(made.id, door, where="hand", stays=(parcel,), by=by),
        "load all": lambda: packing.load_all(made.id, by=by),
        "return all": lambda: packing.put_back_all(made.id, by=by),
        "finish": lambda: carrying.finish(made.id, rest=True, by=by),
        "pack more": lambda: packing.pack(made.id, stops=(made.stops["501"],), n=(3,), by=by),
        "pack less": lambda: packing.pack(made.id, stops=(made.stops["602"],), n=(1,), by=by),
    }
    return verbs[what]


async def broken(run_id: UUID) -> list[str]:
    """What is wrong with any parcel of the run as it stands: read from the tables, past every verb."""
    wrong, there = [], await reads.of_run(run_id)
    moves = await reads.moves(*(one.id for one in there))
    for one in there:
        chain = [each for each in moves if each.parcel_id == one.id]
        if [each.number for each in chain] != list(range(1, one.version + 1)):
            wrong.append(f"{one.code}: moves {[each.number for each in chain]} and version {one.version}")
        if chain and (one.holder_kind, one.holder_id) != (chain[-1].to_kind, chain[-1].to_id):
            wrong.append(
                f"{one.code} is with {one.holder_kind} {one.holder_id}, its last move took it to {chain[-1].to_kind} {chain[-1].to_id}"
            )
        for before, after in itertools.pairwise(chain):
            if (before.to_kind, before.to_id) != (after.from_kind, after.from_id):
                wrong.append(f"{one.code}: move {after.number} is from {after.from_kind}, the one before went to {before.to_kind}")
    return wrong


async def press(made, steps, people, steward: UUID) -> list[str]:
    """Each step a few minutes on, some pressed long before they come, some sent twice; what was wrong after any of them."""
    start, sent, wrong = clock.now(), [], []
    for n, (who, (what, which), minutes, late, twice) in enumerate(steps, 1):
        by, now = people[who], start + timedelta(minutes=3 * n + minutes)
        one = Press(
            ids.secret(),
            f"test/{what}",
            by,
            work(made, what, which, steward, by),
            b"test",
            at=now - timedelta(minutes=late) if late else None,
        )
        sent.append(one)
        with clock.at(now):
            for pressed in (one, *((sent[n // 2],) if twice else ())):
                [receipt] = await perform([pressed])
                if receipt is None:
                    wrong.append(f"step {n}: {who} pressed {what} {which} and nothing was decided")
                elif what == "finish" and pressed is one and receipt.state == "applied":
                    left = [p.code for p in await reads.of_run(made.id) if p.out]
                    wrong += [f"step {n}: the run ended with {left}"] if left else []
        wrong += [f"step {n}, {who} pressed {what} {which}: {each}" for each in await broken(made.id)]
    return wrong


@pytest.fixture
async def sequences(world, packed, person, monkeypatch):
    """`await sequences(examples)`: that many runs of random steps, each rolled back; hypothesis makes the shortest of what fails."""
    made = await packed()
    people = {name: await person(name) for name in PEOPLE}
    loop = asyncio.get_running_loop()

    async def one(steps) -> list[str]:
        words.LANG.set("en")
        async with rolled_back():
            return await press(made, steps, people, world.steward)
        return []

    async def within(steps) -> list[str]:
        async with db.transaction():
            with one_transaction(monkeypatch):
                return await one(steps)

    async def run(examples: int, *, shrink: bool = True) -> None:
        @settings(max_examples=examples, deadline=None, derandomize=False, database=None, print_blob=True, report_multiple_bugs=False, phases=tuple(Phase) if shrink else (Phase.generate,),
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(STEPS)
        def each(steps) -> None:
            wrong = asyncio.run_coroutine_threadsafe(within(steps), loop).result(60)
            assert not wrong, "\n".join(wrong)

        await asyncio.to_thread(each)

    return run


@pytest.mark.postgres
async def test_each_parcel_is_in_exactly_one_pair_of_hands(world, sequences):
    await sequences(60)


@pytest.mark.long
@pytest.mark.postgres
async def test_each_parcel_is_in_exactly_one_pair_of_hands_in_a_thousand_shifts(world, sequences):
    await sequences(1000)


FORGETS_THE_MOVE = """INSERT INTO parcel_move(id, community_id, parcel_id, number, before, from_kind, from_id, to_kind, to_id, why, mark, by_id, at,
received_at, act) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE 1 = 0"""
FORGETS_WHO = (
    "UPDATE parcel SET holder_kind = ?, holder_id = coalesce(holder_id, ?), why = ?, mark = ?, version = ? WHERE id = ? AND version = ?"
)


@pytest.mark.parametrize(("what", "mutant"), [("_MOVE", FORGETS_THE_MOVE), ("_HELD", FORGETS_WHO)])
async def test_a_verb_that_forgets_is_found_out(world, sequences, monkeypatch, what, mutant):
    monkeypatch.setattr(moving, what, mutant)
    with pytest.raises(AssertionError):
        await sequences(40, shrink=False)


@pytest.mark.parametrize(
    "tampered",
    [
        "UPDATE parcel SET holder_kind = 'household' WHERE id = ?",
        "UPDATE parcel SET version = version + 1 WHERE id = ?",
        "UPDATE parcel SET code = 'AAAAAAAA' WHERE id = ?",
        "DELETE FROM parcel WHERE id = ?",
        "UPDATE parcel_move SET to_kind = 'lost' WHERE parcel_id = ?",
        "DELETE FROM parcel_move WHERE parcel_id = ?",
    ],
)
@pytest.mark.postgres
async def test_the_database_refuses_what_goes_around_the_verbs(world, packed, tampered):
    made = await packed()
    with pytest.raises((db.IntegrityError, db.Unwell)):
        async with db.transaction():
            await db.run(tampered, made.parcels["602"])
    assert not await broken(made.id)


@pytest.mark.postgres
async def test_a_chain_cannot_tear(world, packed):
    made = await packed()
    row = "INSERT INTO parcel_move(id, community_id, parcel_id, number, before, from_kind, to_kind, why, by_id, at, received_at) VALUES (?, ?, ?, ?, ?, ?, 'lost', 'damaged', ?, ?, ?)"
    for number, before, from_kind in ((2, 1, "carrier"), (3, 2, "hub"), (3, 1, "hub"), (2, None, None), (1, None, None)):
        with pytest.raises((db.IntegrityError, db.Unwell)):
            async with db.transaction():
                await db.run(
                    row,
                    ids.new(),
                    world.community,
                    made.parcels["602"],
                    number,
                    before,
                    from_kind,
                    world.volunteer,
                    clock.now(),
                    clock.now(),
                )
