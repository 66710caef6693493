"""The community next door: a volunteer, a dispatcher and a few needs that nobody of Taohuaqiao ever sees."""

from datetime import timedelta
from uuid import UUID

from app.demo.day.agenda import do
from app.demo.day.founding import FOUNDED, remembered
from app.demo.day.town import Town
from app.demo.texts import read
from app.journal import worker
from app.kernel import clock
from app.needs.rules import raising
from app.people.person import STRANGER
from app.people.rules import accounts, joining
from app.places import reads as places
from app.places import rules as building


async def found(town: Town) -> None:
    said, named, made = read("places")["neighbour"], read("people")["named"], {}

    async def work() -> None:
        district, emergency = await building.found_district(said["district"], emergency=read("places")["emergency"], basis="emergency")
        home = await building.found_community(said["community"], district=district, emergency=emergency, hotline=said["hotline"])
        await joining.open_link(home, made_by=None)
        made["door"] = await building.add_building(home, said["estate"], 1, units=2, floors=6, doors=2, grid="第1网格", managed=False)
        for role in ("outsider", "outside_dispatcher"):
            made[role] = await accounts.make_account(named[role], town.phone())
            await accounts.join(made[role], home)
        await accounts.give_role(made["outside_dispatcher"], "dispatcher", home, place="community", place_id=home)

    with clock.at(town.agenda.now - FOUNDED):
        await worker.do(work)
    await remembered("outsider", made["outsider"])
    await _ask(town, made["door"])


async def _ask(town: Town, building_id: UUID) -> None:
    code = (await places.building(building_id)).code
    for n, line in enumerate(read("needs")["lines"]["food"][:3]):
        typed = {
            "kind": "food",
            "what": line.format(n=3),
            "unit": "1",
            "room": f"{n + 2}01",
            "name": "",
            "whom": "",
            "phone": town.phone(),
            "days_left": None,
            "until": None,
        }
        with clock.at(town.agenda.now - timedelta(minutes=25 * (n + 1))):
            await do(STRANGER, raising.ask, code, **typed, confirm_room="", confirm_double=False, add_word=False, reason="")
