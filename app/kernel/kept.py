"""Which pages a phone may keep for reading without network: the work of today. Nothing that is signed in with or typed into."""

import re

_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
KEPT = re.compile(
    rf"/(now|mine|mine/people|rounds|today|coming|notices|lines|scan|outbox|works-offline|here|here/in|(runs|rounds|tasks|buildings|notices|series)/{_ID}|b/[0-9A-Z]{{4,12}})"
)


def may_be_kept(path: str, query: str) -> bool:
    """With a query it is another page: a search, or one that says what was just done."""
    return not query and KEPT.fullmatch(path) is not None
