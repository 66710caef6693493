"""The pages of tasks as a browser meets them."""

import re

import pytest
from tasks.calls import called, takers

from app.kernel import db
from app.tasks.rules import taking

EVIL = '<script>alert("1")</script>'
FORM = {"title": "17栋搬菜", "places": "6", "hours": "2", "starts": "now", "skill_sampling": "2"}


def act_id(html: str, path: str) -> str:
    return re.search(rf'action="{re.escape(path)}".*?name="act" value="([^"]+)"', html, re.S)[1]


async def test_from_the_call_to_the_place(client, app):
    answer = await client("dispatcher").post("/tasks", data=FORM)
    assert answer.status_code == 303
    path = answer.headers["location"].split("?")[0]
    phone = client("volunteer")
    now = (await phone.get("/now")).text
    assert FORM["title"] in now and f'action="{path}/take"' in now
    sent = {"act": act_id(now, f"{path}/take"), "back": "/now"}
    taken = await phone.post(f"{path}/take", data=sent)
    assert taken.status_code == 303 and taken.headers["location"].startswith("/now?did=")
    again = await phone.post(f"{path}/take", data=sent)
    assert again.headers["x-act-receipt"].endswith("again=1")
    assert len(await takers(path.split("/")[2])) == 1
    page = (await phone.get("/now")).text
    assert f'action="{path}/check-in"' in page and f'action="{path}/release"' in page


async def test_take_and_let_go_and_take_again_with_the_ids_that_the_pages_carry(client, act, person):
    task = await called(act, await person("dispatcher"))
    phone = client("volunteer")
    for verb in ("take", "release", "take", "check-in", "check-out", "check-in"):
        path = f"/tasks/{task}/{verb}"
        answer = await phone.post(path, data={"act": act_id((await phone.get("/now")).text, path)})
        assert answer.headers["x-act-receipt"].endswith("applied; again=0"), verb
    assert await takers(task)


async def test_htmx_gets_the_card_as_it_is_now_with_a_toast(client, act, person):
    task = await called(act, await person("dispatcher"))
    answer = await client("volunteer", htmx=True).post(f"/tasks/{task}/take")
    assert answer.status_code == 200 and answer.text.count("<article") == 1 and f'id="task-{task}"' in answer.text
    assert 'id="toast"' in answer.text and "<html" not in answer.text
    again = await client("volunteer", htmx=True).post(f"/tasks/{task}/take")
    assert again.status_code == 409 and f'id="task-{task}"' in again.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"title": "长" * 61}, {"places": "0"}, {"places": "六"}, {"places": "201"}, {"hours": "0"}, {"hours": "25"},
        {"starts": "soon"}, {"starts": "keep"}, {"starts": "other"}, {"starts": "other", "starts_other": "2026-13-45"}, {"starts": ""},
        {"building": "nowhere"}, {"skill_sampling": "7"}, {"release": "0"}, {"notes": "长" * 1001},
    ],
)  # fmt: skip
async def test_a_wrong_field_is_said_and_what_was_typed_is_kept(client, app, wrong):
    answer = await client("dispatcher").post("/tasks", data=FORM | {"meeting": "东门帐篷"} | wrong)
    assert answer.status_code == 422 and "aria-describedby" in answer.text and "东门帐篷" in answer.text
    assert await db.value("SELECT count(*) FROM task") == 0


async def test_markup_in_every_text_field_comes_back_escaped(client, app):
    dispatcher = client("dispatcher")
    sent = FORM | {"title": EVIL, "notes": EVIL, "meeting": EVIL}
    answer = await dispatcher.post("/tasks", data=sent)
    path = answer.headers["location"].split("?")[0]
    for page in (path, "/tasks", f"{path}/edit", "/now"):
        text = (await dispatcher.get(page)).text
        assert EVIL not in text and "&lt;script&gt;" in text, page
    wrong = await dispatcher.post("/tasks", data=sent | {"places": "0"})
    assert EVIL not in wrong.text and "&lt;script&gt;" in wrong.text


