"""Where she still goes today: the buildings of her open stops."""

from uuid import UUID

import msgspec

from app.kernel import db


class _Ahead(msgspec.Struct, frozen=True):
    building_id: UUID
    stops: int


async def stops_ahead(account_id: UUID, community_id: UUID) -> dict[UUID, int]:
    """Building to the number of her stops there that are still to come."""
    found = await db.rows(
        _Ahead,
        """SELECT s.building_id, count(*) AS stops FROM stop s JOIN run r ON r.id = s.run_id
        JOIN carrier c ON c.run_id = r.id AND c.account_id = ? AND c.ended_at IS NULL
        WHERE r.community_id = ? AND r.state IN ('given', 'out') AND s.dropped_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.stop_id = s.id AND h.undone_at IS NULL)
        GROUP BY s.building_id""",
        account_id,
        community_id,
    )
    return {each.building_id: each.stops for each in found}
