"""What a person says of herself."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from app.journal.record import record
from app.journal.weighing import later_than, note_own
from app.kernel import db, edits, seal
from app.kernel.act import Done
from app.kernel.edits import UNSAID
from app.people.person import Person
from app.people.reads import INSTALLATION
from app.people.rules.accounts import organisation as find_organisation


class _Row(msgspec.Struct):
    key_id: UUID
    name_sealed: bytes
    lang: str
    organisation: str | None


_ROW = """SELECT a.key_id, a.name_sealed, a.lang, o.name AS organisation FROM account a
LEFT JOIN membership m ON m.account_id = a.id AND m.community_id = ? LEFT JOIN organisation o ON o.id = m.organisation_id WHERE a.id = ?"""


def fields_of(name: str, organisation: str, skills: Sequence[str], lang: str) -> dict[str, str]:
    """What she edits of herself, as texts."""
    return {"name": name, "organisation": organisation, "skills": ",".join(sorted(skills)), "lang": lang}


async def change(name: str, organisation: str, skills: tuple[str, ...], lang: str, *, was: Mapping[str, str] = UNSAID, by: Person) -> Done:
    """Writes what she changed; of two of her own phones the one pressed last counts, and nobody has to decide.

    A skill given up takes the seen certificate with it; one taken up waits for a dispatcher's look.
    """
    await db.run("UPDATE account SET version = version + 1 WHERE id = ?", by.id)
    typed, now = fields_of(name, organisation, skills, lang), await _now(by)
    merged = edits.merge(by.id, typed, was, now, moved=False)
    older = [field for field in merged.contested if await later_than(by.id, field)]
    apply = {field: typed[field] for field in (*merged.apply, *merged.contested) if field not in older}
    await _write(apply, by)
    if left := len(older) + len(merged.others):
        return Done("differences.merged_own", {"n": left}, mark="merged")
    return Done("people.profile.changed")


async def _now(by: Person) -> dict[str, str]:
    row = await db.one(_Row, _ROW, by.community_id, by.id)
    name = _seal(row, by).open("name", row.name_sealed)
    skills = await db.rows(str, "SELECT skill FROM account_skill WHERE account_id = ?", by.id)
    return fields_of(name, row.organisation or "", skills, row.lang)


def _seal(row: _Row, by: Person) -> seal.Seal:
    return seal.Seal("account", by.id, row.key_id, INSTALLATION)


async def _write(fields: Mapping[str, str], by: Person) -> None:
    if "name" in fields:
        row = await db.one(_Row, _ROW, by.community_id, by.id)
        await db.run("UPDATE account SET name_sealed = ? WHERE id = ?", _seal(row, by).close("name", fields["name"]), by.id)
    if "lang" in fields:
        await db.run("UPDATE account SET lang = ? WHERE id = ?", fields["lang"], by.id)
    if "organisation" in fields:
        org = await find_organisation(by.community_id, fields["organisation"])
        await db.run("UPDATE membership SET organisation_id = ? WHERE account_id = ? AND community_id = ?", org, by.id, by.community_id)
    if "skills" in fields:
        await _learn(tuple(filter(None, fields["skills"].split(","))), by)
    for field, text in fields.items():
        await note_own(by.id, by.community_id, field, text)
    if fields:
        record("account.changed", by.id, community=by.community_id)


async def _learn(skills: Sequence[str], by: Person) -> None:
    for gone in set(await db.rows(str, "SELECT skill FROM account_skill WHERE account_id = ?", by.id)) - set(skills):
        await db.run("DELETE FROM account_skill WHERE account_id = ? AND skill = ?", by.id, gone)
    for skill in skills:
        await db.run("INSERT INTO account_skill(account_id, skill) VALUES (?, ?) ON CONFLICT DO NOTHING", by.id, skill)
