"""What follows from others' acts and from the clock."""

from datetime import timedelta
from uuid import UUID

from app.deliveries.rules import letting_go, ordered
from app.journal import worker
from app.journal.record import Happening
from app.kernel import clock, db


async def taken_back(happening: Happening) -> None:
    """A resident took a need back: nobody carries it any more."""
    await letting_go.drop_need(happening.about)


async def cut_off(happening: Happening) -> None:
    """The lists of an offer are made, or somebody was let in later: what was ordered is to be brought."""
    offer = happening.about if happening.kind == "order.cut_off" else UUID(happening.told["offer"])
    await ordered.bring(offer, happening.community_id)


async def end_carriers() -> None:
    """When a finished run can no longer be corrected it leaves its carriers' hands."""
    sql = """SELECT DISTINCT r.id, r.finished_at, k.correct_hours FROM run r JOIN community k ON k.id = r.community_id
    JOIN carrier c ON c.run_id = r.id AND c.ended_at IS NULL WHERE r.state = 'finished' AND r.finished_at < ?"""
    for run in await db.rows(letting_go.Ended, sql, clock.now() - timedelta(hours=1)):
        if clock.now() - run.finished_at > timedelta(hours=run.correct_hours):
            await worker.do(lambda run=run: letting_go.end_carriers(run.id), once=f"deliveries.ended|{run.id}")


LISTENERS = [("need.cancelled", taken_back), ("order.cut_off", cut_off), ("order.let_in", cut_off)]
DUTIES = [end_carriers]
