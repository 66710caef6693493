"""Hosts that somebody in charge added to those that may be written to."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db


class HostFacts(msgspec.Struct, frozen=True):
    id: UUID
    host: str
    made_by: UUID
    made_at: datetime


async def hosts() -> list[HostFacts]:
    return await db.rows(HostFacts, "SELECT id, host, made_by, made_at FROM push_host WHERE ended_at IS NULL ORDER BY host")


async def added() -> list[str]:
    return await db.rows(str, "SELECT host FROM push_host WHERE ended_at IS NULL")
