"""What a form says of a photo. None of it is ever a complaint: no act fails for its photo."""

import re
from collections.abc import Callable
from typing import Any

from app.kernel import ids
from app.kernel.forms import Bad, File, integer

MOST_FILE = 12 * 1024 * 1024
_SHA = re.compile(r"[0-9a-f]{64}")


def _or_none(convert: Callable[[str], Any]) -> Callable[[list], Any]:
    def lenient(sent: list) -> Any:
        try:
            return convert(sent[0]) if sent and isinstance(sent[0], str) else None
        except Bad:
            return None

    return lenient


def _file(sent: list) -> File | None:
    return sent[0] if sent and isinstance(sent[0], File) else None


# For a form's `shape`: a photo that the phone made and will send (`photo`, its size and hash), or the file itself without script.
PHOTO = {
    "photo": _or_none(lambda text: text if ids.ACT.fullmatch(text) else None),
    "photo_size": _or_none(lambda text: integer(1, 999_999_999)([text])),
    "photo_sha": _or_none(lambda text: text if _SHA.fullmatch(text) else None),
    "photo_file": _file,
}
