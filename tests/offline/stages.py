"""States of things in which two acts are both possible, and the forms that were drawn there: what `test_verdicts` walks.

A stage answers what the paths and forms are filled with. `FORMS`: for each act who presses it (first, late) and its form.
"""

import io
from datetime import timedelta
from uuid import UUID

from goods.licences import drives
from openpyxl import Workbook

from app.care.rules import clocks, contacting, importing, muting, pairing, residents, rounding, watching
from app.care.silence import EVERY
from app.coming.rhythm import Rhythm
from app.coming.rules import series
from app.deliveries import reads as deliveries
from app.deliveries.rules import carrying, giving, handing, ordered, packing, planning, spreading, stationing
from app.donations.rules import answering
from app.donations.rules import offering as donating
from app.goods.rules import counting, driving, handling, inbound, sending
from app.journal import worker
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.forms import File
from app.needs.rules import buying, closing, finding, linking, raising, sources, triaging
from app.notices.rules import confirming as reading
from app.notices.rules import lines, writing
from app.orders.rules import cutting, offering, ordering
from app.people.rules import accounts, confirming, flagging, messages, roles, sessions, showing, teaming, teams, vehicles, vouching
from app.people.rules.rosters import filling, posting, swapping
from app.places import reads as places
from app.tasks.rules import attending, calling, taking, waiting


