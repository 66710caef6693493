"""Checking in with the moving square of somebody's phone: strong where it was shown when she pressed, else claimed and flagged."""

from app.kernel.act import Done, current
from app.kernel.book import Rule
from app.kernel.trouble import Gone
from app.people import forms, moving
from app.people.person import Person
from app.people.rights import may
from app.people.rules import confirming, flagging, presence, showing
from app.tasks.rules import attending


async def check_in(shown: moving.Code, *, by: Person) -> Done:
    """She is at the building whose square she saw. Raises Gone and Overtaken for a code that no phone here made."""
    if not isinstance(by, Person):
        raise Gone("page")
    may(by, "presence.start")
    at = current().when
    found = await showing.weigh(shown, by.community_id, at)
    building = found.showing.building_id
    open_stay = await presence.before(by.id, at)
    if open_stay and open_stay.task_id and open_stay.building_id is None and open_stay.until_at is None:
        came, stays = Done("tasks.checked_in"), [open_stay]  # her task has no building of its own: the square proves her where she is
    else:
        came = await attending.arrive(building, by=by, again=True)
        stays = await presence.around(by.id, building, at)
    if not stays:  # told so late that she was elsewhere by then
        return came
    if not found.fresh:
        await flagging.old_code(stays[0].id, found.seconds)
        return Done("presence.in.old", {"minutes": max(1, abs(found.seconds) // 60)}, about=came.about, mark="old-code")
    if found.showing.account_id == by.id:
        return Done("presence.in.own", about=came.about, mark="own-code")
    for stay in stays:
        await confirming.prove(stay.id, by=found.showing.account_id, showing=found.showing.id)
    return Done("presence.in.strong", about=came.about, mark=None if came.mark == "unproven" else came.mark)


ACTS = [Rule("/here/in", forms.shown, check_in)]
