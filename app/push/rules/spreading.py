"""From a message to the lines that carry it: which ways a person has, in her order, and when.

A line that is not urgent waits a little, and what else is said to her meanwhile joins it: several become one. A line with the
tag of one that still waits takes its place.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.push.reads import reached
from app.push.reads.reached import Living, Reader
from app.push.reads.ways import Choice, choices
from app.push.rules.choosing import quiet_ends
from app.push.rules.lines import LIFE, PAPER, SMS, Line, drop, said, write

ROUND = 200  # messages
SETTLES = timedelta(seconds=20)  # what is not urgent waits so long for company
APART = timedelta(minutes=10)  # between two lines to one device that are not urgent
ZONE = "Asia/Shanghai"

_gateway = False


def use_gateway(there: bool) -> None:
    """Whether SMS can be sent at all; told once by whoever starts the process."""
    global _gateway
    _gateway = there


def has_gateway() -> bool:
    return _gateway


class Waiting(msgspec.Struct, frozen=True):
    """A message that was not yet given to anybody's ways."""

    id: UUID
    account_id: UUID
    community_id: UUID | None
    words: str
    params: str
    path: str | None
    at: datetime
    kind: str
    urgent: bool
    until_at: datetime | None
    tag: str | None
    read_at: datetime | None

    @property
    def until(self) -> datetime:
        return self.until_at or self.at + LIFE


_COLUMNS = "id, account_id, community_id, words, params, path, at, kind, urgent, until_at, tag, read_at"


async def spread() -> int:
    """One round over what was said and not yet given to ways; answers how many messages it took."""
    if not await db.value("SELECT 1 FROM message WHERE spread_at IS NULL LIMIT 1"):
        return 0
    async with db.transaction():
        now = clock.now()
        found = await db.rows(
            Waiting,
            f"""UPDATE message SET spread_at = ? WHERE spread_at IS NULL AND id IN
            (SELECT id FROM message WHERE spread_at IS NULL ORDER BY id LIMIT ?) RETURNING {_COLUMNS}""",
            now, ROUND,
        )  # fmt: skip
        await _give(sorted(found, key=lambda message: message.id), now)
    return len(found)


async def _give(messages: list[Waiting], now: datetime) -> None:
    people = sorted({message.account_id for message in messages})
    readers, chosen, phones, zones = (
        await reached.readers(people),
        await choices(people),
        await reached.phones(people, now),
        await reached.zones(),
    )
    for message in messages:
        reader, choice = readers[message.account_id], chosen[message.account_id]
        if reader.suspended or message.kind in choice.without or message.read_at or message.until <= now:
            continue
        due = _due(message, reader, choice, zones.get(message.community_id, ZONE), now)
        for way in [*choice.order, "paper"]:
            if lines := _by(way, message, reader, choice, phones.get(reader.id, []), due, now):
                await _join(lines, message, now)
                break


def _due(message: Waiting, reader: Reader, choice: Choice, zone: str, now: datetime) -> datetime:
    due = now if message.urgent else max(now, message.at + SETTLES)
    if message.urgent and reader.on_duty:
        return due
    return quiet_ends(choice, due, zone) or due


def _by(way: str, message: Waiting, reader: Reader, choice: Choice, phones: list[Living], due: datetime, now: datetime) -> list[Line]:
    """The lines that one way makes of a message; none where she does not have this way. SMS and paper carry only what is urgent."""
    line = Line(
        way=way, lane=way, words=message.words, params=message.params, path=message.path, lang=reader.lang, made_at=now, due_at=due,
        until_at=message.until, message_id=message.id, account_id=message.account_id, community_id=message.community_id, kind=message.kind,
        urgent=message.urgent, tag=message.tag,
    )  # fmt: skip
    if way == "push":
        return [msgspec.structs.replace(line, lane=phone.origin, subscription_id=phone.id, lang=phone.lang) for phone in phones]
    if not message.urgent:
        return []
    if way == "sms":
        return [msgspec.structs.replace(line, lane=SMS)] if _gateway and choice.sms and reader.has_phone else []
    return [msgspec.structs.replace(line, lane=PAPER)]


async def _join(lines: list[Line], message: Waiting, now: datetime) -> None:
    fresh = []
    for line in lines:
        if line.tag:
            await drop(
                "account_id = ? AND tag = ? AND coalesce(subscription_id, account_id) = ?",
                now,
                line.account_id,
                line.tag,
                line.subscription_id or line.account_id,
            )
        elif not line.urgent and await _bundled(line):
            continue
        fresh.append(line if line.urgent else msgspec.structs.replace(line, due_at=await _apart(line)))
    await write(fresh)


async def _bundled(line: Line) -> bool:
    """Join a line that still waits for this device: from then on it says how much there is and leads to the inbox."""
    waits = await db.one(
        _Waits,
        """SELECT id, params, words FROM carrying WHERE account_id = ? AND subscription_id = ? AND state = 'waiting' AND lease_until IS NULL
        AND urgent = ? AND tag IS NULL AND withdraw = ? ORDER BY id LIMIT 1""",
        line.account_id, line.subscription_id, False, False,
    )  # fmt: skip
    if waits is None:
        return False
    n = msgspec.json.decode(waits.params).get("n", 1) + 1 if waits.words == BUNDLE else 2
    joined = await db.run(
        """UPDATE carrying SET words = ?, params = ?, path = '/inbox', message_id = ?, until_at = ?
        WHERE id = ? AND state = 'waiting' AND lease_until IS NULL""",
        BUNDLE, said({"n": n}), line.message_id, line.until_at, waits.id,
    )  # fmt: skip
    return joined > 0


BUNDLE = "push.bundle"


class _Waits(msgspec.Struct, frozen=True):
    id: UUID
    params: str
    words: str


async def _apart(line: Line) -> datetime:
    """Not sooner than a while after the last that was not urgent."""
    sql = "SELECT max(ended_at) AS at FROM carrying WHERE account_id = ? AND subscription_id = ? AND state = 'carried' AND urgent = ?"
    last = (await db.rows(datetime | None, sql, line.account_id, line.subscription_id, False))[0]
    return max(line.due_at, last + APART) if last else line.due_at


async def next_way(message_id: UUID, way: str, *, still_trying: bool = False) -> None:
    """`way` failed: the next in her order gets an urgent message, unless another device has it or may yet. In a transaction.

    `still_trying`: this way goes on trying, and the next is taken beside it.
    """
    now = clock.now()
    sql = "SELECT 1 FROM carrying WHERE message_id = ? AND (state = 'carried' OR state = 'waiting' AND (way <> ? OR ?)) LIMIT 1"
    if await db.value(sql, message_id, way, not still_trying):
        return
    message = await db.one(Waiting, f"SELECT {_COLUMNS} FROM message WHERE id = ?", message_id)
    if message is None or not message.urgent or message.until <= now or message.read_at:
        return
    reader, choice = (
        (await reached.readers([message.account_id]))[message.account_id],
        (await choices([message.account_id]))[message.account_id],
    )
    order = [*choice.order, "paper"]
    for each in order[order.index(way) + 1 :] if not reader.suspended and way in order else ():
        phones = (await reached.phones([reader.id], now)).get(reader.id, [])
        if lines := _by(each, message, reader, choice, phones, now, now):
            await write(lines)
            return
