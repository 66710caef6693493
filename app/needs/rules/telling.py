"""A resident who asks, on her link's page, to be told on her phone how it goes on; and what she is told."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from app.journal.record import Happening
from app.kernel import db
from app.kernel.act import Done
from app.kernel.trouble import Gone
from app.kernel.words import LANG
from app.needs.rules.tracking import hers
from app.push.rules import following

# What is worth a notification: something changed that she waits for. The rest stands on her page.
WORDS = {
    "need.underway": "ways.need.underway",
    "need.delivered": "ways.need.delivered",
    "need.failed": "ways.need.failed",
    "need.answered": "ways.need.answered",
}


async def follow(need_id: UUID, *, token: str, endpoint: str, p256dh: str, auth: str, replaces: str, by: Any) -> Done:
    """Raises Gone for a link that does not lead to this need, Misfit for an address that is no push service's."""
    need = await hers(need_id, token)
    if replaces and replaces != endpoint:
        with suppress(Gone):
            await following.unfollow(need_id, endpoint=replaces)
    [key] = await db.rows(UUID, "SELECT key_id FROM need WHERE id = ?", need_id)
    return await following.follow(
        need_id, community=need.community_id, key=key, path=f"/track/{token}", endpoint=endpoint, p256dh=p256dh, auth=auth, lang=LANG.get()
    )


async def unfollow(need_id: UUID, *, token: str, endpoint: str, by: Any) -> Done:
    await hers(need_id, token)
    return await following.unfollow(need_id, endpoint=endpoint)


async def tell(happening: Happening) -> None:
    """To the phones that follow it; nothing where none does."""
    number = await db.value("SELECT number FROM need WHERE id = ?", happening.about)
    await following.tell_followers(happening.about, WORDS[happening.kind], tag=f"need-{number}", number=number)
