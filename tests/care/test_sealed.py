"""Canary: after a whole life of a ledger, no name, phone, kind or note lies in plain anywhere."""

import logging
import re
from pathlib import Path

from care.imports import THREE, file
from care.test_ledger_pages import hidden, previewed
from support.ledgers import changed

from app.care import reads

CANARIES = (
    "王伟金丝雀",
    "李娜金丝雀",
    "13912340987",
    "金丝雀备注",
    "独居老人",
    "孕产妇",
    "低保户",
    "low_income",
    "living_alone",
    "pregnant",
    "失独金丝雀",
)


def holding(folder: Path) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += [f"{path.name}: {c}" for c in CANARIES if c.encode() in data or c.encode("utf-16-le") in data]
    return found


async def test_nothing_that_is_sealed_lies_in_plain(client, app, caplog):
    caplog.set_level(logging.DEBUG)
    phone, folder = client("dispatcher"), app.settings.data
    people = [changed(name="王伟金丝雀", phone="13912340987", note="金丝雀备注", kinds="独居老人、失独金丝雀"), *THREE[1:]]
    path, text = await previewed(phone, file(*people, name="王伟金丝雀.xlsx"))
    sent = hidden(text, f"{path}/mapping") | {"word": "失独金丝雀", "kind": "low_income"}
    text = (await phone.get((await phone.post(f"{path}/mapping", data=sent)).headers["location"])).text
    await phone.post(f"{path}/commit", data=hidden(text, f"{path}/commit"))
    [her] = [r for r in await reads.residents_everywhere(app.world.community) if r.name == "王伟金丝雀"]
    assert her.kinds == ("living_alone", "low_income")
    await phone.post("/households/search", data={"q": "王伟金丝雀"})
    await phone.post(f"/residents/{her.id}/reveal", data={"act": ""})
    edit = (await phone.get(f"/residents/{her.id}/edit")).text
    sent = hidden(edit, f"/residents/{her.id}") | {"name": "李娜金丝雀", "phone": "13912340987", "kinds": "pregnant", "note": "金丝雀备注"}
    assert (await phone.post(f"/residents/{her.id}", data=sent)).status_code == 303
    await phone.post(f"/residents/{her.id}/end", data={"act": ""})
    assert holding(folder) == []
    assert not [c for c in CANARIES if c in caplog.text]


def test_the_canary_would_sing(tmp_path):
    (tmp_path / "x.db-wal").write_bytes("…王伟金丝雀…".encode())
    assert holding(tmp_path) and re.search("x.db-wal", holding(tmp_path)[0])
