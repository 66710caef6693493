"""What the sample community shows to whoever started it: its addresses, and a fresh one-time link for each role.

Its people are found by the receipts of the acts that named them, so a person who changed her number is still found,
and an installation that holds a real community answers nothing.
"""

from datetime import timedelta
from uuid import UUID

import msgspec

from app.journal import worker
from app.kernel import receipts
from app.people import reads as people
from app.people.rules import sessions
from app.places import reads as places

ROLES = ("dispatcher", "steward", "volunteer", "volunteer2", "operator", "command", "hub_keeper", "outsider")
LIFE = timedelta(hours=24)


class Community(msgspec.Struct, frozen=True):
    code: str
    name: str


class Building(msgspec.Struct, frozen=True):
    code: str
    page: str
    ask: str


class Shown(msgspec.Struct, frozen=True):
    """As `demo --json` prints it."""

    url: str
    community: Community
    sign_in: dict[str, str]
    building: Building
    join: str


async def remembered(name: str) -> UUID | None:
    receipt = await receipts.of(receipts.once_id("system", f"sample.{name}", 0, 0), "system")
    return UUID(receipt.about) if receipt and receipt.about else None


async def is_there() -> bool:
    return await remembered("outsider") is not None


async def names() -> dict[str, str]:
    """Who the links sign in, by role."""
    ids = {role: await remembered(role) for role in ROLES}
    known = await people.names({one for one in ids.values() if one})
    return {role: known[one] for role, one in ids.items() if one}


async def fresh(url: str) -> Shown:
    """New links; the old ones stay good until used or a day old."""
    community = await places.community(await remembered("community"))
    building = await places.building(await remembered("building"))
    way_in = await people.join_link_of(community.id)
    tokens: dict[str, str] = {}

    async def work() -> None:
        for role in ROLES:
            tokens[role] = await sessions.show_link(await remembered(role), made_by=None, life=LIFE)

    await worker.do(work)
    return Shown(
        url=url,
        community=Community(community.code, community.name),
        sign_in={role: f"/sign-in/{token}" for role, token in tokens.items()},
        building=Building(building.code, f"/b/{building.code}", f"/ask/{building.code}"),
        join=way_in.path,
    )
