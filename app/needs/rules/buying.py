"""One goes to buy a medicine, and says what it cost. Money that is out of somebody's pocket is never refused."""

from typing import Any
from uuid import UUID

import msgspec

from app.journal.record import Happening, record
from app.kernel import clock, db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken
from app.needs.reads import medicine
from app.needs.reads.lines import NeedLine
from app.needs.rules.finding import known, wanted
from app.needs.rules.fulfilling import overtaken
from app.people.person import Person
from app.people.reads import desk, names
from app.people.rules.messages import tell
from app.photos.rules import announcing

_BEGIN = """INSERT INTO medicine_purchase(id, community_id, need_id, source_id, beside, begun_by, begun_at)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
_PAY = "UPDATE medicine_purchase SET paid_by = ?, paid_at = ?, fen = ?, source_id = ? WHERE id = ? AND paid_at IS NULL"


async def go(need_id: UUID, *, source: str, by: Person) -> Done:
    """She goes to buy it. Raises Overtaken with who has it already, before anybody pays twice."""
    need, at = await wanted(need_id, by), await known(source, by)
    if need.state not in ("waiting", "triaged", "planned"):
        raise await overtaken(need_id)
    row = ids.new()
    if not await db.run(_BEGIN, row, need.community_id, need.id, at.id, False, by.id, current().when):
        has = (await medicine.case(need)).bought
        raise Overtaken("medicine.bought_already" if has.paid_by else "medicine.buying_already", who=str(has.paid_by or has.begun_by))
    _told("medicine.buying", need, source=at.name)
    return Done("medicine.buying", {"source": at.name}, about=str(need.id), undo=f"/medicine/purchases/{row}/undo")


async def pay(need_id: UUID, *, source: str, fen: int, by: Person, **photo: Any) -> Done:
    """She paid. Where somebody had paid before, both are kept, and what becomes of hers is asked of the desk."""
    need, at = await wanted(need_id, by), await known(source, by)
    has = (await medicine.case(need)).bought
    if has is None:
        row = ids.new()
        await db.run(_BEGIN, row, need.community_id, need.id, at.id, False, by.id, current().when)
        has = (await medicine.case(need)).bought
    row, twice = has.id, False
    if not await db.run(_PAY, by.id, current().when, fen, at.id, row):
        row, twice = ids.new(), True
        await db.run(_BEGIN, row, need.community_id, need.id, at.id, True, by.id, current().when)
        await db.run(_PAY, by.id, current().when, fen, at.id, row)
    _told("medicine.bought", need, source=at.name)
    about = [("need", need.id), ("need", row)]
    await announcing.announce(about, community=need.community_id, household=need.household_id, by=by, **photo)
    undo = f"/medicine/purchases/{row}/undo"
    other = has.paid_by if twice else has.begun_by
    if other != by.id:
        await tell(
            other, "message.medicine_bought", path=f"/medicine/{need.id}", community=need.community_id, kind="desk", number=need.number
        )
    if twice:
        who = (await names({other})).get(other, "")
        return Done("medicine.bought_twice", {"who": who}, about=str(need.id), undo=undo, mark="beside")
    if not need.open:
        return Done("medicine.bought_late", {"number": need.number}, about=str(need.id), undo=undo, mark="late")
    return Done("medicine.bought", about=str(need.id), undo=undo)


async def unbuy(purchase_id: UUID, *, by: Person) -> Done:
    """She does not go after all, or did not pay. What was paid beside it stands in its place."""
    need, _ = await _hers(purchase_id, by)
    sql = "UPDATE medicine_purchase SET undone_at = ?, undone_by = ? WHERE id = ? AND undone_at IS NULL AND fate IS NULL"
    if not await db.run(sql, clock.now(), by.id, purchase_id):
        raise Overtaken("medicine.undone_already")
    now = await medicine.case(need)
    if now.bought is None and now.twice:
        await db.run("UPDATE medicine_purchase SET beside = ? WHERE id = ?", False, now.twice[0].id)
    _told("medicine.unbought", need)
    return Done("medicine.undone", about=str(need.id))


async def settle(purchase_id: UUID, *, fate: str, by: Person) -> Done:
    """What becomes of a medicine that was bought and that nobody needs. Raises Overtaken where it is settled, or needed after all."""
    need, fixed = await _hers(purchase_id, by)
    if fixed:
        raise Overtaken("medicine.settled_already", who=str(fixed))
    if purchase_id not in {one.id for one in (await medicine.case(need)).to_settle}:
        raise Overtaken("medicine.needed_after_all")
    sql = "UPDATE medicine_purchase SET fate = ?, fate_at = ?, fate_by = ? WHERE id = ? AND fate IS NULL"
    if not await db.run(sql, fate, clock.now(), by.id, purchase_id):
        raise Overtaken("medicine.settled_already", who="")
    _told("medicine.settled", need, fate=f"medicine.fate.{fate}")
    return Done(f"medicine.settled.{fate}", about=str(need.id))


class _Row(msgspec.Struct, frozen=True):
    need_id: UUID
    fate_by: UUID | None


async def _hers(purchase_id: UUID, by: Person) -> tuple[NeedLine, UUID | None]:
    """The need, and who settled it if anybody did."""
    sql = "SELECT need_id, fate_by FROM medicine_purchase WHERE id = ? AND community_id = ?"
    row = await db.one(_Row, sql, purchase_id, by.community_id)
    if row is None:
        raise Gone("medicine")
    return await wanted(row.need_id, by), row.fate_by


async def begin_anew(need: NeedLine) -> None:
    """Handed over and asked for again: what was found and bought for the first time helps no more."""
    for table in ("medicine_try", "medicine_purchase"):
        sql = f"UPDATE {table} SET past_at = ? WHERE community_id = ? AND need_id = ? AND past_at IS NULL"
        await db.run(sql, clock.now(), need.community_id, need.id)


_PAID = """SELECT paid_by FROM medicine_purchase WHERE community_id = ? AND need_id = ? AND paid_at IS NOT NULL AND undone_at IS NULL
AND past_at IS NULL AND fate IS NULL"""


async def called_off(happening: Happening) -> None:
    """Whoever bought it, and the desk, hear that nobody needs it."""
    community = happening.community_id
    if paid := set(await db.rows(UUID, _PAID, community, happening.about)):
        number = await db.value("SELECT number FROM need WHERE id = ?", happening.about)
        for account in paid | set(await desk.dispatchers(community)):
            await tell(
                account, "message.medicine_off", path=f"/medicine/{happening.about}", community=community, kind="desk", number=number
            )


def _told(kind: str, need: NeedLine, **told: Any) -> None:
    record(kind, need.id, community=need.community_id, household=need.household_id, number=need.number, **told)
