"""Prices and volumes day by day: what is said of them, what they are measured against, and what was said before."""

from datetime import date, timedelta

import pytest

from app.goods import jobs, price_sheet
from app.goods.reads import Item, lights, limits, prices
from app.goods.rules import handling
from app.goods.rules import limits as limiting
from app.goods.rules import prices as pricing
from app.kernel import clock, db, ids
from app.kernel.sheets import Unreadable
from app.kernel.trouble import Misfit

pytestmark = pytest.mark.postgres
RULES = limits.Rules()


@pytest.fixture
def say(hub, act):
    """`await say(ago, fen, volume)`: of masks, that many days ago."""

    async def said(ago: int, fen: int | None = None, volume: int | None = None, item=None):
        item = item or hub.masks
        day = clock.local(clock.now()).date() - timedelta(days=ago)
        fen, volume = ({item: fen} if fen is not None else {}), ({item: volume} if volume is not None else {})
        return await act(pricing.enter, day, fen, volume, by=hub.dee)

    return said


async def quoted(hub, ago: int = 0) -> prices.Quoted:
    [one] = await prices.quoted(hub.dee.community_id, clock.local(clock.now()).date() - timedelta(days=ago), RULES)
    return one


@pytest.mark.parametrize(
    ("fen", "tone"),
    [(100, "calm"), (114, "calm"), (115, "watch"), (129, "watch"), (130, "alarm"), (86, "calm"), (85, "watch"), (70, "alarm")],
)
def test_a_price_is_measured_both_ways_and_reaches_its_limit_exactly(fen, tone):
    assert prices.price(fen, [100, 90, 110], RULES).tone == tone


@pytest.mark.parametrize(("many", "tone"), [(500, "calm"), (71, "calm"), (70, "watch"), (51, "watch"), (50, "alarm"), (0, "alarm")])
def test_a_volume_only_drops(many, tone):
    assert prices.volume(many, [100, 90, 110], RULES).tone == tone


def test_fewer_than_three_days_say_nothing_and_from_nothing_nothing_drops():
    assert prices.price(900, [100, 100], RULES) == prices.Change(900, "unknown")
    assert prices.volume(0, [0, 0, 5], RULES).tone == "calm"


async def test_the_last_seven_days_that_were_entered_count_and_no_blank_is_a_zero(hub, say):
    for ago, fen in enumerate([9999, 9999, 100, 100, 100, 100, 120, 120, 120], 1):
        await say(10 - ago, fen, None if ago == 6 else 50)
    await say(0, 100, 50)
    today = await quoted(hub)
    assert today.price.usual == 100 and today.volume.usual == 50 and today.tone == "calm"
    assert (await quoted(hub, 4)).volume is None and (await quoted(hub, 4)).price.value == 100


async def test_what_is_blank_takes_nothing_away_and_a_correction_may(hub, act, say):
    this = clock.local(clock.now()).date()
    await say(0, 250, 90)
    await say(0, None, 95)
    assert (await prices.one_day(hub.dee.community_id, hub.masks, this)).fen == 250
    await act(pricing.correct, hub.masks, this, None, 95, by=hub.kim)
    now = await prices.one_day(hub.dee.community_id, hub.masks, this)
    assert (now.fen, now.volume, now.by_id) == (None, 95, hub.kim.id)
    past = await prices.past(hub.dee.community_id, hub.masks, this.isoformat())
    assert [(one.fen, one.volume, one.by_id) for one in past] == [(250, 95, hub.dee.id), (250, 90, hub.dee.id)]
    await say(0, None, 95)
    assert len(await prices.past(hub.dee.community_id, hub.masks, this.isoformat())) == 2, "the same again is no correction"


async def test_what_was_pressed_last_stands_in_whatever_order_it_comes(hub, act, say):
    this = clock.local(clock.now()).date()
    await say(0, 250)
    earlier = clock.now() - timedelta(hours=1)
    with clock.at(earlier):
        assert (await act(pricing.enter, this, {hub.masks: 240}, {hub.masks: 70}, by=hub.kim)).state == "applied"
    now = await prices.one_day(hub.dee.community_id, hub.masks, this)
    assert (now.fen, now.volume) == (250, 70), "the later price stands, the blank is filled"
    assert 240 in [one.fen for one in await prices.past(hub.dee.community_id, hub.masks, this.isoformat())]


