"""Every act against every kind of bad input: a clear answer, nothing of it run as markup, and never a 500."""

import logging
import uuid

import pytest
from test_roles import SLICES, table

from app import web

SCRIPT = """"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"""
KINDS = {
    "nothing": lambda field: [],
    "blank": lambda field: ["   "],
    "script": lambda field: [SCRIPT],
    "too long": lambda field: ["长" * 5_000],
    "control characters": lambda field: ["\x00\x01\u202e\ud83d" + field],
    "wrong kind": lambda field: ["-1"],
    "many": lambda field: ["a"] * 30,
    "an id of nothing": lambda field: [str(uuid.uuid4())],
    "a formula": lambda field: ["=cmd|' /C calc'!A0"],
    "a far date": lambda field: ["9999-12-31T23:59"],
}


@pytest.mark.parametrize("slice_name", SLICES)
async def test_bad_input_is_answered_and_never_breaks(slice_name, app, client, act, person, caplog):
    caplog.set_level(logging.ERROR, logger="app")
    rules = {rule.path.replace(":uuid", "").replace(":str", ""): rule for rule in web.ACTS}
    rows = table(slice_name)
    filled = await rows.stage(app, act, person) | {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
    phone = client("dispatcher")
    for row in rows.ROWS:
        method, path = row.split(" ")
        if method != "POST" or path not in rules:
            continue
        names = rules[path].parse.fields if hasattr(rules[path].parse, "fields") else ()
        for kind, value in KINDS.items():
            sent = [(name, text.encode("utf-8", "surrogatepass")) for name in names for text in value(name)]
            for form in ([*sent, ("act", b"A" * 22 if kind == "many" else kind.encode())],):
                body = "&".join(f"{name}={_quoted(text)}" for name, text in form)
                answer = await phone.post(
                    path.format(**filled), content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
                )
                assert answer.status_code < 500, f"{path} with {kind}: {answer.status_code}"
                assert "<script>alert" not in answer.text and "<img src=x" not in answer.text, f"{path} with {kind}"
        if "{" not in path:
            continue
        strange = await phone.post(path.format(**{name: uuid.uuid4() for name in filled}), data={})
        assert strange.status_code in (303, 404, 409, 422, 403), f"{path} with a stranger's id: {strange.status_code}"
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR], caplog.text[-3000:]


def _quoted(text: bytes) -> str:
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(text)


async def test_the_same_bad_input_in_a_batch_answers_a_receipt_each_or_keeps_the_act(app, client, act, person):
    from app.kernel import ids

    phone = client("dispatcher")
    for name in SLICES:
        rows = table(name)
        filled = await rows.stage(app, act, person) | {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
        paths = [row.split(" ")[1].format(**filled) for row in rows.ROWS if row.startswith("POST")]
        acts = [{"id": ids.secret(), "path": path, "form": {"what": SCRIPT}} for path in paths]
        for start in range(0, len(acts), 50):
            answer = await phone.post("/acts", json={"device": "d", "acts": acts[start : start + 50]})
            assert answer.status_code == 200
            assert [told and told["id"] for told in answer.json()["receipts"]] == [sent["id"] for sent in acts[start : start + 50]]
