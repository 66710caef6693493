"""A thing in somebody's hands: taking a run or a task grants rights on it, giving it back ends them, in the same act."""

from uuid import UUID

from app.kernel import clock, db, ids


async def give(account_id: UUID, subject: str, subject_id: UUID) -> None:
    await db.run(
        "INSERT INTO granted(id, account_id, subject, subject_id, given_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        ids.new(), account_id, subject, subject_id, clock.now(),
    )  # fmt: skip


async def end(subject_id: UUID, account_id: UUID | None = None) -> None:
    """End the grants on a thing, of one person or of all."""
    if account_id is None:
        await db.run("UPDATE granted SET ended_at = ? WHERE subject_id = ? AND ended_at IS NULL", clock.now(), subject_id)
    else:
        await db.run(
            "UPDATE granted SET ended_at = ? WHERE subject_id = ? AND account_id = ? AND ended_at IS NULL",
            clock.now(),
            subject_id,
            account_id,
        )


async def end_all(account_id: UUID, subject: str) -> None:
    """End what one person has in her hands of one sort of thing."""
    await db.run(
        "UPDATE granted SET ended_at = ? WHERE account_id = ? AND subject = ? AND ended_at IS NULL", clock.now(), account_id, subject
    )
