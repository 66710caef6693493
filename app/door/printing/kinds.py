"""The kinds of paper, how much of one may be asked for at once, and for what."""

import msgspec


class Kind(msgspec.Struct, frozen=True):
    """`family`: what it is of; sizes differ within. `error`: how much of its square may be lost. `most`: things on one print."""

    name: str
    family: str
    sheet: str
    scopes: tuple[str, ...]
    most: int
    error: str = "m"
    per_page: int = 1

    @property
    def speaks(self) -> bool:
        """Whether a language is chosen; a poster has both."""
        return self.family != "poster"


_ALL = (
    Kind("poster_a4", "poster", "a4", ("community", "grid", "building"), 400, "q"),
    Kind("poster_a3", "poster", "a3", ("community", "grid", "building"), 400, "q"),
    Kind("card", "card", "a5", ("building", "household"), 300, "q"),
    Kind("sheet", "sheet", "a4", ("run",), 400),
    Kind("label_2x4", "label", "a4", ("run",), 1_200, per_page=8),
    Kind("label_3x7", "label", "a4", ("run",), 1_200, per_page=21),
    Kind("label_3x8", "label", "a4", ("run",), 1_200, per_page=24),
    Kind("badge", "badge", "a4", ("community", "account"), 300, per_page=10),
)
KINDS = {kind.name: kind for kind in _ALL}
SCOPES = ("community", "grid", "building", "household", "run", "account")
