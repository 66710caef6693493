"""What a person says of herself."""

from uuid import UUID

from app.journal.record import record
from app.kernel import db, seal
from app.kernel.act import Done
from app.people.person import Person
from app.people.reads import INSTALLATION
from app.people.rules.accounts import organisation as find_organisation


async def change(name: str, organisation: str, skills: tuple[str, ...], lang: str, *, by: Person) -> Done:
    """A skill given up takes the seen certificate with it; one taken up waits for a dispatcher's look."""
    key = await db.rows(UUID, "SELECT key_id FROM account WHERE id = ?", by.id)
    sealed = seal.Seal("account", by.id, key[0], INSTALLATION).close("name", name)
    await db.run("UPDATE account SET name_sealed = ?, lang = ?, version = version + 1 WHERE id = ?", sealed, lang, by.id)
    org = await find_organisation(by.community_id, organisation)
    await db.run("UPDATE membership SET organisation_id = ? WHERE account_id = ? AND community_id = ?", org, by.id, by.community_id)
    for gone in by.skills - set(skills):
        await db.run("DELETE FROM account_skill WHERE account_id = ? AND skill = ?", by.id, gone)
    for skill in skills:
        await db.run("INSERT INTO account_skill(account_id, skill) VALUES (?, ?) ON CONFLICT DO NOTHING", by.id, skill)
    record("account.changed", by.id, community=by.community_id)
    return Done("people.profile.changed")
