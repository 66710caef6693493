"""Who may open and press what about people."""

from uuid import UUID

from app.journal import worker
from app.kernel import clock, db, ids, seal
from app.people.rules import accounts, joining, messages, sessions, teaming, teams

ALL = ("stranger", "newcomer", "volunteer", "steward", "dispatcher", "operator", "command", "outsider", "outside_dispatcher")
OUTSIDE = ("outsider", "outside_dispatcher")
DESKS = ("dispatcher", "outside_dispatcher")
HELPERS = ("newcomer", "volunteer", "steward", "operator", "command")

SIGNED_IN = {"sign-in": ("stranger",), "in": ALL[1:]}
PRESSED = {"401": ("stranger",), "in": ALL[1:]}
# A page or act of each dispatcher's own community: the outside one has her own.
OWN_DESK = {"sign-in": ("stranger",), "403": (*HELPERS, "outsider"), "in": DESKS}
OWN_DESK_ACT = {"401": ("stranger",), "403": (*HELPERS, "outsider"), "in": DESKS}
# About one person, team or building of this community: nobody outside knows of it.
HERE = {"sign-in": ("stranger",), "404": OUTSIDE, "403": HELPERS, "in": ("dispatcher",)}
HERE_ACT = {"401": ("stranger",), "404": OUTSIDE, "403": HELPERS, "in": ("dispatcher",)}
HERS = {"401": ("stranger",), "in": ("volunteer",), "404": tuple(name for name in ALL[1:] if name != "volunteer")}


async def stage(app, act, person) -> dict[str, str]:
    """What the rows' paths are filled with: fresh things, so that one row's act does not spoil the next."""
    world, made = app.world, {}

    async def work() -> None:
        fresh = await accounts.make_account("新来的", f"137{ids.new().int % 10**8:08d}")
        await accounts.join(fresh, world.community, skills=("sampling",))
        await db.run("UPDATE membership SET vouched_at = joined_at, vouched_by = ? WHERE account_id = ?", world.dispatcher, fresh)
        role = ids.new()
        await db.run(
            "INSERT INTO role(id, account_id, role, community_id, place, place_id, given_at) VALUES (?, ?, 'operator', ?, 'community', ?, ?)",
            role, fresh, world.community, world.community, clock.now(),
        )  # fmt: skip
        session = await sessions.find(await sessions.start(world.volunteer, label="test"))
        await db.run(
            "INSERT INTO skill_vouched(account_id, skill, at, by) VALUES (?, 'sampling', ?, ?)", fresh, clock.now(), world.dispatcher
        )
        link = await sessions.make_link(fresh, made_by=world.dispatcher)
        team = await teams.make(f"队{fresh}"[:40], None, by=await person("dispatcher"))
        await teaming.enter(UUID(team.about), fresh, world.community)
        await db.run("UPDATE join_link SET ended_at = made_at WHERE ended_at IS NULL")
        way_in = await joining.open_link(world.community, made_by=None)
        await messages.tell(world.volunteer, "message.vouched")
        made.update(
            account_id=fresh, role_id=role, session_id=session.id, link_id=link, team_id=team.about, join=seal.token("join", way_in)
        )

    receipt = await worker.do(work)
    assert receipt.state == "applied", receipt
    [grid, *_] = await db.rows(UUID, "SELECT grid_id FROM building WHERE id = ?", world.building)
    [message, *_] = await db.rows(UUID, "SELECT id FROM message WHERE account_id = ? ORDER BY id DESC", world.volunteer)
    made.update(message_id=message, building_id=world.building, grid_id=grid, skill="sampling")
    return {name: str(value) for name, value in made.items()}


# The outsiders' row for /memberships is one that fails on a field: having joined, they would be outsiders no more.
ROWS = {
    "GET /": {"in": ALL},
    "POST /look": {"in": ALL},
    "POST /role": PRESSED,
    "POST /community": {"401": ("stranger",), "404": ALL[1:]},
    "POST /sign-out": {"in": ALL},
    "GET /sign-in": {"in": ALL},
    "POST /sign-in": {"in": ALL},
    "GET /sign-in/{token}": {"404": ALL},
    "POST /sign-in/{token}": {"404": ALL},
    "GET /join/{token}": {"404": ALL},
    "POST /join/{token}": {"404": ALL},
    "POST /memberships": PRESSED | {"form": {"token": "{join}", "other_organisation": "长" * 61}},
    "GET /inbox": SIGNED_IN,
    "GET /inbox/live": SIGNED_IN,
    "GET /inbox/unread": SIGNED_IN,
    "POST /inbox/read": PRESSED,
    "POST /inbox/{message_id}/read": HERS,
    "GET /me": SIGNED_IN,
    "GET /me/edit": SIGNED_IN,
    "POST /me": PRESSED | {"form": {"name": "换个名字", "lang": "zh"}},
    "POST /me/reveal": PRESSED,
    "GET /me/phone": SIGNED_IN,
    "POST /me/phone": PRESSED,
    "GET /password": {"in": ALL},
    "POST /password": PRESSED,
    "POST /sessions/end": PRESSED,
    "POST /sessions/{session_id}/end": HERS,
    "POST /presence/end": PRESSED,
    "GET /people": OWN_DESK,
    "POST /people/vouch": OWN_DESK_ACT | {"form": {"picked": "{account_id}"}},
    "GET /people/invite": OWN_DESK,
    "GET /people/invite/print": OWN_DESK,
    "POST /people/invite": OWN_DESK_ACT,
    "GET /people/{account_id}": HERE,
    "POST /people/{account_id}/vouch": HERE_ACT,
    "POST /people/{account_id}/unvouch": HERE_ACT,
    "POST /people/{account_id}/suspend": HERE_ACT,
    "POST /people/{account_id}/restore": HERE_ACT,
    "POST /people/{account_id}/reveal": HERE_ACT,
    "POST /people/{account_id}/link": HERE_ACT,
    "GET /people/{account_id}/links/{link_id}": HERE,
    "GET /people/{account_id}/phone": HERE,
    "POST /people/{account_id}/phone": HERE_ACT | {"form": {"phone": "13600001234"}},
    "POST /people/{account_id}/skills/{skill}/see": HERE_ACT,
    "POST /people/{account_id}/skills/{skill}/unsee": HERE_ACT,
    "GET /people/{account_id}/roles/new": HERE,
    "POST /people/{account_id}/roles": HERE_ACT | {"form": {"role": "steward", "buildings": "{building_id}"}},
    "POST /roles/{role_id}/end": HERE_ACT,
    "POST /roles/{role_id}/again": {"401": ("stranger",), "404": ALL[1:]},
    "GET /teams": OWN_DESK,
    "POST /teams": OWN_DESK_ACT | {"form": {"name": "一队"}},
    "GET /teams/{team_id}": HERE,
    "GET /teams/{team_id}/board": HERE,
    "POST /teams/{team_id}/invite": HERE_ACT,
    "POST /teams/{team_id}/members/{account_id}/end": HERE_ACT,
    "POST /teams/{team_id}": HERE_ACT | {"form": {"name": "二队", "version": "0"}},
    "GET /gaps": {"sign-in": ("stranger",), "403": ("newcomer", "volunteer", "steward", "operator", "outsider"), "in": (*DESKS, "command")},
    "GET /gaps/buildings/{building_id}": HERE,
    "GET /gaps/grids/{grid_id}": HERE,
}
