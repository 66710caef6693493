"""Acts that came under a used id or a used count of their phone: counted after all, or put aside with a word."""

import ast
import re
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import act, clock, db, ids
from app.kernel.act import Done
from app.kernel.book import Book, Rule
from app.kernel.forms import Form, nothing, shape, text
from app.kernel.receipts import Receipt
from app.kernel.seal import Closed, Seal
from app.kernel.trouble import Gone, Later, Misfit, Overtaken
from app.offline.deciding import RIGHT
from app.people.person import STRANGER, Person, Stranger
from app.people.rights import reach
from app.people.rules.devices import person_of


class Doubled(msgspec.Struct, frozen=True):
    """`act`: its id. The `first_` columns are of the receipt that has the id, or the phone's count, already."""

    id: UUID
    act: str
    owner: str
    path: str
    key_id: UUID
    body_sealed: bytes | None
    at: datetime
    community_id: UUID
    building_id: UUID | None
    pressed_at: datetime | None
    settled_at: datetime | None
    first_id: str | None
    first_path: str | None
    first_state: str | None
    first_trouble: str | None
    first_words: str | None
    first_params: str | None
    first_reason: str | None
    first_owner: str | None
    first_at: datetime | None

    @property
    def account(self) -> UUID | None:
        return UUID(self.owner[2:]) if self.owner.startswith("a:") else None

    @property
    def seal(self) -> Seal:
        return Seal("quarantine", self.id, self.key_id, "quarantine")

    @property
    def first(self) -> Receipt | None:
        """None where it is nobody's that is known."""
        if self.first_id is None:
            return None
        return Receipt(
            self.first_id, self.first_owner, self.first_path, self.first_state, self.first_at, self.first_trouble, self.first_reason,
            self.first_words, self.first_params,
        )  # fmt: skip

    def typed(self) -> dict[str, list[str]] | None:
        """The form's fields; None where they were cut off or their key is gone."""
        try:
            lines = self.seal.open("body", self.body_sealed).split("\n")
        except Closed:
            return None
        found: dict[str, list[str]] = {}
        for line in filter(None, lines):
            match = re.fullmatch(r"([^=:]+)=('.*'|\".*\")", line)
            if match is None:
                return None
            try:
                found.setdefault(match[1], []).append(ast.literal_eval(match[2]))
            except (ValueError, SyntaxError):
                return None
        return found


_SELECT = """SELECT q.id, q.act, q.owner, q.path, q.key_id, q.body_sealed, q.at, q.community_id, q.building_id, q.pressed_at, q.settled_at,
r.id AS first_id, r.path AS first_path, r.state AS first_state, r.trouble AS first_trouble, r.words AS first_words, r.params AS first_params,
r.reason AS first_reason, r.owner AS first_owner, r.received_at AS first_at
FROM quarantine q LEFT JOIN receipt r ON r.id = coalesce((SELECT id FROM receipt WHERE id = q.act),
(SELECT id FROM receipt WHERE device = q.device AND seq = q.seq))"""


# Its phone sent it again under another name and count, and that one was decided.
_CAME = "NOT EXISTS (SELECT 1 FROM receipt s WHERE s.id = q.act AND s.owner = q.owner AND s.path = q.path AND s.received_at > q.at)"


def _within(by: Person) -> tuple[str, list[Any]]:
    buildings = reach(by, RIGHT)
    if buildings is None:
        return f"q.community_id = ? AND {_CAME}", [by.community_id]
    if not buildings:
        return "1 = 0", []
    return f"q.community_id = ? AND {_CAME} AND q.building_id IN ({db.marks(tuple(buildings))})", [by.community_id, *buildings]


async def count(by: Person) -> int:
    where, params = _within(by)
    return await db.value(f"SELECT count(*) FROM quarantine q WHERE {where} AND q.settled_at IS NULL", *params)


async def waiting(by: Person, *, offset: int, limit: int) -> list[Doubled]:
    where, params = _within(by)
    return await db.rows(
        Doubled, f"{_SELECT} WHERE {where} AND q.settled_at IS NULL ORDER BY q.at, q.id LIMIT ? OFFSET ?", *params, limit, offset
    )


async def _visible(row_id: UUID, by: Person) -> Doubled:
    where, params = _within(by)
    found = await db.one(Doubled, f"{_SELECT} WHERE q.id = ? AND {where}", row_id, *params)
    if found is None:
        raise Gone("doubled")
    return found


_books: list[Book] = []


def use(book: Book) -> None:
    """The book in which a doubled act is looked up again."""
    _books[:] = [book]


async def count_too(doubled_id: UUID, *, by: Person) -> Done:
    """Perform it as its owner's, with the time at which it was pressed. Raises what its own verb refuses it with.

    Where its id is still free it keeps it: should its phone send it once more, that is a repeat.
    """
    row = await _settle(doubled_id, "counted", by, "")
    typed, owner = row.typed(), await _owner(row)
    if typed is None:
        raise Overtaken("quarantine.cut_off")
    used = await db.value("SELECT 1 FROM receipt WHERE id = ?", row.act)
    act_id = ids.secret() if used else row.act
    try:
        press = _books[0].read(row.path, Form(typed), act_id=act_id, by=owner, batch=True, at=row.pressed_at)
    except Misfit:
        raise Overtaken("act.fits_no_more") from None
    receipt = await act.perform_within(press)
    if receipt is None:
        raise Later("trouble.later")
    if isinstance(receipt, Misfit):
        raise Overtaken("act.fits_no_more")
    if receipt.state == "refused":
        raise Overtaken(receipt.words, reason=receipt.reason, **receipt.filled)
    await db.run("UPDATE quarantine SET counted_act = ? WHERE id = ?", act_id, row.id)
    record("quarantine.counted", row.id, community=row.community_id, counted=act_id)
    return Done("quarantine.counted", about=str(row.id))


async def put_aside(doubled_id: UUID, word: str, *, by: Person) -> Done:
    row = await _settle(doubled_id, "aside", by, word)
    record("quarantine.put_aside", row.id, community=row.community_id)
    return Done("quarantine.put_aside", about=str(row.id))


async def _settle(row_id: UUID, choice: str, by: Person, word: str) -> Doubled:
    row = await _visible(row_id, by)
    note = row.seal.close("note", word)
    sql = "UPDATE quarantine SET settled_at = ?, settled_by = ?, choice = ?, note_sealed = ? WHERE id = ? AND settled_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, choice, note, row_id):
        first = await db.value("SELECT settled_by FROM quarantine WHERE id = ?", row_id)
        raise Overtaken("differences.decided_already", who=str(first or ""))
    return row


async def _owner(row: Doubled) -> Person | Stranger:
    if row.account is None:
        if row.owner != STRANGER.owner:
            raise Overtaken("quarantine.owner_gone")
        return STRANGER
    person = await person_of(row.account, row.community_id)
    suspended = await db.value("SELECT 1 FROM account WHERE id = ? AND suspended_at IS NOT NULL", row.account)
    if person is None or suspended:
        raise Overtaken("quarantine.owner_gone")
    return person


ACTS = [
    Rule("/quarantine/{doubled_id:uuid}/count", nothing, count_too),
    Rule("/quarantine/{doubled_id:uuid}/aside", shape(word=text(0, 200)), put_aside),
]
