"""Erasing a person: her words go with the act, her keys after it, and no restored copy brings them back.

The act scrubs what is plain or hashed and notes the keys (`erasure`). A duty then writes them to `erasures.log` in the data
folder, outside of the database and its backups, and only then destroys them. `replay` does again what the log says
before anything is served: whatever copy was put back is as erased as the one before.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from app.care.reads.residents import Resident, Stored
from app.care.rules.residents import visible
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Overtaken, misfit
from app.notices.rules import lines
from app.people.person import Person
from app.places.numerals import plain
from app.places.rules import fresh_key
from app.privacy.reads.mentions import mentions_of
from app.privacy.reads.subject import needs_of, orders_of, series_of

# Rows that tell of a door even without their words, those that hang on others first.
CARE = ("round_stop", "care_round", "contact", "watch_look", "watch", "carer", "mute", "alike", "difference")
MARKS = ("contact_clock", "edited", "ground")  # what the rows above leave: a date at each door, who changed which field
# What is held of a door and of nobody in particular, where nobody else of the ledger lives behind it.
_DOOR = """(SELECT r.household_id FROM resident r WHERE r.id = ? AND NOT EXISTS
(SELECT 1 FROM resident o WHERE o.household_id = r.household_id AND o.id <> r.id AND o.ended_at IS NULL))"""
_SCRUBS: dict[str, tuple[str, ...]] = {
    "resident": (
        """UPDATE resident SET phone_sealed = NULL, phone_hash = NULL, kinds_sealed = NULL, facts_sealed = NULL, note_sealed = NULL,
        version = version + 1 WHERE id = ?""",
        """UPDATE ledger_row SET phone_sealed = NULL, phone_hash = NULL, kinds_sealed = NULL, facts_sealed = NULL, note_sealed = NULL
        WHERE subject = 'resident' AND subject_id = ?""",
        "DELETE FROM alike WHERE ? IN (one_id, other_id)",
        "DELETE FROM difference WHERE subject_id = ?",
        "DELETE FROM edited WHERE subject_id = ?",
        "UPDATE contact SET note_sealed = NULL WHERE resident_id = ?",
        f"UPDATE contact SET note_sealed = NULL WHERE household_id IN {_DOOR}",
        f"DELETE FROM watch_look WHERE watch_id IN (SELECT w.id FROM watch w WHERE w.household_id IN {_DOOR})",
        f"DELETE FROM watch WHERE household_id IN {_DOOR}",
        "DELETE FROM mute WHERE resident_id = ?",
        "DELETE FROM ground WHERE resident_id = ?",
        f"DELETE FROM mute WHERE household_id IN {_DOOR}",
        f"DELETE FROM carer WHERE household_id IN {_DOOR}",
    ),
    "need": (
        """UPDATE need SET phone_sealed = NULL, phone_hash = NULL, for_sealed = NULL, name_sealed = NULL, spoken_sealed = NULL,
        double_reason_sealed = NULL, version = version + 1 WHERE id = ?""",
        "DELETE FROM difference WHERE subject_id = ?",
        "DELETE FROM edited WHERE subject_id = ?",
    ),
    "series": (
        """UPDATE series SET phone_sealed = NULL, for_sealed = NULL, name_sealed = NULL, ended_at = coalesce(ended_at, changed_at),
        version = version + 1 WHERE id = ?""",
    ),
    "donation": (
        """UPDATE donation SET what_sealed = NULL, name_sealed = NULL, phone_sealed = NULL, phone_hash = NULL, note_sealed = NULL, answer_sealed = NULL,
        version = version + 1 WHERE id = ?""",
        "UPDATE donation_photo SET raw_sealed = NULL, image_sealed = NULL WHERE donation_id = ?",
    ),
    "household_order": (
        """UPDATE household_order SET name_sealed = NULL, phone_sealed = NULL, phone_hash = NULL, note_sealed = NULL, avoids_sealed = NULL,
        version = version + 1 WHERE id = ?""",
    ),
    "account": (
        "UPDATE account SET phone_sealed = NULL, phone_hash = NULL, password_hash = NULL, version = version + 1 WHERE id = ?",
        "DELETE FROM skill_vouched WHERE account_id = ?",
        "DELETE FROM account_skill WHERE account_id = ?",
        "DELETE FROM message WHERE account_id = ? AND NOT EXISTS (SELECT 1 FROM carrying c WHERE c.message_id = message.id)",
        "DELETE FROM badge WHERE account_id = ?",
    ),
    "print": (
        "DELETE FROM print_file WHERE print_id = ?",
        """UPDATE print_job SET state = 'ended', reason = NULL, content_sealed = NULL, finished_at = coalesce(finished_at, at)
        WHERE id = ?""",
    ),
    "quarantine": ("UPDATE quarantine SET body_sealed = NULL, note_sealed = NULL WHERE id = ?",),
    "photo": (
        """UPDATE photo SET state = 'deleted', image_sealed = NULL WHERE state = 'kept'
        AND id IN (SELECT photo_id FROM photo_about WHERE subject_id = ?)""",
    ),
}


class Entry(msgspec.Struct, frozen=True):
    """A line of the log. `subject_id` of a photo: what it was of."""

    key_id: UUID
    subject: str
    subject_id: UUID
    community_id: UUID | None
    at: datetime


async def served(resident_id: UUID, *, by: Person) -> tuple[Stored, Resident]:
    """She as she is held, for whoever serves her rights. Raises Gone, Barred, and Overtaken once she was erased."""
    row = await visible(resident_id, "subject.serve", by=by)
    her = row.opened()
    if her.erased:
        raise Overtaken("privacy.erase.done_already")
    return row, her


async def take_out(resident_id: UUID, kind: str = "xlsx", *, by: Person) -> Done:
    """Note that all that is held of her is handed out; the receipt opens the file, or the sheet to print."""
    row, _ = await served(resident_id, by=by)
    record("resident.taken_out", row.id, community=row.community_id, household=row.household_id)
    return Done("privacy.data.taken_out", {"kind": kind}, about=str(row.id))


async def erase(resident_id: UUID, name: str, *, by: Person) -> Done:
    """Raises Misfit for another name than hers, Overtaken while a request of hers is still open."""
    row, her = await served(resident_id, by=by)
    if plain(name) != plain(her.name):
        raise misfit("name", "privacy.erase.other_name")
    needs = await needs_of(row, her)
    if still := [one for one in needs if one.open]:
        raise Overtaken("privacy.erase.still_open", n=len(still), number=still[0].number)
    named = await mentions_of(row, her)
    if named.waiting:
        raise Overtaken("privacy.erase.still_waiting", n=named.waiting)
    now = clock.now()
    entries = [Entry(row.key_id, "resident", row.id, row.community_id, now)]
    for one in needs:
        entries.append(Entry(one.key_id, "need", one.id, row.community_id, now))
        entries += [Entry(key, "photo", one.id, row.community_id, now) for key in await _photo_keys(one.id)]
    entries += [Entry(one.key_id, "series", one.id, row.community_id, now) for one in await series_of(her)]
    entries += [Entry(key, "household_order", order, row.community_id, now) for order, key in await orders_of(row, her)]
    entries += [Entry(key, "quarantine", aside, row.community_id, now) for aside, key in named.settled]
    entries += [Entry(key, "print", job, row.community_id, now) for job, key in named.prints]
    await scrub(entries, by=by.id)
    record("resident.erased", row.id, community=row.community_id, household=row.household_id, needs=len(needs))
    return Done("privacy.erase.done", about=str(row.id))


async def _photo_keys(need_id: UUID) -> list[UUID]:
    sql = "SELECT p.key_id FROM photo p JOIN photo_about a ON a.photo_id = p.id WHERE a.subject_id = ? AND p.key_id IS NOT NULL"
    return await db.rows(UUID, sql, need_id)


_NOTE = "INSERT INTO erasure(id, community_id, subject, subject_id, key_id, by, at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"


async def scrub(entries: Sequence[Entry], *, by: UUID | None = None) -> None:
    """What is plain or hashed goes now; the keys are noted, to go once this is committed."""
    for one in entries:
        for sql in _SCRUBS.get(one.subject, ()):
            await db.run(sql, one.subject_id)
        if one.subject == "resident":
            sql = "UPDATE resident SET ended_at = coalesce(ended_at, ?), match_hash = ? WHERE id = ?"
            await db.run(sql, one.at, ids.new().bytes, one.subject_id)
        if one.subject == "need":
            await db.run("UPDATE tracking SET ended_at = ? WHERE need_id = ? AND ended_at IS NULL", one.at, one.subject_id)
        if one.subject == "community":
            await _community(one.subject_id, one.key_id)
    await note(entries, by=by)


async def note(entries: Sequence[Entry], *, by: UUID | None = None) -> None:
    """These keys go once this is committed."""
    await db.run_many(_NOTE, [(ids.new(), one.community_id, one.subject, one.subject_id, one.key_id, by, one.at) for one in entries])


async def _community(community_id: UUID, key: UUID) -> None:
    """Its own key is given up: what was sealed with it stays closed. The numbers to call hang in public and are sealed anew."""
    for table in (*CARE, *MARKS):
        await db.run(f"DELETE FROM {table} WHERE community_id = ?", community_id)
    if made := await fresh_key(community_id, key):
        await lines.reseal(community_id, made)


def log_file() -> Path:
    return seal.folder() / "erasures.log"


def read_log(path: Path) -> list[Entry]:
    """A last line that a crash cut short is of an erasure whose keys still stand: it is written again."""
    found = []
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        try:
            found.append(msgspec.json.decode(line, type=Entry))
        except msgspec.DecodeError:
            continue
    return found


def _log(entries: Sequence[Entry]) -> None:
    with open(log_file(), "ab") as file:
        file.write(b"\n" + b"\n".join(msgspec.json.encode(one) for one in entries) + b"\n")
        file.flush()
        os.fsync(file.fileno())


async def settle() -> int:
    """A duty: log and destroy the keys of what was erased; answers how many. Only committed rows are read."""
    sql = "SELECT key_id, subject, subject_id, community_id, at FROM erasure WHERE done_at IS NULL ORDER BY at LIMIT 400"
    if entries := await db.rows(Entry, sql):
        _log(entries)
        keys = [one.key_id for one in entries]
        seal.destroy_keys(keys)
        await db.run(f"UPDATE erasure SET done_at = ? WHERE key_id IN ({db.marks(keys)})", clock.now(), *keys)
    return len(entries)


async def replay() -> int:
    """Erase again whatever the log names and this database does not know as erased: a copy from before was put back."""
    logged = read_log(log_file())
    if not logged:
        return 0
    seal.destroy_keys([one.key_id for one in logged])
    known = set(await db.rows(UUID, "SELECT key_id FROM erasure WHERE done_at IS NOT NULL"))
    back = [one for one in logged if one.key_id not in known]
    for start in range(0, len(back), 200):
        part = back[start : start + 200]
        here = set(await db.rows(UUID, "SELECT id FROM community"))
        async with db.transaction():
            await scrub([one if one.community_id in here else msgspec.structs.replace(one, community_id=None) for one in part])
            keys = [one.key_id for one in part]
            await db.run(f"UPDATE erasure SET done_at = ? WHERE key_id IN ({db.marks(keys)})", clock.now(), *keys)
    return len(back)
