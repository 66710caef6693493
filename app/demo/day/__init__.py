"""A realistic day in Taohuaqiao, made by its people through the app's own verbs."""

from collections.abc import Callable

from app.demo.day import (
    asking,
    calling,
    caring,
    carrying,
    finding,
    founding,
    giving,
    keeping,
    nextdoor,
    ordering,
    reporting,
    returning,
    spreading,
    stocking,
    telling,
)
from app.demo.day.agenda import Agenda
from app.journal.worker import Worker
from app.kernel import clock, db


async def load(works: Worker, say: Callable[[str], None]) -> None:
    """All of it or nothing: one transaction. `say` gets words-keys of what is being done."""
    async with db.transaction():
        agenda = Agenda(clock.now(), works)
        say("demo.loading.places")
        town = await founding.found(agenda)
        say("demo.loading.people")
        await reporting.staff(town)
        await reporting.helpers(town)
        await keeping.plan_rosters(town)
        await nextdoor.found(town)
        say("demo.loading.day")
        asked = await asking.plan_day(town)
        await carrying.plan_runs(town, asked)
        await spreading.plan_distribution(town)
        await stocking.plan_stock(town)
        await calling.plan_tasks(town)
        calling.plan_presence(town)
        telling.plan_notices(town)
        await caring.plan_care(town, asked)
        await returning.plan_returning(town)
        finding.plan_medicine(town)
        await ordering.plan_orders(town)
        await giving.plan_donations(town)
        await agenda.live()
