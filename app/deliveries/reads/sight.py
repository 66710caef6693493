"""Who may see what was said at a door, in pictures too."""

from uuid import UUID

from app.deliveries.reads.runs import plans, visible
from app.kernel import db
from app.kernel.trouble import Gone
from app.people.person import Person

_RUN = """SELECT s.run_id FROM stop s JOIN (SELECT id, stop_id FROM handover UNION ALL SELECT id, stop_id FROM evidence) x ON x.stop_id = s.id
WHERE x.id = ?"""


async def see_said(said: UUID, person: Person) -> None:
    """For the run's carriers and who plans runs; the board's readers count handovers, they do not look at doors. Raises Gone."""
    for run_id in await db.rows(UUID, _RUN, said):
        run = await visible(run_id, person)
        if person.id in run.carrier_ids or plans(run, person):
            return
    raise Gone("photo")
