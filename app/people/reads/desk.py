"""Who sits at the desk of a community, and how many phones want somebody there to look."""

from uuid import UUID

from app.kernel import db


async def dispatchers(community_id: UUID) -> list[UUID]:
    return await db.rows(
        UUID,
        """SELECT DISTINCT r.account_id FROM role r JOIN account a ON a.id = r.account_id
        WHERE r.role = 'dispatcher' AND r.ended_at IS NULL AND a.suspended_at IS NULL AND (r.community_id = ?
          OR r.place = 'district' AND r.place_id = (SELECT district_id FROM community WHERE id = ?))""",
        community_id, community_id,
    )  # fmt: skip


async def phone_troubles(community_id: UUID) -> int:
    """Phones with something wrong and acts that wait for a decision."""
    sql = """SELECT (SELECT count(*) FROM device_alarm WHERE community_id = ? AND ended_at IS NULL)
    + (SELECT count(*) FROM held_act WHERE community_id = ? AND let_at IS NULL AND (reason = 'revoked' OR flagged_at IS NOT NULL)) AS n"""
    return int(await db.value(sql, community_id, community_id) or 0)


async def flags_open(community_id: UUID) -> int:
    """Check-ins that nobody at the desk has looked at yet."""
    return int(await db.value("SELECT count(*) FROM presence_flag WHERE community_id = ? AND seen_at IS NULL", community_id) or 0)
