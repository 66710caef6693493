"""Every route in a table of who may. A route without a row, or a row without a route, fails."""

import importlib.util
from pathlib import Path

import pytest
from litestar.routes import HTTPRoute

PEOPLE = ("stranger", "newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher", "dispatcher")
SLICES = sorted(path.stem for path in (Path(__file__).parent / "roles").glob("[a-z]*.py"))
# For machines: tests/kernel/test_probes.py, and a stream that does not end: tests/board/test_events.py.
OPEN = {"GET /healthz", "GET /readyz", "GET /metrics", "GET /events"}


def table(name: str):

    spec = importlib.util.spec_from_file_location(f"roles_{name}", Path(__file__).parent / "roles" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def routes(app) -> set[str]:
    found = set()
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            path = "/" + "/".join("{" + part.name + "}" if hasattr(part, "name") else part for part in route.path_components)
            found |= {f"{method} {path}" for method in route.methods if method not in ("HEAD", "OPTIONS")}
    return found


async def test_every_route_has_a_row_and_every_row_a_route(app):
    rows = [row for name in SLICES for row in table(name).ROWS]
    assert sorted(set(rows)) == sorted(rows), "a route stands in two tables"
    assert set(rows) | OPEN == routes(app.edge.app) | OPEN


@pytest.mark.parametrize("slice_name", SLICES)
async def test_who_may(slice_name, app, client, act, person):
    """`in`: a page, a redirect that is not to sign-in, or a complaint about the input or the state (409, 422)."""
    rows = table(slice_name)
    wrong, staged = [], None
    for row, expected in rows.ROWS.items():
        method, path = row.split(" ")
        outcome = {name: wanted for wanted, names in expected.items() if wanted != "form" for name in names}
        missing = set(PEOPLE) - set(outcome)
        assert not missing, f"{row} says nothing of {missing}"
        for name in PEOPLE:
            # what was only looked at or refused stands as it did
            filled = staged = staged or await rows.stage(app, act, person) | {"token": "AAAAAAAAAAAAAAAAAAAAAA"}
            phone = client(None if name == "stranger" else name)
            sent = expected.get("form", {})
            answer = await phone.request(
                method, path.format(**filled), data={k: v.format(**filled) for k, v in sent.items()} if method == "POST" else None
            )
            if method != "GET" and got(answer) == "in":
                staged = None
            if got(answer) != outcome[name]:
                wrong.append(f"{row} as {name}: wanted {outcome[name]}, got {got(answer)} ({answer.status_code})")
            if method == "POST" and path in ("/sign-out",):
                break
    assert not wrong, "\n" + "\n".join(wrong)


def got(answer) -> str:
    if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"):
        return "sign-in" if answer.request.method == "GET" and answer.request.url.path != "/" else "in"
    if answer.status_code < 400 or answer.status_code in (409, 422):
        return "in"
    return str(answer.status_code)
