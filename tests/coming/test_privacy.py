"""What comes back for a person is hers: handed out with all that is held of her, and gone when she is erased or the emergency long over."""

from datetime import timedelta
from uuid import UUID

import pytest
from care.test_residents import door
from coming.common import DIALYSIS, MORNING, written

from app.care.rules import residents
from app.coming.reads.series import series as read
from app.coming.rules import series
from app.kernel import clock, db
from app.privacy.reads import subject
from app.privacy.rules import erasing, retention

pytestmark = pytest.mark.postgres
LADY = {"name": "王桂芳", "phone": "13911112222", "kinds": ("dialysis",), "note": ""}


@pytest.fixture
async def lady(world, act, person):
    """She lives behind a door with her brother; each has something that comes back."""
    by, home = await person("dispatcher"), await door(world.building)
    with clock.at(MORNING):
        her = UUID((await act(residents.add, home, by=by, **LADY)).about)
        await act(residents.add, home, by=by, **LADY | {"name": "王桂生", "phone": "13733334444"})
        one = await written(act, by, home, said=DIALYSIS)
        his = await written(act, by, home, said=DIALYSIS | {"name": "王桂生", "phone": "13733334444", "what": "他的透析"})
        yield her, one, his


async def test_it_is_among_what_is_handed_out(lady, person):
    her, _, _ = lady
    _, held = await erasing.served(her, by=await person("dispatcher"))
    told = [value for _, value in await subject.fields(held)]
    assert any(DIALYSIS["what"] in value for value in told) and not any("他的透析" in value for value in told)


async def test_erasing_her_ends_it_and_leaves_her_brothers(lady, act, person):
    her, one, his = lady
    by = await person("dispatcher")
    assert (await act(erasing.erase, her, "王桂芳", by=by)).reason == "still-open"
    await act(series.end, one, by=by)
    assert (await act(erasing.erase, her, "王桂芳", by=by)).state == "applied"
    await erasing.settle()
    gone, stays = await read(one), await read(his)
    assert (gone.opened("line"), gone.name_sealed, gone.phone_sealed) == ("", None, None) and gone.ended_at
    assert (stays.opened("line"), stays.ended_at) == ("他的透析", None)


async def test_thirty_days_after_the_end_its_words_are_gone_and_nothing_is_made_meanwhile(lady, world):
    from app.coming import jobs

    _, one, _ = lady
    await db.run("UPDATE emergency SET ended_at = ? WHERE id = ?", MORNING + timedelta(days=1), world.emergency)
    before = await db.value("SELECT count(*) FROM coming")
    with clock.at(MORNING + timedelta(days=20)):
        await jobs.make_ahead()
        assert await db.value("SELECT count(*) FROM coming") == before
        await retention.end_due()
        assert (await read(one)).opened("line") == DIALYSIS["what"]
    with clock.at(MORNING + timedelta(days=32)):
        await retention.end_due()
        await erasing.settle()
        assert (await read(one)).opened("line") == ""
