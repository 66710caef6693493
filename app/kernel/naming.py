"""Names in what a receipt says. It stores an account's id under `who`; the name is filled in as it is told, for whoever reads."""

from collections.abc import Mapping
from typing import Any

from app.kernel import words
from app.kernel.receipts import Receipt
from app.kernel.sight import sight
from app.kernel.trouble import Trouble

WHO = "who"


async def names_in(*told: Receipt | Trouble | None) -> dict[str, str]:
    """Names of all whom these name, in one query, as far as the reader of this answer may know them."""
    asked = {str(params[WHO]) for each in told if each is not None and (params := _params(each)).get(WHO)}
    find = sight().naming
    return await find(asked) if asked and find else {}


def said(told: Receipt | Trouble, names: Mapping[str, str]) -> str:
    """Its words; somebody whose name is not among `names` is "somebody"."""
    params = _params(told)
    if WHO in params:
        params = params | {WHO: names.get(str(params[WHO])) or words.gettext("act.somebody")}
    return words.say(told.words, **params)


def _params(told: Receipt | Trouble) -> dict[str, Any]:
    return told.filled if isinstance(told, Receipt) else told.params
