"""What machines ask, and who may read the figures."""

import json
import re
from pathlib import Path

import httpx
import pytest

DASHBOARD = Path(__file__).parents[2] / "app" / "dashboard.json"


async def test_alive_and_ready(client):
    assert (await client().get("/healthz")).json() == {"state": "alive"}
    ready = await client().get("/readyz")
    assert ready.status_code == 200 and set(ready.json().values()) == {"ready"}


async def test_what_is_not_ready_is_named(client, monkeypatch):
    from app.kernel import probes

    monkeypatch.setattr(probes.seal, "is_open", lambda: False)
    ready = await client().get("/readyz")
    assert ready.status_code == 503 and ready.json() == {"database": "ready", "keys": "not ready"}


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("9.9.9.9", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "9.9.9.9"}, 404),
        ("9.9.9.9", {"Authorization": "Bearer "}, 404),
    ],
)
async def test_figures_are_for_this_machine(app, peer, headers, status):
    phone = httpx.AsyncClient(transport=httpx.ASGITransport(app.edge, client=(peer, 1)), base_url="http://localhost:8000", headers=headers)
    assert (await phone.get("/metrics")).status_code == status


async def test_the_dashboard_shows_every_figure_and_no_other(app, client):
    told = {line.partition(" ")[0].partition("{")[0] for line in (await client(None).get("/metrics")).text.splitlines()}
    shown = set(
        re.findall(
            r"(?:lastmetre|process)_\w+", " ".join(each["targets"][0]["expr"] for each in json.loads(DASHBOARD.read_text())["panels"])
        )
    )
    assert shown == told | {"lastmetre_backup_age_seconds", "lastmetre_backup_failures_total"}
