"""A driving licence that the desk has seen."""

from uuid import UUID

from app.kernel import clock, db


async def drives(account: UUID, seen_by: UUID) -> None:
    """In whatever transaction there is; said twice it is as said once."""
    await db.run("INSERT INTO account_skill(account_id, skill) VALUES (?, 'driving') ON CONFLICT DO NOTHING", account)
    sql = "INSERT INTO skill_vouched(account_id, skill, at, by) VALUES (?, 'driving', ?, ?) ON CONFLICT DO NOTHING"
    await db.run(sql, account, clock.now(), seen_by)
