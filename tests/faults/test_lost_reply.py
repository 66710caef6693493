"""F05. The answer is lost after the commit: whoever sends again gets the stored receipt, and the act has counted once."""

import asyncio
import sqlite3
from contextlib import closing
from urllib.parse import urlencode

import cast
import pytest
from support import server
from support.outcome import filled
from support.swarm import post, request

from app.kernel import ids


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with server.serve(filled(tmp_path_factory.mktemp("lost") / "data")) as up:
        yield up


def head(running, **more: str) -> dict[str, str]:
    token = cast.world(running.data).dispatcher_token
    return {"Host": "127.0.0.1", "Cookie": f"sid={token}", "Sec-Fetch-Site": "same-origin", "Connection": "close", **more}


def stored(running, act: str) -> tuple[int, int, int]:
    """Receipts, happenings and teams of one act."""
    with closing(sqlite3.connect(running.data / "lastmetre.db")) as db:
        told = "SELECT count(*), (SELECT count(*) FROM happening WHERE act = r.id), (SELECT count(*) FROM team WHERE name = r.id) FROM receipt r WHERE id = ?"
        return db.execute(told, (act,)).fetchone()


async def committed(running, act: str) -> None:
    for _ in range(200):
        if stored(running, act)[0]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the act was never committed")


@pytest.mark.parametrize("way", ["form", "script", "batch"])
def test_an_answer_that_nobody_read_is_given_again(running, way):
    asyncio.run(_sent_unheard_sent_again(running, way))


async def _sent_unheard_sent_again(running, way: str) -> None:
    act = ids.secret()
    if way == "batch":
        path, how = "/acts", head(running, **{"Content-Type": "application/json"})
        body = f'{{"acts": [{{"id": "{act}", "path": "/teams", "form": {{"name": "{act}"}}}}]}}'.encode()
    else:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        script = {"Idempotency-Key": act, "X-Act-Reply": "to"} if way == "script" else {}
        path, how = "/teams", head(running, **form, **script)
        body = urlencode({"name": act} | ({} if way == "script" else {"act": act})).encode()
    _, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(request(path, body, how))
    await writer.drain()
    await committed(running, act)
    writer.transport.abort()

    first, second = [await post(running.port, path, body, how) for _ in range(2)]
    assert first.status == second.status == {"form": 303, "script": 204, "batch": 200}[way]
    for answer in (first, second):
        assert told(answer, act) == ("applied", True)
    assert stored(running, act) == (1, 1, 1)


def told(answer, act: str) -> tuple[str, bool]:
    if answer.body:
        [receipt] = answer.receipts
        assert receipt["id"] == act
        return receipt["state"], receipt["again"]
    name, state, again = answer.head["x-act-receipt"].split("; ")
    assert name == act
    return state, again == "again=1"
