"""Helpers for tests that bring ledgers in."""

import json
from types import SimpleNamespace
from uuid import UUID

from support.ledgers import BUILDING_HEAD, HEAD, WANG, book

from app.care.command import run_import
from app.care.rules import importing
from app.kernel import db
from app.kernel.forms import File

LI = [2, "桃花桥一村", "1栋", "2单元", "5-1", "李娜", "女", "34", "13900000002", "孕产妇", "是", ""]
ZHAO = [3, "江山云庭", "1栋", "", "18-3", "赵军", "男", "", "", "血透患者", "", "每周二四六"]
# 一村 1 and 云庭 1 stand already (the cast's): 云庭 grows from four floors to eighteen, 一村 3 is new.
BUILDINGS = [
    [1, "桃花桥一村", "1栋", 2, 6, 2, 24, "无", "第1网格"],
    [2, "桃花桥一村", "3栋", 2, 8, 2, 32, "无", "第3网格"],
    [3, "江山云庭", 1, 1, 18, 4, 72, "有", "第2网格"],
]
TABLES = ("estate", "grid", "building", "unit", "household", "resident")


def file(*people: list, buildings: list[list] = BUILDINGS, head: list[str] = HEAD, name: str = "台账.xlsx") -> File:
    sheets = {"楼栋": [BUILDING_HEAD, *buildings]} if buildings else {}
    return File(name, book(**sheets, **({"人员": [head, *people]} if people else {})))


THREE = (WANG, LI, ZHAO)


async def dump(*tables: str) -> dict[str, list]:
    """Everything in the tables but the residents' versions, which only count up."""
    found = {}
    for table in tables or TABLES:
        connection = db.get_connections().get("default")
        rows = await connection.execute_query_dict(f"SELECT * FROM {table} ORDER BY id")
        found[table] = [{k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items() if k != "version"} for row in rows]
    return found


async def count(table: str, where: str = "1 = 1", *params) -> int:
    return int(await db.value(f"SELECT count(*) FROM {table} WHERE {where}", *params))


async def command(path, community: str, *, dry_run: bool = False) -> SimpleNamespace:
    lines: list[str] = []
    code = await run_import({"file": str(path), "community": community, "dry_run": dry_run}, lines.append)
    return SimpleNamespace(code=code, lines=lines, report=json.loads(lines[0]) if code == 0 else None)


async def bring_in(act, by, sent: File):
    """Upload and commit; answers the import's id."""
    import_id = (await act(importing.upload, by=by, file=sent)).about
    receipt = await act(importing.commit, UUID(import_id), by=by, version=0)
    assert receipt.state == "applied", receipt
    return UUID(import_id)
