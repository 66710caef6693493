"""Every page that a role can reach by links, on the sample community: axe, no sideways push, nothing broken behind it.

Together the walks cover every pair of language, size, theme and width; the long ones are each role's other half.
"""

import re
from collections import deque
from itertools import combinations, product
from urllib.parse import urlsplit

import pytest
from support.browser import axe, shoot, too_wide, twice

pytestmark = pytest.mark.browser

SMALL = ("zh", "larger", "light", 320)
WALKS = [
    ("resident", "zh", "normal", "light", 360),
    ("resident", "en", "larger", "dark", 320),
    ("volunteer", "en", "large", "light", 360),
    ("volunteer", *SMALL),
    ("steward", "zh", "large", "dark", 360),
    ("steward", "en", "normal", "sunlight", 320),
    ("dispatcher", "en", "larger", "sunlight", 360),
    ("operator", "zh", "large", "sunlight", 320),
    ("command", "zh", "normal", "dark", 360),
    ("hub_keeper", "en", "large", "dark", 360),
]
LONG_WALKS = [
    ("dispatcher", "zh", "normal", "dark", 320),
    ("operator", "en", "normal", "light", 360),
    ("command", "en", "larger", "light", 320),
]
MOST = 45
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[A-Za-z0-9_-]{22}(?=/|$)|(?<=/)[2-9A-Z]{6}(?=/|$)|\d{4}-\d\d-\d\d|\d+")


def shape(address: str) -> str:
    """Pages of one kind: a path without ids, and the names of its query."""
    parts = urlsplit(address)
    return ID.sub("…", parts.path) + "?" + "&".join(sorted(part.split("=")[0] for part in parts.query.split("&") if part))


def sign_in(phone, path: str) -> None:
    page = phone.open(path)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.close()


CASES = [pytest.param(*walk, id="-".join(map(str, walk))) for walk in WALKS] + [
    pytest.param(*walk, id="-".join(map(str, walk)), marks=pytest.mark.long) for walk in LONG_WALKS
]


def test_the_walks_cover_every_pair():
    for one, other in combinations(range(1, 5), 2):
        there = {(walk[one], walk[other]) for walk in WALKS}
        assert there == set(product({walk[one] for walk in WALKS}, {walk[other] for walk in WALKS}))


@pytest.mark.parametrize(("role", "lang", "type", "theme", "width"), CASES)
def test_every_page_a_role_can_reach(role, lang, type, theme, width, sample_server, phones):
    phone = phones(sample_server.url, lang=lang, type=type, theme=theme, width=width)
    facts = sample_server.facts
    if role == "resident":
        start = [
            facts["building"]["ask"],
            facts["building"]["ask"] + "?kind=medicine",
            "/ask",
            "/found",
            facts["join"],
            "/sign-in",
            "/password",
            "/parts",
        ]
    else:
        sign_in(phone, facts["sign_in"][role])
        start = ["/"]
    seen, wrong, queue = set(), [], deque(start)
    page = phone.open("/healthz")
    while queue and len(seen) < MOST:
        path = queue.popleft()
        if shape(path) in seen:
            continue
        seen.add(shape(path))
        answer = page.goto(sample_server.url + path)
        assert answer.status == 200, f"{path} answered {answer.status}"
        wrong += [f"{path}: {line}" for line in (*axe(page), *too_wide(page), *twice(page))]
        shoot(page, f"{role}-{lang}-{type}-{theme}-{ID.sub('x', path).strip('/').replace('/', '_').replace('?', '_') or 'first'}")
        for link in page.locator("a[href^='/']").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
            if (
                not link.startswith("/static/")
                and not link.endswith((".xlsx", ".json", ".ics"))
                and ".xlsx" not in link
                and not link.split("?")[0].endswith("/file")
                and not link.startswith("//")
            ):
                queue.append(link.split("#")[0])
    assert len(seen) >= (5 if role in ("resident", "command") else 8), seen
    assert not wrong, f"{len(wrong)} findings on {len(seen)} pages:\n" + "\n".join(wrong[:40])
