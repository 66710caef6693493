"""The tables of a day: by organisation, grid, kind, outcome; every figure with the address of its rows."""

from collections import Counter, defaultdict
from uuid import UUID

import msgspec

from app.board.reads import links
from app.board.reads.few import Shown, column
from app.board.reads.scope import Scope
from app.deliveries.reads import sums as delivery_sums
from app.kernel.words import gettext
from app.needs.models import KINDS
from app.needs.reads import sums as need_sums
from app.people.attendance import Attendance

NEEDS = ("raised", "brought", "confirmed", "answered", "cancelled")
HANDED = ("handed", "failed")
PEOPLE = ("persons", "times", "hours")


class Cell(msgspec.Struct, frozen=True):
    number: Shown
    path: str = ""


class Line(msgspec.Struct, frozen=True):
    label: str
    cells: tuple[Cell, ...]


class Table(msgspec.Struct, frozen=True):
    """`columns` are figures, said by `board.figure.…`; `total` is the sum of the lines, each figure opening its rows."""

    key: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: tuple[Cell, ...]

    @property
    def title(self) -> str:
        return gettext(f"board.table.{self.key}")

    @property
    def heads(self) -> tuple[str, ...]:
        return tuple(gettext(f"board.figure.{name}") for name in self.columns)


class Person(msgspec.Struct, frozen=True):
    community_id: UUID
    organisation: str | None
    attended: Attendance


Sums = dict[str, Counter[str]]


class Tables:
    """Tables of one day, every figure with the address of its rows."""

    def __init__(self, scope: Scope, day: str, today: bool) -> None:
        self.scope, self.day, self.today = scope, day, today

    def table(self, key: str, columns: tuple[str, ...], sums: Sums, labels: dict[str, str], query: str, **fixed: str) -> Table:
        lines = self.hidden(columns, [Line(label, self.cells(columns, sums[name], **{query: name})) for name, label in labels.items()])
        total: Counter[str] = Counter()
        for each in sums.values():
            total.update(each)
        [sum_line] = self.hidden(columns, [Line("", self.cells(columns, total, **fixed))])
        return Table(key, columns, tuple(lines), sum_line.cells)

    def hidden(self, columns: tuple[str, ...], lines: list[Line]) -> list[Line]:
        """The same lines as this reader may have them."""
        told = [column(self.scope, name, [line.cells[place].number for line in lines]) for place, name in enumerate(columns)]
        return [
            Line(line.label, tuple(Cell(told[place][row], cell.path) for place, cell in enumerate(line.cells)))
            for row, line in enumerate(lines)
        ]

    def cells(self, columns: tuple[str, ...], sums: Counter[str], **query: str) -> tuple[Cell, ...]:
        return tuple(Cell(_rounded(sums[name]), self.path(name, **query)) for name in columns)

    def path(self, figure: str, *, community: str = "", **query: str) -> str:
        if community:
            return f"/board/rows/{figure}?" + links.urlencode({"community": community, "day": self.day, **query})
        return links.to(self.scope, figure, day=self.day, **query)

    def organisations(self, people: list[Person], handed: list[delivery_sums.HandedCount]) -> Table:
        sums: Sums = defaultdict(Counter)
        for person in people:
            sums[person.organisation or "-"].update(_attended(person))
        for row in handed:
            sums[row.organisation or "-"].update(handed=row.delivered, failed=row.failed)
        order = sorted(sums, key=lambda name: (name == "-", -sums[name]["hours"], name))
        return self.table(
            "organisations", (*PEOPLE, *HANDED), sums, {n: gettext("board.alone") if n == "-" else n for n in order}, "organisation"
        )

    def grids(self, needs: list[need_sums.DayCount], handed: list[delivery_sums.HandedCount]) -> Table:
        sums, labels = defaultdict(Counter), {}
        for row in (*needs, *handed):
            name = str(row.grid_id or "none")
            labels[name] = row.grid or gettext("board.no_grid")
            sums[name].update(_needs(row) if isinstance(row, need_sums.DayCount) else {"handed": row.delivered, "failed": row.failed})
        order = sorted(labels, key=lambda name: (name == "none", len(labels[name]), labels[name]))
        return self.table("grids", (*NEEDS, *HANDED), sums, {name: labels[name] for name in order}, "grid")

    def communities(self, needs: list[need_sums.DayCount], handed: list[delivery_sums.HandedCount], people: list[Person]) -> Table:
        codes, sums = {each.id: each.code for each in self.scope.communities}, defaultdict(Counter)
        for row in needs:
            sums[codes[row.community_id]].update(_needs(row))
        for row in handed:
            sums[codes[row.community_id]].update(handed=row.delivered, failed=row.failed)
        for person in people:
            sums[codes[person.community_id]].update(_attended(person))
        labels = {each.code: each.name for each in self.scope.communities}
        return self.table("communities", (*PEOPLE, "raised", "brought", *HANDED), sums, labels, "community")

    def kinds(self, needs: list[need_sums.DayCount]) -> Table:
        sums: Sums = defaultdict(Counter)
        for row in needs:
            sums[row.kind].update(_needs(row))
        return self.table("kinds", NEEDS, sums, {kind: gettext(f"needs.kind.{kind}") for kind in KINDS}, "kind")

    def outcomes(self, handed: list[delivery_sums.HandedCount]) -> Table:
        sums: Counter[str] = Counter()
        for row in handed:
            sums[row.outcome] += row.n
        lines = self.hidden(("failed",), [Line(gettext(f"board.figure.{name}"), self.cells((name,), sums)) for name in links.OUTCOMES])
        done = Counter(handed=sum(row.delivered for row in handed), failed=sum(row.failed for row in handed))
        for name in ("handed", "failed"):
            lines += self.hidden((name,), [Line(gettext(f"board.figure.{name}"), self.cells((name,), done))])
        return Table("outcomes", ("doors",), tuple(lines), ())

    def runs(self, runs: list[delivery_sums.RunCount]) -> Table:
        sums: Counter[str] = Counter()
        for row in runs:
            sums["called_off" if row.state == "cancelled" else row.state] += row.runs
        names = ("finished", "called_off", *(links.RUNS if self.today else ()))
        return Table("runs", ("runs",), tuple(Line(gettext(f"board.figure.{name}"), self.cells((name,), sums)) for name in names), ())

    def spread(self, spread: list[delivery_sums.SpreadCount]) -> Table:
        """As it stands now: a door that misses its pack is no matter of one day."""
        named, done = sum(row.doors for row in spread), sum(row.delivered for row in spread)
        numbers = {"doors_named": named, "doors_done": done, "doors_missing": named - done}
        lines = [Line(gettext(f"board.figure.{name}"), (Cell(n, links.to(self.scope, name)),)) for name, n in numbers.items()]
        lines = self.hidden(("doors_missing",), lines)
        return Table("spread", ("doors",), tuple(lines), ())


def _needs(row: need_sums.DayCount) -> dict[str, int]:
    return {name: getattr(row, name) for name in NEEDS}


def _attended(person: Person) -> dict[str, int | float]:
    return {name: getattr(person.attended, name) for name in PEOPLE}


def _rounded(n: int | float) -> int | float:
    return round(n, 1) if isinstance(n, float) else n
