"""The ledger spreadsheet of Taohuaqiao as its community office would keep it, made here from `texts/places.toml`.

Every run writes the same book: merged titles, rooms in the notations that people use, full-width digits, totals,
four rows that name a building which is not there and five that were pasted twice.
"""

import io
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.demo.texts import read

SEED = 1129
GRID = 10  # buildings to a grid
WRONG, DOUBLED = 290, 230  # after so many rows comes a wrong one, a doubled one

BUILDING_HEAD = ("序号", "小区", "楼号", "单元数", "楼层数", "每层户数", "总户数", "有无物业", "网格")
PEOPLE_HEAD = ("序号", "小区", "楼栋", "单元", "房号", "姓名", "性别", "年龄", "联系电话", "人员类别", "智能手机", "备注")
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


class Block(NamedTuple):
    estate: str
    number: int
    units: int
    floors: int
    doors: int
    managed: bool


class Door(NamedTuple):
    block: Block
    unit: int
    floor: int
    door: int


def blocks() -> list[Block]:
    found = []
    for estate in read("places")["estate"]:
        shapes = [shape for count, *shape in estate["groups"] for _ in range(count)]
        found += [Block(estate["name"], number, *shape, estate["managed"]) for number, shape in enumerate(shapes, 1)]
    return found


def name(rng: random.Random, named: dict[str, Any]) -> str:
    return rng.choice(named["surnames"]) + rng.choice(named["given"])


def book() -> bytes:
    """The xlsx."""
    made, out = Workbook(), io.BytesIO()
    _buildings(made.active)
    _people(made.create_sheet("特殊人群台账"), random.Random(SEED))
    made.save(out)
    return out.getvalue()


def _buildings(sheet: Worksheet) -> None:
    sheet.title = "楼栋信息"
    sheet.append(["桃花桥社区楼栋台账"])
    sheet.merge_cells("A1:I1")
    sheet.append(BUILDING_HEAD)
    total = 0
    for row, block in enumerate(blocks()):
        doors = block.units * block.floors * block.doors
        total += doors
        written = (f"{block.number}栋", block.number, f"{block.number}号楼")[row % 3]
        managed = "有" if block.managed else "无"
        grid = f"第{row // GRID + 1}网格"
        sheet.append([row + 1, block.estate, written, block.units, block.floors, block.doors, doors, managed, grid])
    sheet.append(["合计", None, len(blocks()), None, None, None, total])


def _people(sheet: Worksheet, rng: random.Random) -> None:
    sheet.append(["桃花桥社区特殊人群台账（十一类）"])
    sheet.merge_cells("A1:L1")
    sheet.append(PEOPLE_HEAD)
    count = 0
    for count, row in enumerate(_rows(rng), 1):
        sheet.append(row)
        if count % DOUBLED == 0:
            sheet.append(row)
        if count % WRONG == 0:
            sheet.append([*row[:2], "88栋", "1单元", "1-1", *row[5:]])
    sheet.append(["合计", None, None, None, None, count])


def _rows(rng: random.Random) -> Iterator[list]:
    named, doors = read("people"), _doors()
    phones = iter(rng.sample(range(9000), 2000))
    listed = [(kind, door, n) for kind in read("places")["kind"] for n, door in enumerate(_homes(rng, kind, doors))]
    rng.shuffle(listed)
    for number, (kind, door, n) in enumerate(listed, 1):
        also, least = kind.get("also", ("", 0))
        age = rng.randint(*kind["ages"])
        yield [
            number,
            door.block.estate,
            *_written(rng, door),
            name(rng, named),
            "女" if kind["word"] == "孕产妇" else rng.choice("男女"),
            f"{age}岁" if rng.random() < 0.25 else age,
            f"1990000{next(phones):04d}" if rng.random() < 0.93 else None,
            f"{kind['word']}、{also}" if n < least else kind["word"],
            rng.choice(("是", "否", "老年机")) if age > 65 else "是",
            rng.choice(("耳背", "女儿在外地", "养了一条狗", "晚上才在家")) if rng.random() < 0.08 else None,
        ]


def _doors() -> list[Door]:
    return [
        Door(block, unit, floor, door)
        for block in blocks()
        for unit in range(1, block.units + 1)
        for floor in range(1, block.floors + 1)
        for door in range(1, block.doors + 1)
    ]


def _homes(rng: random.Random, kind: dict[str, Any], doors: list[Door]) -> list[Door]:
    return rng.sample([door for door in doors if not (kind.get("unmanaged") and door.block.managed)], kind["count"])


def _written(rng: random.Random, door: Door) -> tuple[str | None, str | None, str | None]:
    """Building, unit and room, in one of the ways in which ledgers write them."""
    number, room = door.block.number, f"{door.floor}{door.door:02d}"
    match rng.choices(range(5), (50, 22, 12, 9, 7))[0]:
        case 0:
            return f"{number}栋", f"{door.unit}单元", f"{door.floor}-{door.door}"
        case 1:
            return str(number), str(door.unit), room
        case 2:
            return f"{number}-{door.unit}", None, room
        case 3:
            return f"{number}栋{door.unit}单元{door.floor}-{door.door}", None, None
    return f"{number}栋".translate(FULL_WIDTH), f"{door.unit}单元".translate(FULL_WIDTH), f"{door.floor}-{door.door}".translate(FULL_WIDTH)
