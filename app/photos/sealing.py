"""What a photo and its pieces are sealed with: the photo's own key."""

from uuid import UUID

from app.kernel.seal import Seal

PIECE = 64 * 1024


def piece_seal(photo: str, start: int, key: UUID, community: UUID) -> Seal:
    return Seal("photo_piece", f"{photo}/{start}", key, community)


def image_seal(photo: str, key: UUID, community: UUID) -> Seal:
    return Seal("photo", photo, key, community)
