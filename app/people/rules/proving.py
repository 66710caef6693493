"""Passwords, phones and shown links: the ways to prove that an account is hers, and to mend them when one is lost."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, seal
from app.kernel.act import Done
from app.kernel.trouble import Overtaken, misfit
from app.people.person import Person
from app.people.reads import INSTALLATION, account
from app.people.rights import may
from app.people.rules import sessions
from app.people.rules.accounts import member_of, within_reach
from app.people.rules.messages import tell

LINK_PROVES = timedelta(hours=1)  # so long after a shown link the old password is not asked for


class _Proof(msgspec.Struct):
    password_hash: str | None
    linked_at: datetime | None


async def _proof(by: Person) -> _Proof:
    sql = "SELECT a.password_hash, s.linked_at FROM account a JOIN session s ON s.account_id = a.id WHERE s.id = ?"
    return await db.one(_Proof, sql, by.session_id) or _Proof(None, None)


async def needs_password(by: Person) -> bool:
    """Whether she is asked for her present password before it, or her number, is changed."""
    proof = await _proof(by)
    return not (proof.linked_at and clock.now() - proof.linked_at < LINK_PROVES)


async def _prove(by: Person, current: str) -> None:
    if not await needs_password(by):
        return
    proof = await _proof(by)
    if proof.password_hash is None:
        raise misfit("current", "people.password.none_yet")
    if not sessions.verify(proof.password_hash, current):
        raise misfit("current", "people.password.wrong")


async def set_password(current: str, password: str, *, by: Person) -> Done:
    """Her first, or a new one in place of the old; `password` comes hashed. Every other phone is signed out."""
    if (await _proof(by)).password_hash is not None:
        await _prove(by, current)
    await db.run("UPDATE account SET password_hash = ?, version = version + 1 WHERE id = ?", password, by.id)
    await sessions.end_others(by=by)
    record("account.password_set", by.id, community=by.community_id)
    return Done("people.password.is_set")


async def change_own_phone(current: str, phone: str, *, by: Person) -> Done:
    await _prove(by, current)
    await _store_phone(by.id, phone)
    await sessions.end_others(by=by)
    record("account.phone_changed", by.id, community=by.community_id)
    return Done("people.phone.changed")


async def change_phone_for(account_id: UUID, phone: str, *, by: Person) -> Done:
    """The old phone is lost: a new number, and every session of hers ends."""
    await member_of(account_id, by.community_id)
    may(by, "account.help")
    await within_reach(account_id, by=by)
    await _store_phone(account_id, phone)
    await sessions.end_all(account_id)
    record("account.phone_changed", account_id, community=by.community_id)
    await tell(account_id, "message.phone_changed", path="/me", community=by.community_id)
    return Done("people.phone.changed_for", about=str(account_id))


async def _store_phone(account_id: UUID, phone: str) -> None:
    key = await db.rows(UUID, "SELECT key_id FROM account WHERE id = ?", account_id)
    sealed = seal.Seal("account", account_id, key[0], INSTALLATION).close("phone", phone)
    try:
        async with db.savepoint():
            sql = "UPDATE account SET phone_sealed = ?, phone_hash = ?, version = version + 1 WHERE id = ?"
            await db.run(sql, sealed, sessions.phone_hash(phone), account_id)
    except db.IntegrityError:
        raise misfit("phone", "people.phone.taken") from None


async def show_link(account_id: UUID, *, by: Person) -> Done:
    """A one-time sign-in link that a dispatcher shows; `about` is the link's id."""
    await member_of(account_id, by.community_id)
    may(by, "account.help")
    await within_reach(account_id, by=by)
    if (await account(account_id)).suspended_at:
        raise Overtaken("people.link.suspended")
    link_id = await sessions.make_link(account_id, made_by=by.id)
    await tell(account_id, "message.link_shown", path="/me", community=by.community_id)
    return Done("people.link.shown", about=str(link_id))


async def reveal(account_id: UUID, *, reason: str = "", by: Person) -> Done:
    """Notes that `by` looks at the number; the page then shows it."""
    await member_of(account_id, by.community_id)
    may(by, "account.reveal")
    record("account.revealed", account_id, community=by.community_id, reason=reason or None)
    return Done("people.phone.shown", about=str(account_id))


async def reveal_own(*, by: Person) -> Done:
    return Done("people.phone.shown", about=str(by.id))
