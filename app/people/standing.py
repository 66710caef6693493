"""What may be asked of helpers whom nobody sees right now: a waiting list, a call to all who can."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.kernel import db
from app.people.skills import CERTIFIED


class Standing(msgspec.Struct, frozen=True):
    account_id: UUID
    vouched: bool
    skills: frozenset[str] = frozenset()

    @property
    def usable(self) -> frozenset[str]:
        return usable(self.skills, vouched=self.vouched)


def usable(skills: frozenset[str], *, vouched: bool) -> frozenset[str]:
    """The skills that count: one with a paper only once somebody here has vouched for its holder."""
    return skills if vouched else skills - CERTIFIED


class _Skill(msgspec.Struct, frozen=True):
    account_id: UUID
    skill: str


async def standing(community_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Those of these people who reported in here and are not suspended."""
    if not account_ids:
        return {}
    marks = db.marks(account_ids)
    here = await db.rows(
        Standing,
        f"""SELECT m.account_id, m.vouched_at IS NOT NULL AS vouched FROM membership m JOIN account a ON a.id = m.account_id
        WHERE m.community_id = ? AND a.suspended_at IS NULL AND m.account_id IN ({marks})""",
        community_id,
        *account_ids,
    )
    skills: dict[UUID, set[str]] = {}
    for row in await db.rows(_Skill, f"SELECT account_id, skill FROM account_skill WHERE account_id IN ({marks})", *account_ids):
        skills.setdefault(row.account_id, set()).add(row.skill)
    return {each.account_id: msgspec.structs.replace(each, skills=frozenset(skills.get(each.account_id, ()))) for each in here}


async def helpers(community_id: UUID) -> list[Standing]:
    """All who reported in to this community as volunteers and are not suspended."""
    found = await db.rows(
        UUID,
        "SELECT account_id FROM role WHERE community_id = ? AND role = 'volunteer' AND ended_at IS NULL ORDER BY account_id",
        community_id,
    )
    known: dict[UUID, Standing] = {}
    for start in range(0, len(found), 400):
        known |= await standing(community_id, found[start : start + 400])
    return list(known.values())
