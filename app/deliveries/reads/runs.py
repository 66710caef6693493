"""Runs as lists show them, and who sees which."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.deliveries.reads import naming
from app.kernel import clock, db
from app.kernel.seal import Closed, Seal
from app.kernel.trouble import Gone
from app.kernel.words import gettext, say
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can
from app.places import reads as places

TONES = {"draft": "plain", "given": "watch", "out": "watch", "finished": "calm", "cancelled": "plain"}
OPEN = ("draft", "given", "out")


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    """`stops` that count (none dropped), `visited` with an outcome, of which `delivered` and `failed`."""

    id: UUID
    number: int
    community_id: UUID
    state: str
    distribution_id: UUID | None
    top_first: bool
    created_by: UUID
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int
    stops: int
    visited: int
    delivered: int
    title_sealed: bytes | None = None
    title: str = ""
    places: str = ""
    carriers: tuple[str, ...] = ()
    carrier_ids: frozenset[UUID] = frozenset()

    @property
    def failed(self) -> int:
        return self.visited - self.delivered

    @property
    def left(self) -> int:
        return self.stops - self.visited

    @property
    def label(self) -> str:
        return self.title or self.places or say("deliveries.run.label", number=self.number)

    @property
    def state_label(self) -> str:
        return gettext(f"deliveries.state.{self.state}")

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def path(self) -> str:
        return f"/runs/{self.id}"

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def growing(self) -> bool:
        """Stops and needs may still come and go."""
        return self.state in ("draft", "given")


_DELIVERED = ", ".join(f"'{outcome}'" for outcome in DELIVERED)
_SELECT = f"""SELECT r.id, r.number, r.community_id, r.state, r.distribution_id, r.top_first, r.created_by, r.created_at, r.started_at,
r.finished_at, r.version, r.title_sealed, count(s.id) AS stops, count(h.id) AS visited,
coalesce(sum(CASE WHEN h.outcome IN ({_DELIVERED}) THEN 1 ELSE 0 END), 0) AS delivered
FROM run r LEFT JOIN stop s ON s.run_id = r.id AND s.dropped_at IS NULL
LEFT JOIN handover h ON h.stop_id = s.id AND h.undone_at IS NULL"""


async def select(where: str, *params, order: str = "r.number DESC", limit: int = 500, offset: int = 0) -> list[RunLine]:
    sql = f"{_SELECT} WHERE {where} GROUP BY r.id ORDER BY {order} LIMIT ? OFFSET ?"
    found = await db.rows(RunLine, sql, *params, limit, offset)
    return await _filled(found)


async def _filled(found: list[RunLine]) -> list[RunLine]:
    """With titles opened, buildings and carriers: three more questions, however many runs."""
    if not found:
        return found
    ids = [run.id for run in found]
    where, carriers, facts = await naming.places(ids), await naming.carriers(ids), await places.community(found[0].community_id)
    names = await people.names({account for held in carriers.values() for account in held})
    return [
        msgspec.structs.replace(
            run,
            title=opened(Seal("run", run.id, facts.key_id, facts.emergency_id), "title", run.title_sealed),
            title_sealed=None,
            places=where.get(run.id, ""),
            carriers=tuple(names.get(account, "—") for account in carriers.get(run.id, ())),
            carrier_ids=frozenset(carriers.get(run.id, ())),
        )
        for run in found
    ]


def opened(sealed: Seal, column: str, blob: bytes | None) -> str:
    try:
        return sealed.open(column, blob)
    except Closed:
        return "—"


async def visible(run_id: UUID, person: Person) -> RunLine:
    """To who plans runs or reads the board of its community, and to who carries it. Raises Gone("run")."""
    found = await select("r.id = ? AND r.community_id = ?", run_id, person.community_id)
    if not found or not (person.id in found[0].carrier_ids or can(person, "run.plan") or can(person, "board.see")):
        raise Gone("run")
    return found[0]


async def ever_carried(run_id: UUID, person: Person) -> bool:
    """Whether it was in her hands at any time: what she did then is hers to tell."""
    sql = "SELECT 1 FROM carrier WHERE run_id = ? AND account_id = ? AND community_id = ?"
    return await db.value(sql, run_id, person.id, person.community_id) is not None


async def was_given(run_id: UUID) -> bool:
    return await db.value("SELECT 1 FROM carrier WHERE run_id = ?", run_id) is not None


async def known(run_id: UUID, person: Person) -> RunLine:
    """A run of her community whose doors she may tell of though it is no longer hers to see: the caller has judged that."""
    return (await select("r.id = ? AND r.community_id = ?", run_id, person.community_id))[0]


def plans(run: RunLine, person: Person) -> bool:
    return run.community_id == person.community_id and can(person, "run.plan")


def carries(run: RunLine, person: Person) -> bool:
    """Whether she may say what happened at its doors."""
    return person.id in run.carrier_ids or plans(run, person)


async def runs(
    community_id: UUID,
    state: str | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 500,
    offset: int = 0,
) -> list[RunLine]:
    """Newest first; `since` and `until` are of the end of finished and cancelled ones."""
    where, params = conditions(community_id, state, since, until)
    return await select(where, *params, limit=limit, offset=offset)


async def count(community_id: UUID, state: str | None = None, *, since: datetime | None = None, until: datetime | None = None) -> int:
    where, params = conditions(community_id, state, since, until)
    return await db.value(f"SELECT count(*) FROM run r WHERE {where}", *params) or 0


def conditions(community_id: UUID, state: str | None, since: datetime | None, until: datetime | None) -> tuple[str, list]:
    where, params = ["r.community_id = ?"], [community_id]
    for condition, value in (("r.state = ?", state), ("r.finished_at >= ?", since), ("r.finished_at < ?", until)):
        if value is not None:
            where.append(condition)
            params.append(value)
    return " AND ".join(where), params


async def open_runs(community_id: UUID) -> list[RunLine]:
    """Drafts, given and out."""
    return await select("r.community_id = ? AND r.state IN ('draft', 'given', 'out')", community_id)


async def runs_of(account_id: UUID, community_id: UUID | None = None) -> list[RunLine]:
    """In her hands: given and out, then those finished today."""
    where = """EXISTS (SELECT 1 FROM carrier c WHERE c.run_id = r.id AND c.account_id = ? AND c.ended_at IS NULL)
    AND (r.state IN ('given', 'out') OR (r.state = 'finished' AND r.finished_at >= ?))"""
    params = [account_id, clock.day_start(clock.now())]
    if community_id is not None:
        where, params = f"{where} AND r.community_id = ?", [*params, community_id]
    return await select(where, *params, order="CASE r.state WHEN 'out' THEN 0 WHEN 'given' THEN 1 ELSE 2 END, r.number")


async def runs_for(distribution_id: UUID) -> list[RunLine]:
    """The runs of a distribution, newest first."""
    return await select("r.distribution_id = ?", distribution_id)
