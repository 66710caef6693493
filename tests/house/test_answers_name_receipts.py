"""Whatever a page answers to a press, its phone can tell what became of the act: a receipt, or that the form is back on the screen.

An answer without either is what a captive portal or a broken proxy sends; the phone would keep the act and ask again for ever.
"""

import re
from pathlib import Path

import pytest
from test_roles import SLICES, table

from app import web
from app.kernel import ids

ROOT = Path(__file__).parents[2]
RULES = {re.sub(r":\w+}", "}", rule.path): rule for rule in web.ACTS}
TOKEN = {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
JUNK = "\x00-1<>" + "长" * 5_000
# The first of each person's presses meets the thing as it was staged, the next ones what became of it.
WHO = {"dispatcher": ("nonsense", "plain", "htmx"), "volunteer": ("htmx", "plain"), "outsider": ("plain", "htmx"), None: ("plain",)}


def sent_by_a_phone(act: str) -> dict[str, str]:
    return {"Idempotency-Key": act, "X-Act-At": "2026-11-21T08:00:00+08:00", "X-Device": "d" * 22, "X-Act-Reply": "to"}


def unnamed(answer, act: str) -> str | None:
    """What is wrong with an answer, if anything is."""
    named = re.fullmatch(rf"{act}; (applied|held|conflict|refused); again=[01]", answer.headers.get("x-act-receipt", ""))
    misfit = answer.headers.get("x-act-misfit") == act
    if answer.status_code >= 500 or 300 <= answer.status_code < 400:
        return f"{answer.status_code}, which a script cannot read"
    if answer.status_code == 401:
        return "a receipt for nobody" if named or misfit else None
    if bool(named) == misfit:
        return f"{answer.status_code} with {'both' if named else 'neither a receipt nor a misfit'}"
    if named and named[1] == "applied" and answer.status_code == 204 and not answer.headers.get("x-act-to", "").startswith("/"):
        return "204 that leads nowhere"
    return None


@pytest.mark.parametrize("slice_name", SLICES)
async def test_every_answer_to_an_act_names_it(slice_name, app, client, act, person):
    rows, wrong = table(slice_name), []
    for row, expected in rows.ROWS.items():
        method, path = row.split(" ")
        if method != "POST" or path not in RULES:
            continue
        junk = dict.fromkeys(getattr(RULES[path].parse, "fields", ()), JUNK)
        for name, kinds in WHO.items():
            filled = await rows.stage(app, act, person) | TOKEN
            meant = {field: value.format(**filled) for field, value in expected.get("form", {}).items()}
            for kind in kinds:
                one = ids.secret()
                form = (junk if kind == "nonsense" else meant) | {"act": one}
                answer = await client(name, htmx=kind == "htmx").post(path.format(**filled), data=form, headers=sent_by_a_phone(one))
                if why := unnamed(answer, one):
                    wrong.append(f"{row} by {name}, {kind}: {why}")
    assert not wrong, "\n" + "\n".join(wrong)


async def test_an_act_for_a_page_that_is_gone_and_one_that_is_too_large_are_refused_for_good(client):
    for path, data in (("/nothing/here", {}), ("/needs", {"what": "x" * 300_000})):
        one = ids.secret()
        answer = await client("dispatcher").post(path, data=data | {"act": one}, headers=sent_by_a_phone(one))
        assert unnamed(answer, one) is None and answer.headers["x-act-receipt"].startswith(f"{one}; refused"), (path, answer.status_code)


async def test_what_is_not_decided_names_nothing(client):
    one = ids.secret()
    answer = await client("dispatcher").post("/needs", data={"act": one}, headers=sent_by_a_phone(one) | {"X-Act-Owner": "somebody else"})
    assert answer.status_code == 401 and "x-act-receipt" not in answer.headers and "x-act-misfit" not in answer.headers


# Posts that are no acts of the outbox: they belong to this phone alone, or to a person who has no account yet.
NO_ACTS = {"/sign-in", "/sign-out", "/look", "/role", "/community", "/found", "/households/search", "{{ path }}"}


def test_every_form_that_posts_is_an_act_or_a_known_exception():
    wrong = []
    for template in sorted((ROOT / "templates").rglob("*.html")):
        for form in re.findall(r"<form\b[^>]*method=\"post\"[^>]*>", template.read_text(), re.S):
            action = re.search(r'action="([^"]*)"', form)[1]
            if "data-act=" not in form and action not in NO_ACTS:
                wrong.append(f"{template.relative_to(ROOT)}: {form[:120]}")
            if "data-act=" not in form and action == "{{ path }}" and template.name != "sign_in_link.html":
                wrong.append(f"{template.relative_to(ROOT)}: {form[:120]}")
    assert not wrong, "\n".join(wrong)


# Rule(alone=True) holds a secret, or an answer that is of use only now: such a form must not be kept on a phone.
ALONE = {
    "/residents/{resident_id}/data": "privacy/data.html",
    "/residents/{resident_id}/erase": "privacy/data.html",
    "/me/erase": "privacy/own.html",
    "/exports": "privacy/exports.html",
    "/exports/{export_id}/approve": "privacy/exports.html",
    "/exports/{export_id}/refuse": "privacy/exports.html",
    "/exports/{export_id}/fetch": "privacy/exports.html",
    "/closings": "privacy/closing.html",
    "/closings/{closing_id}/approve": "privacy/closing.html",
    "/closings/{closing_id}/refuse": "privacy/closing.html",
    "/password": "people/password.html",
    "/me/phone": "people/own_phone.html",
    "/people/{account_id}/phone": "people/new_phone.html",
    "/people/{account_id}/link": "people/show.html",
    "/here": "door/here/show.html",
    "/cards/needs": "door/card/new.html",
    "/give/{code}": "door/give/new.html",
    "/robots": "push/robots.html",
}
# Said by a phone's script there and then, from no form: where the phone can be written to.
BY_SCRIPT = {"/push", "/push/end", "/push/seen", "/track/need/{need_id}/tell", "/track/need/{need_id}/untell"}


def test_forms_with_secrets_are_never_kept_on_a_phone():
    assert {path for path, rule in RULES.items() if rule.alone} == set(ALONE) | BY_SCRIPT
    for path, template in ALONE.items():
        calls = [
            line
            for line in (ROOT / "templates" / template).read_text().splitlines()
            if "act." in line and (path.rpartition("/")[2] + '"' in line or "act.form(path," in line)
        ]
        assert calls and all("alone=True" in line for line in calls if "act.link" not in line), (path, calls)
