"""Who chooses how she is told, who sets up robots and hosts, who calls people."""

from datetime import timedelta
from uuid import UUID

from push.conftest import browser

from app.journal import worker
from app.kernel import clock, db, ids
from app.push.rules import robots, subscribing
from app.push.rules.lines import Line, write

ALL = ("stranger", "newcomer", "volunteer", "steward", "dispatcher", "operator", "command", "outsider", "outside_dispatcher")
DESKS = ("dispatcher", "outside_dispatcher")
HELPERS = ("newcomer", "volunteer", "steward", "operator", "command", "outsider")
SIGNED_IN = {"sign-in": ("stranger",), "in": ALL[1:]}
PRESSED = {"401": ("stranger",), "in": ALL[1:]}
DESK = {"sign-in": ("stranger",), "403": HELPERS, "in": DESKS}
DESK_ACT = {"401": ("stranger",), "403": HELPERS, "in": DESKS}
OURS = {"401": ("stranger",), "403": HELPERS, "404": ("outside_dispatcher",), "in": ("dispatcher",)}
HERS = {"401": ("stranger",), "404": tuple(name for name in ALL[1:] if name != "volunteer"), "in": ("volunteer",)}


async def stage(app, act, person) -> dict[str, str]:
    """The volunteer's phone is told, the community has a robot, a host was added, and the steward waits to be called."""
    dispatcher, fresh = await person("dispatcher"), browser()
    phone = await act(subscribing.subscribe, by=await person("volunteer"), **fresh.said)
    address = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={ids.secret()}"
    robot = await act(robots.add, by=dispatcher, name="一村志愿者群", chat="wecom", address=address)
    host = await act(robots.add_host, by=dispatcher, host=f"h{ids.new().hex[-10:]}.example.com")
    row = await db.rows(UUID, "SELECT id FROM push_host WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1")
    assert {phone.state, robot.state, host.state} == {"applied"}

    async def wait() -> None:
        now = clock.now()
        line = Line(
            way="paper", lane="paper", words="push.something", lang="zh", made_at=now, until_at=now + timedelta(hours=1),
            account_id=app.world.steward, community_id=app.world.community, kind="call", urgent=True,
        )  # fmt: skip
        await write([line, line])
        first = "SELECT id FROM carrying WHERE way = 'paper' AND state = 'waiting' ORDER BY id LIMIT 1"
        await db.run(f"UPDATE carrying SET state = 'carried', ended_at = ? WHERE id = ({first})", now)

    await worker.do(wait)
    return {
        "subscription_id": phone.about, "robot_id": robot.about, "host_id": str(row[0]), "account_id": str(app.world.steward),
        "carrying_id": str(await db.value("SELECT id FROM carrying WHERE way = 'paper' LIMIT 1")),
        "endpoint": fresh.said["endpoint"], **{f"fresh_{name}": value for name, value in browser().said.items()},
    }  # fmt: skip


WAYS = {"first": "push", "kinds": "call"}

ROWS = {
    "GET /me/ways": SIGNED_IN,
    "GET /me/ways/live": SIGNED_IN,
    "POST /me/ways": PRESSED | {"form": WAYS},
    "POST /push": PRESSED | {"form": {"endpoint": "{fresh_endpoint}", "p256dh": "{fresh_p256dh}", "auth": "{fresh_auth}"}},
    "POST /push/seen": HERS | {"form": {"endpoint": "{endpoint}"}},
    "POST /push/end": HERS | {"form": {"endpoint": "{endpoint}"}},
    "POST /push/test": PRESSED,
    "POST /push/{subscription_id}/end": HERS,
    "POST /push/{carrying_id}/shown": {"in": ALL},
    "GET /robots": DESK,
    "POST /robots": DESK_ACT
    | {"form": {"name": "群", "chat": "wecom", "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"}},
    "POST /robots/{robot_id}/test": OURS,
    "POST /robots/{robot_id}/end": OURS,
    "GET /push-hosts": DESK,
    "POST /push-hosts": DESK_ACT | {"form": {"host": "push.example.org"}},
    "POST /push-hosts/{host_id}/end": DESK_ACT,
    "GET /calls": DESK,
    "GET /calls/print": DESK,
    "POST /calls/take": DESK_ACT,
    "POST /calls/{account_id}/told": OURS,
    "POST /calls/{account_id}/untold": OURS,
    "POST /calls/{account_id}/missed": OURS,
}
