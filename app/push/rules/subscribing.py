"""A device that asks to be told: bound to a person, a phone and a session, and nobody else's."""

from uuid import UUID

from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone, misfit
from app.people.person import Person
from app.people.reads import key_of
from app.push import endpoints
from app.push.reads.hosts import added
from app.push.sealing import endpoint_hash, subscription_seal
from app.push.shape import Keys, encoded

MOST = 5  # devices of one person; the one heard of longest ago makes room

INSERT = """INSERT INTO subscription(id, account_id, need_id, community_id, session_id, device, key_id, endpoint_sealed, keys_sealed, endpoint_hash,
origin, lang, made_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
END = "UPDATE subscription SET ended_at = ?, ended_for = ? WHERE ended_at IS NULL AND"


async def subscribe(*, endpoint: str, p256dh: str, auth: str, device: str = "", replaces: str = "", by: Person) -> Done:
    """This phone tells its person from now on. Said again it changes nothing but when it was last heard of.

    `replaces`: the endpoint that this phone had before. Raises Misfit for an address that is no push service's.
    """
    origin = await checked(endpoint)
    keys = Keys(p256dh, auth)
    if not keys.usable:
        raise misfit("endpoint", "push.endpoint.keys")
    now, hashed = clock.now(), endpoint_hash(endpoint)
    if replaces and replaces != endpoint:
        await db.run(f"{END} endpoint_hash = ? AND account_id = ?", now, "replaced", endpoint_hash(replaces), by.id)
    same = (
        "UPDATE subscription SET seen_at = ?, lang = ? WHERE endpoint_hash = ? AND account_id = ? AND session_id = ? AND ended_at IS NULL"
    )
    if await db.run(same, now, by.lang, hashed, by.id, by.session_id):
        return Done("push.subscribed")
    # the same phone in other hands, or signed in anew: only its last sign-in is told, the one before it no more
    await db.run(f"{END} endpoint_hash = ? AND account_id IS NOT NULL", now, "replaced", hashed)
    await _make_room(by)
    row, key = ids.new(), await key_of(by.id)
    sealed = subscription_seal(row, key)
    await db.run(
        INSERT, row, by.id, None, None, by.session_id, device[:60], key, sealed.close("endpoint", endpoint),
        sealed.close("keys", encoded(keys)), hashed, origin, by.lang, now, now,
    )  # fmt: skip
    return Done("push.subscribed", about=str(row))


async def unsubscribe(*, endpoint: str, by: Person) -> Done:
    """Raises Gone where this phone was not hers."""
    ended = await db.run(f"{END} endpoint_hash = ? AND account_id = ?", clock.now(), "withdrawn", endpoint_hash(endpoint), by.id)
    if not ended:
        raise Gone("subscription")
    return Done("push.unsubscribed")


async def forget(subscription_id: UUID, *, by: Person) -> Done:
    """Another of her phones is told no more. Raises Gone for one that is not hers."""
    if not await db.run(f"{END} id = ? AND account_id = ?", clock.now(), "withdrawn", subscription_id, by.id):
        raise Gone("subscription")
    return Done("push.unsubscribed")


async def seen(*, endpoint: str, by: Person) -> Done:
    """Checked at every start. Raises Gone where the server knows of none: the phone subscribes anew."""
    sql = "UPDATE subscription SET seen_at = ? WHERE endpoint_hash = ? AND account_id = ? AND session_id = ? AND ended_at IS NULL"
    if not await db.run(sql, clock.now(), endpoint_hash(endpoint), by.id, by.session_id):
        raise Gone("subscription")
    return Done("push.seen")


async def checked(endpoint: str) -> str:
    """Its origin, or a Misfit."""
    try:
        return endpoints.checked(endpoint, [*endpoints.PUSH, *await added()])
    except endpoints.Unsafe as unsafe:
        raise misfit("endpoint", f"push.endpoint.{unsafe.reason}") from unsafe


async def _make_room(by: Person) -> None:
    sql = "SELECT id FROM subscription WHERE account_id = ? AND ended_at IS NULL ORDER BY seen_at DESC, id DESC"
    for old in (await db.rows(UUID, sql, by.id))[MOST - 1 :]:
        await db.run(f"{END} id = ?", clock.now(), "replaced", old)


async def end_session(session_id: UUID, why: str) -> None:
    await db.run(f"{END} session_id = ?", clock.now(), why, session_id)


async def end_lapsed() -> int:
    """Those whose session is over by time, from another phone, or with its person suspended. They were not written to before this either."""
    return await db.run(
        f"""{END} account_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM session s JOIN account a ON a.id = s.account_id
        WHERE s.id = subscription.session_id AND s.ended_at IS NULL AND s.expires_at > ? AND a.suspended_at IS NULL)""",
        clock.now(), "session", clock.now(),
    )  # fmt: skip
