"""Two accounts that cannot both hold wait for a person; whoever planned the run is told."""

from uuid import UUID

from app.deliveries import reads
from app.journal.record import record
from app.kernel import clock, db, ids
from app.people.rules.messages import tell


async def open_one(run: reads.RunLine, stop: reads.StopRow, why: str, *, evidence: UUID | None = None, need: UUID | None = None) -> None:
    await db.run(
        "INSERT INTO dispute(id, community_id, stop_id, why, evidence_id, need_id, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        ids.new(), stop.community_id, stop.id, why, evidence, need, clock.now(),
    )  # fmt: skip
    record("delivery.disputed", stop.id, community=stop.community_id, household=stop.household_id, run=str(run.id), why=f"late.why.{why}")
    await tell(
        run.created_by,
        "late.message.disputed",
        path=f"{run.path}#stop-{stop.id}",
        community=run.community_id,
        kind="desk",
        number=run.number,
    )