async def test_no_day_to_come_no_blank_day_and_nobody_elses_item(hub, act, say, person):
    tomorrow = clock.local(clock.now()).date() + timedelta(days=1)
    assert isinstance(await act(pricing.enter, tomorrow, {hub.masks: 1}, {}, by=hub.dee), Misfit)
    assert isinstance(await say(0), Misfit)
    assert (await act(pricing.enter, tomorrow - timedelta(days=1), {ids.new(): 1}, {}, by=hub.dee)).trouble == "gone"
    assert (await act(pricing.enter, tomorrow, {hub.masks: 1}, {}, by=await person("steward"))).trouble == "barred"
    assert await db.value("SELECT count(*) FROM goods_price") == 0


@pytest.mark.parametrize("sql", ["UPDATE goods_price_past SET fen = 1", "DELETE FROM goods_price_past"])
async def test_what_was_said_before_is_never_changed(hub, say, sql):
    await say(0, 250)
    await say(0, 260)
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run(sql)


@pytest.mark.parametrize(("fen", "volume"), [(0, 1), (-5, 1), (1, -1)])
async def test_the_table_holds_no_price_of_nothing(hub, fen, volume):
    now = clock.now()
    sql = "INSERT INTO goods_price(community_id, day, item_id, fen, volume, by_id, at, received_at) VALUES (?, '2026-11-01', ?, ?, ?, ?, ?, ?)"
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run(sql, hub.dee.community_id, hub.masks, fen, volume, hub.dee.id, now, now)


# lights


async def told() -> int:
    return await db.value("SELECT count(*) FROM message WHERE words = 'message.price_lights'") or 0


@pytest.fixture
async def usual(say):
    for ago in (4, 3, 2, 1):
        await say(ago, 100, 100)


async def test_a_price_that_rose_is_told_once_and_again_only_after_it_was_calm(hub, say, usual):
    start = clock.now()
    await jobs.warn()
    assert await told() == 0
    steps = [(100 + 40, 2, (1, 0)), (145, 2, (1, 0)), (101, 2, (0, 0)), (150, 4, (1, 0))]
    for n, (fen, messages, lit) in enumerate(steps, 1):
        with clock.at(start + timedelta(minutes=11 * n)):
            await say(0, fen)
            await jobs.warn()
            assert await told() == messages, fen
            assert await lights.tally(hub.dee.community_id, "price", "volume") == lights.Tally(*lit)
    assert await lights.tally(hub.dee.community_id, "cover") == lights.Tally(0, 0)


async def test_a_drop_counts_beside_a_rise_as_one_item_and_goes_out_when_it_is_old(hub, say, usual):
    start = clock.now()
    await say(0, 120, 20)
    await jobs.warn()
    found = {(one.what, one.tone) for one in await lights.lit(hub.dee.community_id)}
    assert found == {("price", "watch"), ("volume", "alarm")} and await told() == 2
    with clock.at(start + timedelta(days=3)):
        await jobs.warn()
        assert len(await lights.lit(hub.dee.community_id)) == 2
    with clock.at(start + timedelta(days=4)):
        await jobs.warn()
        assert await lights.lit(hub.dee.community_id) == []


async def test_the_limits_are_the_communitys_own(hub, act, say, usual):
    await say(0, 120, 100)
    assert isinstance(await act(limiting.set_changes, 30, 20, 30, 50, by=hub.dee), Misfit)
    assert (await act(limiting.set_changes, 10, 20, 30, 50, by=hub.dee)).state == "applied"
    await jobs.warn()
    assert [(one.what, one.tone) for one in await lights.lit(hub.dee.community_id)] == [("price", "alarm")]
    assert (await limits.rules(hub.dee.community_id)).red == 2


