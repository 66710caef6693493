"""Acts that came too early: kept until the one before them is here, or until a person decides.

A held act has its receipt, which says held; the same receipt later says what came of it.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.journal import worker
from app.kernel import act, clock, db
from app.kernel.act import Done, Press
from app.kernel.book import Book
from app.kernel.forms import Form
from app.kernel.seal import Closed, Seal
from app.kernel.trouble import Barred, Later, Misfit, Overtaken, Trouble
from app.people.person import Person
from app.people.rules.devices import Former, person_of

FLAGGED = timedelta(hours=6)
LONGEST = timedelta(hours=72)
PAUSE = timedelta(minutes=1)


def around(press: Press, form: Form) -> Press:
    """Holds a press back whose form names a predecessor that has not come. What carries a file is never held."""
    if press.after is None or not isinstance(press.by, Person) or form.files:
        return press

    async def in_order() -> Done | None:
        if await came(press.after):
            return await press.work()
        return await keep(press, form, "after", press.by.community_id)

    return msgspec.structs.replace(press, work=in_order)


def for_a_person(press: Press, form: Form, community: UUID) -> Press:
    """The same press, kept until somebody in charge lets it count: its phone may no longer speak for its owner. A file is not kept."""
    return msgspec.structs.replace(press, work=lambda: keep(press, form, "revoked", community))


async def came(act_id: str) -> bool:
    """Whether nobody need wait for this act any more: it has its receipt and is not itself held, or could not be understood."""
    sql = """SELECT 1 WHERE EXISTS (SELECT 1 FROM receipt WHERE id = ?) AND NOT EXISTS (SELECT 1 FROM held_act WHERE act = ?)
    OR EXISTS (SELECT 1 FROM unread_act WHERE id = ?)"""
    return await db.value(sql, act_id, act_id, act_id) is not None


class _Key(msgspec.Struct, frozen=True):
    key_id: UUID
    emergency_id: UUID


async def keep(press: Press, form: Form, reason: str, community: UUID) -> Done:
    key = await db.one(_Key, "SELECT key_id, emergency_id FROM community WHERE id = ?", community)
    body = Seal("held_act", press.id, key.key_id, key.emergency_id).close("body", json.dumps(form.typed, ensure_ascii=False))
    await db.run(
        """INSERT INTO held_act(act, account_id, community_id, reason, after_act, body_sealed, received_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        press.id, press.by.id, community, reason, press.after if reason == "after" else None, body, act.current().received_at,
    )  # fmt: skip
    return Done(f"act.held_{reason}", state="held", mark=reason)


class Held(msgspec.Struct, frozen=True):
    act: str
    account_id: UUID
    community_id: UUID
    reason: str
    after_act: str | None
    body_sealed: bytes
    received_at: datetime
    path: str
    body_hash: bytes
    at: datetime | None
    offset_ms: int | None
    key_id: UUID
    emergency_id: UUID

    @property
    def form(self) -> Form:
        return Form(json.loads(Seal("held_act", self.act, self.key_id, self.emergency_id).open("body", self.body_sealed)))


async def due(now: datetime, limit: int = 100) -> list[Held]:
    """Those that may be performed now, in the order in which they were pressed."""
    return await db.rows(
        Held,
        """SELECT h.act, h.account_id, h.community_id, h.reason, h.after_act, h.body_sealed, h.received_at, r.path, r.body_hash, r.at,
        r.offset_ms, c.key_id, c.emergency_id
        FROM held_act h JOIN receipt r ON r.id = h.act JOIN community c ON c.id = h.community_id
        WHERE (h.again_at IS NULL OR h.again_at <= ?) AND (h.let_at IS NOT NULL OR h.reason = 'after' AND (h.received_at <= ?
          OR EXISTS (SELECT 1 FROM unread_act u WHERE u.id = h.after_act)
          OR EXISTS (SELECT 1 FROM receipt p WHERE p.id = h.after_act) AND NOT EXISTS (SELECT 1 FROM held_act p WHERE p.act = h.after_act)))
        ORDER BY h.received_at, r.seq LIMIT ?""",
        now, now - LONGEST, limit,
    )  # fmt: skip


async def release(held: Held) -> None:
    """Perform it as its owner, with its own time; an act of the system. What fails for now is tried again later."""
    try:
        await worker.do(lambda: _perform(held))
    except worker.Undecided:
        await db.run("UPDATE held_act SET again_at = ? WHERE act = ?", clock.now() + PAUSE, held.act)


async def _perform(held: Held) -> None:
    early = held.reason == "after" and not await came(held.after_act)
    if not await db.run("DELETE FROM held_act WHERE act = ?", held.act):
        return
    press = await _press(held)

    async def work() -> Done:
        try:
            done = await press.work() or Done()
        except Misfit:
            raise Overtaken("act.fits_no_more") from None
        return msgspec.structs.replace(done, mark="out-of-order") if early and done.mark is None else done

    if await act.perform_held(msgspec.structs.replace(press, work=work), held.received_at) is None:
        raise Later("trouble.later")


async def _press(held: Held) -> Press:
    """What she pressed, as far as it can still be understood; else a press that says why not."""
    person = await person_of(held.account_id, held.community_id)
    told = {"at": held.at, "offset": held.offset_ms}
    try:
        if person is None:
            raise Barred("act.no_role")
        return _book().read(held.path, held.form, act_id=held.act, by=person, batch=True, **told)
    except (Trouble, Closed) as error:
        trouble = Overtaken("act.fits_no_more") if isinstance(error, Misfit | Closed) else error

        async def refuse() -> Done:
            raise trouble

        return Press(held.act, held.path, Former(held.account_id), refuse, held.body_hash, **told)


_books: list[Book] = []


def use(book: Book) -> Book:
    """The book in which held acts are looked up again."""
    _books[:] = [book]
    return book


def _book() -> Book:
    return _books[0]
