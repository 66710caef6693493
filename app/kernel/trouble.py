"""The closed catalogue of ways an act or a page can fail.

Each trouble has an HTTP status, a class name that a receipt carries, a `reason` (`full`, `taken`,
`id-reused` ...) and a words-key that names the cause and the next step. `app.web` turns it into a page,
a fragment or a receipt; nothing else makes error text.
"""

from typing import Any


class Trouble(Exception):
    status = 500

    def __init__(self, words: str, *, reason: str | None = None, **params: Any) -> None:
        super().__init__(words)
        self.words = words
        self.reason = reason or words.rpartition(".")[2].replace("_", "-")
        self.params = params

    @property
    def name(self) -> str:
        return type(self).__name__.lower()


class Gone(Trouble):
    """Not there, or not for this person: the two look alike to a stranger."""

    status = 404

    def __init__(self, what: str = "thing", **params: Any) -> None:
        super().__init__(f"trouble.gone.{what}", reason="gone", **params)


class Barred(Trouble):
    """She sees it and may not do this."""

    status = 403


class Overtaken(Trouble):
    """Somebody or something was first."""

    status = 409


class Misfit(Trouble):
    """Input that cannot be understood. `errors` maps field to (words-key, params); `typed` is what was typed."""

    status = 422

    def __init__(self, errors: dict[str, tuple[str, dict[str, Any]]], typed: dict[str, list[str]] | None = None) -> None:
        super().__init__("trouble.misfit")
        self.errors = errors
        self.typed = typed or {}


class Later(Trouble):
    """Nothing was decided: the same act may come again. Leaves no receipt."""

    status = 503


def misfit(field: str, key: str, **params: Any) -> Misfit:
    """A verb's own complaint about one field, found only with the database at hand."""
    return Misfit({field: (key, params)})
