"""The first set-up of a real server: district, community, first dispatcher, her sign-in link."""

from datetime import timedelta
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.forms import Bad
from app.kernel.forms import phone as read_phone
from app.kernel.trouble import Overtaken
from app.people.rules.accounts import give_role, join, make_account
from app.people.rules.joining import open_link
from app.people.rules.sessions import show_link
from app.places import rules as places


class _District(msgspec.Struct):
    district: UUID
    emergency: UUID


async def found(*, district: str, community: str, name: str, phone: str, emergency: str = "", hotline: str = "") -> str:
    """The token of the first dispatcher's sign-in link, good for 24 hours. Raises Overtaken when the community is there."""
    try:
        number = read_phone([phone])
    except Bad:
        raise Overtaken("people.founding.bad_phone") from None
    if await db.value(
        "SELECT 1 FROM community c JOIN district d ON d.id = c.district_id WHERE c.name = ? AND d.name = ?", community, district
    ):
        raise Overtaken("people.founded_already")
    known = await db.one(
        _District,
        "SELECT id AS district, (SELECT id FROM emergency WHERE district_id = district.id) AS emergency FROM district WHERE name = ?",
        district,
    )
    district_id, emergency_id = (
        (known.district, known.emergency)
        if known
        else await places.found_district(district, emergency=emergency or community, basis="emergency")
    )
    community_id = await places.found_community(community, district=district_id, emergency=emergency_id, hotline=hotline)
    account = await make_account(name, number)
    await open_link(community_id, made_by=None)
    await join(account, community_id)
    await give_role(account, "dispatcher", community_id, place="community", place_id=community_id)
    return await show_link(account, made_by=None, life=timedelta(hours=24))
