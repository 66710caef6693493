"""Making tasks and people for the tests of tasks."""

from datetime import timedelta
from uuid import UUID

from app.journal import worker
from app.kernel import clock, db
from app.kernel.receipts import Receipt
from app.people.models import Membership
from app.people.person import Person
from app.people.rules import accounts
from app.push.rules.lines import Line, write
from app.tasks.rules import calling


def wishes(**changed) -> dict:
    """The fields of a call for six people, now, for two hours."""
    base = {
        "title": "17栋搬菜", "notes": "", "meeting": "", "building": None, "team": None, "places_wanted": 6, "skills": {}, "hours": 2,
        "starts": clock.now(), "urgent": False, "vouching": False, "release": None,
    }  # fmt: skip
    return base | changed


async def called(act, by: Person, **changed) -> UUID:
    receipt = await act(calling.call, by=by, **wishes(**changed))
    assert isinstance(receipt, Receipt) and receipt.state == "applied", receipt
    return UUID(receipt.about)


async def crowd(world, number: int, *, skills: tuple[str, ...] = ()) -> list[Person]:
    """So many more vouched volunteers of the cast's community."""
    made: list[UUID] = []

    async def work() -> None:
        for n in range(number):
            account = await accounts.make_account(f"众{n}")
            await accounts.join(account, world.community, skills=skills)
            made.append(account)
        await Membership.filter(account_id__in=made).update(vouched_at=clock.now(), vouched_by_id=world.dispatcher)

    await worker.do(work)
    return [like(world, account, skills) for account in made]


def like(world, account: UUID, skills: tuple[str, ...]) -> Person:
    from app.people.person import Held

    held = (Held("volunteer", world.community, "community", world.community),)
    return Person(
        id=account, name="众", lang="zh", session_id=account, community_id=world.community, community="桃花桥社区",
        emergency_id=world.emergency, zone="Asia/Shanghai", hotline="", role="volunteer", roles=held, buildings=frozenset(), vouched=True,
        skills=frozenset(skills),
    )  # fmt: skip


async def to_be_called(community: UUID, account: UUID, task: UUID) -> None:
    """She is on the list of people to call, about this task."""

    async def work() -> None:
        now = clock.now()
        line = Line(
            way="paper", lane="paper", words="message.task_urgent", params='{"number": 1}', lang="zh", made_at=now,
            until_at=now + timedelta(hours=1), account_id=account, community_id=community, kind="call", urgent=True, path=f"/tasks/{task}",
        )  # fmt: skip
        await write([line])

    await worker.do(work)


async def takers(task_id: UUID) -> list[UUID]:
    return await db.rows(UUID, "SELECT taken_by FROM place WHERE task_id = ? AND taken_by IS NOT NULL ORDER BY number", task_id)


async def told(account: UUID) -> list[str]:
    return await db.rows(str, "SELECT words FROM message WHERE account_id = ? ORDER BY id", account)


def later(minutes: int):
    return clock.at(clock.now() + timedelta(minutes=minutes))
