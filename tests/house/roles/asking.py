"""A resident's own pages: open to everybody who holds the address."""

from push.conftest import browser
from support import needs

from app.needs.rules import linking, telling

ALL = ("stranger", "newcomer", "volunteer", "steward", "operator", "command", "outsider", "outside_dispatcher", "dispatcher")


async def stage(app, act, person) -> dict[str, str]:
    need = await needs.need(act, app.world.code)
    token, followed, fresh = await linking.token_of(need), browser().said, browser().said

    async def follow(*, by) -> None:
        await telling.follow(need, token=token, **followed, replaces="", by=by)

    await act(follow, by=await person("volunteer"))
    return {
        "need_id": str(need), "code": app.world.code, "track": token, "followed": followed["endpoint"], "p256dh": fresh["p256dh"],
        "auth": fresh["auth"],
    }  # fmt: skip


ROWS = {
    "GET /ask": {"in": ALL},
    "GET /ask/{code}": {"in": ALL},
    "POST /ask/{code}": {"in": ALL, "form": {"kind": "talk", "what": "说说话", "unit": "1", "room": "602"}},
    "GET /found": {"in": ALL},
    "POST /found": {"in": ALL, "form": {"number": "1", "phone": "13900000000"}},
    "GET /track/{token}": {"404": ALL},
    "GET /track/{token}/photo": {"404": ALL},
    "POST /track/need/{need_id}/words": {"in": ALL, "form": {"token": "{track}", "line": "好"}},
    "POST /track/need/{need_id}/cancel": {"in": ALL, "form": {"token": "{track}"}},
    "POST /track/need/{need_id}/came": {"in": ALL, "form": {"token": "{track}"}},
    "POST /track/need/{need_id}/tell": {
        "in": ALL,
        "form": {"token": "{track}", "endpoint": "https://web.push.apple.com/QA", "p256dh": "{p256dh}", "auth": "{auth}"},
    },
    "POST /track/need/{need_id}/untell": {"in": ALL, "form": {"token": "{track}", "endpoint": "{followed}"}},
    "POST /track/need/{need_id}/again": {"in": ALL, "form": {"token": "{track}"}},
}
