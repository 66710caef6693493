"""Shape of a community's settings."""

import re

from app.kernel.edits import with_base
from app.kernel.forms import Bad, flag, integer, shape, text


def hotline(sent: list) -> str:
    """As people write it, with spaces and dashes; blank where there is none."""
    typed = text(0, 40)(sent)
    if typed and not re.fullmatch(r"\+?[0-9][0-9 ()-]{2,}", typed):
        raise Bad("form.not_a_phone")
    return typed


settings = with_base(
    shape(
        version=integer(0, 999_999_999),
        hotline=hotline,
        hours=text(0, 60),
        take_cap=integer(1, 50),
        release_minutes=integer(1, 600),
        untouched_minutes=integer(1, 1440),
        undo_minutes=integer(1, 120),
        correct_hours=integer(1, 72),
        top_first=flag,
    )
)
