"""Lines are taken for a while, by conditional update, and written off by what came of them.

A process that is killed leaves its lines with a lease; when that runs out they are taken again. What had been handed over in that
moment is then sent twice, under the same topic, tag and id: the push service, the phone and the gateway put the second in the
first one's place. Only a group's robot may then say a line twice, which is better than not at all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db, ids
from app.kernel.seal import Closed
from app.people import reads as people
from app.push.carriers import Carried, Later, Line, Never, Nothing, Outcome
from app.push.reads.ways import LIVING
from app.push.rules import followed
from app.push.rules.choosing import reached
from app.push.rules.ending import ATTEMPT
from app.push.rules.spreading import next_way
from app.push.rules.subscribing import END
from app.push.sealing import robot_seal, subscription_seal
from app.push.shape import decoded

LEASE = timedelta(seconds=30)  # well above the patience of a post
TURNS = 3  # tries of an urgent line after which the next way is gone too

_DUE = "state = 'waiting' AND due_at <= ? AND until_at > ? AND way <> 'paper' AND (lease_until IS NULL OR lease_until <= ?)"


class Row(msgspec.Struct, frozen=True):
    id: UUID
    message_id: UUID | None
    account_id: UUID | None
    subscription_id: UUID | None
    robot_id: UUID | None
    way: str
    lane: str
    kind: str
    words: str
    params: str
    path: str | None
    lang: str
    urgent: bool
    withdraw: bool
    tag: str | None
    until_at: datetime
    tries: int


class Taken(msgspec.Struct, frozen=True):
    """A claimed line: `line` for its carrier, or `instead` where there is nothing to send."""

    row: Row
    line: Line | None
    instead: Outcome | None = None


class Tried(msgspec.Struct, frozen=True):
    row: Row
    outcome: Outcome
    at: datetime
    ms: int
    wait: float = 0  # seconds, where it is for later


async def lanes() -> list[str]:
    now = clock.now()
    return await db.rows(str, f"SELECT DISTINCT lane FROM carrying WHERE {_DUE}", now, now, now)


async def claim(lane: str, most: int) -> list[Taken]:
    """Up to `most` due lines of a lane, urgent ones first, for as long as the lease; nobody else takes them meanwhile."""
    skip = " FOR UPDATE SKIP LOCKED" if db.is_postgres() else ""
    async with db.transaction():
        now = clock.now()
        rows = await db.rows(
            Row,
            f"""UPDATE carrying SET lease_until = ?, tries = tries + 1 WHERE id IN
            (SELECT id FROM carrying WHERE lane = ? AND {_DUE} ORDER BY urgent DESC, due_at, id LIMIT ?{skip}) AND {_DUE}
            RETURNING {", ".join(Row.__struct_fields__)}""",
            now + LEASE, lane, now, now, now, most, now, now, now,
        )  # fmt: skip
        return await _opened(sorted(rows, key=lambda row: (not row.urgent, row.id)), now) if rows else []


class _Device(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID
    endpoint_sealed: bytes
    keys_sealed: bytes


class _Robot(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID
    address_sealed: bytes
    chat: str


class _Unread(msgspec.Struct, frozen=True):
    account_id: UUID
    n: int


async def _opened(rows: list[Row], now: datetime) -> list[Taken]:
    devices = await _by_id(_Device, f"SELECT s.id, s.key_id, s.endpoint_sealed, s.keys_sealed FROM subscription s WHERE {LIVING} AND s.id IN",
                           [row.subscription_id for row in rows if row.subscription_id], now)  # fmt: skip
    robots = await _by_id(_Robot, "SELECT id, key_id, address_sealed, chat FROM robot WHERE ended_at IS NULL AND id IN",
                          [row.robot_id for row in rows if row.robot_id])  # fmt: skip
    read = set(
        await _column(UUID, "SELECT id FROM message WHERE read_at IS NOT NULL AND id IN", [r.message_id for r in rows if r.message_id])
    )
    badges = await _badges([row.account_id for row in rows if row.account_id and row.way == "push"])
    return [await _one(row, devices, robots, read, badges) for row in rows]


async def _one(row: Row, devices: dict, robots: dict, read: set[UUID], badges: dict[UUID, int]) -> Taken:
    if row.message_id in read:
        return Taken(row, None, Nothing("read"))
    try:
        match row.way:
            case "push":
                if (device := devices.get(row.subscription_id)) is None:
                    return Taken(row, None, Never("signed_out"))
                sealed = subscription_seal(device.id, device.key_id)
                keys = decoded(sealed.open("keys", device.keys_sealed))
                to = {"to": sealed.open("endpoint", device.endpoint_sealed), "p256dh": keys.p256dh, "auth": keys.auth}
                return Taken(row, _line(row, badge=badges.get(row.account_id), path=row.path or keys.path or None, **to))
            case "robot":
                if (robot := robots.get(row.robot_id)) is None:
                    return Taken(row, None, Never("ended"))
                to = robot_seal(robot.id, robot.key_id).open("address", robot.address_sealed)
                return Taken(row, _line(row, to=to, chat=robot.chat))
            case _:
                return Taken(row, _line(row, to=await people.phone(row.account_id)))
    except (Closed, ValueError):  # its decoder's errors are ValueErrors too; one spoilt row must not stop the others
        return Taken(row, None, Never("closed", dead=True))


def _line(row: Row, **more) -> Line:
    same = {name: getattr(row, name) for name in Row.__struct_fields__ if name in Line.__struct_fields__}
    return Line(**(same | more))


async def _by_id(shape: type, sql: str, wanted: Sequence[UUID], *before) -> dict[UUID, msgspec.Struct]:
    if not wanted:
        return {}
    return {row.id: row for row in await db.rows(shape, f"{sql} ({db.marks(wanted)})", *before, *wanted)}


async def _column(shape: type, sql: str, wanted: Sequence[UUID]) -> list:
    return await db.rows(shape, f"{sql} ({db.marks(wanted)})", *wanted) if wanted else []


async def _badges(account_ids: Sequence[UUID]) -> dict[UUID, int]:
    sql = "SELECT account_id, count(*) AS n FROM message WHERE read_at IS NULL AND account_id IN ({}) GROUP BY account_id"
    wanted = sorted(set(account_ids))
    found = await db.rows(_Unread, sql.format(db.marks(wanted)), *wanted) if wanted else []
    return dict.fromkeys(wanted, 0) | {row.account_id: row.n for row in found}


async def settle(tried: Sequence[Tried]) -> None:
    """What came of each, in one transaction: its outcome, its state, a dead phone's end, and the next way where this one failed."""
    async with followed.transaction() as hers:
        await db.run_many(
            ATTEMPT, [(ids.new(), one.row.id, one.at, _name(one.outcome), _code(one.outcome), one.ms) for one in tried]
        )  # fmt: skip
        for one in tried:
            await _settled(one)
            hers.add(one.row.account_id)
        await _refusals(tried)


