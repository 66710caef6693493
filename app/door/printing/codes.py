"""The codes that begin with a print: a card's link and digits, a sheet's code, a badge's code."""

from uuid import UUID

import msgspec

from app.door import cards
from app.door.printing.facing import Thing, link
from app.kernel import clock, db
from app.people.person import Person
from app.places import codes


class Minted(msgspec.Struct, frozen=True):
    """`by_subject`: what stands on each thing's paper. `code` and `link`: of the whole print. `keys`: what is kept of each."""

    by_subject: dict[str, dict[str, str]] = {}
    code: str = ""
    link: str = ""
    keys: dict[str, object] = {}


async def mint(family: str, found: list[Thing], by: Person) -> Minted:
    """Writes nothing: `keep` does, once the print has its row."""
    if family == "card":
        fresh = dict(zip((each.subject for each in found), await cards.fresh(len(found), by.community_id), strict=True))
        seen = {one: {"link": link(f"/d/{key.token}"), "digits": f"{key.digits[:3]} {key.digits[3:]}"} for one, key in fresh.items()}
        return Minted(seen, keys=fresh)
    if family == "sheet":
        code = codes.fresh(codes.LONG)
        return Minted(code=codes.spoken(code), link=link(f"/s/{code}"), keys={"": code})
    if family == "badge":
        held = await badges_of(by.community_id)
        keys = {each.subject: held.get(each.subject) or codes.fresh(codes.LONG) for each in found}
        return Minted({one: {"link": link(f"/v/{code}"), "code": codes.spoken(code)} for one, code in keys.items()}, keys=keys)
    return Minted()


async def keep(family: str, minted: Minted, print_id: UUID, scope_id: UUID, by: Person) -> None:
    if family == "card":
        for household, key in minted.keys.items():
            await cards.begin(UUID(household), key, print_id, by=by)
    elif family == "sheet":
        sheet = "INSERT INTO run_sheet(code, community_id, run_id, print_id) VALUES (?, ?, ?, ?)"
        await db.run(sheet, minted.keys[""], by.community_id, scope_id, print_id)
    elif family == "badge":
        badge = "INSERT INTO badge(code, community_id, account_id, made_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        now = clock.now()
        await db.run_many(badge, [(code, by.community_id, UUID(one), now) for one, code in minted.keys.items()])


class Badge(msgspec.Struct, frozen=True):
    code: str
    community_id: UUID
    account_id: UUID


async def badges_of(community_id: UUID) -> dict[str, str]:
    found = await db.rows(Badge, "SELECT code, community_id, account_id FROM badge WHERE community_id = ?", community_id)
    return {str(each.account_id): each.code for each in found}


async def badge(typed: str) -> Badge | None:
    code = codes.read(typed, codes.LONG)
    return await db.one(Badge, "SELECT code, community_id, account_id FROM badge WHERE code = ?", code) if code else None


class Sheet(msgspec.Struct, frozen=True):
    code: str
    community_id: UUID
    run_id: UUID
    print_id: UUID


async def sheet(typed: str) -> Sheet | None:
    code = codes.read(typed, codes.LONG)
    return await db.one(Sheet, "SELECT code, community_id, run_id, print_id FROM run_sheet WHERE code = ?", code) if code else None
