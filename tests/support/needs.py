"""Needs for tests, raised through the verbs."""

from uuid import UUID

from app.kernel import ids
from app.needs.rules import raising
from app.people.person import STRANGER

ASKED = {"confirm_room": "", "confirm_double": True, "add_word": False, "reason": "另一件"}


async def ask(act, code, by=STRANGER, **said):
    """The receipt of a resident's ask; `about` is the need's id."""
    return await act(raising.ask, code, by=by, **(ASKED | {"kind": "food", "what": "一袋米", "unit": "1", "room": "602"} | said))


async def need(act, code, **said):
    return UUID((await ask(act, code, **said)).about)


def run_id():
    return ids.new()
