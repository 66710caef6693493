"""Signing in and out. A session is a row; its token is random, hashed at rest, and new at every sign-in."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.seal import keyed_hash
from app.kernel.trouble import Gone, misfit
from app.people.models import Session, SignInLink
from app.people.person import Person
from app.people.reads import SessionFacts, communities_of
from app.people.rules import devices

LIFE = timedelta(days=30)
SHOWN_LINK_LIFE = timedelta(minutes=10)

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def phone_hash(phone: str) -> bytes:
    return keyed_hash("phone", phone)


async def find(token: str) -> SessionFacts | None:
    """The live session of a cookie's token, of an account that is not suspended."""
    return await db.one(
        SessionFacts,
        """SELECT s.id, s.account_id, s.community_id, s.role, s.seen_at, a.name_sealed, a.key_id, a.lang FROM session s
        JOIN account a ON a.id = s.account_id
        WHERE s.token_hash = ? AND s.ended_at IS NULL AND s.expires_at > ? AND a.suspended_at IS NULL""",
        token_hash(token),
        clock.now(),
    )


async def touch(session_id: UUID) -> None:
    await db.run("UPDATE session SET seen_at = ? WHERE id = ?", clock.now(), session_id)


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Takes as long for nobody's password as for somebody's."""
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


async def account_by_password(phone: str, password: str) -> UUID:
    """The account that this phone and password open. Raises Misfit with one answer for every wrong pair, in like time."""
    found = await db.rows(UUID, "SELECT id FROM account WHERE phone_hash = ? AND suspended_at IS NULL", phone_hash(phone))
    stored = await db.value("SELECT password_hash FROM account WHERE id = ?", found[0]) if found else None
    if not verify(stored, password):
        raise misfit("password", "people.sign_in.wrong")
    return found[0]


async def account_of_phone(phone: str) -> UUID | None:
    """Whose number it is, unless suspended. A number alone proves little: see who asks for it."""
    found = await db.rows(UUID, "SELECT id FROM account WHERE phone_hash = ? AND suspended_at IS NULL", phone_hash(phone))
    return found[0] if found else None


async def start(account_id: UUID, *, label: str, community: UUID | None = None, linked: bool = False) -> str:
    """A new session's token, to be set as the cookie. Inside an act. `linked`: a shown link started it."""
    token, now = ids.secret(), clock.now()
    session = await Session.create(
        token_hash=token_hash(token),
        account_id=account_id,
        community_id=community,
        label=label[:120],
        made_at=now,
        seen_at=now,
        expires_at=now + LIFE,
        linked_at=now if linked else None,
    )
    record("session.started", session.id, account=str(account_id))
    return token


JUST_NOW = timedelta(minutes=10)


async def start_again(account_id: UUID, since: datetime, *, label: str) -> str:
    """A session for whoever sent the same report-in twice. Raises Gone later than 10 minutes after, or when suspended."""
    live = await db.value("SELECT 1 FROM account WHERE id = ? AND suspended_at IS NULL", account_id)
    if live is None or clock.now() - since > JUST_NOW:
        raise Gone("join_link")
    return await start(account_id, label=label)


async def make_link(account_id: UUID, *, made_by: UUID | None, life: timedelta = SHOWN_LINK_LIFE) -> UUID:
    """A one-time sign-in link's id; `link_token` makes its secret again for whoever shows it."""
    link_id, now = ids.new(), clock.now()
    hashed = token_hash(link_token(link_id))
    await SignInLink.create(id=link_id, token_hash=hashed, account_id=account_id, made_by_id=made_by, made_at=now, expires_at=now + life)
    record("link.shown", account_id)
    return link_id


def link_token(link_id: UUID) -> str:
    return seal.token("sign_in", link_id)


async def show_link(account_id: UUID, *, made_by: UUID | None, life: timedelta = SHOWN_LINK_LIFE) -> str:
    """A one-time sign-in link's token; `life` is 10 minutes for one that is shown, 24 hours for the demo's."""
    return link_token(await make_link(account_id, made_by=made_by, life=life))


async def link_is_live(token: str) -> bool:
    sql = "SELECT 1 FROM sign_in_link WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?"
    return await db.value(sql, token_hash(token), clock.now()) is not None


async def use_link(token: str, *, label: str) -> str:
    """Use a link up and start its person's session. Raises Gone for a used, old or unknown one, all alike."""
    used = await db.rows(
        UUID,
        """UPDATE sign_in_link SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?
        AND account_id IN (SELECT id FROM account WHERE suspended_at IS NULL) RETURNING account_id""",
        clock.now(),
        token_hash(token),
        clock.now(),
    )
    if not used:
        raise Gone("sign_in_link")
    return await start(used[0], label=label, linked=True)


async def end(session_id: UUID, *, by: Person) -> Done:
    """End one of her own sessions. Ending another phone's also ends what that phone may still send for her; signing out does not."""
    ended = await db.run(
        "UPDATE session SET ended_at = ? WHERE id = ? AND account_id = ? AND ended_at IS NULL", clock.now(), session_id, by.id
    )
    if not ended:
        raise Gone("session")
    if session_id != by.session_id:
        await devices.revoke_phone(by.id, session_id)
    record("session.ended", session_id, here=session_id == by.session_id)
    return Done("people.session.ended")


async def end_all(account_id: UUID) -> int:
    await devices.revoke_all(account_id)
    return await db.run("UPDATE session SET ended_at = ? WHERE account_id = ? AND ended_at IS NULL", clock.now(), account_id)


async def end_others(*, by: Person) -> Done:
    """Only the phone in her hand stays signed in."""
    sql = "UPDATE session SET ended_at = ? WHERE account_id = ? AND id <> ? AND ended_at IS NULL"
    ended = await db.run(sql, clock.now(), by.id, by.session_id)
    await devices.revoke_others(by.id, by.session_id)
    record("session.ended", by.session_id, others=ended)
    return Done("people.session.others_ended", params={"n": ended})


async def choose_community(community_id: UUID, *, by: Person) -> Done:
    """Which of her communities this phone works in now. Raises Gone for one where she holds nothing."""
    if community_id not in {one.id for one in await communities_of(by.id)}:
        raise Gone("community")
    await db.run("UPDATE session SET community_id = ?, role = NULL WHERE id = ?", community_id, by.session_id)
    return Done("people.community.chosen")


async def choose_role(role: str, *, by: Person) -> Done:
    """Which of her roles the bar and the first page follow; the rights are the union of all in any case."""
    if role not in {held.role for held in by.roles}:
        raise misfit("role", "form.unknown_choice")
    await db.run("UPDATE session SET role = ? WHERE id = ?", role, by.session_id)
    return Done("people.role.chosen")
