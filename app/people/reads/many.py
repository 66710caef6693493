"""Whom something for many is for: all of a community, or all who hold a role there. Suspended accounts are left out."""

from uuid import UUID

from app.kernel import db


async def everyone(community_id: UUID) -> list[UUID]:
    """All who reported in here or hold a role here."""
    return await db.rows(
        UUID,
        """SELECT a.id FROM account a WHERE a.suspended_at IS NULL AND (a.id IN (SELECT account_id FROM membership WHERE community_id = ?)
        OR a.id IN (SELECT account_id FROM role WHERE community_id = ? AND ended_at IS NULL)) ORDER BY a.id""",
        community_id, community_id,
    )  # fmt: skip


async def holding(community_id: UUID, role: str) -> list[UUID]:
    return await db.rows(
        UUID,
        """SELECT DISTINCT r.account_id FROM role r JOIN account a ON a.id = r.account_id
        WHERE r.community_id = ? AND r.role = ? AND r.ended_at IS NULL AND a.suspended_at IS NULL ORDER BY r.account_id""",
        community_id, role,
    )  # fmt: skip


async def standing_at(community_id: UUID, buildings: frozenset[UUID]) -> list[UUID]:
    """Who is checked in at one of these buildings."""
    if not buildings:
        return []
    return await db.rows(
        UUID,
        f"""SELECT p.account_id FROM presence p JOIN account a ON a.id = p.account_id WHERE p.community_id = ? AND p.until_at IS NULL
        AND a.suspended_at IS NULL AND p.building_id IN ({db.marks(list(buildings))}) ORDER BY p.account_id""",
        community_id, *buildings,
    )  # fmt: skip


async def opened(path: str, account_ids: list[UUID]) -> set[UUID]:
    """Those of these who opened, in their inbox, what leads to `path`."""
    found: set[UUID] = set()
    for start in range(0, len(account_ids), 400):
        part = account_ids[start : start + 400]
        sql = f"SELECT DISTINCT account_id FROM message WHERE path = ? AND read_at IS NOT NULL AND account_id IN ({db.marks(part)})"
        found |= set(await db.rows(UUID, sql, path, *part))
    return found
