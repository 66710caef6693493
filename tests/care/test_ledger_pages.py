"""The importer in the browser: upload, preview, decide, commit, undo; and every file that is none."""

import html
import io
import re
import zipfile

import pytest
from care.imports import LI, THREE, count, file
from support.ledgers import DATA, HEAD, LEDGER, WANG, changed

from app.kernel import db

XSS = '<script>alert("x")</script>'


def hidden(text: str, action: str) -> dict[str, str]:
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', text, re.S)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


async def upload(phone, sent):
    return await phone.post("/ledger", files={"file": (sent.name, sent.data)}, data={"act": ""})


async def previewed(phone, sent) -> tuple[str, str]:
    answer = await upload(phone, sent)
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"].partition("?")[0]
    return path, (await phone.get(path)).text


async def test_from_the_file_to_the_households_and_back(client, app):
    phone = client("dispatcher")
    path, text = await previewed(phone, file(*THREE))
    assert "王*" in text and "199****0001" in text
    assert "王伟" not in text and "19900000001" not in text
    sent = hidden(text, f"{path}/commit")
    done = await phone.post(f"{path}/commit", data=sent)
    assert done.status_code == 303 and done.headers["x-act-receipt"].endswith("applied; again=0")
    again = await phone.post(f"{path}/commit", data=sent)
    assert again.headers["x-act-receipt"].endswith("again=1")
    assert await count("resident") == 3
    result = (await phone.get(done.headers["location"])).text
    assert f'action="{path}/undo"' in result
    undone = await phone.post(f"{path}/undo", data=hidden(result, f"{path}/undo"))
    assert undone.status_code == 303 and await count("resident") == 0
    assert (await phone.get(path)).status_code == 200
    assert path in (await phone.get("/ledger")).text


async def test_every_way_of_looking_and_every_page_of_it_is_drawn(client, app):
    phone = client("dispatcher")
    people = [changed(name=f"王{'甲乙丙丁戊己庚辛'[n % 8]}{n}", phone="") for n in range(120)]
    path, _ = await previewed(phone, file(*people, changed(kinds="x"), changed(room="9-9"), WANG, WANG, changed(name="李娜", phone="123")))
    for show in ("added", "changed", "unchanged", "refused", "doubled", "warnings", "passed"):
        answer = await phone.get(f"{path}?show={show}")
        assert answer.status_code == 200
    assert (await phone.get(f"{path}?show=added&page=3")).text != (await phone.get(f"{path}?show=added")).text
    for nonsense in ("?show=lost&page=-1", "?page=x", "?page=99999", "?page=²"):
        assert (await phone.get(path + nonsense)).status_code == 200


async def test_changes_are_shown_field_by_field_and_masked(client, app):
    phone = client("dispatcher")
    path, text = await previewed(phone, file(*THREE))
    await phone.post(f"{path}/commit", data=hidden(text, f"{path}/commit"))
    path, text = await previewed(phone, file(changed(phone="13811112222", note="住女儿家", kinds="低保户"), name="b.xlsx"))
    told = (await phone.get(f"{path}?show=changed")).text
    assert "199****0001" in told and "138****2222" in told and "低保户" in told
    assert not {"王伟", "13811112222", "住女儿家"} & set(re.findall(r"[\w]+", told))


async def test_headings_and_kinds_are_decided_by_hand_without_a_script(client, app):
    phone = client("dispatcher")
    path, text = await previewed(phone, file(changed(kinds="失独老人"), head=[*HEAD[:5], "称呼", *HEAD[6:]]))
    sent = hidden(text, f"{path}/mapping") | {"sheet": "人员", "column": "5", "field": "name"}
    mapped = await phone.post(f"{path}/mapping", data=sent)
    text = (await phone.get(mapped.headers["location"])).text
    assert 'value="失独老人"' in text
    sent = hidden(text, f"{path}/mapping") | {"word": "失独老人", "kind": "living_alone"}
    for name in ("sheet", "column", "field"):
        sent.pop(name, None)
    assert (await phone.post(f"{path}/mapping", data=sent)).status_code == 303
    text = (await phone.get(path)).text
    assert "王*" in text and 'name="word"' not in text


@pytest.mark.parametrize(
    "sent",
    [
        {"sheet": "人员", "column": "5", "field": "password"},
        {"sheet": "人员", "column": "x", "field": "name"},
        {"word": "x", "kind": "lost"},
        {"sheet": "人员", "column": "5", "field": ""},
        {},
    ],
)
async def test_a_decision_that_is_none_is_a_complaint(client, app, sent):
    phone = client("dispatcher")
    path, _ = await previewed(phone, file(*THREE))
    answer = await phone.post(f"{path}/mapping", data={"act": "", "version": "0", **sent})
    assert answer.status_code == 422
    assert await db.value("SELECT version FROM ledger_import") == 0


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (200 * 2**20))
    return out.getvalue()


