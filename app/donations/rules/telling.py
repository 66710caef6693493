"""Those who decide about donations are told of one."""

from typing import Any
from uuid import UUID

from app.people.reads import desk
from app.people.rules.messages import tell


async def tell_desk(community: UUID, words: str, donation: UUID, *, but: UUID | None = None, **params: Any) -> None:
    """Dispatchers and hub keepers, with the donation's number; who wrote it down knows it."""
    for account in sorted({*await desk.dispatchers(community), *await desk.hub_keepers(community)} - {but}):
        await tell(account, words, path=f"/donations/{donation}", community=community, kind="desk", **params)
