"""Over which communities somebody looks: her own, or for command all of the district and each of them."""

from uuid import UUID

import msgspec

from app.kernel.trouble import Gone
from app.people.person import Person
from app.people.rights import RIGHTS, everywhere, may
from app.places import reads as places
from app.places.reads import CommunityFacts


class Scope(msgspec.Struct, frozen=True):
    """`communities` are summed; `chosen` is the one of them, None for a district. `named`: she may open the lists behind."""

    communities: tuple[CommunityFacts, ...]
    choices: tuple[CommunityFacts, ...]
    chosen: CommunityFacts | None
    named: bool

    @property
    def ids(self) -> tuple[UUID, ...]:
        return tuple(each.id for each in self.communities)

    @property
    def code(self) -> str:
        """As it stands in addresses; blank for the district."""
        return self.chosen.code if self.chosen else ""

    @property
    def names(self) -> dict[UUID, str]:
        return {each.id: each.name for each in self.communities}


ALL = "all"


async def scope(person: Person, right: str, code: str = "") -> Scope:
    """`code`: a community's, `all` for the district, blank for where she stands. Raises Barred, and Gone for a community that is not hers."""
    may(person, right)
    districts = [held.place_id for held in person.roles if held.place == "district" and right in RIGHTS.get(held.role, ())]
    choices = tuple(await places.communities(districts[0])) if districts else (await places.community(person.community_id),)
    if code not in ("", ALL) or (code == ALL and not districts):
        chosen = next((each for each in choices if each.code == code), None)
        if chosen is None:
            raise Gone("community")
    elif districts and (code == ALL or person.role == "command"):
        return Scope(choices, choices, None, False)
    else:
        chosen = next((each for each in choices if each.id == person.community_id), choices[0])
    own = chosen.id == person.community_id and everywhere(person, "need.see")
    return Scope((chosen,), choices if districts else (), chosen, own)
