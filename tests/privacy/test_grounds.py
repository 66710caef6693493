"""On what ground somebody is held: her word, noted with time and name, or the emergency's until she can be asked."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from care.imports import bring_in, file
from care.test_contacts import pressed
from care.test_residents import WANG, door
from support.ledgers import WANG as ROW

from app import web
from app.care import silence
from app.care.reads import rounds, silent
from app.care.reads.grounds import ground_of
from app.care.rules import clocks, residents, rounding
from app.journal import worker
from app.journal.worker import Worker
from app.kernel import clock, db
from app.privacy.rules import erasing

pytestmark = pytest.mark.postgres
CENSUS = {"outcome": "well", "phone": "", "kinds": ("infant",), "note": ""}
UNGROUNDED = "SELECT count(*) FROM resident r WHERE NOT EXISTS (SELECT 1 FROM ground g WHERE g.resident_id = r.id)"


async def test_nobody_is_held_without_a_ground_however_she_came_in(world, act, person):
    steward, home = await person("steward"), await door(world.building)
    await act(residents.add, home, by=steward, **WANG)
    await bring_in(act, await person("dispatcher"), file(ROW))
    made = await act(
        rounding.make, kind="census", which="doors", building=world.building, doors="1-301", to=None, by=steward,
    )  # fmt: skip
    [stop] = await rounds.stops(UUID(made.about))
    await act(rounding.census, stop.round_id, stop.id, by=steward, name="赵敏", **CENSUS)
    assert await db.value("SELECT count(*) FROM resident") == 3 and await db.value(UNGROUNDED) == 0
    assert await db.value("SELECT count(*) FROM ground WHERE rests_on = 'emergency'") == 3


async def test_her_word_is_noted_with_when_and_to_whom_and_stays(world, act, person):
    steward, home = await person("steward"), await door(world.building)
    spoken = clock.now() - timedelta(hours=3)  # at her door, without network
    made = await pressed(residents.add, home, by=steward, at=spoken, agrees=True, **WANG)
    her = UUID(made.about)
    assert await ground_of(her) == (said := await ground_of(her)) and (said.rests_on, said.noted_by, said.noted_at) == (
        "consent",
        steward.id,
        spoken,
    )
    await act(residents.change, her, 0, by=await person("dispatcher"), **WANG)
    assert await ground_of(her) == said


async def test_who_is_asked_later_is_held_on_her_word_from_then_on(world, act, person):
    steward, home = await person("steward"), await door(world.building)
    her = UUID((await act(residents.add, home, by=steward, **WANG)).about)
    assert not (await ground_of(her)).agreed
    made = await act(rounding.make, kind="census", which="doors", building=world.building, doors="1-201", to=None, by=steward)
    [stop] = await rounds.stops(UUID(made.about))
    await act(rounding.census, stop.round_id, stop.id, by=steward, name=WANG["name"], agrees=True, **CENSUS)
    assert (await ground_of(her)).agreed


async def test_whom_an_older_release_entered_is_held_on_the_emergencys_ground(world, act, person):
    """Both releases write for as long as the change from one to the other takes."""
    her = UUID((await act(residents.add, await door(world.building), by=await person("steward"), **WANG)).about)
    await db.run("DELETE FROM ground WHERE resident_id = ?", her)
    found = await ground_of(her)
    [made] = await db.rows(datetime, "SELECT made_at FROM resident WHERE id = ?", her)
    assert (found.agreed, found.noted_by, found.noted_at) == (False, None, made)


async def test_erased_she_leaves_no_ground(world, act, person):
    her = UUID((await act(residents.add, await door(world.building), by=await person("steward"), **WANG)).about)
    erased = await act(erasing.erase, her, name=WANG["name"], by=await person("dispatcher"))
    assert erased.state == "applied", erased
    assert await ground_of(her) is None


async def test_erased_her_days_tell_nothing_of_her_any_more(world, act, person):
    works, home = Worker(web.LISTENERS, []), await door(world.building)
    her = UUID((await act(residents.add, home, by=await person("steward"), **WANG)).about)
    await act(residents.add, home, by=await person("steward"), name="王小", phone="", kinds=(), note="")
    await worker.do(partial(clocks.begin, world.community))
    await works.once()
    assert (await silent.clock_of(home)).every_days == 1
    await act(erasing.erase, her, name=WANG["name"], by=await person("dispatcher"))
    await works.once()
    assert (await silent.clock_of(home)).every_days == silence.EVERY["door"]
