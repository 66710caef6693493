"""Who may be given a need of a building: those who answer for it, and the community's dispatchers."""

from uuid import UUID

import msgspec

from app.people import reads as people


class Owner(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    role: str


async def owners(community_id: UUID, building_id: UUID) -> list[Owner]:
    local = (await people.responsible(community_id, building_id)).get(building_id, ())
    found = {one.account_id: Owner(one.account_id, one.name, one.role) for one in local}
    for member in (await people.members(community_id, people.Filters(role="dispatcher"))).found:
        found.setdefault(member.id, Owner(member.id, member.name, "dispatcher"))
    return list(found.values())
