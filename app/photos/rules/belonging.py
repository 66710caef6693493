"""What a photo is of may change after it was taken: a handover is corrected, or taken back."""

from uuid import UUID

from app.kernel import db


async def pass_on(kind: str, old: UUID, new: UUID, *, as_: str | None = None) -> None:
    """The photos of `old` are of `new` from now on."""
    await db.run("UPDATE photo_about SET kind = ?, subject_id = ? WHERE kind = ? AND subject_id = ?", as_ or kind, new, kind, old)


async def keep_to(kind: str, subject: UUID) -> None:
    """The photos of this subject say nothing of anything else any more: its needs were not met by it."""
    await db.run(
        """DELETE FROM photo_about WHERE kind <> ? AND photo_id IN
        (SELECT photo_id FROM photo_about WHERE kind = ? AND subject_id = ?)""",
        kind, kind, subject,
    )  # fmt: skip
