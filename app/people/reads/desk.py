"""Who sits at the desk of a community, and what waits for somebody there to look."""

from uuid import UUID

import msgspec

from app.kernel import db


async def dispatchers(community_id: UUID) -> list[UUID]:
    return await _holders("dispatcher", community_id)


async def hub_keepers(community_id: UUID) -> list[UUID]:
    return await _holders("hub_keeper", community_id)


async def commanders(community_id: UUID) -> list[UUID]:
    return await _holders("command", community_id)


async def _holders(role: str, community_id: UUID) -> list[UUID]:
    return await db.rows(
        UUID,
        """SELECT DISTINCT r.account_id FROM role r JOIN account a ON a.id = r.account_id
        WHERE r.role = ? AND r.ended_at IS NULL AND a.suspended_at IS NULL AND (r.community_id = ?
          OR r.place = 'district' AND r.place_id = (SELECT district_id FROM community WHERE id = ?))""",
        role, community_id, community_id,
    )  # fmt: skip


async def command(community_id: UUID) -> list[UUID]:
    """Those who command the district that this community is in."""
    sql = """SELECT DISTINCT r.account_id FROM role r JOIN account a ON a.id = r.account_id JOIN community k ON k.id = ?
    WHERE r.role = 'command' AND r.ended_at IS NULL AND a.suspended_at IS NULL AND r.place = 'district' AND r.place_id = k.district_id"""
    return await db.rows(UUID, sql, community_id)


class AtTheDesk(msgspec.Struct, frozen=True):
    """`phones`: with something wrong, or with acts that wait for a decision. `flags`: check-ins that nobody has looked at yet."""

    phones: int
    flags: int


async def at_the_desk(community_id: UUID) -> AtTheDesk:
    sql = """SELECT (SELECT count(*) FROM device_alarm WHERE community_id = ? AND ended_at IS NULL)
    + (SELECT count(*) FROM held_act WHERE community_id = ? AND let_at IS NULL AND (reason = 'revoked' OR flagged_at IS NOT NULL)) AS phones,
    (SELECT count(*) FROM presence_flag WHERE community_id = ? AND seen_at IS NULL) AS flags"""
    return await db.one(AtTheDesk, sql, community_id, community_id, community_id)
