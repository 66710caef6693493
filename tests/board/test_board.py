"""The board: every figure opens exactly the rows that it counts, for who may see them, and costs the same for any number."""

import re
from datetime import timedelta
from html import unescape

import pytest
from support.counting import statements

from app.board.reads import links
from app.kernel import clock, db, words

TILE = re.compile(r'<a class="tile [a-z]+" href="([^"]+)"><span class="number">([\d.]+)</span><span class="label">(.*?)</span></a>')
THING = r"[0-9a-f]{8}-[0-9a-f-]{27}"


def tiles(html: str) -> list[tuple[str, float, str]]:
    """(address, number, words) of every tile on a page."""
    return [(unescape(path), float(number), re.sub(r"<.*?>", "", label)) for path, number, label in TILE.findall(html)]


def distinct(pattern: str, html: str) -> int:
    return len(set(re.findall(pattern, html)))


async def rows(path: str, html: str, label: str) -> float:
    """How many rows a page shows, told by what each kind of page lists."""
    main = html[html.index("<main") : html.index("</main>")]
    if path.startswith("/board/rows/"):
        counted = round(sum(float(n) for n in re.findall(r'data-n="([\d.]+)"', main)), 1)
        shown = re.search(r"data-total>([\d.]+)<", main)
        assert counted == (float(shown[1]) if shown else 0), path
        return counted
    if path.startswith("/gaps"):
        return sum(int(n) for n in re.findall(r'<span class="meta">(\d+)', main))
    if path.startswith("/coming"):
        return distinct(rf'href="/needs/({THING})"', main)
    if path.startswith("/unreached"):
        return distinct(rf'href="/households/({THING})"', main)
    if path.startswith("/roster"):
        return main.count('<li class="gap">')
    if path.startswith("/runs?happened"):
        return len(re.findall(rf'href="/runs/{THING}#stop-{THING}', main))
    if path.startswith("/tasks") and label == words.gettext("board.figure.missing"):
        tasks = set(re.findall(rf'href="/tasks/({THING})"', main))
        return (
            await db.value(f"SELECT count(*) FROM place WHERE taken_by IS NULL AND task_id IN ({db.marks(tasks)})", *tasks) if tasks else 0
        )
    kind = re.match(r"/(needs|runs|tasks|people)\?", path)[1]
    return distinct(rf'href="/{kind}/({THING})"', main)


async def walk(phone, path: str) -> int:
    """Follow every tile of the page at `path`; answers how many of them count something."""
    answer, wrong = await phone.get(path), []
    assert answer.status_code == 200
    found = tiles(answer.text)
    for opens, number, label in found:
        behind = await phone.get(opens)
        if behind.status_code != 200:
            wrong.append(f"{opens}: {behind.status_code}")
        elif (there := await rows(opens, behind.text, label)) != number:
            wrong.append(f"{label}: {opens} says {number} and shows {there}")
    assert not wrong, "\n".join(wrong)
    assert len(found) > 25
    return sum(number > 0 for _, number, _ in found)


@pytest.mark.parametrize(("who", "path"), [("dispatcher", "/board"), ("command", "/board"), ("command", "/board?community={code}")])
async def test_every_tile_opens_the_rows_that_it_counts(client, day, app, who, path):
    assert await walk(client(who), path.format(code=app.world.community_code)) > 25


async def test_next_door_only_their_own_need_is_counted(client, day):
    assert await walk(client("outside_dispatcher"), "/board") < 10


async def test_a_district_opens_community_by_community_down_to_the_buildings(client, day, app):
    """The negative control of the walk: the sums are those of the verbs that made the day."""
    phone = client("command")
    [(path, number)] = [(path, number) for path, number, _ in tiles((await phone.get("/board")).text) if "/waiting?" in path]
    assert number == 3
    district = (await phone.get(path)).text
    inside = f"/board/rows/waiting?community={app.world.community_code}"
    assert inside in unescape(district) and "长生" not in district
    buildings = (await phone.get(inside)).text
    assert buildings.count('data-n="1"') == 3 and "桃花桥一村 2栋" in buildings.replace("&nbsp;", " ")


