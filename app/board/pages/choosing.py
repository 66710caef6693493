"""The switch between a district and its communities, on the board and on the report."""

from urllib.parse import urlencode

import msgspec

from app.board.reads.scope import ALL, Scope
from app.kernel.words import gettext


class Choice(msgspec.Struct, frozen=True):
    label: str
    path: str
    current: bool


def choices(scope: Scope, path: str, **query: str) -> tuple[Choice, ...]:
    """The district first; none for who looks at one community only."""
    if not scope.choices:
        return ()
    named = [(ALL, gettext("board.district")), *((each.code, each.name) for each in scope.choices)]
    here = scope.code or ALL
    return tuple(Choice(label, f"{path}?{urlencode({**query, 'community': code})}", code == here) for code, label in named)


def title(scope: Scope) -> str:
    return scope.chosen.name if scope.chosen else gettext("board.district")
