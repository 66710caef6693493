"""Notices and lines to call in the list of what two people changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.journal.differences import Kind, Thing
from app.kernel import db
from app.kernel.words import day_time, gettext, say
from app.notices.reads import facts
from app.notices.reads import lines as line_reads
from app.notices.rules import correcting, lines


async def notices(ids: Sequence[UUID], community_id: UUID) -> dict[UUID, Thing]:
    found = await facts.select(f"n.community_id = ? AND n.id IN ({db.marks(ids)})", community_id, *ids)
    return {one.id: Thing(say("differences.notice", title=one.title), one.to, one.path) for one in found}


def label(field: str) -> str:
    return gettext(f"notices.form.{field}")


async def show(field: str, value: str) -> str:
    if field == "until":
        return day_time(datetime.fromisoformat(value))
    if field in correcting.FLAGS:
        return gettext("differences.yes" if value else "differences.no")
    return value


async def lines_to_call(ids: Sequence[UUID], community_id: UUID) -> dict[UUID, Thing]:
    found = await line_reads.select(f"community_id = ? AND id IN ({db.marks(ids)})", community_id, *ids)
    return {one.id: Thing(say("differences.line_to_call", name=one.name), "", f"/lines/{one.id}") for one in found}


def line_label(field: str) -> str:
    return gettext(f"notices.line.{field}")


async def show_line(field: str, value: str) -> str:
    return gettext(f"notices.line.kind.{value}") if field == "kind" else value


NOTICE = Kind("notice", notices, label, show, correcting.put)
LINE = Kind("line_to_call", lines_to_call, line_label, show_line, lines.put)
