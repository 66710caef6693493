"""Which proof of being there a task asks for. A poster's code proves a picture of it; a moving square or somebody's word proves a person."""

import re

PROOFS = ("claimed", "strong")
USUAL = "usual"
# Medicine and other people's keys: whoever hands them over must know who stood there.
_TRUSTED = re.compile(r"药|钥匙|门卡|medicin|medication|prescription|pharmac|\bdrugs?\b|\bkeys?\b|\bkey ?cards?\b", re.IGNORECASE)


def resolved(chosen: str, *said: str) -> str:
    """What a call asks for: what was chosen, else strong where its words speak of medicine or keys."""
    if chosen in PROOFS:
        return chosen
    return "strong" if any(_TRUSTED.search(text) for text in said) else "claimed"