async def test_a_place_taken_meanwhile_does_not_hold_up_a_change_of_words(client, act, person):
    task = await called(act, await person("dispatcher"))
    dispatcher = client("dispatcher")
    form = (await dispatcher.get(f"/tasks/{task}/edit")).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form.partition("<main")[2]))
    await act(taking.take, task, by=await person("volunteer"))
    saved = await dispatcher.post(f"/tasks/{task}", data=hidden | FORM | {"title": "改了", "starts": "keep"})
    assert saved.status_code == 303 and "; applied; " in saved.headers["x-act-receipt"]
    assert "改了" in (await dispatcher.get(f"/tasks/{task}")).text


async def test_names_are_for_those_who_call_or_take_part(client, act, person):
    task = await called(act, await person("dispatcher"))
    await act(taking.take, task, by=await person("volunteer"))
    seen = {
        name: "薄志愿" in (await client(name).get(f"/tasks/{task}")).text.split("<main", 1)[1]
        for name in ("dispatcher", "volunteer", "volunteer2")
    }
    assert seen == {"dispatcher": True, "volunteer": True, "volunteer2": False}


async def test_outsiders_find_nothing(client, act, person):
    task = await called(act, await person("dispatcher"))
    for name in ("outsider", "outside_dispatcher"):
        phone = client(name)
        for path in (f"/tasks/{task}", f"/tasks/{task}/edit"):
            assert (await phone.get(path)).status_code == 404
        assert str(task) not in (await phone.get("/tasks")).text + (await phone.get("/now")).text
        assert (await phone.post(f"/tasks/{task}/take")).status_code == 404


async def test_a_list_asks_as_often_for_forty_tasks_as_for_two(client, act, person, monkeypatch):
    asked = []
    rows = db.rows

    async def counted(*args):
        asked.append(args[1])
        return await rows(*args)

    dispatcher = await person("dispatcher")
    monkeypatch.setattr(db, "rows", counted)
    sizes = {}
    for number in (2, 38):
        for _ in range(number):
            await called(act, dispatcher)
        for path in ("/tasks", "/now", "/mine"):
            asked.clear()
            await client("volunteer").get(path)
            sizes.setdefault(path, []).append(len(asked))
    assert all(few == many for few, many in sizes.values()), sizes


async def test_finished_tasks_stand_on_pages_and_figures_open_their_rows(client, act, person):
    dispatcher = client("dispatcher")
    task = await called(act, await person("dispatcher"))
    assert str(task) in (await dispatcher.get("/tasks?show=gaps")).text
    assert str(task) not in (await dispatcher.get("/tasks?show=soon")).text
    assert (await dispatcher.post(f"/tasks/{task}/cancel")).status_code == 303
    assert str(task) not in (await dispatcher.get("/tasks")).text
    for number in ("1", "0", "99", "x", "9" * 30):
        assert (await dispatcher.get(f"/tasks?show=past&page={number}")).status_code == 200
    assert str(task) in (await dispatcher.get("/tasks?show=past")).text


async def test_a_batch_of_acts_takes_once_and_is_refused_full(client, act, person):
    task = await called(act, await person("dispatcher"), places_wanted=1)
    sent = {"id": "A" * 22, "seq": 1, "at": "2026-11-21T08:00:00+08:00", "method": "POST", "path": f"/tasks/{task}/take", "form": {}}
    receipts = []
    for name, act_id in (("volunteer", "A" * 22), ("volunteer", "A" * 22), ("volunteer2", "B" * 22)):
        answer = await client(name).post("/acts", json={"device": f"phone-of-{name}", "acts": [sent | {"id": act_id}]})
        receipts += answer.json()["receipts"]
    assert [(r["state"], r["again"], r["reason"]) for r in receipts] == [
        ("applied", False, None),
        ("applied", True, None),
        ("refused", False, "full"),
    ]
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'task.taken'") == 1
