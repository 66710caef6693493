"""What the resident does from her link. `token` comes in the form: an act's address is kept, a token must not be."""

from typing import Any
from uuid import UUID

from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.kernel.words import gettext
from app.needs.reads.lines import NeedLine
from app.needs.reads.tracked import by_token
from app.needs.rules import closing, wording
from app.needs.rules.judging import raised
from app.people.rules.messages import tell


async def hers(need_id: UUID, token: str) -> NeedLine:
    need = await by_token(token)
    if need.id != need_id:
        raise Gone("track")
    return need


async def word(need_id: UUID, *, token: str, line: str, by: Any) -> Done:
    await wording.from_resident(await hers(need_id, token), line)
    return Done("needs.track.worded")


async def cancel(need_id: UUID, *, token: str, by: Any) -> Done:
    need = await hers(need_id, token)
    if not await closing.call_off(need):
        raise Overtaken("needs.cancel_too_late")
    await _tell_owner(need, "message.need_cancelled")
    return Done("needs.track.cancelled")


async def came(need_id: UUID, *, token: str, by: Any) -> Done:
    """It came. Where a carrier says that it did not, her word is kept beside and its owner is told."""
    need = await hers(need_id, token)
    if await closing.settle(need):
        return Done("needs.track.thanks")
    if not (need.open and need.times_failed):
        raise Overtaken("needs.came_not_now")
    await wording.from_resident(need, gettext("late.said_it_came"))
    return Done("late.came_noted", state="conflict", mark="outcome")


async def again(need_id: UUID, *, token: str, line: str, by: Any) -> Done:
    """Still needed: back to the beginning and one step more urgent."""
    need = await hers(need_id, token)
    if not await closing.begin_again(need, raised(need.urgency), side="resident"):
        raise Overtaken("needs.again_not_now")
    if line:
        await wording.from_resident(need, line)
    await _tell_owner(need, "message.need_reopened")
    return Done("needs.track.again")


async def _tell_owner(need: NeedLine, words: str) -> None:
    if need.owner_id:
        await tell(need.owner_id, words, path=f"/needs/{need.id}", community=need.community_id, kind="desk", number=need.number)
