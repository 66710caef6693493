"""What push services and the gateway know us by, told once by whoever starts the process."""

from urllib.parse import urlsplit

from app.kernel import ids, seal
from app.kernel.settings import Settings
from app.push import endpoints, letters
from app.push.rules import spreading

_contact = "mailto:webmaster@localhost"
_gateway: tuple[str, str] = ("", "")


def use(settings: Settings) -> None:
    global _contact, _gateway
    own = urlsplit(settings.public_url).hostname or "localhost"
    named = settings.push_contact or f"webmaster@{own}"
    _contact = named if named.startswith("https://") else f"mailto:{named}"
    _gateway = (settings.sms_url, settings.sms_token)
    letters.use(settings.public_url)
    endpoints.use(own)
    spreading.use_gateway(bool(settings.sms_url))


def contact() -> str:
    """As push services want it; one of them refuses all from a sender who cannot be written to."""
    return _contact


def gateway() -> tuple[str, str]:
    """Address and token of the SMS gateway; blank where there is none."""
    return _gateway


def public_key() -> str:
    """What a browser subscribes with (`applicationServerKey`), as base64url of a point."""
    return ids.b64(seal.public_point(seal.push_key()))