# sheets

TODAY = date(2026, 11, 21)
MASKS = Item(ids.new(), ids.new(), "口罩", "只", "other", False)
RICE = Item(ids.new(), ids.new(), "大米", "袋", "food", False)


def read(text: str) -> list[price_sheet.Line]:
    return price_sheet.read(text, [MASKS, RICE], TODAY, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "物资,价格（元）,到货量\n口罩,2.50,1200\n大米,,\n",
        "Item\tUnit\tPrice\tVolume\n口罩\t只\t¥2.5\t1200.0\n",
        "十一月价格表\n\n日期;物资;价格;到货量\n2026/11/21;口罩;2.5元;1200\n",
        "物资，价格，到货量\n口罩，２．５，１２００\n",
        '物资,价格,到货量\n口罩,2.4999999999999996,"1,200"\n',
    ],
)
def test_a_sheet_is_read_as_people_keep_it(text):
    [line] = read(text)
    assert (line.item, line.day, line.fen, line.volume, line.wrong) == (MASKS.id, TODAY, 250, 1200, "")


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("2026-11-21,白菜,,1,1", "item"), ("2026-11-21,口罩,盒,1,1", "unit"), ("昨天,口罩,,1,1", "day"), ("2026-02-30,口罩,,1,1", "day"),
        ("2026-11-22,口罩,,1,1", "ahead"), (",口罩,,1.234,1", "price"), (",口罩,,0,1", "price"), (",口罩,,-1,1", "price"), (",口罩,,1e3,1", "price"),
        (",口罩,,贵,1", "price"), (",口罩,,1,少", "volume"), (",口罩,,1,1.5", "volume"), (",口罩,,1,-3", "volume"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_with_its_reason(row, wrong):
    lines = read(f"日期,物资,单位,价格,到货量\n,大米,,30,\n{row}\n")
    assert [(one.number, one.wrong.rpartition(".")[2]) for one in lines] == [(2, ""), (3, wrong)]


def test_the_same_item_twice_on_a_day_is_asked_about_and_on_two_days_is_not():
    lines = read("日期,物资,价格\n,口罩,1\n2026-11-20,口罩,2\n2026-11-21,口罩,3\n")
    assert [(one.number, bool(one.wrong), one.said) for one in lines] == [(2, False, ""), (3, False, ""), (4, True, "2")]


def test_a_volume_of_nought_is_said_and_a_blank_is_not():
    [line] = read("物资,价格,到货量\n口罩,,0\n大米, ,\n")
    assert line.item == MASKS.id and line.fen is None and line.volume == 0


@pytest.mark.parametrize("text", ["口罩,2.5\n", "物资,电话\n口罩,1\n", "价格\n1\n"])
def test_a_sheet_without_our_columns_is_refused(text):
    with pytest.raises(Unreadable):
        read(text)


async def test_a_sheet_is_looked_at_before_it_is_kept_and_wrong_lines_are_left_out_knowingly(hub, act):
    this = clock.local(clock.now()).date()
    text = "物资,价格\n口罩,2.5\n白菜,3\n"
    for said in ((False, True), (True, False)):
        assert isinstance(await act(pricing.read, text, this, *said, by=hub.dee), Misfit)
        assert await db.value("SELECT count(*) FROM goods_price") == 0
    assert (await act(pricing.read, text, this, True, True, by=hub.dee)).state == "applied"
    assert (await prices.one_day(hub.dee.community_id, hub.masks, this)).fen == 250
    assert isinstance(await act(pricing.read, "物资,价格\n口罩,\n", this, True, True, by=hub.dee), Misfit)


async def test_two_at_once_keep_both(hub, act, say):
    await act(handling.add_item, "肥皂", "块", "other", False, by=hub.dee)
    this = clock.local(clock.now()).date()
    await say(0, 250)
    await act(pricing.enter, this, {}, {hub.masks: 7}, by=hub.kim)
    now = await prices.one_day(hub.dee.community_id, hub.masks, this)
    assert (now.fen, now.volume) == (250, 7)
