"""A small cast in one neighbourhood, the same in every test.

桃花桥 community: 一村 (buildings 1 and 2, six floors, two doors a floor) and 云庭 (building 1). Dee dispatches,
Sun is steward of 一村 1, Bo and Cem are vouched volunteers of it (Bo may take samples), Ned reported in a minute ago and
nobody has vouched for him, Opal answers the hotline, Kong commands the district. 长生, the community next door in another
district, has Eve, a volunteer, and Fay, who dispatches there: the outsiders.
"""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from app.journal import worker
from app.kernel import clock, db, seal
from app.people.models import Membership
from app.people.rules import accounts, sessions
from app.places import rules as places

PEOPLE = ("dispatcher", "steward", "volunteer", "volunteer2", "newcomer", "operator", "command", "outsider", "outside_dispatcher")
NAMES = dict(zip(PEOPLE, ("狄调度", "孙楼栋", "薄志愿", "岑志愿", "宁新人", "欧热线", "孔指挥", "尹外人", "费外区"), strict=True))
PASSWORD = "a long enough password"


async def settle() -> dict[str, str]:
    """Make the cast's world through the verbs; answers ids and session tokens by name."""
    made: dict[str, str] = {}

    async def work() -> None:
        district, emergency = await places.found_district("渝北", emergency="封控", basis="emergency")
        home = await places.found_community("桃花桥社区", district=district, emergency=emergency, hotline="023-6700 1234")
        far_district, far_emergency = await places.found_district("江津", emergency="封控", basis="emergency")
        away = await places.found_community("长生社区", district=far_district, emergency=far_emergency)
        one = await places.add_building(home, "桃花桥一村", 1, units=2, floors=6, doors=2, grid="第1网格", managed=False)
        two = await places.add_building(home, "桃花桥一村", 2, units=1, floors=6, doors=2, grid="第1网格", managed=False)
        three = await places.add_building(home, "江山云庭", 1, units=1, floors=4, doors=4, grid="第2网格", managed=True)
        far = await places.add_building(away, "长生老街", 1, units=1, floors=3, doors=2)
        made.update(
            community=home,
            away=away,
            district=district,
            building=one,
            building2=two,
            building3=three,
            far_building=far,
            emergency=emergency,
        )
        for number, name in enumerate(PEOPLE):
            account = await accounts.make_account(NAMES[name], f"1380000{number:04d}", password=PASSWORD if number == 0 else "")
            made[name] = account
            outside = name.startswith("outside") or name == "outsider"
            if name != "command":
                await accounts.join(
                    account,
                    away if outside else home,
                    organisation_name="区税务局" if name == "volunteer" else "",
                    skills=("sampling",) if name == "volunteer" else (),
                )
            made[f"{name}_token"] = await sessions.start(account, label="test")
        for name in ("dispatcher", "operator"):
            await accounts.give_role(made[name], name, home, place="community", place_id=home)
        await accounts.give_role(made["outside_dispatcher"], "dispatcher", away, place="community", place_id=away)
        await accounts.give_role(made["steward"], "steward", home, place="building", place_id=one)
        await accounts.give_role(made["command"], "command", None, place="district", place_id=district)
        vouched = [made[name] for name in PEOPLE if name not in ("newcomer", "command")]
        await Membership.filter(account_id__in=vouched).update(vouched_at=clock.now(), vouched_by_id=made["dispatcher"])

    receipt = await worker.do(work)
    assert receipt.state == "applied", receipt
    for key, place in (("code", "building"), ("code2", "building2"), ("code3", "building3"), ("far_code", "far_building")):
        made[key] = await db.value("SELECT code FROM building WHERE id = ?", made[place])
    made["community_code"] = await db.value("SELECT code FROM community WHERE id = ?", made["community"])
    return {name: str(value) for name, value in made.items()}


def fill(folder: Path, url: str, models: tuple[str, ...]) -> None:
    """A migrated database and its keys in `folder`, with the cast in it; `world.json` beside them."""

    async def whole() -> dict[str, str]:
        seal.open_keys(folder, folder / "master.key", make=True)
        await db.connect(url, models)
        try:
            return await settle()
        finally:
            await db.disconnect()
            seal.close_keys()

    (folder / "world.json").write_text(json.dumps(asyncio.run(whole())))


def world(folder: Path) -> SimpleNamespace:
    """The cast's ids: UUIDs by name, tokens and codes as text."""
    read = json.loads((folder / "world.json").read_text())
    return SimpleNamespace(
        **{name: value if name.endswith(("token", "code", "code2", "code3")) else UUID(value) for name, value in read.items()}
    )
