"""What a person can do, and whether somebody has seen the paper."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.people.skills import CERTIFIED


class SkillFacts(msgspec.Struct, frozen=True):
    skill: str
    seen: bool

    @property
    def certified(self) -> bool:
        return self.skill in CERTIFIED

    @property
    def unseen(self) -> bool:
        return self.certified and not self.seen


async def skills_of(account_id: UUID) -> list[SkillFacts]:
    return await db.rows(
        SkillFacts,
        """SELECT s.skill, v.at IS NOT NULL AS seen FROM account_skill s
        LEFT JOIN skill_vouched v ON v.account_id = s.account_id AND v.skill = s.skill WHERE s.account_id = ? ORDER BY s.skill""",
        account_id,
    )
