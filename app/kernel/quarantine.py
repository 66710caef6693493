"""What came under a used id with another content, or cannot be opened: kept, sealed, for a person to look at."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from app.kernel import clock, db, ids, seal

KEPT = 5  # bodies of one id, and of each so much: whoever repeats herself fills no disk
KEPT_OF_EACH = 20_000

_INSERT = """INSERT INTO quarantine(id, act, owner, path, key_id, body_sealed, at, community_id, building_id, device, seq, pressed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def full(act_id: str) -> bool:
    return await db.value("SELECT count(*) FROM quarantine WHERE act = ?", act_id) >= KEPT


def row(
    act_id: str, owner: str, path: str, body: str, *, community: UUID | None = None, building: UUID | None = None,
    device: str | None = None, seq: int | None = None, pressed_at: datetime | None = None,
) -> tuple[str, tuple[Any, ...]]:  # fmt: skip
    """The statement that keeps it, for the caller's own transaction."""
    row, key = ids.new(), seal.new_key("quarantine")
    sealed = seal.Seal("quarantine", row, key, "quarantine").close("body", body[:KEPT_OF_EACH])
    return _INSERT, (row, act_id, owner, path, key, sealed, clock.now(), community, building, device, seq, pressed_at)


Locate = Callable[[Any], Awaitable[tuple[UUID | None, UUID | None]]]
_locate: list[Locate] = []


def locate_by(find: Locate) -> None:
    """`find` answers the community and building that a press is about: whose steward is to look at it."""
    _locate[:] = [find]


async def located(press: Any) -> tuple[UUID | None, UUID | None]:
    return await _locate[0](press) if _locate else (getattr(press.by, "community_id", None), None)
