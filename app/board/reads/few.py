"""Which figures are said as a handful to command, and to whom."""

from collections.abc import Sequence

from app.board.reads import links
from app.board.reads.scope import Scope
from app.kernel import few
from app.kernel.few import Shown

# Figures of helpers, runs and tasks count no residents.
_OURS = frozenset(
    {
        "here",
        "unvouched",
        "roster_gaps",
        "missing",
        "short",
        "unclosed",
        "persons",
        "times",
        "hours",
        *links.RUNS,
        *links.ENDED,
        *links.TASKS,
    }
)


def shown(scope: Scope, figure: str, n: int | float) -> Shown:
    return few.few(n) if _hides(scope, figure) else n


def column(scope: Scope, figure: str, numbers: Sequence[int | float]) -> list[Shown]:
    """Numbers that add up to a total which is shown beside them."""
    return few.column(numbers) if _hides(scope, figure) else list(numbers)


def _hides(scope: Scope, figure: str) -> bool:
    return not scope.named and figure not in _OURS
