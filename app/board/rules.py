"""Taking a report out of the house is an act: it is recorded before the file is handed out."""

from app.board.reads.scope import scope
from app.journal.record import record
from app.kernel.act import Done
from app.people.person import Person
from app.people.rights import may


async def export(day: str, community: str, *, by: Person) -> Done:
    """Raises Barred, and Gone for a community that is not hers. `about` names the one file that the receipt opens."""
    may(by, "report.export")
    looked = await scope(by, "report.export", community)
    about = looked.chosen.id if looked.chosen else by.community_id
    record("report.exported", about, community=about, day=day, communities=len(looked.communities))
    return Done("board.exported", params={"day": day}, about=ticket(day, looked.code))


def ticket(day: str, code: str) -> str:
    return f"{day} {code}"
