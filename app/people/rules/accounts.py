"""Making a person known: account, membership of a community, roles at places, vouching, suspension."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.people.models import Account, Membership, Organisation, Role
from app.people.person import Person
from app.people.reads import INSTALLATION
from app.people.rights import may
from app.people.rules.messages import tell
from app.people.rules.sessions import end_all, hash_password, phone_hash

SKILLS = ("sampling", "driving", "training", "nursing", "first_aid", "electrician", "plumber", "cooking", "dialect", "counselling")


async def make_account(name: str, phone: str = "", *, password: str = "", lang: str = "zh", key: UUID | None = None) -> UUID:
    """A new account. Raises Overtaken `phone-known` when the phone already has one. `key`: made beforehand, in bulk."""
    account_id, key = ids.new(), key or seal.new_key(INSTALLATION)
    sealed = seal.Seal("account", account_id, key, INSTALLATION)
    if phone and await db.value("SELECT 1 FROM account WHERE phone_hash = ?", phone_hash(phone)):
        raise Overtaken("people.phone_known")
    await Account.create(
        id=account_id,
        key_id=key,
        name_sealed=sealed.close("name", name),
        phone_sealed=sealed.close("phone", phone),
        phone_hash=phone_hash(phone) if phone else None,
        password_hash=hash_password(password) if password else None,
        lang=lang,
        made_at=clock.now(),
    )
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


async def give_role(account_id: UUID, role: str, community_id: UUID | None, *, place: str, place_id: UUID, by: UUID | None = None) -> None:
    """Idempotent: a role held already stays as it is."""
    given = await db.run(
        """INSERT INTO role(id, account_id, role, community_id, place, place_id, given_at, given_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        ids.new(), account_id, role, community_id, place, place_id, clock.now(), by,
    )  # fmt: skip
    if given:
        record("role.given", account_id, community=community_id, role=role, place=place, place_id=str(place_id))


async def end_role(role_id: UUID, *, by: Person) -> Done:
    may(by, "role.give")
    role = await Role.get_or_none(id=role_id, community_id=by.community_id, ended_at=None)
    if role is None:
        raise Gone("role")
    if role.role == "dispatcher" and role.account_id == by.id:
        raise Overtaken("people.role.own_dispatcher")
    await db.run("UPDATE role SET ended_at = ? WHERE id = ?", clock.now(), role_id)
    record("role.ended", role.account_id, community=by.community_id, role=role.role)
    await tell(role.account_id, "message.role_ended", community=by.community_id, role=role.role)
    return Done("people.role.ended", about=str(role.account_id))


async def member_of(account_id: UUID, community_id: UUID) -> Membership:
    """Raises Gone for somebody who never reported in here."""
    row = await Membership.get_or_none(account_id=account_id, community_id=community_id)
    if row is None:
        raise Gone("account")
    return row


async def vouch(account_id: UUID, *, by: Person) -> Done:
    may(by, "people.vouch")
    row = await member_of(account_id, by.community_id)
    done = await db.run(
        "UPDATE membership SET vouched_at = ?, vouched_by = ? WHERE id = ? AND vouched_at IS NULL", clock.now(), by.id, row.id
    )
    if not done:
        raise Overtaken("people.vouched_already")
    record("account.vouched", account_id, community=by.community_id)
    await tell(account_id, "message.vouched", path="/now", community=by.community_id)
    return Done("people.vouched", about=str(account_id))


async def suspend(account_id: UUID, *, by: Person) -> Done:
    """She is signed out everywhere at once and cannot sign in until restored."""
    may(by, "people.suspend")
    await member_of(account_id, by.community_id)
    if account_id == by.id:
        raise Overtaken("people.suspend_self")
    sql = "UPDATE account SET suspended_at = ?, suspended_by = ?, version = version + 1 WHERE id = ? AND suspended_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, account_id):
        raise Overtaken("people.suspended_already")
    await end_all(account_id)
    record("account.suspended", account_id, community=by.community_id)
    return Done("people.suspended", about=str(account_id), undo=f"/people/{account_id}/restore")


async def restore(account_id: UUID, *, by: Person) -> Done:
    may(by, "people.suspend")
    await member_of(account_id, by.community_id)
    sql = "UPDATE account SET suspended_at = NULL, suspended_by = NULL, version = version + 1 WHERE id = ? AND suspended_at IS NOT NULL"
    if not await db.run(sql, account_id):
        raise Overtaken("people.not_suspended")
    record("account.restored", account_id, community=by.community_id)
    return Done("people.restored", about=str(account_id))
