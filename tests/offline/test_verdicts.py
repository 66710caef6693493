"""The table of verdicts and the verbs are one: every act stands in it, and every pair does what its letter says."""

from itertools import product

import pytest
from offline import walking
from offline.stages import FORMS, Stage

from app import web
from app.kernel import db, words
from app.offline import verdicts

# Tested where they live: they make new things, hold secrets, or are the desks at which a conflict ends.
ELSEWHERE = {
    "new", "alone", "own phone", "export", "one more community", "photo lost", "count held", "lay held aside", "keep standing", "take other",
    "undo decision", "show difference", "count doubled", "lay doubled aside", "end card",
    "choose ways", "test me", "forget phone", "test robot", "end robot", "end host", "call list", "called", "not called", "no answer",
    "she comes",
}  # fmt: skip


def test_every_act_of_the_book_is_in_the_table_and_no_other():
    book = {rule.path: rule for rule in web.ACTS}
    assert set(verdicts.ACTS) == set(book), set(verdicts.ACTS) ^ set(book)
    assert {path for path, rule in book.items() if rule.alone} == {path for path, act in verdicts.ACTS.items() if act.kind == "alone"}
    assert {act.kind for act in verdicts.ACTS.values()} <= set(verdicts.KINDS)
    assert len(verdicts.BY_NAME) == len(verdicts.ACTS), "two acts have one name"


def test_every_act_is_walked_or_said_to_be_tested_elsewhere():
    named = {act.name for act in verdicts.ACTS.values()}
    walked = {name for grid in verdicts.GRIDS.values() for name in grid.names}
    left = {
        act.name for act in verdicts.ACTS.values() if act.name not in walked and act.kind not in ELSEWHERE and act.name not in ELSEWHERE
    }
    assert walked <= named and not left, left
    for name in walked:
        path = FORMS[name][0]
        assert walking.BOOK.find(path.format(**_ids()))[0].path == verdicts.BY_NAME[name], name


def _ids() -> dict[str, str]:
    class Any(dict):
        def __missing__(self, name: str) -> str:
            return "code" if name in ("code", "skill", "letter") else "00000000-0000-0000-0000-000000000000"

    return Any({name: Any()[name] for name in ("run_id", "stop_id", "dispute_id", "account_id", "need_id", "task_id", "place_id", "code", "role_id",
        "skill", "team_id", "message_id", "session_id", "import_id", "household_id", "resident_id", "building_id", "distribution_id", "parcel_id",
        "presence_id", "flag_id", "showing_id", "notice_id", "line_id", "contact_id", "mute_id", "round_id", "carer_id", "watch_id", "post_id", "shift_id", "swap_id", "rotation_id", "series_id", "coming_id", "item_id", "donation_id", "lot_id", "move_id", "transfer_id", "count_id", "booking_id", "vehicle_id", "trip_id", "pack_id", "offer_id", "order_id", "late_id", "letter", "packing_id", "source_id", "try_id", "purchase_id")})  # fmt: skip


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_kind_of_act_says_what_to_expect(lang):
    assert all(verdicts.words_key(kind) in words.catalogue(lang) for kind in verdicts.KINDS)


def pairs_of(subject: str) -> dict[str, list[tuple[str, str]]]:
    """By stage, all pairs of the subject's acts that have one; for parcels one with parcels."""
    found: dict[str, list[tuple[str, str]]] = {}
    for pair in product(verdicts.GRIDS[subject].names, repeat=2):
        if stage := walking.shared(*pair, last=subject == "parcel"):
            found.setdefault(stage, []).append(pair)
    return found


async def walk(world, act, person, monkeypatch, subject: str, chosen=lambda pair: True) -> tuple[int, list[str]]:
    """How many pairs were pressed, and where the table, the journal or a promise is wrong."""
    cells, wrong, pressed = verdicts.GRIDS[subject].cells, [], set()
    async with db.transaction():
        with walking.one_transaction(monkeypatch):
            for name, pairs in pairs_of(subject).items():
                async with walking.rolled_back():
                    stage = Stage(world, act, person)
                    await getattr(stage, name)()
                    for pair in filter(chosen, pairs):
                        async with walking.rolled_back():
                            letter, found = await walking.pair(stage, *pair)
                        pressed.add(pair)
                        wrong += found
                        if letter != cells.get(pair, "-"):
                            wrong.append(
                                f"{subject}: first {pair[0]}, late {pair[1]}: the table says {cells.get(pair, '-')}, it is {letter}"
                            )
    wrong += [f"{subject}: {pair} has a verdict and no stage" for pair in cells if chosen(pair) and pair not in pressed]
    return len(pressed), wrong


@pytest.mark.parametrize("subject", verdicts.subjects())
async def test_whatever_comes_late_gets_the_verdict_of_the_table(world, act, person, monkeypatch, subject):
    pressed, wrong = await walk(world, act, person, monkeypatch, subject)
    assert pressed and not wrong, "\n".join(wrong)


FACTS = {act.name for act in verdicts.ACTS.values() if act.kind == "fact"}


@pytest.mark.postgres
@pytest.mark.parametrize("subject", ["stop", "run", "presence", "parcel"])
async def test_facts_meet_the_same_verdicts_on_both_databases(world, act, person, monkeypatch, subject):
    """The rest of the walk is on SQLite alone: this is what both must agree on first."""
    if not db.is_postgres():
        return
    pressed, wrong = await walk(world, act, person, monkeypatch, subject, lambda pair: pair[1] in FACTS)
    assert pressed and not wrong, "\n".join(wrong)
