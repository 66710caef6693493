"""How long people wait from asking until it is handed over: whether who has no phone waits longer."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db

DAYS = 7
FEW = 5  # of fewer cases no median is told: it would be that of somebody

# A door card that a steward or the hotline typed in is theirs, not the resident's.
_OWN = "(n.channel = 'link' OR (n.channel = 'card' AND n.written_by IS NULL))"


class Pace(msgspec.Struct, frozen=True):
    """`minutes`: the median over `n` needs, None where they are fewer than FEW."""

    n: int = 0
    minutes: float | None = None


class Paces(msgspec.Struct, frozen=True):
    """`own`: asked by one's own link or telephone's scan. `helped`: through a steward, the hotline or on paper."""

    own: Pace = Pace()
    helped: Pace = Pace()


async def paces(communities: Sequence[UUID]) -> Paces:
    """From when a need was written down to when it was handed over, of those handed over in the last DAYS days.

    A need without a handover (answered, cancelled, still open) is in neither; one that was opened again counts to its last handover.
    """

    class Row(msgspec.Struct):
        own: bool
        n: int
        minutes: float

    took = (
        "extract(epoch FROM n.delivered_at - n.created_at) / 60"
        if db.is_postgres()
        else "(julianday(n.delivered_at) - julianday(n.created_at)) * 1440"
    )
    sql = f"""WITH took AS (SELECT {_OWN} AS own, {took} AS minutes FROM need n
      WHERE n.community_id IN ({db.marks(communities)}) AND n.delivered_at >= ? AND n.delivered_at <= ?),
    placed AS (SELECT own, minutes, row_number() OVER (PARTITION BY own ORDER BY minutes) AS at, count(*) OVER (PARTITION BY own) AS n
      FROM took)
    SELECT own, n, avg(minutes) AS minutes FROM placed WHERE at IN ((n + 1) / 2, (n + 2) / 2) GROUP BY own, n"""
    now = clock.now()
    found = {row.own: row for row in await db.rows(Row, sql, *communities, now - timedelta(days=DAYS), now)}
    return Paces(*(_told(found.get(own)) for own in (True, False)))


def _told(row) -> Pace:
    if row is None:
        return Pace()
    return Pace(row.n, round(row.minutes, 1) if row.n >= FEW else None)
