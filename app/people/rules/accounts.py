"""Making a person known: account, membership of a community, roles at places, suspension."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Barred, Gone, Overtaken
from app.people.models import Account, Membership, Organisation
from app.people.person import Person
from app.people.reads import INSTALLATION, elsewhere
from app.people.rights import may
from app.people.rules.sessions import end_all, hash_password, phone_hash
from app.people.skills import SKILLS as SKILLS


async def make_account(
    name: str,
    phone: str = "",
    *,
    password: str = "",
    password_hash: str = "",
    lang: str = "zh",
    key: UUID | None = None,
    account_id: UUID | None = None,
) -> UUID:
    """A new account. Raises Overtaken `phone-known` when the phone already has one. `key`: made beforehand, in bulk."""
    account_id, key = account_id or ids.new(), key or seal.new_key(INSTALLATION)
    sealed = seal.Seal("account", account_id, key, INSTALLATION)
    try:
        async with db.savepoint():
            await Account.create(
                id=account_id,
                key_id=key,
                name_sealed=sealed.close("name", name),
                phone_sealed=sealed.close("phone", phone),
                phone_hash=phone_hash(phone) if phone else None,
                password_hash=password_hash or (hash_password(password) if password else None),
                lang=lang,
                made_at=clock.now(),
            )
    except db.IntegrityError:
        raise Overtaken("people.phone_known") from None
    return account_id


async def organisation(community_id: UUID, name: str) -> UUID | None:
    """The organisation's id in this community, made when it is new; None for a blank name."""
    if not name:
        return None
    await db.run("INSERT INTO organisation(id, community_id, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", ids.new(), community_id, name)
    row = await Organisation.get(community_id=community_id, name=name)
    return row.id


async def join(account_id: UUID, community_id: UUID, *, organisation_name: str = "", skills: tuple[str, ...] = ()) -> None:
    """Membership and the volunteer's role; joining twice changes organisation and skills only."""
    org = await organisation(community_id, organisation_name)
    joined = await db.run(
        "INSERT INTO membership(id, account_id, community_id, organisation_id, joined_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        ids.new(), account_id, community_id, org, clock.now(),
    )  # fmt: skip
    if not joined and org:
        await db.run("UPDATE membership SET organisation_id = ? WHERE account_id = ? AND community_id = ?", org, account_id, community_id)
    for skill in skills:
        await db.run("INSERT INTO account_skill(account_id, skill) VALUES (?, ?) ON CONFLICT DO NOTHING", account_id, skill)
    await give_role(account_id, "volunteer", community_id, place="community", place_id=community_id)
    if joined:
        record("account.joined", account_id, community=community_id)


async def give_role(account_id: UUID, role: str, community_id: UUID | None, *, place: str, place_id: UUID, by: UUID | None = None) -> bool:
    """Idempotent: a role held already stays as it is; answers whether it is new."""
    given = await db.run(
        """INSERT INTO role(id, account_id, role, community_id, place, place_id, given_at, given_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        ids.new(), account_id, role, community_id, place, place_id, clock.now(), by,
    )  # fmt: skip
    if given:
        record("role.given", account_id, community=community_id, role=role, place=place, place_id=str(place_id))
    return bool(given)


async def member_of(account_id: UUID, community_id: UUID) -> Membership:
    """Raises Gone for somebody who never reported in here."""
    row = await Membership.get_or_none(account_id=account_id, community_id=community_id)
    if row is None:
        raise Gone("account")
    return row


async def within_reach(account_id: UUID, *, by: Person) -> None:
    """Raise unless `by` may act on this person's account: one who answers for another place is helped there."""
    await member_of(account_id, by.community_id)
    if await elsewhere(account_id, by.community_id):
        raise Barred("trouble.barred.account_elsewhere", reason="elsewhere")


async def suspend(account_id: UUID, *, by: Person) -> Done:
    """She is signed out everywhere at once and cannot sign in until restored."""
    await member_of(account_id, by.community_id)
    may(by, "people.suspend")
    await within_reach(account_id, by=by)
    if account_id == by.id:
        raise Overtaken("people.suspend_self")
    sql = "UPDATE account SET suspended_at = ?, suspended_by = ?, version = version + 1 WHERE id = ? AND suspended_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, account_id):
        raise Overtaken("people.suspended_already")
    await end_all(account_id)
    await db.run("UPDATE presence SET until_at = ? WHERE account_id = ? AND until_at IS NULL", clock.now(), account_id)
    record("account.suspended", account_id, community=by.community_id)
    return Done("people.suspended", about=str(account_id), undo=f"/people/{account_id}/restore")


async def restore(account_id: UUID, *, by: Person) -> Done:
    await member_of(account_id, by.community_id)
    may(by, "people.suspend")
    await within_reach(account_id, by=by)
    sql = "UPDATE account SET suspended_at = NULL, suspended_by = NULL, version = version + 1 WHERE id = ? AND suspended_at IS NOT NULL"
    if not await db.run(sql, account_id):
        raise Overtaken("people.not_suspended")
    record("account.restored", account_id, community=by.community_id)
    return Done("people.restored", about=str(account_id))
