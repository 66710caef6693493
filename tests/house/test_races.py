"""Many phones at one thing, through HTTP, on both databases: exactly as many as there are."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest

from app.deliveries.rules import giving, planning
from app.journal import worker
from app.kernel import clock, db, ids, seal
from app.needs.rules import linking, raising
from app.people.rules import accounts, joining, sessions
from app.places import reads as places
from app.tasks.rules import calling

pytestmark = pytest.mark.postgres


async def need(world, room="101", kind="food") -> UUID:
    made = []

    async def work() -> None:
        building = await places.building_by_code(world.code)
        made.append(
            (await raising.add(building, raising.Said(kind=kind, what="米", unit="1", room=room), by=worker.SYSTEM, channel="link")).id
        )

    await worker.do(work)
    return made[0]


async def run_out(world, act, person, *need_ids) -> tuple[UUID, UUID]:
    """A run in Bo's hands with these needs; its id and its first stop's."""
    by = await person("dispatcher")
    run = UUID((await act(planning.make_run, by=by, needs=need_ids)).about)
    assert (await act(giving.give, run, by=by, accounts=(world.volunteer,))).state == "applied"
    return run, UUID(str(await db.value("SELECT id FROM stop WHERE run_id = ?", run)))


def states(answers) -> Counter:
    return Counter(answer.headers["x-act-receipt"].split("; ")[1] for answer in answers)


async def test_one_sign_in_link_signs_in_one(app, client):
    made = []

    async def work() -> None:
        made.append(await sessions.show_link(app.world.volunteer, made_by=app.world.dispatcher))

    await worker.do(work)
    answers = await asyncio.gather(*(client().post(f"/sign-in/{made[0]}") for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {303: 1, 404: 19}
    assert await db.value("SELECT count(*) FROM session WHERE linked_at IS NOT NULL") == 1


async def test_fifty_takers_of_six_places(app, client, act, person):
    world, tokens = app.world, []

    async def work() -> None:
        for n in range(50):
            account = await accounts.make_account(f"众{n}", f"1360000{n:04d}")
            await accounts.join(account, world.community)
            tokens.append(await sessions.start(account, label="t"))
        await db.run("UPDATE membership SET vouched_at = joined_at, vouched_by = ? WHERE vouched_at IS NULL", world.dispatcher)

    await worker.do(work)
    said = {
        "title": "扫楼",
        "notes": "",
        "meeting": "",
        "building": None,
        "team": None,
        "places_wanted": 6,
        "skills": {},
        "hours": 2,
        "urgent": False,
    }
    task = await act(calling.call, by=await person("dispatcher"), starts=clock.now(), vouching=False, release=None, **said)

    def phone(token):
        one = client()
        one.cookies.set("sid", token)
        return one

    answers = await asyncio.gather(*(phone(t).post(f"/tasks/{task.about}/take", data={"act": ids.secret()}) for t in tokens))
    assert states(answers) == {"applied": 6, "refused": 44}
    assert await db.value("SELECT count(*) FROM place WHERE taken_by IS NOT NULL") == 6
    assert await db.value("SELECT count(DISTINCT taken_by) FROM place WHERE taken_by IS NOT NULL") == 6


async def test_twenty_handovers_of_one_stop(app, client, act, person):
    run, stop = await run_out(app.world, act, person, await need(app.world))
    phones = [client("volunteer") if n % 2 else client("dispatcher") for n in range(20)]
    path = f"/runs/{run}/stops/{stop}/handover"
    answers = await asyncio.gather(*(phone.post(path, data={"act": ids.secret(), "where": "door"}) for phone in phones))
    assert states(answers) == {"applied": 20}
    assert Counter(answer.headers.get("x-act-reason", "") for answer in answers) == {"": 1, "beside": 19}
    assert await db.value("SELECT count(*) FROM handover") == 1
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.delivered'") == 1


async def test_one_need_goes_on_one_run(app, client):
    one, two = await need(app.world, "101"), await need(app.world, "102")
    answers = await asyncio.gather(
        *(client("dispatcher").post("/runs", data={"act": ids.secret(), "needs": [str(one), str(two)]}) for _ in range(8))
    )
    assert states(answers) == {"applied": 1, "refused": 7}
    assert await db.value("SELECT count(*) FROM run") == 1 and await db.value("SELECT count(*) FROM stop_need") == 2


async def test_overlapping_bundles_take_each_need_once(app, client):
    made = [await need(app.world, room) for room in ("101", "102", "201", "202", "301")]
    bundles = [[made[a], made[b]] for a, b in ((0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (1, 3))]
    answers = await asyncio.gather(
        *(client("dispatcher").post("/runs", data={"act": ids.secret(), "needs": list(map(str, bundle))}) for bundle in bundles)
    )
    done = states(answers)["applied"]
    assert 1 <= done <= 2 and max(answer.status_code for answer in answers) < 500
    assert await db.value("SELECT count(*) FROM stop_need WHERE left_at IS NULL") == 2 * done
    assert await db.value("SELECT count(*) FROM need WHERE state = 'planned'") == 2 * done


async def test_a_resident_calls_off_while_it_sets_out(app, client, act, person):
    for room in ("101", "102", "201", "202", "301", "302"):
        one = await need(app.world, room)
        run, _stop = await run_out(app.world, act, person, one)
        token = await linking.token_of(one)
        off, out = await asyncio.gather(
            client().post(f"/track/need/{one}/cancel", data={"act": ids.secret(), "token": token}),
            client("volunteer").post(f"/runs/{run}/start", data={"act": ids.secret()}),
        )
        state = await db.value("SELECT state FROM need WHERE id = ?", one)
        assert (state == "cancelled") == (states([off])["applied"] == 1) and states([out])["applied"] == 1
        assert state in ("cancelled", "underway")


async def test_a_resident_says_it_came_while_it_is_handed_over(app, client, act, person):
    """Both are true; neither is refused because of the other, whoever is first."""
    for room in ("101", "102", "201", "202", "301", "302"):
        one = await need(app.world, room)
        run, stop = await run_out(app.world, act, person, one)
        await client("volunteer").post(f"/runs/{run}/start", data={"act": ids.secret()})
        token = await linking.token_of(one)
        came, over = await asyncio.gather(
            client().post(f"/track/need/{one}/came", data={"act": ids.secret(), "token": token}),
            client("volunteer").post(f"/runs/{run}/stops/{stop}/handover", data={"act": ids.secret(), "where": "door"}),
        )
        assert states([came, over]) == {"applied": 2}
        assert await db.value("SELECT state FROM need WHERE id = ?", one) == "confirmed"


async def test_cancelling_a_run_while_something_is_handed_over(app, client, act, person):
    for room in ("101", "102", "201", "202", "301", "302"):
        one = await need(app.world, room)
        run, stop = await run_out(app.world, act, person, one)
        off, over = await asyncio.gather(
            client("dispatcher").post(f"/runs/{run}/cancel", data={"act": ids.secret()}),
            client("volunteer").post(f"/runs/{run}/stops/{stop}/handover", data={"act": ids.secret(), "where": "door"}),
        )
        assert states([over]) == {"applied": 1}
        assert over.headers.get("x-act-reason", "") == ("late" if states([off])["applied"] else "")
        assert await db.value("SELECT state FROM need WHERE id = ?", one) == "delivered"


async def test_one_newcomer_reports_in_once(app, client):
    made = []

    async def work() -> None:
        made.append(seal.token("join", await joining.open_link(app.world.community, made_by=None)))

    await worker.do(work)
    form = {"act": ids.secret(), "name": "新人", "phone": "13511112222"}
    same = await asyncio.gather(*(client().post(f"/join/{made[0]}", data=form) for _ in range(5)))
    assert Counter(answer.status_code for answer in same) == {303: 5}
    others = await asyncio.gather(*(client().post(f"/join/{made[0]}", data=form | {"act": ids.secret()}) for _ in range(5)))
    assert Counter(answer.status_code for answer in others) == {422: 5}
    fresh = {"name": "又一人", "phone": "13511113333"}
    race = await asyncio.gather(*(client().post(f"/join/{made[0]}", data=fresh | {"act": ids.secret()}) for _ in range(8)))
    assert Counter(answer.status_code for answer in race) == {303: 1, 422: 7}
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'account.joined' AND by IS NOT NULL") == 2


async def test_an_import_is_committed_once(app, client, act, person):
    import io

    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    book.active.append(["小区", "楼栋", "单元数", "层数", "每层户数"])
    book.active.append(["新苑", 7, 1, 2, 2])
    book.save(out)
    files = {"file": ("a.xlsx", out.getvalue())}
    sent = await asyncio.gather(*(client("dispatcher").post("/ledger", data={"act": ids.secret()}, files=files) for _ in range(6)))
    assert {answer.status_code for answer in sent} == {303}
    assert await db.value("SELECT count(*) FROM ledger_import") == 1
    one = await db.value("SELECT id FROM ledger_import")
    answers = await asyncio.gather(
        *(client("dispatcher").post(f"/ledger/{one}/commit", data={"act": ids.secret(), "version": "0"}) for _ in range(10))
    )
    # one that comes when all is over is told so by the page, before it is an act
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 9}
    told = [answer.headers["x-act-receipt"] for answer in answers if "x-act-receipt" in answer.headers]
    assert sum("; applied; again=0" in receipt for receipt in told) == 1
    assert await db.value("SELECT count(*) FROM household h JOIN building b ON b.id = h.building_id WHERE b.number = 7") == 4


async def test_a_role_that_ends_takes_its_rights_with_the_next_request(app, client, act, person):
    phone = client("dispatcher")
    assert (await phone.get("/people")).status_code == 200
    await db.run("UPDATE role SET ended_at = given_at WHERE account_id = ? AND role = 'dispatcher'", app.world.dispatcher)
    assert (await phone.get("/people")).status_code == 403
    told = await phone.post("/acts", json={"acts": [{"id": ids.secret(), "path": "/people/invite", "form": {}}]})
    assert told.json()["receipts"][0]["trouble"] == "barred"
