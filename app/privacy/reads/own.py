"""All that is held of an account, for the one whose it is."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.people import reads as people
from app.privacy.reads.looks import Look, looked_at


class Own(msgspec.Struct, frozen=True):
    """`doors`: pairings; `holds`: places, runs and parcels in her hands, which come first."""

    name: str
    phone: str
    lang: str
    made_at: datetime
    organisations: list[tuple[str, str]]
    skills: list[str]
    roles: list[tuple[str, str, datetime]]
    sessions: list[tuple[str, datetime]]
    times: int
    hours: float
    messages: int
    doors: int
    holds: int
    looks: list[Look]


class _Account(msgspec.Struct, frozen=True):
    lang: str
    made_at: datetime


async def own(account_id: UUID) -> Own:
    row = await db.one(_Account, "SELECT lang, made_at FROM account WHERE id = ?", account_id)
    times, hours, joined = 0, 0.0, await people.communities_of(account_id)
    organisations = []
    for each in joined:
        service, member = await people.service(account_id, each.id), await people.member(account_id, each.id)
        times, hours = times + service.times, hours + float(service.hours)
        organisations.append((each.name, (member.organisation if member else "") or ""))
    return Own(
        name=(await people.names({account_id})).get(account_id, ""),
        phone=await people.phone(account_id),
        lang=row.lang,
        made_at=row.made_at,
        organisations=organisations,
        skills=[one.skill for one in await people.skills_of(account_id)],
        roles=[(one.role, one.where, one.given_at) for one in await people.held(account_id)],
        sessions=[(one.label, one.made_at) for one in await people.sessions_of(account_id, clock.now())],
        times=times,
        hours=round(hours, 1),
        messages=int(await db.value("SELECT count(*) FROM message WHERE account_id = ?", account_id) or 0),
        doors=int(await db.value("SELECT count(*) FROM carer WHERE account_id = ? AND ended_at IS NULL", account_id) or 0),
        holds=await holds(account_id),
        looks=await looked_at(account_id),
    )


async def holds(account_id: UUID) -> int:
    """What somebody would miss if she went now: runs she carries, parcels in her hands, places of tasks that are not over."""
    sql = """SELECT (SELECT count(*) FROM carrier c JOIN run r ON r.id = c.run_id WHERE c.account_id = ? AND c.ended_at IS NULL
    AND r.finished_at IS NULL)
    + (SELECT count(*) FROM parcel WHERE holder_id = ? AND holder_kind IN ('carrier', 'steward'))
    + (SELECT count(*) FROM place p JOIN task t ON t.id = p.task_id WHERE p.taken_by = ? AND p.checked_out_at IS NULL AND t.done_at IS NULL
    AND t.cancelled_at IS NULL AND t.ends_at > ?)"""
    return int(await db.value(sql, account_id, account_id, account_id, clock.now()) or 0)