_OVER = "UPDATE carrying SET state = ?, ended_at = ?, lease_until = NULL WHERE id = ? AND state = 'waiting'"
_WAIT = "UPDATE carrying SET due_at = ?, lease_until = NULL WHERE id = ? AND state = 'waiting'"
_LEFT = "UPDATE carrying SET state = 'dropped', ended_at = ?, lease_until = NULL WHERE subscription_id = ? AND state = 'waiting' AND lease_until IS NULL"


async def _settled(one: Tried) -> None:
    row, outcome = one.row, one.outcome
    match outcome:
        case Later():
            await db.run(_WAIT, one.at + timedelta(seconds=one.wait), row.id)
            if row.message_id and row.urgent and row.tries >= TURNS:
                await next_way(row.message_id, row.way, still_trying=True)
        case Carried():
            await db.run(_OVER, "carried", one.at, row.id)
            if row.account_id and row.way in ("push", "sms") and not row.withdraw:
                await reached(row.account_id, row.way, one.at)
        case _:
            await db.run(_OVER, "dropped", one.at, row.id)
            if isinstance(outcome, Never):
                if outcome.dead and row.subscription_id:
                    await db.run(f"{END} id = ?", one.at, "dead", row.subscription_id)
                    await db.run(_LEFT, one.at, row.subscription_id)
                if row.message_id:
                    await next_way(row.message_id, row.way)


REFUSED = ("401", "403")  # our key, our signature or who we say we are; a phone that is gone is 404 or 410
_REFUSED = """INSERT INTO push_refusal(origin, code, since_at, last_at, lines) VALUES (?, ?, ?, ?, 1)
ON CONFLICT (origin) DO UPDATE SET code = excluded.code, last_at = excluded.last_at, lines = push_refusal.lines + 1"""


async def _refusals(tried: Sequence[Tried]) -> None:
    """What a push service thinks of us by its last word: refused, until it takes a line again."""
    for one in tried:
        if one.row.way == "push" and isinstance(one.outcome, Never) and one.outcome.reason in REFUSED:
            await db.run(_REFUSED, one.row.lane, one.outcome.reason, one.at, one.at)
    took = {one.row.lane for one in tried if one.row.way == "push" and isinstance(one.outcome, Carried)}
    for origin in sorted(took & set(await db.rows(str, "SELECT origin FROM push_refusal"))) if took else ():
        await db.run("DELETE FROM push_refusal WHERE origin = ?", origin)


def _name(outcome: Outcome) -> str:
    return type(outcome).__name__.lower()


def _code(outcome: Outcome) -> str:
    return outcome.reason if isinstance(outcome, Never) else outcome.code


async def release_all() -> int:
    """Where one process owns the database, whatever is leased at its start was left by one that died."""
    return await db.run("UPDATE carrying SET lease_until = NULL WHERE state = 'waiting' AND lease_until IS NOT NULL")


async def release(line_ids: Sequence[UUID]) -> None:
    for line_id in line_ids:
        await db.run("UPDATE carrying SET lease_until = NULL WHERE id = ? AND state = 'waiting'", line_id)
