"""What machines ask, and who may read the figures."""

import httpx
import pytest


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
