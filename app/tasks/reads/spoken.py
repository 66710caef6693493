"""What is said aloud of a call to somebody on the telephone, who cannot tap on it."""

from collections.abc import Sequence
from uuid import UUID

from app.kernel import db
from app.kernel.words import day_time, gettext, say
from app.tasks.reads.facts import select


async def spoken(ids: Sequence[UUID]) -> dict[UUID, str]:
    """What, where, when and how many are wanted still; in the reader's language."""
    found = await select(f"t.id IN ({db.marks(ids)})", *ids)
    return {
        task.id: say(
            "tasks.spoken",
            number=task.number,
            title=task.title,
            where=task.meeting or task.where or gettext("tasks.spoken_nowhere"),
            when=day_time(task.starts_at),
            free=task.free,
        )
        for task in found
    }
