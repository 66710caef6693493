"""Two people edit one thing: judged field by field, from what each of them saw.

A form carries for each field `was_<field>`, a short keyed hash of what the field held when the form was drawn; what it
held may be sealed and is not doubled in the page. Fields are compared as texts, each slice's own one for each value.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from app.kernel import ids, seal
from app.kernel.forms import Form

PREFIX = "was_"
UNSAID: Mapping[str, str] = MappingProxyType({})  # a form that carries no bases: an older page, a script


class Merged(msgspec.Struct, frozen=True):
    """`apply`: hers to write. `others`: only others changed them. `contested`: both did, to different values."""

    apply: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()


def mark(subject: object, field: str, text: str) -> str:
    """Says whether two texts of this field are the same, and nothing else to whoever has no master key."""
    return ids.b64(seal.keyed_hash("was", f"{subject}|{field}|{text}")[:9])


def base(subject: object, fields: Mapping[str, str]) -> dict[str, str]:
    """The hidden fields that an edit form is drawn with."""
    return {PREFIX + name: mark(subject, name, text) for name, text in fields.items()}


def with_base(parse: Callable[[Form], dict[str, Any]]) -> Callable[[Form], dict[str, Any]]:
    """Adds `was`, {field: mark} as the form carried them; empty for a form that knows nothing of them."""

    def read(form: Form) -> dict[str, Any]:
        sent = {name.removeprefix(PREFIX): values[0] for name, values in form.typed.items() if name.startswith(PREFIX) and values}
        return parse(form) | {"was": sent}

    if hasattr(parse, "fields"):
        read.fields = parse.fields
    return read


def merge(subject: object, typed: Mapping[str, str], was: Mapping[str, str], now: Mapping[str, str], *, moved: bool) -> Merged:
    """What becomes of each typed field. `moved`: whether the whole thing's version did, which is all that a form without bases can tell."""
    apply, others, contested = [], [], []
    for field, text in typed.items():
        if field not in was:
            if text != now[field]:
                (contested if moved else apply).append(field)
            continue
        stands = was[field] == mark(subject, field, now[field])
        if text == now[field]:
            continue
        if stands:
            apply.append(field)
        elif was[field] == mark(subject, field, text):
            others.append(field)
        else:
            contested.append(field)
    return Merged(tuple(apply), tuple(others), tuple(contested))
