"""What there is to print for a place, a run or a person, as she who asks may see it. Nothing is written here."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from app.care import reads as care
from app.deliveries import reads as deliveries
from app.door.printing.facing import Thing, link, speaking, spelled
from app.door.printing.kinds import Kind
from app.kernel.trouble import Barred, Gone
from app.kernel.words import gettext, knows, say
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, may
from app.places import codes, labels
from app.places import reads as places


class Wanted(msgspec.Struct, frozen=True):
    """`lang` matters where one is chosen. `only`: of a building's doors, those where nobody is known to have a smartphone."""

    kind: Kind
    scope: str
    scope_id: UUID
    lang: str
    only: bool = False


async def things(wanted: Wanted, by: Person) -> list[Thing]:
    """Raises Gone and Barred. Their words are in the language of the print."""
    with speaking(wanted.lang):
        return await _SOURCES[wanted.kind.family](wanted, by)


async def judge(wanted: Wanted, by: Person) -> None:
    """Raises Gone and Barred for what she may not print now."""
    match wanted.kind.family:
        case "sheet" | "label":
            await run_of(wanted, by)
        case "badge":
            may(by, "people.see")
        case "card":
            await doors(wanted, by)
        case _:
            await buildings(wanted, by)


async def _posters(wanted: Wanted, by: Person) -> list[Thing]:
    community = await places.community(by.community_id)
    return [_poster(each, community) for each in await buildings(wanted, by)]


def _poster(building: places.BuildingFacts, community: places.CommunityFacts) -> Thing:
    face: dict = {"link": link(f"/b/{building.code}"), "code": building.spoken, "typed": spelled("/ask")}
    face |= {"community": community.name, "hotline": community.hotline, "hours": community.hours}
    for lang in ("zh", "en"):
        with speaking(lang):
            face[f"building_{lang}"] = building.label
    return Thing(str(building.id), face)


async def buildings(wanted: Wanted, by: Person) -> list[places.BuildingFacts]:
    """Those of the scope that she may print for: all of a community are, for a steward, all of hers."""
    may(by, "print.make")
    mine = [each for each in await places.buildings(by.community_id) if can(by, "print.make", building=each.id)]
    if wanted.scope == "grid":
        return _some([each for each in mine if each.grid_id == wanted.scope_id], "grid")
    if wanted.scope == "building":
        return _some([each for each in mine if each.id == wanted.scope_id], "building")
    return mine


def _some(found: list, what: str) -> list:
    if not found:
        raise Gone(what)
    return found


async def _cards(wanted: Wanted, by: Person) -> list[Thing]:
    community = await places.community(by.community_id)
    return [_card(each, community) for each in await doors(wanted, by)]


def _card(home: places.HouseholdFacts, community: places.CommunityFacts) -> Thing:
    face = {"building": labels.building(home.estate, home.number), "room": home.room, "community": community.name}
    return Thing(str(home.id), face | {"hotline": community.hotline, "hours": community.hours})


async def doors(wanted: Wanted, by: Person) -> list[places.HouseholdFacts]:
    may(by, "print.make")
    if wanted.scope == "household":
        home = await places.household(wanted.scope_id)
        if home is None or home.community_id != by.community_id or not can(by, "print.make", building=home.building_id):
            raise Gone("household")
        return [home]
    [building] = await buildings(wanted, by)
    community = await places.community(by.community_id)
    homes = await places.households(building.id, top_first=community.top_first)
    if wanted.only:
        known = [each for each in await care.residents_in(building.id) if not each.erased]
        smart = {each.household_id for each in known if each.smartphone == "yes"}
        lived_in = {each.household_id for each in known}
        homes = [home for home in homes if home.id in lived_in - smart]
    return homes


async def run_of(wanted: Wanted, by: Person) -> deliveries.RunLine:
    """For its carriers and who plans runs. The board's readers count stops, they do not carry lists of them."""
    if wanted.kind.family == "label" and can(by, "parcel.pack"):  # whoever packs it labels it
        return await deliveries.known(wanted.scope_id, by)
    run = await deliveries.visible(wanted.scope_id, by)
    if not deliveries.carries(run, by):
        raise Barred("trouble.barred.run_carry", reason="barred")
    return run


async def _sheets(wanted: Wanted, by: Person) -> list[Thing]:
    """Stops in walking order; what was already brought when it was printed says so."""
    run = await run_of(wanted, by)
    return [_stop(card) for card in await deliveries.cards(run, by) if card.state != "dropped"]


def _stop(card: deliveries.StopCard) -> Thing:
    """No names and no phones."""
    brings = [card.pack] if card.pack else []
    brings += [f"#{each.need.number} {each.words}" for each in card.needs if not each.struck]
    group = say("deliveries.group", building=card.building, unit=card.unit)
    return Thing(str(card.id), {"group": group, "room": card.number, "brings": brings}, {"outcome": card.words if card.outcome else ""})


async def _labels(wanted: Wanted, by: Person) -> list[Thing]:
    run = await run_of(wanted, by)
    return [
        Thing(
            each.code,
            {
                "link": link(f"/p/{each.code}"),
                "code": codes.spoken(each.code),
                "building": each.building,
                "unit": say("deliveries.unit_label", unit=each.unit),
                "room": each.room,
                "of": f"{each.n}/{each.of}",
                "run": say("deliveries.run.label", number=each.run),
            },
        )
        for each in await deliveries.labels_of(run)
    ]


async def _badges(wanted: Wanted, by: Person) -> list[Thing]:
    may(by, "people.see")
    filters = people.Filters(state="vouched", account=wanted.scope_id if wanted.scope == "account" else None)
    found = (await people.members(by.community_id, filters, size=wanted.kind.most + 1)).found
    if wanted.scope == "account" and not found:
        raise Gone("account")
    community = await places.community(by.community_id)
    return [
        Thing(
            str(each.id),
            {
                "name": each.name,
                "organisation": each.organisation or "",
                "role": _role(each.roles),
                "community": community.name,
                "hotline": community.hotline,
            },
        )
        for each in found
    ]


def _role(roles: tuple[str, ...]) -> str:
    return next((gettext(f"frame.role.{role}") for role in roles if knows(f"frame.role.{role}")), gettext("frame.role.volunteer"))


_SOURCES: dict[str, Callable[[Wanted, Person], Awaitable[list[Thing]]]] = {
    "poster": _posters,
    "card": _cards,
    "sheet": _sheets,
    "label": _labels,
    "badge": _badges,
}
