"""Push services that refuse us: nobody whose phone they serve hears anything there until somebody sees to it."""

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from app.kernel import db


class Refused(msgspec.Struct, frozen=True):
    origin: str
    code: str
    since_at: datetime
    last_at: datetime
    lines: int

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc


async def refused() -> list[Refused]:
    return await db.rows(Refused, "SELECT origin, code, since_at, last_at, lines FROM push_refusal ORDER BY since_at, origin")
