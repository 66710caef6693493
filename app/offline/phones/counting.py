"""Which phones want somebody to look: counted by the worker after each call, told once for as long as the matter lasts."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.journal import worker
from app.journal.record import record
from app.kernel import clock, db, ids
from app.people.reads.desk import dispatchers
from app.people.rules.messages import tell

GAP = timedelta(hours=6)
STUCK = timedelta(minutes=30)
HEARD = timedelta(minutes=5)  # a phone that has just come back may be sending right now
CLOCK = timedelta(minutes=2)
TOLD_A_DAY = 20  # of one account: whoever is signed in can make up phones, and shall not bury the desk's other messages

KINDS = {"gap": "phone.fell_behind", "stuck": "phone.got_stuck", "wiped": "phone.was_wiped", "clock": "phone.clock_was_wrong"}


class Counted(msgspec.Struct, frozen=True):
    id: UUID
    code: str
    account_id: UUID
    community_id: UUID
    contact_at: datetime
    last_seq: int
    waiting: int
    dropped: int
    missing: int
    missing_since: datetime | None
    oldest_at: datetime | None
    oldest_heard_at: datetime | None
    offset_ms: int | None
    wiped_at: datetime | None
    came: int

    @property
    def lacking(self) -> int:
        """Announced, never received, and not waiting on it."""
        return max(0, self.last_seq - self.came - self.waiting - self.dropped)

    def since(self, now: datetime) -> datetime | None:
        return (self.missing_since or now) if self.lacking else None

    def matters(self, now: datetime) -> dict[str, int]:
        """What is wrong with it, each with its number."""
        since, wrong = self.since(now), {}
        if self.wiped_at and self.lacking:
            wrong["wiped"] = self.lacking
        elif since and now - since >= GAP:
            wrong["gap"] = self.lacking
        if self.oldest_at and self.contact_at - self.oldest_at >= STUCK and self.oldest_heard_at <= self.contact_at - HEARD:
            wrong["stuck"] = self.waiting
        if self.offset_ms is not None and abs(self.offset_ms) > CLOCK.total_seconds() * 1000:
            wrong["clock"] = round(abs(self.offset_ms) / 60_000)
        return wrong


async def count() -> None:
    """Phones that called since they were last counted, and those whose gap has lasted."""
    now = clock.now()
    due = await db.rows(
        Counted,
        """SELECT d.id, d.code, d.account_id, d.community_id, d.contact_at, d.last_seq, d.waiting, d.dropped, d.missing, d.missing_since, d.oldest_at,
        d.oldest_heard_at, d.offset_ms, d.wiped_at,
        (SELECT count(*) FROM receipt r WHERE r.device = d.device AND r.seq BETWEEN 1 AND d.last_seq)
        + (SELECT count(DISTINCT u.seq) FROM unread_act u WHERE u.device = d.device AND u.seq BETWEEN 1 AND d.last_seq
           AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.device = u.device AND r.seq = u.seq)) AS came
        FROM device d WHERE d.counted_at IS NULL OR d.counted_at < d.contact_at OR (d.missing_since <= ? AND NOT EXISTS
        (SELECT 1 FROM device_alarm a WHERE a.device_id = d.id AND a.matter IN ('gap', 'wiped') AND a.ended_at IS NULL))
        ORDER BY d.contact_at LIMIT 100""",
        now - GAP,
    )  # fmt: skip
    if due:
        await worker.do(lambda: _settle(due, now))


async def _settle(due: list[Counted], now: datetime) -> None:
    open_now = await _open([one.id for one in due])
    for one in due:
        await db.run(
            "UPDATE device SET missing = ?, missing_since = ?, counted_at = ? WHERE id = ?",
            one.lacking, one.since(now), one.contact_at, one.id,
        )  # fmt: skip
        wrong = one.matters(now)
        for matter in open_now.get(one.id, set()) - set(wrong):
            await db.run(
                "UPDATE device_alarm SET ended_at = ? WHERE device_id = ? AND matter = ? AND ended_at IS NULL", now, one.id, matter
            )
        for matter, n in wrong.items():
            if matter not in open_now.get(one.id, set()):
                await _raise(one, matter, n, now)


class _Alarm(msgspec.Struct, frozen=True):
    device_id: UUID
    matter: str


async def _open(device_ids: list[UUID]) -> dict[UUID, set[str]]:
    sql = f"SELECT device_id, matter FROM device_alarm WHERE ended_at IS NULL AND device_id IN ({db.marks(device_ids)})"
    found: dict[UUID, set[str]] = {}
    for row in await db.rows(_Alarm, sql, *device_ids):
        found.setdefault(row.device_id, set()).add(row.matter)
    return found


_RECENT = "SELECT count(*) FROM device_alarm a JOIN device d ON d.id = a.device_id WHERE d.account_id = ? AND a.at > ?"


async def _raise(one: Counted, matter: str, n: int, now: datetime) -> None:
    recent = await db.value(_RECENT, one.account_id, now - timedelta(days=1))
    sql = "INSERT INTO device_alarm(id, device_id, community_id, matter, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, ids.new(), one.id, one.community_id, matter, now):
        return
    record(KINDS[matter], one.id, community=one.community_id, code=one.code, n=n)
    for who in await dispatchers(one.community_id) if recent < TOLD_A_DAY else ():
        await tell(who, f"message.phone_{matter}", path=f"/phones/{one.id}", community=one.community_id, kind="desk", code=one.code, n=n)