class Stage:
    """Makes things through the verbs, in a world that is rolled back afterwards."""

    def __init__(self, world, act, person) -> None:
        self.world, self._act, self.person, self.known, self.was = world, act, person, {}, {}

    async def do(self, verb, *args, by="dispatcher", **fields) -> str:
        receipt = await self._act(verb, *args, by=await self.person(by), **fields)
        assert receipt.state == "applied", (verb, receipt)
        return receipt.about

    async def need(self, room: str) -> UUID:
        async def raise_it(*, by) -> Done:
            said = raising.Said(kind="food", what="土豆", unit="1", room=room, phone="13912345678")
            return Done(about=str((await raising.add(await places.building(self.world.building), said, by=by, channel="steward")).id))

        return UUID(await self.do(raise_it))

    # doors and runs

    async def run(self, state: str) -> None:
        """One door in Bo's and Cem's hands; another need waits."""
        need, other = await self.need("602"), await self.need("501")
        run = UUID(await self.do(planning.make_run, needs=(need,), title=""))
        self.known |= {"run_id": run, "need_id": need, "other_id": other, "account_id": self.world.volunteer2}
        self.known["token"] = await linking.token_of(need)
        self.known["stop_id"] = (await deliveries.stop_rows(run))[0].id
        if state != "draft":
            await self.do(giving.give, run, accounts=(self.world.volunteer, self.world.volunteer2))
        if state not in ("draft", "given"):
            await self.do(carrying.start, run, by="volunteer")
        if state in ("said", "torn", "finished"):
            await self.do(handing.hand_over, run, self.known["stop_id"], where="door", by="volunteer")
        if state == "torn":
            person = await self.person("volunteer2")
            assert (await self._act(handing.fail, run, self.known["stop_id"], reason="nobody", by=person)).state == "conflict"
            self.known["dispute_id"] = UUID(str(await db.value("SELECT id FROM dispute")))
        if state == "finished":
            await self.do(carrying.finish, run, by="volunteer")

    async def draft(self) -> None:
        await self.run("draft")

    async def given(self) -> None:
        await self.run("given")

    async def out(self) -> None:
        await self.run("out")

    async def said(self) -> None:
        await self.run("said")

    async def torn(self) -> None:
        await self.run("torn")

    # parcels: two for the door, at the hub in `packed` and `sorted`, with Bo in `loaded`, with the household in `received`

    async def packed(self) -> None:
        await self.run("out")
        await self.labels()

    async def sorted(self) -> None:
        await self.run("given")
        await self.labels()

    async def loaded(self) -> None:
        await self.packed()
        await self.do(packing.load_all, self.known["run_id"], by="volunteer")

    async def received(self) -> None:
        await self.loaded()
        await self.do(handing.hand_over, self.known["run_id"], self.known["stop_id"], where="door", by="volunteer")

    async def labels(self) -> None:
        await self.do(packing.pack, self.known["run_id"], stops=(self.known["stop_id"],), n=(2,))
        self.known["parcel_id"] = await self._value("SELECT id FROM parcel ORDER BY number_of")

    # needs

    async def waiting(self) -> None:
        need = await self.need("602")
        run = UUID(await self.do(planning.make_run, needs=(await self.need("501"),), title=""))
        self.known |= {"need_id": need, "other_id": need, "run_id": run, "token": await linking.token_of(need)}

    async def mine(self) -> None:
        await self.waiting()
        await self.do(triaging.take, self.known["need_id"])

    async def closed(self) -> None:
        await self.waiting()
        await self.do(closing.cancel, self.known["need_id"], line="不用了")

    # a medicine that was asked for at a pharmacy; in `going` Dee goes to buy it, in `paid` she has, in `unwanted` nobody needs it

    async def hunted(self) -> None:
        shop = {"kind": "pharmacy", "phone": "", "hours": "", "address": "", "note": ""}
        self.known["source_id"] = UUID(await self.do(sources.add, name="和平药房", **shop))
        self.known["ended_id"] = UUID(await self.do(sources.add, name="中心医院", **shop))
        await self.do(sources.end, self.known["ended_id"])

        async def raise_it(*, by) -> Done:
            said = raising.Said(kind="medicine", what="甲钴胺片", unit="1", room="602", phone="", days_left=2)
            return Done(about=str((await raising.add(await places.building(self.world.building), said, by=by, channel="steward")).id))

        need = UUID(await self.do(raise_it))
        self.known |= {"need_id": need, "other_id": need}
        await self.do(finding.ask, need, source=str(self.known["ended_id"]), outcome="has_not")
        self.known["try_id"] = await self._value("SELECT id FROM medicine_try")

    async def going(self) -> None:
        await self.hunted()
        await self.do(buying.go, self.known["need_id"], source=str(self.known["source_id"]))
        self.known["purchase_id"] = await self._value("SELECT id FROM medicine_purchase")

    async def paid(self) -> None:
        await self.going()
        await self.do(buying.pay, self.known["need_id"], source=str(self.known["source_id"]), fen=1000)

    async def unwanted(self) -> None:
        await self.paid()
        await self.do(closing.cancel, self.known["need_id"], line="不用了")

    async def shop_ended(self) -> None:
        await self.hunted()
        await self.do(sources.end, self.known["source_id"])

    # tasks: Bo has the one place of `taken`, Cem stands in line in `lined`, Bo is checked in in `here`

    async def task(self, state: str) -> None:
        wishes = {
            "title": "搬菜", "notes": "", "meeting": "", "building": self.world.building, "team": None, "places_wanted": 1, "skills": {},
            "hours": 2, "starts": clock.now(), "urgent": False, "vouching": False, "release": None,
        }  # fmt: skip
        task = UUID(await self.do(calling.call, **wishes))
        self.known |= {
            "task_id": task,
            "place_id": await self._value("SELECT id FROM place WHERE task_id = ?", task),
            "code": self.world.code,
        }
        if state != "open":
            await self.do(taking.take, task, by="volunteer")
        if state == "lined":
            await self.do(waiting.wait, task, by="volunteer2")
        if state in ("here", "confirmed", "flagged", "looked_at"):
            await self.do(attending.check_in, task, by="volunteer")
            self.known["presence_id"] = await self._value("SELECT id FROM presence WHERE account_id = ?", self.world.volunteer)
        await self.square()

    async def open(self) -> None:
        await self.task("open")

    async def taken(self) -> None:
        await self.task("taken")

    async def lined(self) -> None:
        await self.task("lined")

    async def here(self) -> None:
        await self.task("here")

    # proof: a steward shows the moving square of the building; Bo's stay is confirmed, or was flagged

    async def square(self) -> None:
        self.known["showing_id"] = UUID(await self.do(showing.start, self.world.building, by="steward"))
        self.known["short"] = await db.value("SELECT short FROM showing WHERE id = ?", self.known["showing_id"])

    async def confirmed(self) -> None:
        await self.task("confirmed")
        await self.do(confirming.confirm, self.known["presence_id"])

    async def flagged(self) -> None:
        await self.task("flagged")

        async def flag(*, by) -> Done:
            await flagging.old_code(self.known["presence_id"], 3600)
            return Done()

        await self.do(flag)
        self.known["flag_id"] = await self._value("SELECT id FROM presence_flag WHERE presence_id = ?", self.known["presence_id"])

    async def looked_at(self) -> None:
        await self.flagged()
        await self.do(flagging.seen, self.known["flag_id"])

    # rosters: Bo's turn at the gate, Cem's after it; `asked`: Bo asks to be stood in for; `stood_in`: Cem has accepted; `off`: taken off

    async def rostered(self) -> None:
        post = UUID(await self.do(posting.make, kind="gate", name="北门", building=None, covers=(0, 1440), shows_name=False))
        self.known["post_id"], now = post, clock.now()
        people, until = (self.world.volunteer, self.world.volunteer2), now + timedelta(hours=16)
        self.known["rotation_id"] = UUID(await self.do(filling.rotate, post, people=people, hours=8, starts=now, until=until))
        self.known["shift_id"] = await self._value("SELECT id FROM shift WHERE post_id = ? ORDER BY from_at", post)
        self.known["roster_version"] = 0

    async def closed_post(self) -> None:
        await self.rostered()
        await self.do(posting.end, self.known["post_id"])

    async def swap_asked(self) -> None:
        await self.rostered()
        self.known["swap_id"] = UUID(await self.do(swapping.ask, self.known["shift_id"], by="volunteer"))

    async def stood_in(self) -> None:
        await self.swap_asked()
        await self.do(swapping.accept, self.known["swap_id"], by="volunteer2")

    async def off(self) -> None:
        await self.rostered()
        await self.do(filling.remove, self.known["shift_id"])

    # notices: one that hangs, one that was withdrawn; a number to call

    async def hung(self) -> None:
        said = {"title": "停水", "body": "明天停水", "until": clock.now() + timedelta(days=1), "must_confirm": True}
        self.known["notice_id"] = UUID(await self.do(writing.write, to=("building", self.world.building, None), by="steward", **said))
        self.known["household_id"] = await self._value("SELECT id FROM household WHERE building_id = ? ORDER BY id", self.world.building)

    async def knocked(self) -> None:
        await self.hung()
        await self.do(reading.told, self.known["notice_id"], self.known["household_id"])

    async def taken_down(self) -> None:
        await self.hung()
        await self.do(writing.withdraw, self.known["notice_id"])

    async def number(self) -> None:
        said = {"kind": "legal", "name": "法律援助", "number": "12348", "hours": "", "place": 1}
        self.known["line_id"] = UUID(await self.do(lines.add, **said))

    # people, teams, distributions

    async def member(self) -> None:
        """Vouched; a session and a message of Bo's, a team, an empty room."""
        made = {}

        async def work() -> None:
            fresh = await accounts.make_account("新来的", f"137{ids.new().int % 10**8:08d}")
            await accounts.join(fresh, self.world.community, skills=("sampling",))
            made["account_id"] = fresh
            await sessions.start(self.world.volunteer, label="another")
            await messages.tell(self.world.volunteer, "message.vouched")

        await worker.do(work)
        self.known |= made | {"skill": "sampling"}
        await self.do(vouching.vouch, made["account_id"])
        self.known["session_id"] = await self._value("SELECT id FROM session WHERE account_id = ? ORDER BY id DESC", self.world.volunteer)
        self.known["message_id"] = await self._value("SELECT id FROM message WHERE account_id = ? ORDER BY id DESC", self.world.volunteer)
        self.known["team_id"] = UUID(await self.do(teams.make, "一队", None))

        async def enter(*, by) -> Done:
            await teaming.enter(self.known["team_id"], self.known["account_id"], self.world.community)
            return Done()

        await self.do(enter)

    async def holding(self) -> None:
        await self.member()
        await self.do(roles.give, self.known["account_id"], role="operator", buildings=(), grid=None)
        self.known["role_id"] = await self._value(
            "SELECT id FROM role WHERE account_id = ? AND role = 'operator'", self.known["account_id"]
        )

    async def ended(self) -> None:
        await self.holding()
        await self.do(roles.end, self.known["role_id"])

    async def newcomer(self) -> None:
        await self.member()
        await self.do(vouching.unvouch, self.known["account_id"])

    async def suspended(self) -> None:
        await self.member()
        await self.do(accounts.suspend, self.known["account_id"])

    async def seen(self) -> None:
        await self.member()
        await self.do(vouching.see_certificate, self.known["account_id"], "sampling")

    async def preview(self) -> None:
        """A ledger that was read and not committed."""
        book, out = Workbook(), io.BytesIO()
        book.active.append(["小区", "楼栋", "单元数", "层数", "每层户数"])
        book.active.append(["新苑", 7, 1, 2, 2])
        book.save(out)
        self.known["import_id"] = UUID(await self.do(importing.upload, file=File("a.xlsx", out.getvalue())))

    async def imported(self) -> None:
        await self.preview()
        await self.do(importing.commit, self.known["import_id"], version=0)

    async def heard(self) -> None:
        await self.resident()
        home = self.known["household_id"]
        self.known["contact_id"] = UUID(await self.do(_named, contacting.contact, home, how="call", outcome="well"))

    async def muted(self) -> None:
        await self.heard()
        self.known["mute_id"] = UUID(await self.do(_named, muting.mute, self.known["household_id"], reason="away", days=3))

    async def watched(self) -> None:
        await self.do(_begun)
        self.known["setting_id"] = await self._value("SELECT id FROM contact_setting WHERE community_id = ?", self.world.community)

    async def resident(self) -> None:
        self.known["household_id"] = await self._value("SELECT id FROM household WHERE building_id = ? ORDER BY id", self.world.building)
        self.known["building_id"] = self.world.building
        self.known["resident_id"] = UUID(await self.do(residents.add, self.known["household_id"], name="王芳", phone="", kinds=(), note=""))

    async def twice_known(self) -> None:
        """One telephone at two doors."""
        where = "SELECT id FROM household WHERE building_id = ? ORDER BY id"
        homes = [await self._value(where, self.world.building), await self._value(f"{where} DESC", self.world.building)]
        said = {"phone": "13912345678", "kinds": (), "note": ""}
        self.known["resident_id"], self.known["other_id"] = [
            UUID(await self.do(residents.add, home, name="王芳", **said)) for home in homes
        ]

    async def moved_out(self) -> None:
        await self.resident()
        await self.do(residents.end, self.known["resident_id"])

    # rounds: four doors in Bo's hands, somebody known behind the first; finished in `walked`

    async def round(self) -> None:
        said = {"kind": "call", "which": "doors", "building": self.world.building, "doors": "1-101,1-201,1-301,1-401"}
        self.known["round_id"] = UUID(await self.do(rounding.make, to=self.world.volunteer, by="steward", **said))
        for name, column in (("stop_id", "id"), ("household_id", "household_id")):
            self.known[name] = await self._value(
                f"SELECT {column} FROM round_stop WHERE round_id = ? ORDER BY place", self.known["round_id"]
            )
        await self.do(residents.add, self.known["household_id"], name="王芳", phone="13912345678", kinds=(), note="")

    async def asked(self) -> None:
        """Bo is asked to look after somebody."""
        await self.resident()
        home = self.known["household_id"]
        await self.do(pairing.pair, picked=(home,), account=self.world.volunteer, rank="first", ask=True)
        self.known["carer_id"] = await self._value("SELECT id FROM carer WHERE household_id = ?", home)

    async def hungry(self) -> None:
        """Hunger is watched at a door, fear not yet."""
        self.known["household_id"] = await self._value("SELECT id FROM household WHERE building_id = ? ORDER BY id", self.world.building)
        await self.do(watching.begin, self.known["household_id"], sign="food", note="", days=1)
        self.known["watch_id"] = await self._value("SELECT id FROM watch")

    async def returning(self) -> None:
        """A trip comes back every day; the day after tomorrow was left out."""
        home = await self._value("SELECT id FROM household WHERE building_id = ? ORDER BY id", self.world.building)
        this = clock.local(clock.now()).date()
        when = Rhythm(rhythm="days", every_days=1, first=this + timedelta(days=1))
        said = {"kind": "trip", "what": "透析", "whom": "", "name": "", "phone": "", "like": None}
        made = UUID(await self.do(series.make, household=home, when=when, hours=series.Hours(480, 240), **said))
        await self.do(series.skip, made, day=this + timedelta(days=2))
        self.known |= {
            "series_id": made, "coming_id": await self._value("SELECT id FROM coming WHERE off = 'skipped'"), "day": this + timedelta(days=3),
            "first": this + timedelta(days=1),
        }  # fmt: skip

    async def stopped(self) -> None:
        await self.returning()
        await self.do(series.end, self.known["series_id"])

    async def once(self) -> None:
        """Asked for once, at a door that is known; the resident has her link."""
        need = await self.need("602")
        self.known |= {"need_id": need, "token": await linking.token_of(need), "first": clock.local(clock.now()).date()}

    async def promised(self) -> None:
        """It comes back every day on her word."""
        await self.once()
        when = Rhythm(rhythm="days", every_days=1, first=self.known["first"] + timedelta(days=1))
        await self.do(series.repeat, self.known["need_id"], token=self.known["token"], when=when, hours=series.Hours(480, 240))
        self.known["day"] = self.known["first"] + timedelta(days=3)

    async def walked(self) -> None:
        await self.round()
        await self.do(rounding.finish, self.known["round_id"], by="steward")

    async def spread(self) -> None:
        """A pack to one door; its run is in Bo's hands, and it was dropped once, so that the door misses it."""
        made = UUID(await self.do(spreading.make_distribution, what="菜", buildings=(self.world.building3,), doors="401\n302"))
        [run] = await deliveries.runs_for(made)
        await self.do(giving.give, run.id, accounts=(self.world.volunteer, self.world.volunteer2))
        await self.do(carrying.start, run.id, by="volunteer")
        stops = await deliveries.stop_rows(run.id)
        await self.do(handing.fail, run.id, stops[1].id, reason="nobody", by="volunteer")
        self.known |= {"distribution_id": made, "run_id": run.id, "stop_id": stops[0].id}

    async def keeps(self, name: str) -> None:
        async def given() -> None:
            here = self.world.community
            await accounts.give_role(getattr(self.world, name), "hub_keeper", here, place="community", place_id=here)

        await worker.do(given)

    async def stocked(self) -> None:
        """A hundred masks in one hub, of which one came last; ten are on their way to another."""

        await self.keeps("volunteer2")
        here, there = [UUID(await self.do(handling.add_place, name, None)) for name in ("东门", "西门")]
        item = UUID(await self.do(handling.add_item, "口罩", "只", "other", False))
        for many in (109, 1):
            move = await self.do(handling.receive, item, here, many, None, False)
        lot = await self._value("SELECT id FROM goods_lot")
        await self.keeps("volunteer")
        sent = UUID(await self.do(sending.send, lot, here, there, 10, by="volunteer"))
        self.known |= {"item_id": item, "place": here, "to": there, "lot_id": lot, "move_id": UUID(move), "transfer_id": sent}

    async def counted(self) -> None:
        """Cem has counted a hundred."""
        await self.stocked()
        self.known["count_id"] = UUID(await self.do(counting.begin, self.known["lot_id"], self.known["place"], 100, by="volunteer2"))

    async def booked(self) -> None:
        """A truck with masks is booked at one of two docks."""
        await self.stocked()
        starts = clock.now() + timedelta(hours=1)
        await self.do(inbound.set_docks, self.known["place"], 2)
        truck = UUID(await self.do(inbound.book, self.known["place"], "粮油公司", "渝A12345", 3000, starts, 60))
        await self.do(inbound.expect, truck, self.known["item_id"], 20)
        self.known |= {"booking_id": truck, "place_id": self.known["place"], "starts": starts.isoformat()}

    # packs that are ordered until tomorrow: a letter A on offer, which 602 has ordered

    async def ordered(self) -> None:
        pack = UUID(await self.do(offering.make_pack, "蔬菜包", "白菜", 3000, (), {}))
        until = clock.now() + timedelta(days=1)
        said = {
            "title": "周三",
            "opens_at": None,
            "cut_off_at": until,
            "brought_on": until.date() + timedelta(days=2),
            "grace": 10,
            "fair": False,
        }
        offer = UUID(await self.do(offering.make_offer, buildings=(), packs=(pack,), each={}, most={}, **said))
        hers = {"name": "王芳", "phone": "13912345678", "note": "", "instead": False, "avoids": ()}
        order = await self.do(ordering.order, self.world.code, offer, "1", "602", {"A": 2}, False, by="volunteer", **hers)
        self.known |= {"pack_id": pack, "offer_id": offer, "order_id": order, "order_token": await ordering.token_of(UUID(order))}
        self.known |= {"code": self.world.code, "building": self.world.building, "until": (until - timedelta(hours=1)).isoformat()}

    async def ended_pack(self) -> None:
        await self.ordered()
        await self.do(offering.end_pack, self.known["pack_id"])

    async def closing(self) -> None:
        """Its cut-off has passed, the lists are not made."""
        await self.ordered()
        now = clock.now()
        sql = "UPDATE offer SET opens_at = ?, cut_off_at = ? WHERE id = ?"
        await db.run(sql, now - timedelta(days=2), now - timedelta(minutes=1), self.known["offer_id"])

    async def at_table(self) -> None:
        """What 602 ordered is at Dee's packing table."""
        await self.closing()
        await self.do(cutting.cut_off, self.known["offer_id"])

        async def bring(*, by) -> None:
            await ordered.bring(self.known["offer_id"], by.community_id)

        await self._act(bring, by=await self.person("dispatcher"))
        self.known["distribution_id"] = await self._value("SELECT id FROM distribution")
        self.known["packing_id"] = await self.do(stationing.take_next, self.known["distribution_id"])

    async def packed_up(self) -> None:
        await self.at_table()
        await self.do(stationing.finish, UUID(self.known["packing_id"]), 1, "")

    # cabbage that somebody offers, and a hub for it

    async def gave(self) -> None:
        await self.stocked()
        said = {
            "what": "大白菜",
            "amount": 100,
            "unit": "斤",
            "on_day": None,
            "brings": True,
            "name": "王芳",
            "phone": "13912345678",
            "note": "",
        }
        code = (await places.community(self.world.community)).code
        one = UUID(await self.do(donating.offer, code, by="volunteer", **said))
        self.known |= {"donation_id": one, "donor_token": donating.token_of(one)}

    async def welcomed(self) -> None:
        await self.gave()
        await self.do(answering.accept, self.known["donation_id"], "明天")

    async def order_late(self) -> None:
        """The lists are made, and one came after them."""
        await self.closing()
        await self.do(cutting.cut_off, self.known["offer_id"])
        late, now = ids.new(), clock.now()
        sql = "INSERT INTO late_order(id, community_id, offer_id, order_id, wanted, at, received_at) VALUES (?, ?, ?, ?, 'A1', ?, ?)"
        await db.run(sql, late, self.world.community, self.known["offer_id"], UUID(self.known["order_id"]), now, now)
        self.known["late_id"] = late

    async def parked(self) -> None:
        """A vehicle stands ready, and Bo may drive."""
        await self.stocked()
        await drives(self.world.volunteer, self.world.dispatcher)
        vehicle = UUID(await self.do(vehicles.add, "渝A88888", 3000, "ready"))
        self.known |= {"vehicle_id": vehicle, "driver": self.world.volunteer}

    async def driven(self) -> None:
        await self.parked()
        self.known["trip_id"] = UUID(
            await self.do(driving.leave, self.known["vehicle_id"], self.world.volunteer, self.known["place"], 2000)
        )

    async def at_dock(self) -> None:
        await self.booked()
        await self.do(inbound.arrive, self.known["booking_id"])

    async def left(self) -> None:
        """It has gone with a reason, and what came was undone since."""
        await self.at_dock()
        moved = UUID(await self.do(inbound.unload, self.known["booking_id"], self.known["item_id"], self.known["place"], 5, None))
        await self.do(inbound.leave, self.known["booking_id"], None, "missing")
        await self.do(handling.undo, moved)

    async def _value(self, sql: str, *params) -> UUID:
        return UUID(str(await db.value(f"{sql} LIMIT 1", *params)))


