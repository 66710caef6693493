"""Where the emergency is over nothing new is taken about anybody, not even what waited on a phone: it says so."""

import msgspec

from app.kernel.act import Press
from app.kernel.forms import Form
from app.kernel.trouble import Overtaken

# What one may still do: read the report, leave, and what is about oneself.
STILL = ("/closings", "/me/", "/sessions/", "/password", "/presence/end", "/inbox", "/messages")


def around(press: Press, form: Form) -> Press:
    """The press, or one that says that it is over."""
    if not getattr(press.by, "closed", False) or press.path.startswith(STILL):
        return press

    async def over() -> None:
        raise Overtaken("privacy.closing.over")

    return msgspec.structs.replace(press, work=over)
