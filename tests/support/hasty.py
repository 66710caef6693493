"""`python -m tests.support.hasty serve …`: the app as it must not be. It answers before it commits.

The fault tests must catch it; what they cannot catch, they do not prove.
"""

import asyncio
import sys

from app.__main__ import main
from app.journal.worker import SYSTEM
from app.kernel import act, clock

DELAY = 0.075  # seconds from the answer to the commit

careful, _later = act.perform, set()


async def hasty(presses, **more):
    if any(press.by is SYSTEM for press in presses):
        return await careful(presses, **more)

    async def later() -> None:
        await asyncio.sleep(DELAY)
        await careful(presses, **more)

    task = asyncio.create_task(later())
    _later.add(task)
    task.add_done_callback(_later.discard)
    return [act.Receipt(press.id, press.by.owner, press.path, "applied", clock.now()) for press in presses]


if __name__ == "__main__":
    act.perform = hasty
    sys.exit(main())
