"""When the terminal draws QR codes: only of addresses that open on a phone."""

import pytest

from app.demo import telling
from app.demo.links import ROLES, Building, Community, Shown


@pytest.mark.parametrize("url", ["https://help.example.org", "https://help.example.org:8443", "https://8.8.8.8"])
def test_public(url):
    assert telling.is_public(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://help.example.org",
        "http://localhost:8000",
        "https://localhost",
        "https://127.0.0.1",
        "https://192.168.1.4",
        "https://10.0.0.2",
        "https://[::1]",
        "https://nas",
        "https://nas.local",
    ],
)
def test_not_public(url):
    assert not telling.is_public(url)


def shown(url: str) -> Shown:
    sign_in = {role: f"/sign-in/{role}" for role in ROLES}
    return Shown(url, Community("ABCD", "桃花桥社区"), sign_in, Building("D4VLQF", "/b/D4VLQF", "/ask/D4VLQF"), "/join/x")


@pytest.mark.parametrize(("url", "drawn"), [("https://help.example.org", True), ("http://localhost:8000", False)])
def test_every_address_is_told_and_drawn_where_that_helps(url, drawn):
    told = telling.block(shown(url), dict.fromkeys(ROLES, "王敏"))
    for path in (*shown(url).sign_in.values(), "/ask/D4VLQF", "/b/D4VLQF", "/join/x"):
        assert f"{url}{path}" in told
    assert ("█" in told) is drawn
    assert ("LASTMETRE_PUBLIC_URL" in told) is not drawn
