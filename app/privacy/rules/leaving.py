"""A helper ends her own account: name, phone, password and skills go, what she did stays under a number."""

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Overtaken, misfit
from app.people import reads as people
from app.people.person import Person
from app.people.reads import desk
from app.people.rules.sessions import end_all
from app.places.numerals import plain
from app.privacy.reads.own import holds
from app.privacy.rules.erasing import Entry, scrub


async def leave(name: str, *, by: Person) -> Done:
    """Raises Misfit for another name than hers, Overtaken while something is in her hands or nobody else dispatches."""
    if plain(name) != plain(by.name):
        raise misfit("name", "privacy.leave.other_name")
    if n := await holds(by.id):
        raise Overtaken("privacy.leave.still_holds", n=n)
    await _not_the_last(by)
    now = clock.now()
    for table in ("role", "granted", "carer", "carrier", "subscription"):
        more = {"carer": ", ended_by = account_id", "subscription": ", ended_for = 'withdrawn'"}.get(table, "")
        await db.run(f"UPDATE {table} SET ended_at = ?{more} WHERE account_id = ? AND ended_at IS NULL", now, by.id)
    await db.run("UPDATE team_member SET left_at = ?, left_by = account_id WHERE account_id = ? AND left_at IS NULL", now, by.id)
    await db.run("UPDATE presence SET until_at = ? WHERE account_id = ? AND until_at IS NULL", now, by.id)
    await db.run("UPDATE sign_in_link SET used_at = ? WHERE account_id = ? AND used_at IS NULL", now, by.id)
    await end_all(by.id)
    await scrub([Entry(await people.key_of(by.id), "account", by.id, by.community_id, now)], by=by.id)
    record("account.left", by.id, community=by.community_id)
    return Done("privacy.leave.done", about=str(by.id))


async def _not_the_last(by: Person) -> None:
    for held in by.roles:
        if held.role == "dispatcher" and held.community_id and set(await desk.dispatchers(held.community_id)) == {by.id}:
            raise Overtaken("privacy.leave.last_dispatcher")
