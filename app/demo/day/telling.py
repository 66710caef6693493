"""Notices to residents and helpers, one of them withdrawn, and the numbers that they may call."""

from datetime import timedelta
from uuid import UUID

from app.demo.day.agenda import do
from app.demo.day.asking import MINUTE
from app.demo.day.town import Town
from app.demo.texts import read
from app.notices.rules import confirming, lines, writing

READ = 12  # how many volunteers have confirmed what is to be confirmed


def plan_notices(town: Town) -> None:
    said, by = read("notices"), town.people["dispatcher"]
    for place, line in enumerate(said["line"], 1):
        town.agenda.at(town.agenda.back(9) + place * MINUTE, lambda line=line, place=place: do(by, lines.add, place=place, **line))
    for notice in said["notice"]:
        _plan(town, notice)


def _plan(town: Town, notice: dict) -> None:
    by, at, made = town.people["dispatcher"], town.agenda.back(notice["hours"]), []
    to: tuple[str, UUID | None, str | None] = (notice["to"], None, None)
    if notice["to"] == "volunteer":
        to = ("role", None, "volunteer")
    elif notice["to"] != "community":
        to = ("building", town.building(*notice["to"]).id, None)
    typed = {"to": to, "title": notice["title"], "body": notice["body"], "until": town.agenda.now + timedelta(days=notice["days"])}
    flags = {"urgent": notice.get("urgent", False), "must_confirm": notice.get("must_confirm", False)}

    async def write() -> None:
        made.append(await do(by, writing.write, **typed, **flags))

    town.agenda.at(at, write)
    if flags["must_confirm"] and to[0] == "community":
        for n, person in enumerate(town.volunteers[2 : 2 + READ]):
            town.agenda.at(at + (3 + 2 * n) * MINUTE, lambda person=person: do(person, confirming.confirm, made[0]))
    if notice.get("withdrawn"):
        town.agenda.at(at + 20 * MINUTE, lambda: do(by, writing.withdraw, made[0]))
