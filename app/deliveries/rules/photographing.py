"""The photo that goes with what was said at a door."""

from typing import Any
from uuid import UUID

import msgspec

from app.kernel import db
from app.people.person import Person
from app.photos.rules import announcing, belonging


class _Said(msgspec.Struct):
    kind: str
    id: UUID
    community_id: UUID
    household_id: UUID | None


_SAID = """SELECT x.kind, x.id, s.community_id, s.household_id FROM stop s JOIN (
SELECT 'handover' AS kind, id, stop_id, by_id FROM handover UNION ALL SELECT 'evidence' AS kind, id, stop_id, by_id FROM evidence
) x ON x.stop_id = s.id WHERE s.id = ? AND x.by_id = ? ORDER BY x.id DESC LIMIT 1"""


async def attach(stop_id: UUID, photo: dict[str, Any], *, by: Person) -> None:
    """To what she said here just now, be it the word that holds or one beside it; and to the needs that it met."""
    if photo.get("photo") is None and photo.get("photo_file") is None:
        return
    said = await db.one(_Said, _SAID, stop_id, by.id)
    met = await db.rows(UUID, "SELECT need_id FROM stop_need WHERE handover_id = ?", said.id)
    about = [(said.kind, said.id), *(("need", need) for need in met)]
    await announcing.announce(about, community=said.community_id, household=said.household_id, by=by, **photo)


async def put_right(old: UUID, new: UUID, *, evidence: UUID | None, brought: bool) -> None:
    """The photos of a handover that gives way are of the one that holds now; where nothing was brought they prove nothing to the needs."""
    await belonging.pass_on("handover", old, new)
    if evidence is not None:
        await belonging.pass_on("evidence", evidence, new, as_="handover")
    if not brought:
        await belonging.keep_to("handover", new)


async def taken_back(handover_id: UUID) -> None:
    await belonging.keep_to("handover", handover_id)
