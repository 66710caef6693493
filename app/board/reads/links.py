"""Where a figure's rows are: the list that shows them one by one, or the board's own page of where they are."""

from urllib.parse import urlencode
from uuid import UUID

from app.board.reads.scope import ALL, Scope

STATES = ("waiting", "triaged", "planned", "underway", "delivered")
AGES = ("hour", "half_day", "day", "older")
HAPPENED = {"raised": "raised", "brought": "delivered", "confirmed": "confirmed", "answered": "answered", "cancelled": "cancelled"}
OUTCOMES = ("in_hand", "at_door", "drop_point", "nobody", "refused", "wrong_address", "not_enough")
RUNS = ("draft", "given", "out")
ENDED = ("finished", "called_off")
HANDED = ("handed", "failed", *OUTCOMES)
TASKS = ("short", "missing", "unclosed")
DOORS = ("doors_named", "doors_done", "doors_missing")
ATTENDED = ("persons", "times", "hours")
_ONE = ("unreached", "untouched", "unowned", "here", "unvouched", "alone", "roster_gaps", "untaken", "missed", "stops_left", *DOORS)
FIGURES = frozenset([*STATES, *AGES, *HAPPENED, *RUNS, *ENDED, *HANDED, *TASKS, *ATTENDED, *_ONE])


def to(scope: Scope, figure: str, *, organisation_id: UUID | None = None, **query: object) -> str:
    """`query`: kind, grid (an id, or `none`), organisation (its name, `-` for those whom nobody sent), day (ISO)."""
    said = {name: str(value) for name, value in query.items() if value not in (None, "")}
    if scope.named and (path := _list(figure, said, organisation_id)):
        return path
    return f"/board/rows/{figure}?" + urlencode({"community": scope.code or ALL, **said})


def _list(figure: str, said: dict[str, str], organisation_id: UUID | None) -> str:
    """The list page that shows exactly these rows, or blank where none does."""
    if said.get("grid") == "none" or said.get("organisation") == "-":
        return ""
    if figure in STATES:
        return f"/needs?state={figure}"
    if figure in AGES:
        return f"/needs?state=open&age={figure}"
    if figure in HAPPENED:
        return "/needs?" + urlencode({"happened": HAPPENED[figure], **said})
    if figure in RUNS:
        return f"/runs?state={figure}"
    if figure in ENDED:
        return "/runs?" + urlencode({"state": "cancelled" if figure == "called_off" else figure, **said})
    if figure in HANDED:
        return "/runs?" + urlencode({"happened": "delivered" if figure == "handed" else figure, **said})
    if figure in TASKS:
        return "/tasks?show=" + ("over" if figure == "unclosed" else "gaps")
    if figure == "here":
        return "/people?state=here" + (f"&organisation={organisation_id}" if organisation_id else "")
    return _LISTS.get(figure, "")


_LISTS = {
    "unreached": "/unreached",
    "untouched": "/needs?state=untouched",
    "unowned": "/needs?state=open&owner=none",
    "unvouched": "/people?state=unvouched",
    "alone": "/gaps",
    "roster_gaps": "/roster",
    "untaken": "/coming?show=untaken",
    "missed": "/coming?show=missed",
}
