"""Everybody whom a notice is for hears of it: inboxes, phones, the community's chats. And hears when it is no more."""

from collections.abc import Iterable
from uuid import UUID

from app.kernel import clock, db
from app.notices import reads
from app.notices.reads import NoticeFacts
from app.people.rules import messages
from app.people.rules.messages import tell
from app.push.rules import robots, withdrawing

_TOLD = "INSERT INTO notice_reading(notice_id, account_id, told_at) VALUES (?, ?, ?) ON CONFLICT (notice_id, account_id) DO UPDATE SET told_at = excluded.told_at"


def tag_of(one: NoticeFacts) -> str:
    """What a later notification about the same notice takes the place of."""
    return f"notice-{one.id.hex[-12:]}"


async def spread(notice_id: UUID) -> int:
    """Inside an act: a line in the inbox of everybody whom it is for, once; answers how many."""
    sql = "UPDATE notice SET told_at = ? WHERE id = ? AND told_at IS NULL AND withdrawn_at IS NULL"
    if not await db.run(sql, clock.now(), notice_id):
        return 0
    one = await reads.notice(notice_id)
    hear = await reads.addressed(one)
    await _say(one, hear)
    await _to_chats(one)
    return len(hear)


async def again(one: NoticeFacts) -> int:
    """What it says has changed: said anew to everybody, what was said before leaves the inboxes."""
    await messages.retract(one.community_id, tag_of(one))
    hear = await reads.addressed(one)
    await _say(one, hear, corrected=True)
    return len(hear)


async def put_back(one: NoticeFacts) -> None:
    """It stands again: whoever had read what it says now has it back as read, the others hear of it anew."""
    before = await reads.texts_before(one, limit=1)
    had_read = await messages.put_back(one.community_id, tag_of(one), one.valid_until, before[0].replaced_at if before else one.written_at)
    await _say(one, [each for each in await reads.addressed(one) if each not in had_read], corrected=bool(before))
    await _to_chats(one)


async def _say(one: NoticeFacts, hear: Iterable[UUID], *, corrected: bool = False) -> None:
    now = clock.now()
    await db.run_many(_TOLD, [(one.id, account, now) for account in hear])
    said = {"path": one.path, "community": one.community_id, "until": one.valid_until, "tag": tag_of(one)}
    for account in hear:
        if one.urgent:
            await tell(account, "message.notice_urgent", kind="notice", urgent=True, **said)
        elif one.must_confirm:
            await tell(account, "message.notice_confirm", kind="notice", **said)
        elif corrected:
            await tell(account, "message.notice_corrected", kind="notice", **said)
        else:
            await tell(account, "message.notice", kind="notice", **said)


async def _to_chats(one: NoticeFacts) -> None:
    """A chat hears that there is a notice and where, none of its words."""
    if one.public:
        await robots.announce(one.community_id, "message.notice_robot", one.path, until=one.valid_until, tag=tag_of(one))


async def call_back(one: NoticeFacts, *, withdrawn: bool) -> None:
    """Out of inboxes and off phones, in the present act; a chat is told of a withdrawal."""
    if not await db.run(
        "UPDATE notice SET called_back_at = ? WHERE id = ? AND told_at IS NOT NULL AND called_back_at IS NULL", clock.now(), one.id
    ):
        return
    await messages.retract(one.community_id, tag_of(one))
    await withdrawing.withdraw(one.community_id, tag_of(one), "message.notice_over", path="/notices")
    if withdrawn and one.public:
        await robots.announce(one.community_id, "message.notice_over", "/notices", tag=tag_of(one))
