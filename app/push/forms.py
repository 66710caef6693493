"""The shapes of what a phone says of its push service, of how she wants to be told, of a robot, and of a host."""

import re
from typing import Any

from app.kernel.forms import Bad, Form, flag, many_of, one_of, optional, shape, text, uuid
from app.people.rules.messages import KINDS
from app.push.endpoints import ROBOTS

ENDPOINT = {"endpoint": text(1, 1_000), "p256dh": text(1, 200), "auth": text(1, 200)}
subscription = shape(**ENDPOINT, device=optional(text(0, 60), ""), replaces=optional(text(0, 1_000), ""))
endpoint = shape(endpoint=text(1, 1_000))
robot = shape(name=text(1, 40), chat=one_of(ROBOTS), address=text(1, 1_000))
host = shape(host=text(1, 253))
trial = shape(way=optional(one_of(("push", "sms")), "push"), subscription_id=optional(uuid))


def time_of_day(sent: list) -> int:
    """`22:30` as minutes of the day."""
    typed = sent[0].strip() if sent and isinstance(sent[0], str) else ""
    if not re.fullmatch(r"([01]?[0-9]|2[0-3])[:：][0-5][0-9]", typed):
        raise Bad("ways.quiet.not_a_time")
    hours, minutes = re.split("[:：]", typed)
    return int(hours) * 60 + int(minutes)


_choosing = shape(
    first=one_of(("push", "sms")),
    sms=flag,
    quiet=flag,
    quiet_from=optional(time_of_day),
    quiet_until=optional(time_of_day),
    kinds=many_of(KINDS),
)


def choosing(form: Form) -> dict[str, Any]:
    """Kinds that are ticked are wanted; without `quiet` the hours that still stand there do not count."""
    found = _choosing(form)
    off, quiet = frozenset(KINDS) - set(found.pop("kinds")), found.pop("quiet")
    if not quiet:
        found |= {"quiet_from": None, "quiet_until": None}
    elif found["quiet_from"] is None and found["quiet_until"] is None:
        found |= {"quiet_from": 0, "quiet_until": 0}  # ticked and left blank: the verb says what is missing
    return found | {"off": off}
