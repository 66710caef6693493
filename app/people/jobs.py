"""What follows from a check-in by itself: somebody in charge is told when it cannot well have been."""

from uuid import UUID

from app.journal.record import Happening
from app.people.rules import flagging


async def look(happening: Happening) -> None:
    if stay := happening.told.get("stay"):
        await flagging.look_at(UUID(stay))


LISTENERS = [("presence.started", look)]