BAD = {
    "truncated": ("a.xlsx", lambda: LEDGER[: len(LEDGER) // 2]),
    "bomb": ("a.xlsx", bomb),
    "picture": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 500),
    "encoding": ("a.csv", lambda: "小區,樓棟,單元數\n測試,１,２\n".encode("big5") * 20),
    "empty": ("a.csv", lambda: b""),
    "page": ("a.xls", lambda: b"<html><body>sign in</body></html>"),
    "large": ("a.xlsx", lambda: b"x" * (20 * 2**20)),
    "just too large": ("a.csv", lambda: b"a,b\n" * (15 * 2**18 + 9)),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_file_that_is_none_gets_words_and_leaves_nothing(client, app, what, lang):
    name, data = BAD[what]
    before = await count("receipt")
    answer = await client("dispatcher", lang=lang).post("/ledger", files={"file": (name, data())}, data={"act": ""})
    assert answer.status_code == 422
    assert 'id="f-file-error"' in answer.text and "sheets." not in answer.text
    for table, held in (("ledger_import", 0), ("ledger_file", 0), ("receipt", before)):
        assert await count(table) == held


async def test_no_file_at_all(client, app):
    phone = client("dispatcher")
    for answer in (await phone.post("/ledger", data={"act": ""}), await phone.post("/ledger", files={"other": ("a", b"a")})):
        assert answer.status_code == 422 and 'id="f-file-error"' in answer.text


async def test_only_this_address_takes_large_bodies(client, app):
    answer = await client("dispatcher").post("/inbox/read", files={"file": ("a", b"x" * 400_000)})
    assert answer.status_code == 413


async def test_a_name_of_markup_comes_back_escaped(client, app):
    phone = client("dispatcher")
    odd = [*BUILDINGS_ODD, [9, XSS, "7栋", 1, 2, 2, 4, "无", XSS]]
    path, text = await previewed(phone, file(changed(kinds=XSS), WANG, buildings=odd, name=f"{XSS}.xlsx"))
    pages = [text, (await phone.get("/ledger")).text, *[(await phone.get(f"{path}?show={s}")).text for s in ("added", "refused")]]
    assert all(XSS not in page for page in pages)
    assert any(html.escape(XSS, quote=False) in page.replace("&#34;", '"') for page in pages)


BUILDINGS_ODD = [[1, "桃花桥一村", "3栋", 2, 8, 2, 32, "无", "第3网格"]]


async def test_the_same_file_again_is_said_and_doubles_nothing(client, app):
    phone, sent = client("dispatcher"), file(*THREE)
    path, text = await previewed(phone, sent)
    assert (await upload(phone, sent)).headers["location"].startswith(path)
    await phone.post(f"{path}/commit", data=hidden(text, f"{path}/commit"))
    second, text = await previewed(phone, sent)
    assert second != path and 'class="trouble watch"' in text
    await phone.post(f"{second}/commit", data=hidden(text, f"{second}/commit"))
    assert await count("resident") == 3
    assert await db.value("SELECT unchanged FROM ledger_import ORDER BY made_at DESC LIMIT 1") == 6


async def test_what_holds_an_import_is_listed_and_the_button_is_gone(client, app, act, person):
    phone = client("dispatcher")
    path, text = await previewed(phone, file(LI))
    await phone.post(f"{path}/commit", data=hidden(text, f"{path}/commit"))
    her = await db.value("SELECT id FROM resident")
    edit = (await phone.get(f"/residents/{her}/edit")).text
    sent = hidden(edit, f"/residents/{her}") | {"name": "李娜", "phone": "", "note": ""}
    assert (await phone.post(f"/residents/{her}", data=sent)).status_code == 303
    text = (await phone.get(path)).text
    assert 'id="held"' in text and f'action="{path}/undo"' not in text
    assert (await phone.post(f"{path}/undo", data={"act": ""})).status_code == 409


async def test_discarding_ends_the_page(client, app):
    phone = client("dispatcher")
    path, text = await previewed(phone, file(*THREE))
    assert (await phone.post(f"{path}/discard", data=hidden(text, f"{path}/discard"))).headers["location"].startswith("/ledger")
    assert (await phone.get(path)).status_code == 404
    assert path not in (await phone.get("/ledger")).text


async def test_others_do_not_get_in(client, app):
    path, _ = await previewed(client("dispatcher"), file(*THREE))
    for name, status in (("outside_dispatcher", 404), ("steward", 403), ("volunteer", 403)):
        assert (await client(name).get(path)).status_code == status
        assert (await client(name).post(f"{path}/commit", data={"act": "", "version": "0"})).status_code == status
    for name in ("steward", "volunteer", "command"):
        assert (await upload(client(name), file(*THREE))).status_code == 403
    assert await count("resident") == 0


async def test_the_shared_ledger_over_buildings_that_stand_otherwise(client, app):
    """The cast's 一村 1 and 2 are broader and lower than the file's: left alone, and so are people at doors they lack."""
    phone = client("dispatcher")
    path, text = await previewed(phone, type(file(LI))("ledger.xlsx", (DATA / "ledger.xlsx").read_bytes()))
    assert (await phone.post(f"{path}/commit", data=hidden(text, f"{path}/commit"))).status_code == 303
    assert 1200 < await count("resident") < 1238
    assert await count("resident") + await db.value("SELECT refused FROM ledger_import") > 1238