async def test_the_numbers_are_those_of_what_was_done(client, day):
    found = {label: number for _, number, label in tiles((await client("dispatcher").get("/board")).text)}
    said = {
        name: found[words.gettext(f"board.figure.{name}")]
        for name in (
            "unowned",
            "older",
            "missing",
            "unclosed",
            "alone",
            "roster_gaps",
            "unvouched",
            "doors_missing",
            "triaged",
            "planned",
            "underway",
            "delivered",
            "answered",
            "cancelled",
            "draft",
            "given",
            "out",
            "stops_left",
            "handed",
            "failed",
            "finished",
            "here",
        )
    }
    assert said == {
        "unowned": 3, "older": 1, "missing": 3, "unclosed": 1, "alone": 28, "roster_gaps": 1, "unvouched": 1, "doors_missing": 16, "triaged": 2, "planned": 2,
        "underway": 1, "delivered": 3, "answered": 1, "cancelled": 1, "draft": 2, "given": 1, "out": 1, "stops_left": 2, "handed": 3,
        "failed": 1, "finished": 1, "here": 1,
    }  # fmt: skip


@pytest.mark.parametrize("who", ["dispatcher", "command", "outside_dispatcher"])
async def test_a_community_with_nothing_yet_says_how_to_begin(client, app, who):
    answer = await client(who).get("/board")
    assert answer.status_code == 200 and words.gettext("board.quiet") in answer.text


async def test_command_sees_no_name_and_no_room(client, day, app):
    phone, code = client("command"), app.world.community_code
    for figure in sorted(links.FIGURES):
        answer = await phone.get(f"/board/rows/{figure}?community={code}")
        main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
        assert answer.status_code == 200 and "单元" not in main and "志愿" not in main.replace(words.gettext("board.figure.here"), ""), (
            figure
        )
        assert not re.search(rf'href="/(needs|people|runs|tasks)/{THING}', main), figure


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("volunteer", "/board", 403),
        ("steward", "/board/live", 403),
        ("operator", "/board/rows/waiting", 403),
        ("outsider", "/board", 403),
        ("dispatcher", "/board?community=all", 404),
        ("dispatcher", "/board/rows/waiting?community=QQQQ", 404),
        ("dispatcher", "/board/rows/no_such_figure", 404),
        ("command", "/board?community={far}", 404),
        ("outside_dispatcher", "/board?community={home}", 404),
    ],
)
async def test_who_may_not_look_and_what_is_not_there(client, app, who, path, status):
    far = await db.value("SELECT code FROM community WHERE id = ?", app.world.away)
    assert (await client(who).get(path.format(home=app.world.community_code, far=far))).status_code == status


async def test_nonsense_in_an_address_narrows_nothing_and_breaks_nothing(client, day):
    answer = await client("dispatcher").get(
        "/board/rows/raised?grid='; DROP TABLE need&kind=<script>&day=2026-02-31&organisation=%07<script>"
    )
    assert answer.status_code == 200 and "<script>alert" not in answer.text and "<script>&" not in answer.text


async def test_the_live_part_is_drawn_only_when_something_happened_or_a_minute_passed(client, day, raised, app):
    phone = client("dispatcher", htmx=True)
    first = await phone.get("/board/live")
    assert first.status_code == 200 and "<html" not in first.text
    seen = {"HX-PTag": first.headers["HX-PTag"]}
    with statements() as asked:
        assert (await phone.get("/board/live", headers=seen)).status_code == 304
    assert len(asked) <= 6
    await raised(app.world.building, "102")
    again = await phone.get("/board/live", headers=seen)
    assert again.status_code == 200 and again.headers["HX-PTag"] != seen["HX-PTag"]
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert (await phone.get("/board/live", headers={"HX-PTag": again.headers["HX-PTag"]})).status_code == 200


@pytest.mark.parametrize(
    ("who", "path"),
    [("dispatcher", "/board"), ("command", "/board"), ("dispatcher", "/report"), ("command", "/report"), ("command", "/board/rows/raised")],
)
async def test_pages_ask_the_same_number_of_questions_for_any_number_of_rows(client, day, raised, app, who, path):
    phone = client(who)
    await phone.get(path)  # the session's first request of a while also notes that it was seen
    with statements() as few:
        assert (await phone.get(path)).status_code == 200
    for room in ("101", "102", "201", "202", "302", "401", "402", "502"):
        await raised(app.world.building, room, hours=1)
    with statements() as many:
        assert (await phone.get(path)).status_code == 200
    assert len(few) == len(many) <= 10, (len(few), len(many))


async def test_how_long_it_took_is_told_with_its_cases_and_never_of_a_few(client, day):
    text = (await client("command").get("/board")).text
    part = text[text.index('id="b-pace"') :]
    assert (
        "5" in words.say("board.pace.few", n=5)
        and part.count(words.say("board.pace.few", n=5)) == 2
        and re.search(r'<td role="cell"[^>]*>3<', part)
    )
