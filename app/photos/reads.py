"""Photos as the pages of other things show them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.seal import Closed
from app.kernel.trouble import Gone
from app.kernel.words import gettext
from app.photos.sealing import PIECE, image_seal

PATIENCE = timedelta(hours=1)
TONES = {"missing": "alarm", "unreadable": "watch", "on_way": "watch"}


class Photo(msgspec.Struct, frozen=True):
    """`shown`: on_way, missing, unreadable, kept, deleted. One that nothing was heard of for an hour is missing until it comes."""

    id: str
    state: str
    reason: str | None
    size: int
    got: int
    by_id: UUID
    taken_at: datetime
    touched_at: datetime

    @property
    def path(self) -> str:
        return f"/photos/{self.id}"

    @property
    def shown(self) -> str:
        if self.state == "awaited":
            return "on_way" if clock.now() - self.touched_at < PATIENCE else "missing"
        return {"received": "on_way", "lost": "missing"}.get(self.state, self.state)

    @property
    def words(self) -> str:
        return gettext(f"photos.shown.{self.shown}")

    @property
    def why(self) -> str:
        return gettext(f"photos.reason.{self.reason}") if self.reason else ""

    @property
    def tone(self) -> str:
        return TONES.get(self.shown, "plain")

    @property
    def parts(self) -> int:
        return -(-self.size // PIECE)


_COLUMNS = "p.id, p.state, p.reason, p.size, p.got, p.by_id, p.taken_at, p.touched_at"


class _Of(Photo, frozen=True, kw_only=True):
    subject_id: UUID


async def photos_of(kind: str, subjects: Iterable[UUID]) -> dict[UUID, tuple[Photo, ...]]:
    """By subject, oldest first, whoever asks: the caller has judged that she may know."""
    ids, found = list(dict.fromkeys(subjects)), {}
    for start in range(0, len(ids), 400):
        part = ids[start : start + 400]
        rows = await db.rows(
            _Of,
            f"""SELECT {_COLUMNS}, a.subject_id FROM photo_about a JOIN photo p ON p.id = a.photo_id
            WHERE a.kind = ? AND a.subject_id IN ({db.marks(part)}) ORDER BY p.taken_at, p.id""",
            kind, *part,
        )  # fmt: skip
        for row in rows:
            found[row.subject_id] = (*found.get(row.subject_id, ()), row)
    return found


async def photo(photo_id: str) -> Photo:
    found = await db.one(Photo, f"SELECT {_COLUMNS} FROM photo p WHERE p.id = ?", photo_id)
    if found is None:
        raise Gone("photo")
    return found


class Subject(msgspec.Struct, frozen=True):
    kind: str
    subject_id: UUID


async def subjects(photo_id: str) -> list[Subject]:
    return await db.rows(Subject, "SELECT kind, subject_id FROM photo_about WHERE photo_id = ? ORDER BY kind", photo_id)


class _Image(msgspec.Struct):
    id: str
    key_id: UUID
    community_id: UUID
    image_sealed: bytes


async def image(photo_id: str) -> bytes:
    """The JPEG. Raises Gone where there is none, or none any more."""
    row = await db.one(_Image, "SELECT id, key_id, community_id, image_sealed FROM photo WHERE id = ? AND state = 'kept'", photo_id)
    if row is None:
        raise Gone("photo")
    try:
        return image_seal(row.id, row.key_id, row.community_id).open_bytes("image", row.image_sealed)
    except Closed:
        raise Gone("photo") from None
