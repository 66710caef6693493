"""Which path is which act: the parser of its form and its verb. Form posts and `POST /acts` read the same book."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import ids, seal
from app.kernel.act import Actor, Done, Press
from app.kernel.forms import Form
from app.kernel.trouble import Barred, Gone


class Rule(msgspec.Struct, frozen=True):
    """`path` as in Litestar (`/needs/{need_id:uuid}/claim`). `alone`: pressed on its page only, whose limits it needs."""

    path: str
    parse: Callable[[Form], dict[str, Any]]
    verb: Callable[..., Awaitable[Done | None]]
    alone: bool = False


class Book:
    """Every act of the app by its path. Two rules for one path are a mistake and stop the start.

    `around` sees each press before it is performed and may answer another one, which holds it back.
    """

    def __init__(self, rules: Sequence[Rule], *, around: Callable[[Press, Form], Press] | None = None) -> None:
        self._around = around
        self.rules = {rule.path: rule for rule in rules}
        if len(self.rules) != len(rules):
            raise ValueError("two acts share a path")
        self._patterns: dict[str, list[tuple[re.Pattern[str], Rule]]] = {}
        for rule in rules:
            self._patterns.setdefault(_first(rule.path), []).append((_pattern(rule.path), rule))

    def find(self, path: str) -> tuple[Rule, dict[str, Any]]:
        """The rule for a concrete path and its parameters; raises Gone."""
        for pattern, rule in self._patterns.get(_first(path), ()):
            if match := pattern.fullmatch(path):
                return rule, {name: UUID(value) if name.endswith("_id") else value for name, value in match.groupdict().items()}
        raise Gone("page")

    def read(self, path: str, form: Form, *, act_id: str, by: Actor, batch: bool = False, **told: Any) -> Press:
        """A press ready to perform. Raises Misfit (with what was typed), Gone and Barred; leaves no trace."""
        rule, params = self.find(path)
        if batch and rule.alone:
            raise Barred("act.alone")
        if not ids.ACT.fullmatch(act_id):
            act_id = ids.secret()
        fields = rule.parse(form)
        body = form.canonical()
        press = Press(
            id=act_id,
            path=path,
            by=by,
            work=lambda: rule.verb(**params, **fields, by=by),
            body_hash=seal.keyed_hash("body", f"{path}\n{body}"),
            body=body,
            **told,
        )
        return self._around(press, form) if self._around else press


def _first(path: str) -> str:
    """The first word of an address, which no rule leaves open."""
    return path[1:].partition("/")[0]


def _pattern(path: str) -> re.Pattern[str]:
    uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    word = r"[^/\x00-\x1f\x7f]{1,200}"  # receipts keep the path, and PostgreSQL takes no NUL
    return re.compile(re.sub(r"\{(\w+):(\w+)\}", lambda m: f"(?P<{m[1]}>{uuid if m[2] == 'uuid' else word})", path))
