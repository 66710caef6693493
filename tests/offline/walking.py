"""One world, many pairs: each stage is made once, each pair of acts is pressed in it and rolled back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from uuid import UUID

from offline.stages import FORMS, Stage

from app import web
from app.care import reads as care
from app.care.rules import residents, timing
from app.journal.worker import Worker
from app.kernel import act as acts
from app.kernel import clock, db, edits, ids, receipts
from app.kernel.book import Book
from app.kernel.forms import Form
from app.kernel.receipts import Receipt
from app.kernel.words import say
from app.needs import reads as needs
from app.needs.rules import changing as changing_needs
from app.notices import reads as notices
from app.notices.rules import correcting, lines
from app.people import moving
from app.people import reads as people
from app.people.person import STRANGER
from app.people.rules import teams
from app.places import reads as places
from app.places import rules as place_rules
from app.tasks import reads as tasks
from app.tasks.rules import changing as changing_tasks

BOOK = Book(web.ACTS)
WORKER = Worker(web.LISTENERS, [])


QUIET = {"read message", "read all"}  # reading is nobody's news


class Undone(Exception):
    """Rolls a savepoint back."""


@asynccontextmanager
async def rolled_back() -> AsyncIterator[None]:
    try:
        async with db.savepoint():
            yield
            raise Undone
    except Undone:
        pass


@contextmanager
def one_transaction(monkeypatch):
    """`perform` commits into the transaction that the walk holds."""
    with monkeypatch.context() as patch:
        patch.setattr(acts.db, "transaction", db.savepoint)
        yield


async def press(stage: Stage, name: str, late: bool, *, at=None) -> Receipt:
    path, form, first_by, late_by, _ = FORMS[name]
    who = late_by if late else first_by
    known = {key: str(value) for key, value in stage.known.items()} | {"steward": str(stage.world.steward)}
    known |= {
        "urgency": "today" if late else "now",
        "kind": "household" if late else "food",
        "order": "三" if late else "二",
        "n": "3" if late else "2",
        "few": "0" if late else "1",
        "building": str(stage.world.building),
    }
    known.setdefault("need_id", "")
    if "short" in stage.known:  # what the square shows when she presses
        step = moving.step_of(at or clock.now())
        known["shown"] = moving.token_at(stage.known["short"], moving.secret_of(stage.known["showing_id"]), step)
    typed = {field.format(**known): [value.format(**known)] for field, value in form.items()}
    typed |= {field: [value] for field, value in stage.was.get(name, {}).items()}
    by = await stage.person(who) if who else STRANGER
    drawn = BOOK.read(path.format(**known), Form(typed), act_id=ids.secret(), by=by, at=at)
    [receipt] = await acts.perform([drawn])
    assert isinstance(receipt, Receipt), (name, receipt)
    return receipt


async def draw_bases(stage: Stage) -> None:
    """What the edit forms of this stage carry of the fields as they were drawn."""
    known, stage.was = stage.known, {}
    if need := known.get("need_id"):
        stage.was["mend need"] = edits.base(need, changing_needs.fields_of((await needs.lines([need]))[0]))
    if task := known.get("task_id"):
        stage.was["mend task"] = edits.base(task, changing_tasks.fields_of(await tasks.visible(task, await stage.person("dispatcher"))))
    if team := known.get("team_id"):
        stage.was["mend team"] = edits.base(team, teams.fields_of(await people.team(team, stage.world.community)))
    if her := known.get("resident_id"):
        stage.was["mend resident"] = edits.base(her, residents.fields_of(await care.resident(her)))
    if notice := known.get("notice_id"):
        stage.was["correct notice"] = edits.base(notice, correcting.fields_of(await notices.notice(notice)))
    if line := known.get("line_id"):
        stage.was["mend line"] = edits.base(line, lines.fields_of(await notices.line(line, stage.world.community)))
    if setting := known.get("setting_id"):
        stage.was["timing"] = edits.base(setting, (await timing.timing(stage.world.community)).fields)
    home = await places.community(stage.world.community)
    stage.was["mend settings"] = edits.base(home.id, place_rules.settings_of(home))


def letter(receipt: Receipt) -> str:
    if receipt.state == "applied":
        return {None: ".", "beside": "+", "merged": "m"}.get(receipt.reason, "~")
    return {"refused": "x", "held": "h"}.get(receipt.state) or ("k" if receipt.reason == "beside" else "!")


async def pair(stage: Stage, first: str, late: str) -> tuple[str, list[str]]:
    """What came of `late`, pressed before `first` and received after it; and what is wrong with how things stand then."""
    start = clock.now()
    for name, table, thing in (("version", "need", "need_id"), ("task_version", "task", "task_id")):
        if thing in stage.known:
            stage.known[name] = await db.value(f"SELECT version FROM {table} WHERE id = ?", stage.known[thing])
    await draw_bases(stage)
    stage.known["settings_version"] = await db.value("SELECT version FROM community WHERE id = ?", stage.world.community)
    with clock.at(start + timedelta(minutes=4)):
        before = await press(stage, first, False)
    await WORKER.once()
    with clock.at(start + timedelta(minutes=8)):
        after = await press(stage, late, True, at=start + timedelta(minutes=2))
    wrong = [] if before.state == "applied" else [f"{first} was {before.state} {before.reason} in this stage"]
    return letter(after), wrong + [
        f"{first} / {late}: {each}" for receipt, name in ((before, first), (after, late)) for each in await kept(receipt, name)
    ] + [f"{first} / {late}: {each}" for each in await broken()]


async def kept(receipt: Receipt, name: str) -> list[str]:
    """Nothing is dropped in silence: a receipt with words, and what was not refused is in the journal."""
    wrong = []
    stored = await receipts.of(receipt.id, receipt.owner)
    if stored is None or stored.state != receipt.state:
        wrong.append(f"{name} left no receipt")
    words = say(receipt.words, **receipt.filled)
    if words == receipt.words or "%(" in words:
        wrong.append(f"{name} says nothing: {words}")
    if (
        receipt.state in ("applied", "conflict")
        and receipt.reason != "merged"
        and name not in QUIET
        and not await db.value("SELECT 1 FROM happening WHERE act = ?", receipt.id)
    ):
        wrong.append(f"{name} is not in the journal")
    return wrong


PROMISES = {
    "two handovers hold for one stop": "SELECT stop_id FROM handover WHERE undone_at IS NULL GROUP BY stop_id HAVING count(*) > 1",
    "a need was delivered twice": """SELECT n.need_id FROM stop_need n JOIN handover h ON h.id = n.handover_id AND h.undone_at IS NULL
        WHERE h.outcome IN ('in_hand', 'at_door', 'drop_point') AND NOT EXISTS (SELECT 1 FROM dispute d WHERE d.need_id = n.need_id)
        GROUP BY n.need_id HAVING count(*) > 1""",
    "a delivered need is open on a stop": """SELECT n.id FROM need n JOIN stop_need s ON s.need_id = n.id AND s.left_at IS NULL WHERE n.state = 'delivered'""",
    "a need on its way is on no stop": """SELECT n.id FROM need n WHERE n.state IN ('planned', 'underway')
        AND NOT EXISTS (SELECT 1 FROM stop_need s WHERE s.need_id = n.id AND s.left_at IS NULL)""",
    "a stop is dropped and was visited": """SELECT s.id FROM stop s JOIN handover h ON h.stop_id = s.id AND h.undone_at IS NULL WHERE s.dropped_at IS NOT NULL""",
    "a parcel is not where its last move took it": """SELECT p.id FROM parcel p LEFT JOIN parcel_move m ON m.parcel_id = p.id AND m.number = p.version
        WHERE m.id IS NULL OR m.to_kind <> p.holder_kind OR coalesce(CAST(m.to_id AS TEXT), '') <> coalesce(CAST(p.holder_id AS TEXT), '')""",
    "a run ended with a parcel that nobody answers for": """SELECT p.id FROM parcel p JOIN run r ON r.id = p.run_id
        WHERE r.state IN ('finished', 'cancelled') AND p.holder_kind IN ('hub', 'carrier')""",
    "more takers than places": "SELECT task_id FROM place GROUP BY task_id, taken_by HAVING taken_by IS NOT NULL AND count(*) > 1",
    "an hour counts twice": """SELECT a.id FROM presence a JOIN presence b ON b.account_id = a.account_id AND b.id > a.id
        WHERE a.since < coalesce(b.until_at, '9999-12-31') AND b.since < coalesce(a.until_at, '9999-12-31')""",
    "a visited stop has open needs": """SELECT s.id FROM stop_need s JOIN handover h ON h.stop_id = s.stop_id AND h.undone_at IS NULL WHERE s.left_at IS NULL""",
}


async def broken() -> list[str]:
    return [
        name
        for name, sql in PROMISES.items()
        if await db.rows(UUID, f"{sql} LIMIT 1" if not db.is_postgres() else f"SELECT * FROM ({sql}) x LIMIT 1")
    ]


def shared(first: str, late: str, *, last: bool = False) -> str | None:
    """The earliest stage in which both are possible, or the last one."""
    there = [stage for stage in FORMS[first][4] if stage in FORMS[late][4]]
    return there[-1 if last else 0] if there else None
