"""Role by field on real pages: in the clear, masked, or not there. What is not in this table is wrong (S09, P10)."""

from uuid import UUID

import pytest
from privacy.test_erasing import asked, home

from app.care.rules import residents
from app.kernel import db, seal, words

NAME, PHONE, NOTE, LINE, ASKER, ASKING = "钱秀英", "13987654321", "听力不好", "要降压药", "周建国", "13612349876"
ROLES = ("stranger", "newcomer", "volunteer", "steward", "operator", "command", "dispatcher", "outsider", "outside_dispatcher")
LEDGER = ("steward", "operator", "dispatcher")
MASKED = {"name": "masked", "phone": "masked", "kind": "clear"}
REQUEST = {"line": "clear", "asker": "masked", "asking": "masked"}
LINED = {"line": "clear"}
WHOLE = {"name": "clear", "phone": "clear", "kind": "clear", "note": "clear"}
# page: who reads which field how; every other role reads none of them, and every other field is not there
PAGES: dict[str, dict[str, dict[str, str]]] = {
    "/households/{door}": dict.fromkeys(LEDGER, MASKED),
    "/needs/{need}": dict.fromkeys(LEDGER, REQUEST),
    "/needs": dict.fromkeys(LEDGER, LINED),
    "/today": dict.fromkeys(("steward", "dispatcher"), LINED),
    "/residents/{her}/edit": dict.fromkeys(("steward", "dispatcher"), WHOLE),
    "/residents/{her}/data": {"dispatcher": WHOLE},
    "/buildings/{building}": {},
    "/households": {},
    "/unreached": {},
    "/board": {},
    "/board/rows/raised": {},
    "/report": {},
    "/emergency": {},
    "/closings": {},
    "/reveals": {},
    "/exports": {},
    "/tasks": {},
    "/runs": {},
    "/people": {},
    "/inbox": {},
    "/now": {},
    "/me": {},
}


async def test_each_role_reads_each_field_as_the_table_says(app, client, act, person):
    told, wrong = await act(residents.add, door := await home(app.world), by=await person("dispatcher"), name=NAME, phone=PHONE,
                            kinds=["infant"], note=NOTE), []  # fmt: skip
    need = await asked(app.world, act, person, what=LINE, name=ASKER, phone=ASKING)
    filled = {"door": door, "need": need, "her": told.about, "building": app.world.building}
    fields = {
        "name": NAME,
        "phone": PHONE,
        "kind": words.gettext("care.kind.infant"),
        "note": NOTE,
        "line": LINE,
        "asker": ASKER,
        "asking": ASKING,
    }
    masks = {
        "name": seal.mask_name(NAME),
        "phone": seal.mask_phone(PHONE),
        "asker": seal.mask_name(ASKER),
        "asking": seal.mask_phone(ASKING),
    }
    for page, readers in PAGES.items():
        for role in ROLES:
            text = (await client(None if role == "stranger" else role).get(page.format(**filled))).text
            for field, value in fields.items():
                shown = "clear" if value in text else "masked" if masks.get(field, value) in text else "absent"
                wanted = readers.get(role, {}).get(field, "absent")
                # a kind is a word of the page's own forms as well
                if shown != wanted and not (field == "kind" and wanted == "absent"):
                    wrong.append(f"{page} {role} {field}: {shown}, not {wanted}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", ["/residents/{her}/edit", "/residents/{her}/data"])
async def test_a_page_that_shows_a_number_in_the_clear_is_a_look_on_record(page, app, client, act, person):
    told = await act(
        residents.add, await home(app.world), by=await person("dispatcher"), name=NAME, phone=PHONE, kinds=["infant"], note=NOTE
    )
    assert PHONE in (await client("dispatcher").get(page.format(her=told.about))).text
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'resident.revealed' AND about = ?", UUID(told.about)) == 1
