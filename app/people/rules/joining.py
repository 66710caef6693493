"""Reporting in: a link or poster code of the community, and a minute."""

from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.person import Person
from app.people.reads import JoinFacts, join_link, join_link_of
from app.people.rights import may
from app.people.rules.accounts import join, make_account
from app.people.rules.sessions import phone_hash, token_hash
from app.people.rules.teaming import enter


class Newcomer(msgspec.Struct, frozen=True):
    """Somebody who is about to have an account. Its id comes from the act's, so that a doubled submit is hers too."""

    id: UUID

    @property
    def owner(self) -> str:
        return f"a:{self.id}"


def newcomer(act_id: str) -> Newcomer:
    return Newcomer(UUID(bytes=seal.keyed_hash("newcomer", act_id)[:16], version=4))


async def live_link(token: str) -> JoinFacts:
    """Raises Gone for a link that was renewed or never was."""
    if (link := await join_link(token)) is None:
        raise Gone("join_link")
    return link


async def report_in(
    token: str, *, by: Newcomer, name: str, phone: str, organisation: str, skills: tuple[str, ...], password: str, lang: str
) -> Done:
    """An account and a membership; `password` comes hashed. A known phone is sent to sign in, never signed in: the number alone proves nothing."""
    link = await live_link(token)
    if known := await db.rows(bool, "SELECT suspended_at IS NULL FROM account WHERE phone_hash = ?", phone_hash(phone)):
        raise misfit("phone", "people.join.phone_known" if known[0] else "people.join.refused")
    try:
        await make_account(name, phone, password_hash=password, lang=lang, account_id=by.id)
    except Overtaken:
        raise misfit("phone", "people.join.phone_known") from None
    await join(by.id, link.community_id, organisation_name=organisation, skills=skills)
    if link.team_id:
        await enter(link.team_id, by.id, link.community_id)
    return Done("people.joined", about=str(by.id))


async def add_community(token: str, organisation: str, *, by: Person) -> Done:
    """Somebody signed in reports in to one more community, and works there from now on."""
    link = await live_link(token)
    await join(by.id, link.community_id, organisation_name=organisation)
    if link.team_id:
        await enter(link.team_id, by.id, link.community_id)
    await db.run("UPDATE session SET community_id = ?, role = NULL WHERE id = ?", link.community_id, by.session_id)
    return Done("people.joined", about=str(by.id))


async def open_link(community_id: UUID, *, made_by: UUID | None) -> UUID:
    """The community's way in. Raises Overtaken when it has one already."""
    link_id = ids.new()
    made = await db.run(
        "INSERT INTO join_link(id, community_id, token_hash, made_at, made_by) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        link_id, community_id, token_hash(seal.token("join", link_id)), clock.now(), made_by,
    )  # fmt: skip
    if not made:
        raise Overtaken("people.invite.renewed_already")
    record("join_link.renewed", community_id, community=community_id)
    return link_id


async def renew(*, by: Person) -> Done:
    """A new way in; posters with the old one stop working at once."""
    may(by, "people.invite")
    if old := await join_link_of(by.community_id):
        await db.run("UPDATE join_link SET ended_at = ? WHERE id = ? AND ended_at IS NULL", clock.now(), old.id)
    await open_link(by.community_id, made_by=by.id)
    return Done("people.invite.renewed")
