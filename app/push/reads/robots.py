"""The robots of a community."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import Closed
from app.push.sealing import robot_seal


class RobotFacts(msgspec.Struct, frozen=True):
    """`reached_at`: when it last took a line; `state`: what came of the last."""

    id: UUID
    name: str
    chat: str
    origin: str
    made_by: UUID
    made_at: datetime
    reached_at: datetime | None = None
    state: str | None = None


class _Row(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID
    name_sealed: bytes
    chat: str
    origin: str
    made_by: UUID
    made_at: datetime
    reached_at: datetime | None
    state: str | None

    def opened(self) -> RobotFacts:
        try:
            name = robot_seal(self.id, self.key_id).open("name", self.name_sealed)
        except Closed:
            name = "—"
        return RobotFacts(self.id, name, self.chat, self.origin, self.made_by, self.made_at, self.reached_at, self.state)


async def robots(community_id: UUID) -> list[RobotFacts]:
    found = await db.rows(
        _Row,
        """SELECT r.id, r.key_id, r.name_sealed, r.chat, r.origin, r.made_by, r.made_at,
        (SELECT max(c.ended_at) FROM carrying c WHERE c.community_id = r.community_id AND c.robot_id = r.id AND c.state = 'carried') AS reached_at,
        (SELECT c.state FROM carrying c WHERE c.community_id = r.community_id AND c.robot_id = r.id ORDER BY c.id DESC LIMIT 1) AS state
        FROM robot r WHERE r.community_id = ? AND r.ended_at IS NULL ORDER BY r.made_at, r.id""",
        community_id,
    )  # fmt: skip
    return [row.opened() for row in found]
