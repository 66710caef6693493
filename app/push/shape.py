"""The keys of a subscription as a browser gives them."""

import base64
import binascii

import msgspec


class Keys(msgspec.Struct, frozen=True, omit_defaults=True):
    """`path`: where a resident's notification leads, which is her link and hence sealed with the keys."""

    p256dh: str
    auth: str
    path: str = ""

    @property
    def usable(self) -> bool:
        """A point of P-256 in its long form and 16 bytes."""
        try:
            point, secret = unpadded(self.p256dh), unpadded(self.auth)
        except (ValueError, binascii.Error):
            return False
        return len(point) == 65 and point[0] == 4 and len(secret) == 16


def unpadded(text: str) -> bytes:
    if len(text) > 200:
        raise ValueError
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def encoded(keys: Keys) -> str:
    return msgspec.json.encode(keys).decode()


def decoded(text: str) -> Keys:
    return msgspec.json.decode(text, type=Keys)
