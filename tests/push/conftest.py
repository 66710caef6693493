"""Phones that want to be told: subscriptions with keys of their own."""

import base64
import secrets
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.push.rules import subscribing

HOST = "https://updates.push.services.mozilla.com"


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def browser(base: str = HOST) -> SimpleNamespace:
    """A browser's subscription: `said` is what it tells the server, `key` and `secret` are what it keeps."""
    key, secret = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    said = {"endpoint": f"{base}/wpush/v2/{secrets.token_hex(12)}", "p256dh": b64(point), "auth": b64(secret)}
    return SimpleNamespace(said=said, key=key, secret=secret)


@pytest.fixture
def told(act, person):
    """`await told("volunteer")`: her phone wants to be told; answers its browser. `base`: its push service."""

    async def subscribe(name: str, base: str = HOST) -> SimpleNamespace:
        one = browser(base)
        receipt = await act(subscribing.subscribe, by=await person(name), **one.said)
        assert receipt.state == "applied", receipt
        one.id = receipt.about
        return one

    return subscribe
