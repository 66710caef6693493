"""A notice as pages show it."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.seal import Closed, Seal
from app.kernel.words import day_time, gettext, say
from app.places import labels

TONES = {"current": "calm", "coming": "watch", "past": "plain", "withdrawn": "plain"}
PUBLIC = ("community", "grid", "building")


class NoticeFacts(msgspec.Struct, frozen=True):
    """`text` counts its texts. `audience` says whom it is for; what is for a place hangs in the stairwell, what is for a role or a team does not."""

    id: UUID
    community_id: UUID
    audience: str
    audience_id: UUID | None
    audience_role: str | None
    emergency_id: UUID
    key_id: UUID
    text: int
    urgent: bool
    must_confirm: bool
    valid_from: datetime
    valid_until: datetime
    written_by: UUID
    written_at: datetime
    told_at: datetime | None
    withdrawn_at: datetime | None
    version: int
    estate: str | None
    building: int | None
    grid: str | None
    team: str | None
    title: str = ""
    body: str = ""
    title_sealed: bytes | None = None
    body_sealed: bytes | None = None

    @property
    def path(self) -> str:
        return f"/notices/{self.id}"

    @property
    def public(self) -> bool:
        return self.audience in PUBLIC

    @property
    def state(self) -> str:
        if self.withdrawn_at:
            return "withdrawn"
        now = clock.now()
        return "coming" if now < self.valid_from else "current" if now < self.valid_until else "past"

    @property
    def current(self) -> bool:
        return self.state == "current"

    @property
    def state_label(self) -> str:
        return gettext(f"notices.state.{self.state}")

    @property
    def tone(self) -> str:
        return "alarm" if self.urgent and self.current else TONES[self.state]

    @property
    def to(self) -> str:
        match self.audience:
            case "building":
                return labels.building(self.estate or "", self.building or 0)
            case "grid":
                return self.grid or ""
            case "team":
                return self.team or ""
            case "role":
                return gettext(f"frame.role.{self.audience_role}")
        return gettext("notices.to.community")

    @property
    def short(self) -> str:
        """What stands on a page before somebody asks for more."""
        first = self.body.split("\n", 1)[0]
        return first if len(first) <= SHORT else first[: SHORT - 1] + "…"

    @property
    def is_short(self) -> bool:
        return self.short == self.body

    @property
    def until_label(self) -> str:
        return say("notices.until_label", when=day_time(self.valid_until))

    @property
    def until_date(self) -> str:
        """For paper: it hangs for days, so no "tomorrow"."""
        return say("notices.until_label", when=f"{clock.local(self.valid_until):%Y-%m-%d %H:%M}")


SHORT = 60

_NOTICE = """SELECT n.id, n.community_id, n.audience, n.audience_id, n.audience_role, n.emergency_id, n.key_id, n.text, n.title_sealed, n.body_sealed, n.urgent, n.must_confirm, n.valid_from,
n.valid_until, n.written_by, n.written_at, n.told_at, n.withdrawn_at, n.version, e.name AS estate, b.number AS building, g.name AS grid,
t.name AS team FROM notice n LEFT JOIN building b ON n.audience = 'building' AND b.id = n.audience_id LEFT JOIN estate e ON e.id = b.estate_id
LEFT JOIN grid g ON n.audience = 'grid' AND g.id = n.audience_id LEFT JOIN team t ON n.audience = 'team' AND t.id = n.audience_id"""
STANDING = "n.withdrawn_at IS NULL AND n.valid_from <= ? AND n.valid_until > ?"
# What matters most stands first: urgent, then the newest.
ORDER = "ORDER BY n.urgent DESC, n.id DESC"


def seal_of(notice_id: UUID, key_id: UUID, emergency_id: UUID, table: str = "notice") -> Seal:
    return Seal(table, notice_id, key_id, emergency_id)


def opened(sealed: Seal, column: str, blob: bytes | None) -> str:
    try:
        return sealed.open(column, blob)
    except Closed:
        return "—"


async def select(where: str, *params: object) -> list[NoticeFacts]:
    """`where` over `n`, with its order and limit; a list of texts to open, so none without a limit."""
    return [_whole(one) for one in await db.rows(NoticeFacts, f"{_NOTICE} WHERE {where}", *params)]


def _whole(one: NoticeFacts) -> NoticeFacts:
    sealed = seal_of(one.id, one.key_id, one.emergency_id)
    words = {name: opened(sealed, name, getattr(one, f"{name}_sealed")) for name in ("title", "body")}
    return msgspec.structs.replace(one, title_sealed=None, body_sealed=None, **words)


async def notice(notice_id: UUID) -> NoticeFacts | None:
    found = await select("n.id = ?", notice_id)
    return found[0] if found else None


async def at_building(community_id: UUID, building_id: UUID, grid_id: UUID | None, limit: int = 20) -> list[NoticeFacts]:
    """What the residents of a building are to know now."""
    now = clock.now()
    return await select(
        f"""n.community_id = ? AND {STANDING} AND (n.audience = 'community'
        OR (n.audience IN ('building', 'grid') AND n.audience_id IN (?, ?))) {ORDER} LIMIT ?""",
        community_id, now, now, building_id, grid_id or building_id, limit,
    )  # fmt: skip


async def in_community(community_id: UUID, limit: int = 20) -> list[NoticeFacts]:
    """For a resident whose building is not known."""
    now = clock.now()
    return await select(f"n.community_id = ? AND {STANDING} AND n.audience = 'community' {ORDER} LIMIT ?", community_id, now, now, limit)


class Text(msgspec.Struct, frozen=True):
    """What a notice said until it was corrected."""

    number: int
    title: str
    body: str
    replaced_at: datetime


class _Text(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    title_sealed: bytes
    body_sealed: bytes
    replaced_at: datetime


async def texts_before(one: NoticeFacts, limit: int = 20) -> tuple[Text, ...]:
    """The latest first."""
    sql = "SELECT id, number, title_sealed, body_sealed, replaced_at FROM notice_text WHERE notice_id = ? ORDER BY number DESC LIMIT ?"
    rows = await db.rows(_Text, sql, one.id, limit) if one.text > 1 else []
    seals = [seal_of(row.id, one.key_id, one.emergency_id, "notice_text") for row in rows]
    return tuple(
        Text(row.number, opened(sealed, "title", row.title_sealed), opened(sealed, "body", row.body_sealed), row.replaced_at)
        for row, sealed in zip(rows, seals, strict=True)
    )
