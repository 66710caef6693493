"""What a person holds: roles at places, communities, sessions."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.words import say
from app.places import labels


class HeldFacts(msgspec.Struct, frozen=True):
    id: UUID
    role: str
    place: str
    given_at: datetime
    community_id: UUID | None
    community: str | None
    district: str | None
    grid: str | None
    estate: str | None
    number: int | None
    unit: int | None
    floor: int | None
    door: int | None

    @property
    def where(self) -> str:
        match self.place:
            case "district":
                return self.district or ""
            case "community":
                return self.community or ""
            case "grid":
                return self.grid or ""
            case "unit":
                return say("people.role.unit", building=labels.building(self.estate or "", self.number or 0), unit=self.unit)
        return labels.door(self.estate or "", self.number or 0, self.unit, self.floor, self.door)


async def held(account_id: UUID, community_id: UUID | None = None) -> list[HeldFacts]:
    """Roles held now, in one community or in all, with the place in words."""
    only, params = ("AND (r.community_id = ? OR r.community_id IS NULL)", (community_id,)) if community_id else ("", ())
    return await db.rows(
        HeldFacts,
        f"""SELECT r.id, r.role, r.place, r.given_at, r.community_id, c.name AS community, d.name AS district, g.name AS grid,
        e.name AS estate, b.number, coalesce(u.number, h.unit) AS unit, h.floor, h.door FROM role r
        LEFT JOIN community c ON c.id = r.community_id
        LEFT JOIN district d ON r.place = 'district' AND d.id = r.place_id
        LEFT JOIN grid g ON r.place = 'grid' AND g.id = r.place_id
        LEFT JOIN unit u ON r.place = 'unit' AND u.id = r.place_id
        LEFT JOIN household h ON r.place = 'household' AND h.id = r.place_id
        LEFT JOIN building b ON b.id = CASE r.place WHEN 'building' THEN r.place_id WHEN 'unit' THEN u.building_id
        WHEN 'household' THEN h.building_id END
        LEFT JOIN estate e ON e.id = b.estate_id
        WHERE r.account_id = ? AND r.ended_at IS NULL {only} ORDER BY r.given_at, r.id""",
        account_id,
        *params,
    )


async def elsewhere(account_id: UUID, community_id: UUID) -> bool:
    """Whether she answers for something outside this community: then nobody here may act on her account."""
    sql = """SELECT 1 FROM role WHERE account_id = ? AND ended_at IS NULL AND role <> 'volunteer'
    AND (community_id IS NULL OR community_id <> ?)"""
    return await db.value(sql, account_id, community_id) is not None


class CommunityChoice(msgspec.Struct, frozen=True):
    id: UUID
    name: str


async def communities_of(account_id: UUID) -> list[CommunityChoice]:
    """Those she may act in: where she holds a role, and all of a district where she holds one."""
    return await db.rows(
        CommunityChoice,
        """SELECT DISTINCT c.id, c.name FROM role r JOIN community c ON c.id = r.community_id OR (r.place = 'district' AND c.district_id = r.place_id)
        WHERE r.account_id = ? AND r.ended_at IS NULL ORDER BY c.name""",
        account_id,
    )


class SessionRow(msgspec.Struct, frozen=True):
    id: UUID
    label: str
    made_at: datetime
    seen_at: datetime


async def sessions_of(account_id: UUID, now: datetime) -> list[SessionRow]:
    sql = (
        "SELECT id, label, made_at, seen_at FROM session WHERE account_id = ? AND ended_at IS NULL AND expires_at > ? ORDER BY seen_at DESC"
    )
    return await db.rows(SessionRow, sql, account_id, now)
