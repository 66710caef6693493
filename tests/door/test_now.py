"""A volunteer's first page and her own record."""

from datetime import timedelta

from tasks.calls import called

from app.kernel import clock
from app.tasks.rules import attending, taking, waiting


async def test_one_list_urgent_and_fitting_first_and_what_cannot_be_taken_says_why(client, act, person):
    dispatcher = await person("dispatcher")
    later = await called(act, dispatcher, title="晚些", starts=clock.now() + timedelta(hours=5))
    plain = await called(act, dispatcher, title="普通")
    skilled = await called(act, dispatcher, title="采样", skills={"sampling": 1})
    urgent = await called(act, dispatcher, title="要紧", urgent=True)
    vouched = await called(act, dispatcher, title="入户", vouching=True)
    text = (await client("volunteer").get("/now")).text
    order = sorted((urgent, skilled, vouched, plain, later), key=lambda task: text.index(f"task-{task}"))
    assert order[0] == urgent and order[1] == skilled and order[-1] == later
    new = (await client("newcomer").get("/now")).text
    assert f"/tasks/{vouched}/take" not in new and f"/tasks/{plain}/take" in new and f"task-{vouched}" in new


async def test_mine_holds_taken_waiting_and_past(client, act, person):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    taken, full, past = [await called(act, dispatcher, places_wanted=1) for _ in range(3)]
    await act(taking.take, full, by=await person("volunteer2"))
    await act(taking.take, taken, by=bo)
    await act(taking.take, past, by=bo)
    await act(waiting.wait, full, by=bo)
    await act(attending.check_in, past, by=bo)
    await act(attending.check_out, past, by=bo)
    await client("dispatcher").post(f"/tasks/{past}/done")
    text = (await client("volunteer").get("/mine")).text
    assert text.index(str(taken)) < text.index(f"/tasks/{full}/unwait") < text.index(str(past))
    assert str(taken) not in (await client("volunteer2").get("/mine")).text


async def test_where_she_is_checked_in_stands_on_top_with_the_way_out(client, app):
    phone = client("volunteer")
    await phone.post(f"/b/{app.world.code}/check-in")
    assert f"/b/{app.world.code}/check-out" in (await phone.get("/now")).text
    await phone.post(f"/b/{app.world.code}/check-out")
    assert f"/b/{app.world.code}/check-out" not in (await phone.get("/now")).text
