"""The two who changed one thing are told, when the line opens and when somebody has decided."""

from uuid import UUID

from app.journal import differences
from app.journal.differences import KINDS
from app.journal.record import Happening
from app.people.rules.messages import tell


async def opened(happening: Happening) -> None:
    await _tell(happening, "message.difference_opened")


async def decided(happening: Happening) -> None:
    await _tell(happening, f"message.difference_{happening.told.get('choice', 'keep')}")


async def undone(happening: Happening) -> None:
    await _tell(happening, "message.difference_undone")


async def _tell(happening: Happening, words: str) -> None:
    line = await differences.line(UUID(happening.told["line"]), happening.community_id)
    if line is None:
        return
    thing = (await KINDS[line.subject].things([line.subject_id], line.community_id)).get(line.subject_id)
    for account_id in sorted({one for one in (line.standing_by, line.other_by) if one}):
        what = f"differences.subject.{line.subject}"
        await tell(account_id, words, path=thing.path if thing else None, community=line.community_id, what=what)


LISTENERS = [("difference.opened", opened), ("difference.decided", decided), ("difference.undone", undone)]
