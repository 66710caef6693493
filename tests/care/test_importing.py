"""Ledgers come in: the shared one to exactly its answers, any again without doubling, two at once once."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from care.imports import BUILDINGS, LI, THREE, bring_in, command, count, dump, file
from support.ledgers import ANSWERS, CSV, DATA, HEAD, WANG, book, changed

from app.care import reads
from app.care.jobs import DUTIES
from app.care.kinds import CHINESE
from app.care.rules import importing, undoing
from app.journal import worker
from app.journal.worker import Worker
from app.kernel import clock, db
from app.kernel.forms import File
from app.kernel.trouble import Misfit
from app.places import rules as places

XLSX = DATA / "ledger.xlsx"


@pytest.fixture
async def empty(world):
    """A community without a single building: (id, code)."""
    made = []

    async def found():
        made.append(await places.found_community("桃花桥新社区", district=world.district, emergency=world.emergency))

    await worker.do(found)
    return made[0], await db.value("SELECT code FROM community WHERE id = ?", made[0])


@pytest.mark.postgres
async def test_the_shared_ledger_comes_in_to_exactly_its_answers_and_only_once(empty):
    community, code = empty
    before = await dump()
    dry = await command(XLSX, code, dry_run=True)
    assert await dump() == before
    done = await command(XLSX, code.lower())
    assert dry.code == done.code == 0 and dry.report == done.report
    report = done.report
    assert {k: v for k, v in report.items() if k in ANSWERS and "rows" not in k} == {k: v for k, v in ANSWERS.items() if "rows" not in k}
    for key in ("wrong_rows", "duplicate_rows"):
        assert [row["row"] for row in report[key]] == ANSWERS[key]
    assert all(row["reason"] and not row["reason"].startswith("ledger.") for row in report["wrong_rows"])
    assert set(report["duplicate_rows"][0]) == {"sheet", "row"}
    assert (report["added"], report["changed"], report["unchanged"], report["asked"]) == (172 + 1238, 0, 0, [])
    assert await count("resident") == 1238
    assert await count("household", "community_id = ?", community) == 8638
    held = await dump()
    again = await command(XLSX, code)
    assert (again.report["added"], again.report["changed"], again.report["unchanged"]) == (0, 0, 172 + 1238)
    assert await dump() == held


async def test_counts_by_kind_are_those_of_the_file(empty):
    await command(XLSX, empty[1])
    assert {CHINESE[kind]: n for kind, n in (await reads.kind_counts(empty[0])).items()} == ANSWERS["kinds"]


@pytest.mark.postgres
async def test_a_list_puts_whom_it_names_on_it_and_leaves_her_kinds(world, act, person):
    dispatcher = await person("dispatcher")
    await bring_in(act, dispatcher, file(WANG))
    row = ["王伟", "桃花桥一村3栋1单元2-1", "流动"]
    await bring_in(act, dispatcher, file(row, head=["姓名", "详细地址", "居住类型"], buildings=[]))
    [her] = await reads.residents_everywhere(world.community)
    assert (her.roll, her.kinds) == ("floating", ("living_alone", "limited_mobility"))


async def test_the_building_csv_comes_in_alone_and_its_codes_are_all_different(empty):
    done = await command(DATA / "buildings.gb18030.csv", empty[1])
    assert (done.report["buildings"], done.report["households"], done.report["people"]) == (172, 8638, 0)
    assert (done.report["added"], done.report["unchanged"]) == (172, 0)
    assert await count("building") == len(await db.rows(str, "SELECT DISTINCT code FROM building"))


async def test_the_command_says_in_one_line_what_is_wrong(world, tmp_path):
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(XLSX.read_bytes()[:-3000])
    big = tmp_path / "big.csv"
    big.write_bytes(b"a,b\n" * 5_000_000)
    before = await dump()
    for path, code in ((broken, world.community_code), (big, world.community_code), (XLSX, "ZZZZZ"), (tmp_path, world.community_code)):
        told = await command(path, code)
        assert (told.code, len(told.lines)) == (2, 1)
    assert await dump() == before and await count("ledger_import") == 0


@pytest.mark.postgres
async def test_upload_and_commit_add_change_and_grow(world, act, person):
    await bring_in(act, await person("dispatcher"), file(*THREE))
    assert await db.value("SELECT floors FROM building WHERE id = ?", world.building3) == 18
    assert await count("household", "building_id = ?", world.building3) == 72
    assert await count("building", "community_id = ?", world.community) == 4
    [zhao] = await reads.residents_in(world.building3)
    assert (zhao.name, zhao.phone, zhao.kinds, zhao.note, zhao.age) == ("赵军", "", ("dialysis",), "每周二四六", None)
    [li] = await reads.residents_in(world.building)
    assert (li.name, li.phone, li.kinds, li.sex, li.age, li.smartphone) == ("李娜", "13900000002", ("pregnant",), "f", 34, "yes")


@pytest.mark.postgres
async def test_two_commits_at_once_are_one(world, act, person):
    by = await person("dispatcher")
    one = UUID((await act(importing.upload, by=by, file=file(*THREE))).about)
    receipts = await asyncio.gather(*[act(importing.commit, one, by=by, version=0) for _ in range(2)])
    assert sorted(r.state for r in receipts) == ["applied", "refused"]
    assert {r.reason for r in receipts} == {None, "decided-already"}
    assert await count("resident") == 3


@pytest.mark.postgres
async def test_two_ledgers_at_once_both_come_in_and_double_nothing(world, act, person):
    by = await person("dispatcher")
    sent = [file(*people, name=f"{n}.xlsx") for n, people in enumerate(((WANG, LI), (WANG, *THREE[2:])))]
    ids = [UUID((await act(importing.upload, by=by, file=each)).about) for each in sent]
    receipts = await asyncio.gather(*[act(importing.commit, one, by=by, version=0) for one in ids])
    assert [r.state for r in receipts] == ["applied", "applied"]
    assert await count("resident") == 3 and await count("building", "community_id = ?", world.community) == 4


@pytest.mark.postgres
async def test_one_file_has_one_open_preview(world, act, person):
    by = await person("dispatcher")
    sent = file(*THREE)
    receipts = await asyncio.gather(*[act(importing.upload, by=by, file=sent) for _ in range(3)])
    assert len({r.about for r in receipts}) == 1 and await count("ledger_import") == 1 and await count("ledger_file") == 1
    await act(importing.discard, UUID(receipts[0].about), by=by)
    again = await act(importing.upload, by=by, file=sent)
    assert again.about != receipts[0].about


async def test_a_preview_that_was_mapped_anew_is_not_committed_unseen(world, act, person):
    by = await person("dispatcher")
    one = UUID((await act(importing.upload, by=by, file=file(*THREE))).about)
    await act(importing.decide, one, by=by, version=0, mapping=importing.Mapping({"人员": {11: ""}}))
    stale = await act(importing.commit, one, by=by, version=0)
    assert (stale.state, stale.reason) == ("refused", "changed-meanwhile")
    assert await count("resident") == 0
    assert (await act(importing.commit, one, by=by, version=1)).state == "applied"


async def test_columns_and_kinds_settled_by_hand_are_read_so(world, act, person):
    by = await person("dispatcher")
    head = [*HEAD[:5], "称呼", *HEAD[6:]]
    one = UUID((await act(importing.upload, by=by, file=file(changed(kinds="失独老人"), head=head))).about)
    mapping = importing.Mapping({"人员": {5: "name"}}, {"失独老人": "living_alone"})
    await act(importing.decide, one, by=by, version=0, mapping=mapping)
    receipt = await act(importing.commit, one, by=by, version=1)
    assert receipt.filled["added"] == 2
    [wang] = await reads.residents_everywhere(world.community)
    assert (wang.name, wang.kinds) == ("王伟", ("living_alone",))


async def test_what_the_file_leaves_blank_is_kept_and_whom_it_leaves_out_stays(world, act, person):
    by = await person("dispatcher")
    await bring_in(act, by, file(*THREE))
    less = file(changed(phone="", note="", kinds="低保户"), name="b.xlsx", buildings=[])
    receipt = await act(importing.upload, by=by, file=less)
    done = await act(importing.commit, UUID(receipt.about), by=by, version=0)
    assert (done.filled["added"], done.filled["changed"]) == (0, 1)
    people = {r.name: r for r in await reads.residents_everywhere(world.community)}
    assert set(people) == {"王伟", "李娜", "赵军"}
    assert (people["王伟"].phone, people["王伟"].note, people["王伟"].kinds) == ("19900000001", "耳背", ("low_income",))


async def test_sheets_for_each_kind_add_up_to_one_person(world, act, person):
    head, row = [h for h in HEAD if h != "人员类别"], [c for c, h in zip(WANG, HEAD, strict=True) if h != "人员类别"]
    sent = File("按类.xlsx", book(楼栋=[["小区", "楼栋", "单元数", "层数", "每层户数"], ["桃花桥一村", "3栋", 2, 8, 2]],
                                独居老人名单=[head, row], 低保户名单=[head, row]))  # fmt: skip
    await bring_in(act, await person("dispatcher"), sent)
    [wang] = await reads.residents_everywhere(world.community)
    assert wang.kinds == ("living_alone", "low_income")


async def test_two_of_one_name_behind_one_door_stay_two(world, act, person):
    by = await person("dispatcher")
    sent = file(WANG, changed(phone="13900000009", sex="女", age="40"))
    await bring_in(act, by, sent)
    assert sorted(r.phone for r in await reads.residents_everywhere(world.community)) == ["13900000009", "19900000001"]
    again = file(changed(phone="13900000009", sex="女", age="41"), WANG, name="c.xlsx")
    receipt = await act(importing.commit, UUID((await act(importing.upload, by=by, file=again)).about), by=by, version=0)
    assert (receipt.filled["added"], receipt.filled["changed"], receipt.filled["unchanged"]) == (0, 1, 4)


async def test_a_phone_that_is_none_is_kept_as_written(world, act, person):
    await bring_in(act, await person("dispatcher"), file(changed(phone="1990000"), changed(name="李娜", phone="13800000001/13900000002")))
    people = {r.name: r for r in await reads.residents_everywhere(world.community)}
    assert (people["王伟"].phone, people["王伟"].written) == ("", "1990000")
    assert (people["李娜"].phone, people["李娜"].written) == ("13800000001", "13800000001/13900000002")
    assert await reads.find_by_phone(world.community, "13800000001") == [people["李娜"].household_id]


async def test_a_smaller_building_is_refused_and_left_alone(world, act, person):
    by = await person("dispatcher")
    small = [[1, "桃花桥一村", "1栋", 1, 6, 2, 12, "有", "第9网格"]]
    receipt = await act(importing.commit, UUID((await act(importing.upload, by=by, file=file(buildings=small))).about), by=by, version=0)
    assert receipt.filled == {"added": 0, "changed": 0, "unchanged": 0}
    assert await count("grid", "name = '第9网格'") == 0
    assert await db.value("SELECT refused FROM ledger_import") == 1


async def test_an_unreadable_file_leaves_no_trace(world, act, person):
    before = await count("receipt")
    answer = await act(importing.upload, by=await person("dispatcher"), file=File("a.xlsx", CSV[:50] + b"\x00\x01"))
    assert isinstance(answer, Misfit) and set(answer.errors) == {"file"}
    assert await count("ledger_import") == 0 and await count("receipt") == before


@pytest.mark.parametrize("name", ["steward", "volunteer", "operator", "command"])
async def test_only_a_dispatcher_imports(world, act, person, name):
    one = UUID((await act(importing.upload, by=await person("dispatcher"), file=file(*THREE))).about)
    by = await person(name)
    for verb, fields in (
        (importing.commit, {"version": 0}),
        (importing.discard, {}),
        (undoing.undo, {}),
        (importing.decide, {"version": 0, "mapping": importing.Mapping()}),
    ):
        assert (await act(verb, one, by=by, **fields)).reason == "barred"
    assert (await act(importing.upload, by=by, file=file(LI))).reason == "barred"


async def test_the_dispatcher_next_door_finds_nothing_here(world, act, person):
    one = UUID((await act(importing.upload, by=await person("dispatcher"), file=file(*THREE))).about)
    by = await person("outside_dispatcher")
    for verb, fields in ((importing.commit, {"version": 0}), (importing.discard, {}), (undoing.undo, {})):
        assert (await act(verb, one, by=by, **fields)).reason == "gone"


async def test_a_file_nobody_decides_about_is_gone_after_a_day_and_its_key_with_it(world, act, person):
    by = await person("dispatcher")
    one = UUID((await act(importing.upload, by=by, file=file(*THREE))).about)
    works = Worker((), DUTIES)
    await works.once()
    assert await count("ledger_file") == 1
    with clock.at(clock.now() + timedelta(hours=25)):
        await works.once()
    assert await count("ledger_file") == 0
    assert (await act(importing.commit, one, by=by, version=0)).reason == "decided-already"


async def test_a_committed_file_is_forgotten(world, act, person):
    await bring_in(act, await person("dispatcher"), file(*THREE))
    assert await count("ledger_file", "body_sealed IS NOT NULL") == 0
    await Worker((), DUTIES).once()
    assert await count("ledger_file") == 0


@pytest.mark.postgres
async def test_the_database_itself_holds_the_promises(world, act, person):
    await bring_in(act, await person("dispatcher"), file(*THREE, buildings=BUILDINGS))
    columns = "community_id, emergency_id, household_id, name_sealed, match_hash, made_at"
    copy = f"INSERT INTO resident(id, key_id, {columns}) SELECT ?, ?, {columns} FROM resident"
    one = world.volunteer, world.steward
    around = [
        (f"{copy} ORDER BY id LIMIT 1", one),
        ("UPDATE resident SET phone_hash = NULL WHERE phone_hash IS NOT NULL", ()),
        ("UPDATE ledger_import SET state = 'undone'", ()),
        ("UPDATE ledger_import SET state = 'uploaded'", ()),
        ("UPDATE ledger_import SET mark = NULL", ()),
        ("UPDATE ledger_import SET state = 'lost'", ()),
        ("UPDATE ledger_row SET version_left = NULL WHERE subject = 'resident'", ()),
        ("UPDATE ledger_row SET subject = 'street'", ()),
        ("DELETE FROM household WHERE id IN (SELECT household_id FROM resident)", ()),
    ]
    for sql, params in around:
        with pytest.raises(db.IntegrityError):
            await db.run(sql, *params)
