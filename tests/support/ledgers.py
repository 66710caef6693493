import io
import json
from pathlib import Path

from openpyxl import Workbook

from app.care.reading import LedgerReading, read_ledger

DATA = Path(__file__).parent.parent / "data" / "taohuaqiao"
LEDGER = (DATA / "ledger.xlsx").read_bytes()
CSV = (DATA / "buildings.gb18030.csv").read_bytes()
ANSWERS = json.loads((DATA / "answers.json").read_text())

BUILDING_HEAD = ["序号", "小区", "楼栋", "单元数", "层数", "每层户数", "总户数", "有无物业", "网格"]
BUILDINGS = [
    [1, "桃花桥一村", "3栋", 2, 8, 2, 32, "无", "第1网格"],
    [2, "江山云庭", 1, 1, 18, 4, 72, "有", "第2网格"],
]
HEAD = ["序号", "小区", "楼栋", "单元", "房号", "姓名", "性别", "年龄", "联系电话", "人员类别", "智能手机", "备注"]
WANG = [1, "桃花桥一村", "3栋", "1单元", "2-1", "王伟", "男", "72岁", "19900000001", "独居老人、行动不便", "老年机", "耳背"]


def book(**sheets: list[list]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(out)
    return out.getvalue()


def read(*people: list, head: list[str] = HEAD, **options) -> LedgerReading:
    return read_ledger(book(楼栋=[BUILDING_HEAD, *BUILDINGS], 人员=[head, *people]), "台账.xlsx", **options)


def changed(**said) -> list:
    names = ["no", "estate", "building", "unit", "room", "name", "sex", "age", "phone", "kinds", "smartphone", "note"]
    return [said.get(name, cell) for name, cell in zip(names, WANG, strict=True)]
