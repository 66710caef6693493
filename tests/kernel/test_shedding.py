"""When more is asked than can be answered: what is refused first, and that what is pressed is not."""

import asyncio
import re

import httpx
import pytest
from support.shown import shown

from app.kernel import ids, words
from app.kernel.edge import Edge
from app.kernel.shedding import RESERVED, ROOM, Shedder, kind_of

ACT = re.compile(r'name="act" value="([\w-]{22})"')
ORDER = ("dashboard", "list", "photo", "asking", "pressing")
OF_KIND = {"dashboard": "/board", "list": "/tasks", "photo": "/photos/x/image", "asking": "/ask/ABC234"}


class Router:
    """A router that answers nothing until it may."""

    def __init__(self) -> None:
        self.may, self.inside = asyncio.Event(), 0

    async def __call__(self, scope, receive, send) -> None:
        while (await receive()).get("more_body"):
            pass
        self.inside += 1
        await self.may.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})


@pytest.fixture
async def crowd(app):
    """(router, client, shedder): the edge of the app around a router that waits."""
    router = Router()
    edge = Edge(router, app.edge.static, app.edge.settings)
    edge.shedder.know([("花园社区", "021-55550000")])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://crowd") as client:
        yield router, client, edge.shedder
        router.may.set()


async def _until(true) -> None:
    while not true():
        await asyncio.sleep(0)


def test_everything_pressed_outlasts_everything_read():
    assert list(ROOM) == list(ORDER) and sorted(ROOM.values()) == list(ROOM.values())
    for path in ("/acts", "/needs", "/order/ABC234/x", "/board"):
        assert kind_of("POST", path) == "pressing"
    for path in ("/healthz", "/readyz", "/sw.js", "/offline"):
        assert kind_of("GET", path) is None
    for kind, path in OF_KIND.items():
        assert kind_of("GET", path) == kind
    assert {kind_of("GET", f"/{page}/A") for page in ("order", "ordered", "ask", "track", "sign-in")} == {"asking"}
    assert kind_of("GET", "/order/ABC234/x/picture/A") == "photo" and kind_of("GET", "/orders/x") == "list"


async def test_what_can_wait_is_refused_in_its_order(crowd):
    router, client, shedder = crowd
    shedder.inside |= RESERVED  # what is kept for each kind is taken
    waiting = []
    for n in range(ROOM["asking"]):
        refused = {kind for kind, path in OF_KIND.items() if shedder.refuses("GET", path)}
        assert refused == {kind for kind in OF_KIND if n >= ROOM[kind]}
        waiting.append(asyncio.create_task(client.post("/needs", data={"act": ids.secret()}, headers={"Sec-Fetch-Site": "same-origin"})))
        await _until(lambda n=n: router.inside == n + 1)
    assert (await client.get("/ask/ABC234")).status_code == 503 and not shedder.refuses("POST", "/needs")
    router.may.set()
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
    assert shedder.under_way == 0 and (await client.get("/board")).status_code == 200


async def test_a_few_who_want_to_ask_are_let_in_however_much_is_pressed(crowd):
    router, client, shedder = crowd
    shedder.under_way = ROOM["pressing"] - 1
    let_in = [asyncio.create_task(client.get(OF_KIND["asking"])) for _ in range(RESERVED["asking"])]
    await _until(lambda: router.inside == len(let_in))
    assert shedder.refuses("GET", OF_KIND["asking"]) and shedder.refuses("GET", OF_KIND["list"])
    router.may.set()
    assert {answer.status_code for answer in await asyncio.gather(*let_in)} == {200}
    assert not shedder.refuses("GET", OF_KIND["asking"]) and not any(shedder.inside.values())


@pytest.mark.parametrize("lang", words.LANGUAGES)
async def test_a_refusal_says_whom_to_ring_and_comes_again(crowd, lang):
    router, client, shedder = crowd
    shedder.under_way, shedder.inside = ROOM["pressing"], dict(RESERVED)
    client.cookies.update({"lang": lang, "theme": "dark", "type": "larger"})
    read = await client.get("/tasks", headers={"Accept-Language": lang})
    assert read.status_code == 503 and "021-55550000" in shown(read.text) and 'href="tel:02155550000"' in read.text
    again = int(read.headers["retry-after"])
    assert re.search(rf'http-equiv="refresh" content="{again}"', read.text)
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}" data-theme="dark" data-type="larger"' in read.text
    assert "@again@" not in read.text and read.headers["cache-control"] == "no-store" and read.headers["x-last-metre"] == "1"
    pressed = await client.post("/needs", headers={"Sec-Fetch-Site": "same-origin"})
    assert pressed.status_code == 503 and "http-equiv" not in pressed.text and "021-55550000" in shown(pressed.text)
    part = await client.get("/tasks/live", headers={"Sec-Fetch-Mode": "cors"})
    assert part.status_code == 503 and not part.content and part.headers["retry-after"]
    assert len({int((await client.get("/tasks")).headers["retry-after"]) for _ in range(60)}) > 3
    assert router.inside == 0 and shedder.shed["list"] == 62 and shedder.shed["pressing"] == 1
    shedder.under_way = 0


async def test_a_slow_upload_takes_nobodys_place(crowd):
    router, client, shedder = crowd
    go_on = asyncio.Event()

    async def slowly():
        yield b"a=1"
        await go_on.wait()
        yield b"&b=2"

    sending = asyncio.create_task(client.post("/photos", content=slowly(), headers={"Sec-Fetch-Site": "same-origin"}))
    for _ in range(20):
        await asyncio.sleep(0)
    assert shedder.under_way == 0 and not sending.done()
    go_on.set()
    await _until(lambda: router.inside == 1)
    assert shedder.under_way == 1
    router.may.set()
    assert (await sending).status_code == 200 and shedder.under_way == 0


async def test_machines_are_told_how_full_it_is(app, client):
    shedder: Shedder = app.edge.shedder
    shedder.under_way, shedder.inside["dashboard"] = ROOM["list"], RESERVED["dashboard"]
    assert (await client("dispatcher").get("/board")).status_code == 503
    assert (await client(None).get("/healthz")).status_code == 200
    told = (await client(None).get("/metrics")).text
    shedder.under_way = 0
    assert 'lastmetre_requests_shed_total{kind="dashboard"} 1' in told and f"lastmetre_requests_under_way {ROOM['list'] + 1}" in told


async def test_a_page_drawn_a_moment_ago_is_still_shown_to_strangers_when_nobody_can_draw(app, client):
    """As many as look at an offer in the same seconds: out of memory, each with an act of its own."""
    shedder, path = app.edge.shedder, f"/ask/{app.world.code}?kind=food"
    stranger = client(None)
    drawn = await stranger.get(path)
    shedder.under_way, shedder.inside = ROOM["asking"], dict(RESERVED)
    try:
        first, second = await stranger.get(path), await stranger.get(path, headers={"Accept-Encoding": "identity"})
        assert [first.status_code, second.status_code] == [200, 200] and shedder.shed["asking"] == 0
        assert "br" in first.headers["content-encoding"] and "content-encoding" not in second.headers
        assert len({ACT.search(each.text)[1] for each in (drawn, first, second)}) == 3
        assert ACT.sub("", first.text) == ACT.sub("", drawn.text)
        refused = [
            await stranger.get(path + "&kind=trip"),
            await stranger.get(path, headers={"Cookie": "lang=en"}),
            await client("steward").get(path),
            await stranger.get("/ask/ABCDEF"),
        ]
        assert [each.status_code for each in refused] == [503] * 4 and shedder.shed["asking"] == 4
    finally:
        shedder.under_way = 0
