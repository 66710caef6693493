"""What push does by itself: a phone that signed out is told no more, nor who holds an old link; what came too late is over."""

from app.journal.record import Happening
from app.push.rules import ending, following, subscribing


async def signed_out(happening: Happening) -> None:
    await subscribing.end_session(happening.about, "signed_out" if happening.told.get("here") else "session")


async def relinked(happening: Happening) -> None:
    await following.end_followers(happening.about)


LISTENERS = [("session.ended", signed_out), ("need.relinked", relinked)]
DUTIES = [subscribing.end_lapsed, ending.end_late]
