"""What follows from others' acts and from the clock."""

from datetime import timedelta
from uuid import UUID

from app.deliveries.rules import carried_goods, letting_go, ordered
from app.deliveries.rules.carried_goods import Hand
from app.journal import worker
from app.journal.record import Happening
from app.kernel import clock, db
from app.orders import reads as offers
from app.orders.reads import placed


async def taken_back(happening: Happening) -> None:
    """A resident took a need back: nobody carries it any more."""
    await letting_go.drop_need(happening.about)


async def cut_off(happening: Happening) -> None:
    """The lists of an offer are made, or somebody was let in later: what was ordered is to be brought."""
    offer = happening.about if happening.kind == "order.cut_off" else UUID(happening.told["offer"])
    await ordered.bring(offer, happening.community_id)


async def shortened(happening: Happening) -> None:
    """A household has fewer packs than it ordered: where it has none, nobody goes there for them."""
    found = await placed.order(happening.about, happening.community_id)
    offer = await offers.offer(found.offer_id, found.community_id)
    await ordered.drop_empty(offer.id, by=Hand(happening.by or offer.made_by, offer.community_id))


async def moved(happening: Happening) -> None:
    """A parcel was handed over, or came back: what is in it is where it is."""
    run = happening.told.get("run")
    await carried_goods.follow(UUID(run) if run else happening.about)


async def set_out(happening: Happening) -> None:
    if happening.by:
        await carried_goods.set_out(happening.about, Hand(happening.by, happening.community_id))


async def end_carriers() -> None:
    """When a finished run can no longer be corrected it leaves its carriers' hands."""
    sql = """SELECT DISTINCT r.id, r.finished_at, k.correct_hours FROM run r JOIN community k ON k.id = r.community_id
    JOIN carrier c ON c.run_id = r.id AND c.ended_at IS NULL WHERE r.state = 'finished' AND r.finished_at < ?"""
    for run in await db.rows(letting_go.Ended, sql, clock.now() - timedelta(hours=1)):
        if clock.now() - run.finished_at > timedelta(hours=run.correct_hours):
            await worker.do(lambda run=run: letting_go.end_carriers(run.id), once=f"deliveries.ended|{run.id}")


MOVED = (
    "delivery.handed_over", "delivery.failed", "delivery.undone", "delivery.corrected", "delivery.settled", "parcel.returned", "run.unloaded",
    "run.stop_removed", "run.cancelled", "run.finished",
)  # fmt: skip
LISTENERS = [
    ("need.cancelled", taken_back),
    ("order.cut_off", cut_off),
    ("order.let_in", cut_off),
    ("order.shortened", shortened),
    ("run.started", set_out),
]
LISTENERS += [(kind, moved) for kind in MOVED]
DUTIES = [end_carriers]
