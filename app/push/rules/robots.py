"""Robots of group chats: a community's, each with an address that is a secret."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.person import Person
from app.people.rights import may
from app.push import endpoints
from app.push.reads.hosts import added
from app.push.reads.robots import robots
from app.push.rules.lines import LIFE, Line, said, write
from app.push.sealing import PUSH, robot_seal

TRY = timedelta(minutes=10)

_INSERT = """INSERT INTO robot(id, community_id, name_sealed, chat, key_id, address_sealed, origin, made_by, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def announce(
    community: UUID, words: str, path: str | None, *, until: datetime | None = None, tag: str | None = None, **params: Any
) -> int:
    """A line to each robot of the community, in the present act; answers how many there are."""
    now = clock.now()
    found = await robots(community)
    await write(
        [
            Line(
                way="robot", lane=robot.origin, words=words, params=said(params), path=path, lang="zh", made_at=now, until_at=until or now + LIFE,
                community_id=community, robot_id=robot.id, kind="call", urgent=True, tag=tag,
            )
            for robot in found
        ]
    )  # fmt: skip
    return len(found)


async def add(*, name: str, chat: str, address: str, by: Person) -> Done:
    """Raises Misfit for an address that is not of that chat, nor of a host that was added."""
    may(by, "settings.change")
    if chat not in endpoints.ROBOTS:
        raise misfit("chat", "form.unknown_choice")
    try:
        origin = endpoints.checked(address, [*endpoints.ROBOTS[chat], *await added()])
    except endpoints.Unsafe as unsafe:
        raise misfit("address", f"push.endpoint.{unsafe.reason}") from unsafe
    row, key = ids.new(), seal.new_key(PUSH)
    sealed = robot_seal(row, key)
    await db.run(
        _INSERT, row, by.community_id, sealed.close("name", name), chat, key, sealed.close("address", address), origin, by.id, clock.now()
    )  # fmt: skip
    return Done("push.robot.added", about=str(row))


async def end(robot_id: UUID, *, by: Person) -> Done:
    """Nothing goes there any more, nor what waits. Raises Gone."""
    may(by, "settings.change")
    now = clock.now()
    sql = "UPDATE robot SET ended_at = ?, ended_by = ? WHERE id = ? AND community_id = ? AND ended_at IS NULL"
    if not await db.run(sql, now, by.id, robot_id, by.community_id):
        raise Gone("robot")
    await db.run(
        "UPDATE carrying SET state = 'dropped', ended_at = ?, lease_until = NULL WHERE robot_id = ? AND state = 'waiting'", now, robot_id
    )
    return Done("push.robot.ended")


async def try_out(robot_id: UUID, *, by: Person) -> Done:
    """A line into the group that says that it works. Raises Gone."""
    may(by, "settings.change")
    now = clock.now()
    for robot in await robots(by.community_id):
        if robot.id == robot_id:
            line = Line(
                way="robot", lane=robot.origin, words="push.test.robot", path="/", lang=by.lang, made_at=now, until_at=now + TRY,
                community_id=by.community_id, robot_id=robot_id, kind="test", urgent=True,
            )  # fmt: skip
            await write([line])
            return Done("push.tested")
    raise Gone("robot")


async def add_host(*, host: str, by: Person) -> Done:
    """One more host that may be written to, by https on 443 and only while it leads to public addresses."""
    may(by, "settings.change")
    host = host.strip().lower()
    if not endpoints.is_host(host):
        raise misfit("host", "push.endpoint.no_name")
    if endpoints.is_own(host):
        raise misfit("host", "push.endpoint.ourselves")
    sql = "INSERT INTO push_host(id, host, made_by, made_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, ids.new(), host, by.id, clock.now()):
        raise Overtaken("push.host.there")
    return Done("push.host.added")


async def end_host(host_id: UUID, *, by: Person) -> Done:
    """Raises Gone, and Overtaken while a robot of another community stands there: what is for its group would be dropped."""
    may(by, "settings.change")
    used = """SELECT 1 FROM robot r JOIN push_host h ON r.origin = 'https://' || h.host
    WHERE h.id = ? AND r.ended_at IS NULL AND r.community_id <> ? LIMIT 1"""
    if await db.value(used, host_id, by.community_id):
        raise Overtaken("push.host.used", reason="used")
    sql = "UPDATE push_host SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, host_id):
        raise Gone("host")
    return Done("push.host.ended")
