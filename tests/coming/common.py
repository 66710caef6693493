"""Series for tests, written down through the verbs: Monday 23 November 2026, nine in the morning, in Taohuaqiao."""

from datetime import UTC, date, datetime
from uuid import UUID

from app.coming.rhythm import Rhythm, bits
from app.coming.rules import series
from app.coming.rules.series import Hours
from app.kernel import db

MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)
FIRST = date(2026, 11, 23)
MO_WE_FR = Rhythm(rhythm="week", weekdays=bits((0, 2, 4)), first=FIRST)
DAY_HOURS = Hours(7 * 60, 5 * 60)
DIALYSIS = {"kind": "trip", "what": "透析接送，带轮椅", "whom": "母亲", "name": "王桂芳", "phone": "13911112222"}
INSULIN = {"kind": "medicine", "what": "门冬胰岛素两支", "whom": "", "name": "", "phone": ""}


async def written(act, by, household, *, when=MO_WE_FR, hours=DAY_HOURS, like=None, said=DIALYSIS) -> UUID:
    receipt = await act(series.make, by=by, household=household, when=when, hours=hours, like=like, **said)
    assert receipt.state == "applied", receipt
    return UUID(receipt.about)


async def dates(series_id) -> dict[str, str]:
    """By day: the state of its need, or why there is none."""
    rows = await db.rows(
        str, "SELECT c.day || ' ' || coalesce(c.off, n.state) FROM coming c LEFT JOIN need n ON n.id = c.need_id WHERE c.series_id = ? ORDER BY c.day",
        series_id,
    )  # fmt: skip
    return {row.split()[0][5:]: row.split()[1] for row in rows}