RUN, NEED, TASK, PERSON = "/runs/{run_id}", "/needs/{need_id}", "/tasks/{task_id}", "/people/{account_id}"
STOP, TRACK = f"{RUN}/stops/{{stop_id}}", "/track/need/{need_id}"
PARCEL, ROUND = "/parcels/{parcel_id}", "/rounds/{round_id}"
OUT, ANY = ("given", "out"), ("waiting", "mine", "given", "out", "said", "closed")
TRUCK = "/trucks/{booking_id}"
STOCKED = ("stocked", "counted")
HUNTED = ("hunted", "going", "paid", "unwanted")
BO, CEM, DEE = "volunteer", "volunteer2", "dispatcher"


async def _named(verb, *args, by, **fields) -> Done:
    """The thing itself rather than the door that it is about: what its undo names."""
    return Done(about=(await verb(*args, by=by, **fields)).undo.split("/")[2])


async def _begun(*, by) -> None:
    await clocks.begin(by.community_id)


WORD = {"line": "还要盐"}

DAILY = {"rhythm": "days", "every_days": "1", "starts": "08:00", "ends": "12:00", "first": "{first}"}
# name: (path, form, who is first, who is late, stages)
FORMS: dict[str, tuple[str, dict, str, str, tuple[str, ...]]] = {
    "ask pharmacy": ("/medicine/{need_id}/tries", {"source": "{source_id}", "outcome": "has"}, DEE, "steward", HUNTED),
    "take asking back": ("/medicine/tries/{try_id}/undo", {}, DEE, "steward", HUNTED),
    "go and buy": ("/medicine/{need_id}/buying", {"source": "{source_id}"}, DEE, "steward", ("hunted",)),
    "paid for medicine": ("/medicine/{need_id}/bought", {"source": "{source_id}", "fen": "12"}, DEE, "steward", HUNTED),
    "take buying back": ("/medicine/purchases/{purchase_id}/undo", {}, DEE, "steward", ("going", "paid", "unwanted")),
    "settle medicine": ("/medicine/purchases/{purchase_id}/fate", {"fate": "returned"}, DEE, "steward", ("unwanted",)),
    "prescription": ("/medicine/{need_id}/prescription", {"photo": "photo{n}-0123456789abcde"}, DEE, "steward", HUNTED),
    "mend source": (
        "/medicine/sources/{source_id}",
        {"kind": "pharmacy", "name": "药房{order}", "hours": "", "address": "", "note": ""},
        DEE,
        DEE,
        ("hunted", "shop_ended"),
    ),
    "end source": ("/medicine/sources/{source_id}/end", {}, DEE, DEE, ("hunted",)),
    "source again": ("/medicine/sources/{source_id}/again", {}, DEE, DEE, ("shop_ended",)),
    "receive goods": ("/stock/receive", {"item": "{item_id}", "place": "{place}", "quantity": "5"}, DEE, CEM, STOCKED),
    "give out goods": ("/stock/items/{item_id}/issue", {"place": "{place}", "quantity": "5"}, DEE, CEM, STOCKED),
    "move goods": ("/stock/lots/{lot_id}/send", {"place": "{place}", "to": "{to}", "quantity": "5"}, DEE, CEM, ("stocked",)),
    "write off goods": ("/stock/lots/{lot_id}/waste", {"place": "{place}", "quantity": "5", "reason": "broken"}, DEE, CEM, ("stocked",)),
    "count goods": ("/stock/lots/{lot_id}/count", {"place": "{place}", "found": "100"}, DEE, CEM, ("stocked",)),
    "count again": ("/stock/counts/{count_id}/finish", {"found": "99", "reason": "missing"}, DEE, DEE, ("counted",)),
    "take count back": ("/stock/counts/{count_id}/take-back", {}, CEM, CEM, ("counted",)),
    "explain truck": ("/trucks/{booking_id}/reason", {"reason": "missing"}, DEE, CEM, ("left",)),
    "goods came": ("/stock/transfers/{transfer_id}/arrive", {"quantity": "10"}, DEE, CEM, ("stocked",)),
    "say prices": ("/stock/prices", {"day": "2026-11-20", "price-{item_id}": "2.{n}5", "volume-{item_id}": "90"}, DEE, CEM, ("stocked",)),
    "correct price": ("/stock/items/{item_id}/prices", {"day": "2026-11-20", "price": "2.5", "volume": "{n}"}, DEE, CEM, ("stocked",)),
    "price limits": (
        "/stock/prices/limits",
        {"price_amber": "10", "price_red": "20", "drop_amber": "20", "drop_red": "40"},
        DEE,
        CEM,
        ("stocked",),
    ),
    "days of cover": ("/stock/cover/limits", {"red": "3", "amber": "9"}, DEE, CEM, ("stocked",)),
    "days of an item": ("/stock/items/{item_id}/limits", {"red": "3", "amber": "9"}, DEE, CEM, ("stocked",)),
    "set docks": ("/stock/places/{place_id}/docks", {"docks": "{n}"}, DEE, CEM, ("booked", "at_dock")),
    "truck brings": (f"{TRUCK}/lines", {"item": "{item_id}", "quantity": "9"}, DEE, CEM, ("booked", "at_dock")),
    "truck came": (f"{TRUCK}/arrive", {}, DEE, CEM, ("booked",)),
    "truck called off": (f"{TRUCK}/cancel", {}, DEE, CEM, ("booked",)),
    "unload truck": (f"{TRUCK}/unload", {"item": "{item_id}", "place": "{place}", "quantity": "5"}, DEE, CEM, ("at_dock",)),
    "truck leaves": (f"{TRUCK}/leave", {"reason": "missing"}, DEE, CEM, ("at_dock",)),
    "book truck": (
        "/trucks",
        {"hub": "{place}", "supplier": "菜场", "plate": "渝B1", "kilos": "900", "starts": "{starts}", "minutes": "30"},
        DEE,
        CEM,
        ("booked",),
    ),
    "vehicle stands": ("/vehicles/{vehicle_id}/stand", {"standing": "reserve"}, DEE, CEM, ("parked", "driven")),
    "vehicle leaves": ("/vehicles/{vehicle_id}/leave", {"driver": "{driver}", "hub": "{place}", "kilos": "900"}, DEE, CEM, ("parked",)),
    "vehicle back": ("/trips/{trip_id}/back", {}, DEE, CEM, ("driven",)),
    "mend pack": ("/packs/{pack_id}", {"name": "菜包", "contents": "土豆"}, DEE, DEE, ("ordered", "ended_pack")),
    "end pack": ("/packs/{pack_id}/end", {}, DEE, DEE, ("ordered",)),
    "pack again": ("/packs/{pack_id}/again", {}, DEE, DEE, ("ended_pack",)),
    "move cut-off": ("/offers/{offer_id}/until", {"cut_off_at": "{until}"}, DEE, DEE, ("ordered", "closing")),
    "set supply": ("/offers/{offer_id}/packs/A", {"most": "9"}, DEE, DEE, ("ordered", "closing")),
    "cut off": ("/offers/{offer_id}/cut", {}, DEE, DEE, ("closing",)),
    "call offer off": ("/offers/{offer_id}/call-off", {}, DEE, DEE, ("ordered", "closing")),
    "order for": (
        "/offers/{offer_id}/orders",
        {"building": "{building}", "unit": "1", "room": "501", "pack-A": "1"},
        DEE,
        "steward",
        ("ordered",),
    ),
    "resident orders": ("/order/{code}/{offer_id}", {"unit": "1", "room": "501", "pack-A": "1"}, "", "", ("ordered",)),
    "mend order": ("/orders/{order_id}", {"pack-A": "1"}, DEE, "steward", ("ordered",)),
    "take order back": ("/orders/{order_id}/take-back", {}, DEE, "steward", ("ordered",)),
    "show orderer": ("/orders/{order_id}/reveal", {}, DEE, "steward", ("ordered",)),
    "resident changes": ("/ordered/{order_id}/change", {"token": "{order_token}", "pack-A": "1"}, "", "", ("ordered",)),
    "resident takes back": ("/ordered/{order_id}/take-back", {"token": "{order_token}"}, "", "", ("ordered",)),
    "pack next": ("/packing/{distribution_id}", {}, DEE, DEE, ("at_table",)),
    "packed": ("/packings/{packing_id}/done", {"n": "1"}, DEE, DEE, ("at_table",)),
    "leave packing": ("/packings/{packing_id}/let-go", {}, DEE, DEE, ("at_table",)),
    "pack is short": ("/packings/{packing_id}/short", {"letter": "A", "there": "{few}"}, DEE, DEE, ("at_table",)),
    "unpack": ("/packings/{packing_id}/again", {}, DEE, DEE, ("packed_up",)),
    "accept donation": ("/donations/{donation_id}/accept", {"answer": "来吧"}, DEE, CEM, ("gave",)),
    "decline donation": ("/donations/{donation_id}/decline", {"reason": "enough"}, DEE, CEM, ("gave",)),
    "take answer back": ("/donations/{donation_id}/reopen", {}, DEE, CEM, ("welcomed",)),
    "receive donation": (
        "/donations/{donation_id}/receive",
        {"item": "{item_id}", "place": "{place}", "quantity": "5"},
        DEE,
        CEM,
        ("gave", "welcomed"),
    ),
    "withdraw donation": ("/given/{donation_id}/withdraw", {"token": "{donor_token}"}, "", "", ("gave", "welcomed")),
    "show donor": ("/donations/{donation_id}/reveal", {}, DEE, CEM, ("gave",)),
    "let order in": ("/late-orders/{late_id}/let-in", {}, DEE, DEE, ("order_late",)),
    "turn order away": ("/late-orders/{late_id}/turn-away", {}, DEE, DEE, ("order_late",)),
    "undo move": ("/stock/moves/{move_id}/undo", {}, DEE, CEM, STOCKED),
    "open watch": ("/households/{household_id}/watches", {"sign": "afraid", "days": "2"}, DEE, "steward", ("hungry",)),
    "look again": ("/watches/{watch_id}/look", {"days": "2", "note": "好些"}, DEE, "steward", ("hungry",)),
    "close watch": ("/watches/{watch_id}/close", {}, DEE, "steward", ("hungry",)),
    "mend series": ("/series/{series_id}", {"kind": "trip", "what": "透析", "version": "0", **DAILY}, DEE, "steward", ("returning",)),
    "end series": ("/series/{series_id}/end", {}, DEE, "steward", ("returning",)),
    "resume series": ("/series/{series_id}/resume", {}, DEE, "steward", ("stopped",)),
    "leave date out": ("/series/{series_id}/skip", {"day": "{day}"}, DEE, "steward", ("returning",)),
    "put date back": ("/coming/{coming_id}/restore", {}, DEE, "steward", ("returning",)),
    "resident: comes back": (f"{TRACK}/repeat", {"token": "{token}", **DAILY}, "", "", ("once",)),
    "resident: this date": (f"{TRACK}/date", {"token": "{token}", "day": "{day}"}, "", "", ("promised",)),
    "resident: no more": (f"{TRACK}/stop", {"token": "{token}"}, "", "", ("promised",)),
    "pair": ("/carers", {"picked": "{household_id}", "account": "{steward}", "rank": "second"}, DEE, "steward", ("asked",)),
    "say yes to pairing": ("/carers/{carer_id}/take", {}, BO, BO, ("asked",)),
    "end pairing": ("/carers/{carer_id}/end", {}, DEE, BO, ("asked",)),
    "most for one": ("/gaps/carers/most", {"most": "{n}"}, DEE, DEE, ("asked",)),
    "noted on round": (f"{ROUND}/stops/{{stop_id}}/contact", {"how": "call", "outcome": "well"}, BO, BO, ("round",)),
    "enter at door": (f"{ROUND}/stops/{{stop_id}}/census", {"outcome": "well", "name": "王芳", "kinds": "dialysis"}, BO, BO, ("round",)),
    "show door": (f"{ROUND}/stops/{{stop_id}}/reveal", {}, BO, BO, ("round",)),
    "take numbers": (f"{ROUND}/numbers", {}, BO, BO, ("round",)),
    "paper back": (f"{ROUND}/paper", {"outcome-{stop_id}": "well", "at": ""}, DEE, DEE, ("round", "walked")),
    "give round": (f"{ROUND}/give", {"to": "{steward}"}, DEE, DEE, ("round",)),
    "half round": (f"{ROUND}/half", {"to": "{steward}"}, DEE, BO, ("round",)),
    "finish round": (f"{ROUND}/finish", {}, BO, DEE, ("round",)),
    "reopen round": (f"{ROUND}/reopen", {}, DEE, "steward", ("walked",)),
    "brought": (
        f"{STOP}/handover",
        {"where": "door", "need": "{need_id}"},
        BO,
        CEM,
        ("given", "out", "spread", "packed", "loaded", "sorted"),
    ),
    "not brought": (
        f"{STOP}/failure",
        {"reason": "nobody", "need": "{need_id}"},
        BO,
        CEM,
        ("given", "out", "spread", "packed", "loaded", "sorted"),
    ),
    "undo": (f"{STOP}/undo", {}, BO, BO, ("said", "received")),
    "correct": (f"{STOP}/correction", {"outcome": "refused"}, BO, BO, ("said", "torn")),
    "remove": (f"{STOP}/remove", {}, DEE, DEE, ("given",)),
    "decide": (f"{RUN}/disputes/{{dispute_id}}", {"change": "1"}, DEE, DEE, ("torn",)),
    "start": (f"{RUN}/start", {}, BO, CEM, ("given",)),
    "finish": (f"{RUN}/finish", {"rest": "1"}, BO, CEM, ("out", "said", "torn", "spread", "received")),
    "call run off": (f"{RUN}/cancel", {}, DEE, DEE, ("draft", "given", "sorted")),
    "give": (f"{RUN}/carriers", {"accounts": "{steward}"}, DEE, DEE, ("draft", "given", "out", "said")),
    "take back": (f"{RUN}/carriers/{{account_id}}/end", {}, DEE, DEE, ("given", "out", "said")),
    "add needs": (f"{RUN}/needs", {"needs": "{other_id}"}, DEE, DEE, ("waiting", "mine", "draft", "given")),
    "turn": (f"{RUN}/order", {"top_first": "0"}, BO, CEM, ("given", "out", "said")),
    "pack": (f"{RUN}/parcels", {"stops": "{stop_id}", "n": "{n}"}, DEE, DEE, ("packed", "loaded", "sorted")),
    "load": (f"{PARCEL}/load", {}, BO, CEM, ("packed", "sorted")),
    "load all": (f"{RUN}/parcels/load", {}, BO, CEM, ("packed", "sorted")),
    "to steward": (f"{PARCEL}/to-steward", {"steward": "{steward}"}, BO, CEM, ("packed", "loaded", "received")),
    "return parcel": (f"{PARCEL}/return", {}, BO, CEM, ("packed", "loaded", "sorted")),
    "return all": (f"{RUN}/parcels/return", {}, BO, CEM, ("packed", "loaded", "sorted")),
    "parcel lost": (f"{PARCEL}/lost", {"reason": "not_found"}, BO, CEM, ("packed", "loaded", "sorted")),
    "bundle": ("/runs", {"needs": "{need_id}", "title": ""}, DEE, DEE, ("waiting", "mine")),
    "take": (f"{NEED}/take", {}, DEE, "steward", ("waiting",)),
    "take many": ("/needs/take", {"picked": "{need_id}"}, DEE, "steward", ("waiting",)),
    "release": (f"{NEED}/release", {}, DEE, "steward", ("mine",)),
    "assign": (f"{NEED}/assign", {"owner": "{steward}"}, DEE, "steward", ("waiting", "mine", "given", "out")),
    "answer": (f"{NEED}/answer", WORD, DEE, "steward", ("waiting", "mine")),
    "answer many": ("/needs/answer", {"picked": "{need_id}", **WORD}, DEE, "steward", ("waiting", "mine")),
    "cancel": (f"{NEED}/cancel", WORD, DEE, "steward", ("waiting", "mine", "given", "hunted", "going", "paid")),
    "confirm": (f"{NEED}/confirm", {}, DEE, "steward", ("out", "said")),
    "reopen": (f"{NEED}/reopen", {}, DEE, "steward", ("said", "closed")),
    "say": (f"{NEED}/words", WORD, DEE, "steward", ANY),
    "reveal": (f"{NEED}/reveal", {}, DEE, "steward", ANY),
    "new link": (f"{NEED}/link", {}, DEE, "steward", ANY),
    "resident says": (f"{TRACK}/words", {"token": "{token}", **WORD}, "", "", ANY),
    "resident cancels": (f"{TRACK}/cancel", {"token": "{token}"}, "", "", ("waiting", "mine", "given")),
    "resident: it came": (f"{TRACK}/came", {"token": "{token}"}, "", "", ("out", "said")),
    "resident: still needed": (f"{TRACK}/again", {"token": "{token}", "line": ""}, "", "", ("said", "closed")),
    "take place": (f"{TASK}/take", {}, BO, CEM, ("open",)),
    "let go": (f"{TASK}/release", {}, BO, BO, ("taken", "lined")),
    "release her": (f"{TASK}/places/{{place_id}}/release", {}, DEE, DEE, ("taken", "lined")),
    "wait": (f"{TASK}/wait", {}, CEM, "steward", ("taken",)),
    "unwait": (f"{TASK}/unwait", {}, CEM, CEM, ("lined",)),
    "check in": (f"{TASK}/check-in", {}, BO, BO, ("taken", "lined")),
    "check out": (f"{TASK}/check-out", {}, BO, BO, ("here",)),
    "call task off": (f"{TASK}/cancel", {}, DEE, DEE, ("open", "taken", "lined", "here")),
    "done": (f"{TASK}/done", {}, DEE, DEE, ("open", "taken", "lined", "here")),
    "in at door": ("/b/{code}/check-in", {}, BO, BO, ("taken",)),
    "out at door": ("/b/{code}/check-out", {}, BO, BO, ("here",)),
    "out": ("/presence/end", {}, BO, BO, ("here",)),
    "in by code": ("/here/in", {"shown": "{shown}"}, BO, BO, ("taken",)),
    "confirm stay": ("/presence/{presence_id}/confirm", {}, DEE, "steward", ("here",)),
    "unconfirm stay": ("/presence/{presence_id}/unconfirm", {}, DEE, DEE, ("confirmed",)),
    "flag seen": ("/presence/flags/{flag_id}/seen", {}, DEE, DEE, ("flagged",)),
    "flag unseen": ("/presence/flags/{flag_id}/unseen", {}, DEE, DEE, ("looked_at",)),
    "stop square": ("/here/{showing_id}/end", {}, "steward", DEE, ("square",)),
    "vouch": (f"{PERSON}/vouch", {}, DEE, DEE, ("newcomer",)),
    "vouch many": ("/people/vouch", {"picked": "{account_id}"}, DEE, DEE, ("newcomer",)),
    "unvouch": (f"{PERSON}/unvouch", {}, DEE, DEE, ("member",)),
    "suspend": (f"{PERSON}/suspend", {}, DEE, DEE, ("member", "newcomer", "holding", "ended", "seen")),
    "restore": (f"{PERSON}/restore", {}, DEE, DEE, ("suspended",)),
    "give role": (f"{PERSON}/roles", {"role": "operator"}, DEE, DEE, ("member", "ended", "seen")),
    "end role": ("/roles/{role_id}/end", {}, DEE, DEE, ("holding",)),
    "role again": ("/roles/{role_id}/again", {}, DEE, DEE, ("ended",)),
    "see paper": (f"{PERSON}/skills/{{skill}}/see", {}, DEE, DEE, ("member", "newcomer", "holding", "ended")),
    "unsee paper": (f"{PERSON}/skills/{{skill}}/unsee", {}, DEE, DEE, ("seen",)),
    "show phone": (f"{PERSON}/reveal", {}, DEE, DEE, ("member", "newcomer", "suspended", "holding", "ended", "seen")),
    "mend need": (
        f"{NEED}/change",
        {"version": "{version}", "kind": "{kind}", "urgency": "{urgency}"},
        DEE,
        "steward",
        ("waiting", "mine", "given", "out", "said"),
    ),
    "confirm notice": ("/notices/{notice_id}/confirm", {"text": "1"}, BO, CEM, ("hung", "knocked")),
    "withdraw notice": ("/notices/{notice_id}/withdraw", {}, DEE, DEE, ("hung", "knocked")),
    "correct notice": (
        "/notices/{notice_id}",
        {
            "title": "停水{order}",
            "body": "明天停水",
            "until": "keep",
            "must_confirm": "1",
            "version": "0",
        },
        DEE,
        "steward",
        ("hung", "knocked", "taken_down"),
    ),
    "told at door": ("/notices/{notice_id}/doors/{household_id}/told", {"text": "1"}, "steward", DEE, ("hung",)),
    "not told at door": ("/notices/{notice_id}/doors/{household_id}/untold", {}, "steward", DEE, ("knocked",)),
    "mend post": (
        "/posts/{post_id}",
        {"kind": "gate", "name": "南门{n}", "building": "", "version": "{roster_version}"},
        DEE,
        DEE,
        ("rostered",),
    ),
    "close post": ("/posts/{post_id}/end", {}, DEE, DEE, ("rostered",)),
    "reopen post": ("/posts/{post_id}/reopen", {}, DEE, DEE, ("closed_post",)),
    "undo rotation": ("/rotations/{rotation_id}/undo", {}, DEE, DEE, ("rostered", "swap_asked", "stood_in", "off")),
    "take off": ("/shifts/{shift_id}/remove", {}, DEE, DEE, ("rostered", "swap_asked", "stood_in")),
    "put back": ("/shifts/{shift_id}/restore", {}, DEE, DEE, ("off",)),
    "take over": ("/shifts/{shift_id}/begin", {}, BO, BO, ("rostered", "swap_asked", "off")),
    "read note": ("/shifts/{shift_id}/read", {}, BO, BO, ("rostered", "swap_asked", "off")),
    "end shift": ("/shifts/{shift_id}/end", {"text": "没事"}, BO, BO, ("rostered", "swap_asked", "off")),
    "ask swap": ("/shifts/{shift_id}/swaps", {}, BO, BO, ("rostered",)),
    "accept swap": ("/swaps/{swap_id}/accept", {}, CEM, CEM, ("swap_asked",)),
    "withdraw swap": ("/swaps/{swap_id}/withdraw", {}, BO, BO, ("swap_asked",)),
    "forbid swap": ("/swaps/{swap_id}/forbid", {}, DEE, DEE, ("swap_asked", "stood_in")),
    "restore notice": ("/notices/{notice_id}/restore", {}, DEE, DEE, ("taken_down",)),
    "mend line": (
        "/lines/{line_id}",
        {"kind": "legal", "name": "援助{order}", "number": "12348", "hours": "", "place": "1", "version": "0"},
        DEE,
        DEE,
        ("number",),
    ),
    "end line": ("/lines/{line_id}/end", {}, DEE, DEE, ("number",)),
    "leave team": ("/teams/{team_id}/members/{account_id}/end", {}, DEE, DEE, ("member",)),
    "mend team": ("/teams/{team_id}", {"name": "{order}队", "version": "0"}, DEE, DEE, ("member",)),
    "mend task": (
        TASK,
        {"version": "{task_version}", "title": "搬菜{order}", "building": "{building}", "places": "1", "hours": "2", "starts": "keep"},
        DEE,
        DEE,
        ("open", "taken", "lined", "here"),
    ),
    "mend settings": (
        "/settings",
        {
            "version": "{settings_version}",
            "hotline": "023-6700 123{n}",
            "hours": "",
            "take_cap": "3",
            "release_minutes": "20",
            "untouched_minutes": "30",
            "undo_minutes": "10",
            "correct_hours": "12",
            "top_first": "1",
        },
        DEE,
        DEE,
        ("member",),
    ),
    "mend profile": ("/me", {"name": "薄志愿{order}", "lang": "zh"}, BO, BO, ("member",)),
    "read message": ("/inbox/{message_id}/read", {}, BO, BO, ("member",)),
    "read all": ("/inbox/read", {}, BO, BO, ("member",)),
    "end session": ("/sessions/{session_id}/end", {}, BO, BO, ("member",)),
    "end other sessions": ("/sessions/end", {}, BO, BO, ("member",)),
    "map ledger": ("/ledger/{import_id}/mapping", {"version": "0", "pass": "Sheet"}, DEE, DEE, ("preview",)),
    "commit ledger": ("/ledger/{import_id}/commit", {"version": "0"}, DEE, DEE, ("preview",)),
    "discard ledger": ("/ledger/{import_id}/discard", {}, DEE, DEE, ("preview",)),
    "undo ledger": ("/ledger/{import_id}/undo", {}, DEE, DEE, ("imported",)),
    "add resident": (
        "/households/{household_id}/residents",
        {"name": "李{order}", "phone": "", "note": ""},
        DEE,
        "steward",
        ("resident", "moved_out"),
    ),
    "one or two": ("/residents/{resident_id}/alike", {"other": "{other_id}", "same": ""}, DEE, "steward", ("twice_known",)),
    "heard of": ("/households/{household_id}/contacts", {"how": "call", "outcome": "well"}, DEE, "steward", ("heard", "muted")),
    "undo heard of": ("/contacts/{contact_id}/undo", {}, DEE, "steward", ("heard", "muted")),
    "mute": ("/households/{household_id}/mute", {"reason": "away", "days": "3"}, DEE, "steward", ("heard",)),
    "unmute": ("/mutes/{mute_id}/end", {}, DEE, "steward", ("muted",)),
    "timing": (
        "/unreached/timing",
        {
            "version": "0",
            "close_hour": "{n}",
            "steward_minutes": "60",
            "dispatcher_minutes": "240",
            "command_minutes": "960",
            **{f"every_{kind}": "7" for kind in EVERY},
        },
        DEE,
        DEE,
        ("watched",),
    ),
    "mend resident": (
        "/residents/{resident_id}",
        {"name": "王{order}", "phone": "", "note": "", "version": "0"},
        DEE,
        "steward",
        ("resident",),
    ),
    "resident left": ("/residents/{resident_id}/end", {}, DEE, "steward", ("resident",)),
    "resident is back": ("/residents/{resident_id}/restore", {}, DEE, "steward", ("moved_out",)),
    "show resident": ("/residents/{resident_id}/reveal", {}, DEE, "steward", ("resident", "moved_out")),
    "phone list": ("/buildings/{building_id}/phones", {}, "steward", "steward", ("resident", "moved_out")),
    "again": ("/distributions/{distribution_id}/again", {}, DEE, DEE, ("spread",)),
}
