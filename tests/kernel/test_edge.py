"""Headers on every answer, static files from memory, who counts as the client, waits."""

import pytest

from app.kernel.limits import Buckets, client_address, line_of


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/healthz", "/static/nothing.js"])
async def test_every_answer_has_the_headers_the_unknown_address_too(client, path):
    answer = await client().get(path)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin" and answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_page_names_only_static_files_that_are_there_and_they_never_change(client, app):
    import re

    page = (await client().get("/sign-in")).text
    paths = set(re.findall(r'"(/static/[^"]+)"', page))
    assert len(paths) >= 4
    for path in paths:
        answer = await client().get(path, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]


async def test_an_unknown_address_is_a_page_in_the_readers_language_with_a_way_out(client):
    for lang, code in (("zh", "zh-CN"), ("en", "en")):
        answer = await client(lang=lang).get("/nowhere")
        assert answer.status_code == 404 and f'lang="{code}"' in answer.text and 'href="/"' in answer.text


async def test_a_body_that_is_too_large_is_refused(client):
    answer = await client().post("/sign-in", data={"phone": "1" * 300_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(("path", "kind"), [("/acts", b"application/json"), ("/sign-in", b"application/x-www-form-urlencoded")])
async def test_a_phone_that_leaves_in_the_midst_of_a_body_is_no_fault_of_the_server(app, path, kind, caplog):
    async def halves():
        yield b'{"device": "d", "acts": ['
        raise ConnectionResetError

    body = halves()

    async def receive() -> dict:
        try:
            return {"type": "http.request", "body": await anext(body), "more_body": True}
        except ConnectionResetError:
            return {"type": "http.disconnect"}

    answers = []

    async def send(event: dict) -> None:
        answers.append(event)

    headers = [(b"host", b"localhost:8000"), (b"sec-fetch-site", b"same-origin"), (b"content-type", kind)]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": headers, "client": ("9.9.9.9", 1), "server": ("localhost", 8000),
    }  # fmt: skip
    await app.edge(scope, receive, send)
    assert answers[0]["status"] == 400
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


def scope(peer: str, forwarded: str = "") -> dict:
    return {"client": (peer, 1), "headers": [(b"x-forwarded-for", forwarded.encode())] if forwarded else []}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("9.9.9.9", "1.1.1.1", "9.9.9.9"),
        ("127.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("127.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("127.0.0.1", "1.1.1.1, 127.0.0.1", "1.1.1.1"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_a_forwarded_address_is_believed_from_a_trusted_proxy_only(peer, forwarded, address):
    assert client_address(scope(peer, forwarded), frozenset({"127.0.0.1"})) == address


def test_a_line_that_the_client_wrote_above_the_proxys_is_not_believed():
    lines = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"1.1.1.1")]
    assert client_address({"client": ("127.0.0.1", 1), "headers": lines}, frozenset({"127.0.0.1"})) == "1.1.1.1"


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("::1", "::1"),
        ("no address" * 20, ("no address" * 20)[:64]),
    ],
)
def test_a_limit_counts_a_line_and_not_its_addresses(address, line):
    assert line_of(address) == line


def test_buckets_do_not_share_between_rules_or_people():
    buckets = Buckets()
    assert [buckets.allow("a", "x", burst=2, per_second=0.001) > 0 for _ in range(3)] == [False, False, True]
    assert buckets.allow("b", "x", burst=2, per_second=0.001) == 0
    assert buckets.allow("a", "y", burst=2, per_second=0.001) == 0


async def test_pages_travel_squeezed_and_say_so(client):
    answer = await client("dispatcher").get("/needs", headers={"Accept-Encoding": "br"})
    assert answer.headers["content-encoding"] == "br" and "accept-encoding" in answer.headers["vary"].lower()
    plain = await client("dispatcher").get("/needs", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


async def test_too_many_at_once_are_told_when_to_come_again_and_nothing_happens(client, app, monkeypatch):
    monkeypatch.setattr(app.edge.buckets, "allow", lambda *who, **rate: 2.5)
    answer = await client("volunteer").post(f"/b/{app.world.code}/check-in")
    assert answer.status_code == 429 and answer.headers["retry-after"] == "3" and "x-act-receipt" not in answer.headers
    monkeypatch.undo()
    assert (await client("volunteer").post(f"/b/{app.world.code}/check-in")).status_code == 303
