"""Giving and ending roles at places: who answers for what."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.models import Role
from app.people.person import Person
from app.people.reads import account
from app.people.rights import may
from app.people.rules import showing
from app.people.rules.accounts import give_role, member_of
from app.people.rules.messages import tell
from app.places import reads as places

GIVEN = ("steward", "grid_lead", "grid_deputy", "dispatcher", "operator", "hub_keeper")


async def give(account_id: UUID, role: str, buildings: tuple[UUID, ...], grid: UUID | None, *, by: Person) -> Done:
    """A steward for buildings, a lead or deputy for a grid, the rest for the community. Only to somebody vouched for."""
    await _trusted(account_id, by)
    place, where = await _places(role, buildings, grid, by.community_id)
    given = [place_id for place_id in where if await give_role(account_id, role, by.community_id, place=place, place_id=place_id, by=by.id)]
    if not given:
        raise Overtaken("people.role.held_already")
    await tell(account_id, "message.role_given", path="/me", community=by.community_id, role=f"people.role.{role}")
    return Done("people.role.given", about=str(account_id))


async def _trusted(account_id: UUID, by: Person) -> None:
    """Raise unless `by` may give her a role: one whom somebody here vouches for, and who is not suspended."""
    member = await member_of(account_id, by.community_id)
    may(by, "role.give")
    if member.vouched_at is None:
        raise Overtaken("people.role.not_vouched")
    if (await account(account_id)).suspended_at:
        raise Overtaken("people.role.is_suspended")


async def _places(role: str, buildings: tuple[UUID, ...], grid: UUID | None, community_id: UUID) -> tuple[str, list[UUID]]:
    """Somebody else's building is complained about like one that does not exist."""
    if role == "steward":
        if not buildings:
            raise misfit("buildings", "people.role.choose_buildings")
        if not set(buildings) <= {building.id for building in await places.buildings(community_id)}:
            raise misfit("buildings", "form.unknown_choice")
        return "building", list(buildings)
    if role in ("grid_lead", "grid_deputy"):
        if grid is None:
            raise misfit("grid", "people.role.choose_grid")
        if grid not in {one.id for one in await places.grids(community_id)}:
            raise misfit("grid", "form.unknown_choice")
        return "grid", [grid]
    return "community", [community_id]


async def end(role_id: UUID, *, by: Person) -> Done:
    role = await Role.get_or_none(id=role_id, community_id=by.community_id, ended_at=None)
    if role is None:
        raise Gone("role")
    may(by, "role.give")
    if role.role == "dispatcher" and role.account_id == by.id:
        raise Overtaken("people.role.own_dispatcher")
    if role.role == "volunteer":
        raise Overtaken("people.role.volunteer_stays")
    if not await db.run("UPDATE role SET ended_at = ? WHERE id = ? AND ended_at IS NULL", clock.now(), role_id):
        raise Gone("role")
    await showing.end_all(role.account_id, by.community_id)
    record("role.ended", role.account_id, community=by.community_id, role=role.role)
    await tell(role.account_id, "message.role_ended", path="/me", community=by.community_id, role=f"people.role.{role.role}")
    return Done("people.role.ended", about=str(role.account_id), undo=f"/roles/{role_id}/again")


async def again(role_id: UUID, *, by: Person) -> Done:
    """Takes the end back, by giving the same role at the same place anew."""
    role = await Role.get_or_none(id=role_id, community_id=by.community_id, ended_at__isnull=False)
    if role is None:
        raise Gone("role")
    await _trusted(role.account_id, by)
    if not await give_role(role.account_id, role.role, by.community_id, place=role.place, place_id=role.place_id, by=by.id):
        raise Overtaken("people.role.held_already")
    await tell(role.account_id, "message.role_given", path="/me", community=by.community_id, role=f"people.role.{role.role}")
    return Done("people.role.given", about=str(role.account_id))
