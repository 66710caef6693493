"""Shapes of input about what comes back."""

import re
from collections.abc import Callable
from typing import Any

from app.coming.rhythm import KINDS, RHYTHMS, Rhythm, bits
from app.coming.rules.series import Hours
from app.kernel.forms import Bad, Converter, Form, day, flag, integer, many_of, nothing, one_of, optional, phone, shape, text, uuid
from app.kernel.trouble import Misfit

LINE = 500


def minute(sent: list) -> int:
    """`08:30`: minutes after midnight."""
    typed = sent[0].strip() if sent and isinstance(sent[0], str) else ""
    if not (found := re.fullmatch(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])", typed)):
        raise Bad("form.not_a_time")
    return int(found[1]) * 60 + int(found[2])


_when: dict[str, Converter] = {
    "rhythm": one_of(RHYTHMS),
    "weekdays": many_of("0123456"),
    "every_days": optional(integer(1, 180)),
    "month_day": optional(integer(1, 31)),
    "starts": minute,
    "ends": minute,
    "first": day,
    "last": optional(day),
}
_asked: dict[str, Converter] = {
    "kind": one_of(KINDS),
    "what": text(1, LINE, lines=True),
    "whom": text(0, 60),
    "name": text(0, 40),
    "phone": optional(phone, ""),
}


def with_rhythm(**fields: Converter) -> Callable[[Form], dict[str, Any]]:
    """The fields of one rhythm as `when` and `hours`; what belongs to another rhythm is left where it was typed."""
    inner = shape(**fields, **_when)

    def read(form: Form) -> dict[str, Any]:
        found = inner(form)
        weekdays, every, month_day = found.pop("weekdays"), found.pop("every_days"), found.pop("month_day")
        rhythm, starts, ends, first, last = (found.pop(name) for name in ("rhythm", "starts", "ends", "first", "last"))
        errors: dict[str, tuple[str, dict]] = {}
        if rhythm == "week" and not weekdays:
            errors["weekdays"] = ("form.choose", {})
        if rhythm == "days" and every is None:
            errors["every_days"] = ("form.missing", {})
        if rhythm == "month" and month_day is None:
            errors["month_day"] = ("form.missing", {})
        if last and last < first:
            errors["last"] = ("coming.last_before_first", {})
        if errors:
            raise Misfit(errors, form.typed)
        when = Rhythm(
            rhythm=rhythm, first=first, last=last, weekdays=bits(tuple(map(int, weekdays))) if rhythm == "week" else None,
            every_days=every if rhythm == "days" else None, month_day=month_day if rhythm == "month" else None,
        )  # fmt: skip
        return found | {"when": when, "hours": Hours(starts, (ends - starts) % 1440 or 1440)}

    read.fields = inner.fields
    return read


make = with_rhythm(household=uuid, like=optional(uuid), **_asked)
change = with_rhythm(version=integer(0, 999_999_999), **_asked)
repeat = with_rhythm(token=text(1, 40))
skip = shape(day=day)
track = shape(token=text(1, 40))
her_date = shape(token=text(1, 40), day=day, wanted=flag)

__all__ = ["change", "her_date", "make", "nothing", "repeat", "skip", "track"]
