"""Web push: encrypted for one device, signed as ours, posted to its push service."""

import hashlib
import json
import time
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from webpush import WebPush
from webpush.vapid import VAPID

from app.kernel import ids, seal
from app.push import endpoints, identity, letters
from app.push.carriers import Line, Never, Outcome, judged
from app.push.carriers.wire import Answer, post
from app.push.reads.hosts import added

LIFE = 12 * 3600  # seconds that a signature is good for; services refuse more than 24 hours
EARLY = 1800  # a signature is renewed so long before its end


class Signed(VAPID):
    """Signs once for each push service and half day instead of once for each message, and names its port."""

    def __init__(self, private: bytes, public: bytes) -> None:
        super().__init__(private, public)
        self._made: dict[str, tuple[float, str]] = {}

    def get_authorization_header(self, endpoint, subscriber: str, expiration: int) -> str:
        port = endpoint.port if endpoint.port not in (None, 443) else None
        origin = f"{endpoint.scheme}://{endpoint.host}{f':{port}' if port else ''}"
        made = self._made.get(origin)
        if made is None or made[0] < time.time():
            made = self._made[origin] = (time.time() + expiration - EARLY, self._signed(origin, subscriber, expiration))
        return made[1]

    def _signed(self, origin: str, subscriber: str, expiration: int) -> str:
        claims = {"aud": origin, "exp": int(time.time()) + expiration, "sub": subscriber}
        return f"vapid t={_token(claims)}, k={self.get_application_server_key(self.public_key)}"


def _token(claims: dict[str, str | int]) -> str:
    """A JWT of ours, ES256: the signature is the two numbers side by side (RFC 7518), not as `cryptography` writes them."""
    said = ".".join(ids.b64(json.dumps(part, separators=(",", ":")).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(seal.push_key().sign(said.encode(), ECDSA(SHA256())))
    return f"{said}.{ids.b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


_ours: tuple[bytes, WebPush] | None = None


def _webpush() -> WebPush:
    """With the pair of the present master key."""
    global _ours
    known = seal.derived("push")
    if _ours is None or _ours[0] != known:
        pair = seal.push_key()
        private = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        made = WebPush(private, public, subscriber=identity.contact(), expiration=LIFE)
        made.vapid = Signed(private, public)
        _ours = known, made
    return _ours[1]


def build(line: Line, plain: bytes) -> tuple[bytes, dict[str, str]]:
    """Body and headers of `plain` for a device. Raises ValueError for keys that are none."""
    # a time to live of 0 cannot be said, and would be lost by a phone that sleeps for a second
    made = _webpush().get(plain, _Device(_origin_of(line.to[: line.to.index("/", 8)]), line), ttl=max(1, line.left))
    return made.encrypted, {
        "TTL": made.headers["ttl"],
        "Content-Encoding": made.headers["content-encoding"],
        "Authorization": made.headers["authorization"],
        "Content-Type": "application/octet-stream",
        "Urgency": "high" if line.urgent else "normal",
        "Topic": topic(line),
    }


def topic(line: Line) -> str:
    """What waits at the push service under it is replaced. A line without a tag replaces only itself, should it be sent twice."""
    return hashlib.blake2b(f"{line.tag or line.id}".encode(), key=seal.derived("push_topic"), digest_size=20).hexdigest()[:32]


class _Url:
    """What the package asks of its own type of address, which costs more than the signature."""

    __slots__ = ("host", "port", "scheme")

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self.scheme, self.host, self.port = parts.scheme, parts.hostname or "", parts.port


_origin_of = lru_cache(maxsize=256)(_Url)


class _Device:
    """As with `_Url`; `keys` is whatever has `p256dh` and `auth`."""

    __slots__ = ("endpoint", "keys")

    def __init__(self, endpoint: _Url, keys: Line) -> None:
        self.endpoint, self.keys = endpoint, keys


async def carry(line: Line) -> Outcome:
    try:
        endpoints.checked(line.to, [*endpoints.PUSH, *await added()])
        body, headers = build(line, letters.notification(line))
    except endpoints.Unsafe as unsafe:
        return Never(unsafe.reason, dead=True)
    except ValueError:
        return Never("keys", dead=True)
    answer = await post(line.to, body, headers)
    if not isinstance(answer, Answer):
        return answer
    if answer.status in (404, 410):
        return Never(str(answer.status), dead=True)
    return judged(answer.status, answer.retry_after)
