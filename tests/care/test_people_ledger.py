import random

import pytest
from support.ledgers import BUILDING_HEAD, BUILDINGS, HEAD, WANG, book, changed, read

from app.care.reading import read_ledger


def test_a_row_becomes_a_person():
    (person,) = read(WANG).people
    assert (person.estate, person.building, person.unit, person.floor, person.door) == ("桃花桥一村", 3, 1, 2, 1)
    assert (person.name, person.sex, person.age, person.phone) == ("王伟", "m", 72, "19900000001")
    assert (person.kinds, person.smartphone, person.note) == (("living_alone", "limited_mobility"), "feature", "耳背")


def test_the_three_lists_come_by_column_by_a_word_among_the_kinds_or_by_the_name_of_the_sheet():
    head, home = ["姓名", "详细地址", "类别", "居住类型"], "桃花桥一村3栋1单元2-1"
    cells = {"常住": "resident", "流动人口": "floating", "重点": "key", "": "", "不明": ""}
    found = read(*[[f"王{n}", home, "低保", cell] for n, cell in enumerate(cells)], head=head)
    assert [person.roll for person in found.people] == list(cells.values())
    assert [(w.row, w.reason) for w in found.warnings] == [(6, "ledger.roll_unreadable")]
    among = read(["王伟", home, "低保、租户"], ["李娜", home, "流动人员"], head=head[:3])
    assert [(p.kinds, p.roll) for p in among.people] == [(("low_income",), "floating"), ((), "floating")] and among.asked == ()
    sheets = {"楼栋": [BUILDING_HEAD, *BUILDINGS], "流动人员名单": [["姓名", "详细地址", "电话"], ["赵军", home, ""]]}
    (person,) = read_ledger(book(**sheets), "名单.xlsx").people
    assert (person.roll, person.kinds) == ("floating", ())


def test_shuffled_and_renamed_columns_under_a_title_with_clutter():
    order = list(range(12))
    random.Random(7).shuffle(order)
    names = ["编号", "所在小区", "幢", "单元号", "门牌", "户主", "性 别", "年龄(岁)", "手机号码", "类型", "手机类型", "说明"]
    rows = [[names[i] for i in order], [WANG[i] for i in order]]
    found = read_ledger(
        book(
            楼栋=[["楼栋表"], [], BUILDING_HEAD, *BUILDINGS, ["合计", None, 2]],
            人员=[["特殊人群台账"], [None], ["填报单位：桃花桥社区", None, None, "2022年11月"], [], *rows, [], ["填表人：张敏"]],
        ),
        "台账.xlsx",
    )
    assert found.asked == found.wrong_rows == ()
    assert [(p.name, p.row, p.kinds) for p in found.people] == [("王伟", 6, ("living_alone", "limited_mobility"))]


@pytest.mark.parametrize(
    "address",
    [
        "桃花桥一村3栋1单元2-1",
        "南岸区桃花桥一村 三栋一单元201室",
        "桃花桥一村３＃１－２０１",
        "桃花桥一村3/1/201",
    ],
)
def test_everything_in_one_address_cell(address):
    found = read(["王伟", address, "低保"], head=["姓名", "详细地址", "类别"])
    assert [(p.estate, p.building, p.unit, p.floor, p.door) for p in found.people] == [("桃花桥一村", 3, 1, 2, 1)]


def test_total_rows_in_the_middle_and_notes_below_are_no_people():
    found = read(
        WANG,
        ["小计", None, None, None, None, 1],
        changed(no=2, name="李娜"),
        [None, "合计", None, None, None, 2],
        ["填表人：张敏", None, None, None, None, "审核人：赵军"],
        ["注：本表每月更新"],
        [3, "江山云庭"],
    )
    assert [p.name for p in found.people] == ["王伟", "李娜"]
    assert found.wrong_rows == ()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"estate": "江边小区"}, "ledger.no_such_estate"),
        ({"estate": ""}, "ledger.estate_missing"),
        ({"building": "99栋"}, "ledger.no_such_building"),
        ({"unit": "3单元"}, "ledger.no_such_unit"),
        ({"room": "9-1"}, "ledger.no_such_floor"),
        ({"room": "2-3"}, "ledger.no_such_door"),
        ({"unit": ""}, "ledger.unit_missing"),
        ({"building": "", "unit": "", "room": ""}, "ledger.address_missing"),
        ({"room": "地下室"}, "ledger.address_unreadable"),
        ({"room": "2022-02-01"}, "ledger.address_became_date"),
        ({"name": ""}, "ledger.name_missing"),
        ({"kinds": ""}, "ledger.kind_missing"),
        ({"kinds": "热心居民"}, "ledger.kind_unknown"),
    ],
)
def test_wrong_rows_say_where_and_why(said, reason):
    found = read(changed(**said), changed(name="李娜"))
    assert [(wrong.sheet, wrong.row, wrong.reason) for wrong in found.wrong_rows] == [("人员", 2, reason)]
    assert [p.name for p in found.people] == ["李娜"]
    assert not {"王伟", "19900000001"} & {str(v) for wrong in found.wrong_rows for v in wrong.params.values()}


def test_a_building_with_one_unit_needs_no_unit():
    found = read(changed(estate="江山云庭", building="1栋", unit="", room="1803"))
    assert [(p.unit, p.floor, p.door) for p in found.people] == [(1, 18, 3)]


def test_people_of_a_building_whose_own_row_is_wrong_are_told_so():
    found = read_ledger(
        book(楼栋=[BUILDING_HEAD, [1, "桃花桥一村", "3栋", 2, 8, 2, 31, "无", ""], BUILDINGS[1]], 人员=[HEAD, WANG]), "a.xlsx"
    )
    assert [w.reason for w in found.wrong_rows] == ["ledger.total_differs", "ledger.building_refused"]


def test_doubled_rows_are_the_same_person_however_written():
    found = read(
        WANG,
        changed(no=2, building="3", unit="1", room="201", phone="199 0000 0001", kinds="行动不便，独居"),
        changed(no=3, kinds="低保户"),
        changed(no=4, name="王芳"),
    )
    assert [(d.row, d.first_row) for d in found.duplicate_rows] == [(3, 2)]
    assert len(found.people) == 3


def test_doubts_are_warnings_and_the_person_stays():
    found = read(
        changed(phone="1990000"),
        changed(name="李娜", phone="13800000001/13900000002"),
        changed(name="赵军", age="古稀"),
        changed(name="周洋", kinds="低保户、热心居民"),
        changed(name="吴超", phone=None),
    )
    assert [(w.row, w.reason) for w in found.warnings] == [
        (2, "ledger.phone_unreadable"),
        (3, "ledger.phone_more"),
        (4, "ledger.age_unreadable"),
        (5, "ledger.kind_partly_unknown"),
    ]
    assert [(p.phone, p.phone_written) for p in found.people[:2]] == [
        ("", "1990000"),
        ("13800000001", "13800000001/13900000002"),
    ]
    assert [(a.reason, a.params) for a in found.asked] == [("ledger.kind_strange", {"word": "热心居民", "rows": 1})]


def test_a_strange_kind_can_be_settled_by_hand():
    found = read(changed(kinds="失独老人"), changed(name="李娜", kinds="低保户、党员"), kinds={"失独老人": "living_alone", "党员": ""})
    assert [p.kinds for p in found.people] == [("living_alone",), ("low_income",)]
    assert found.asked == found.warnings == ()
