"""What a person reads of a page's HTML. An id or a signature in an attribute may hold any three digits by chance."""

import re

OUT_OF_SIGHT = re.compile(r"<(script|style|template)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL)


def shown(html: str) -> str:
    return OUT_OF_SIGHT.sub(" ", html)
