"""`python -m tests.support.hasty_alone serve …`: `hasty` without its worker, so that whatever is synced belongs to what is asked."""

import asyncio
import sys

from app.__main__ import main
from app.journal.worker import Worker
from app.kernel import act
from tests.support.hasty import hasty


async def resting(_worker: Worker) -> None:
    await asyncio.Event().wait()


if __name__ == "__main__":
    act.perform, Worker.run = hasty, resting
    sys.exit(main())
