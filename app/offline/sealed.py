"""Acts that a phone sealed to us, so that nobody who holds the phone can read them.

An envelope is base64url of: version 1, an ephemeral P-256 point (65 bytes, uncompressed), a 12-byte iv, AES-256-GCM
ciphertext with its tag. The key is HKDF-SHA256 of the ECDH secret with info "lastmetre/outbox" and both points; the
act's id is the associated data.
"""

import base64
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.kernel import db, ids, quarantine, seal

VERSION, POINT, IV, TAG = 1, 65, 12, 16
_INFO = b"lastmetre/outbox"


class Damaged(ValueError):
    pass


def open_envelope(act_id: str, envelope: str) -> dict[str, Any]:
    """What was sealed. Raises Damaged for everything that this server's key and this act's id do not open."""
    try:
        raw = base64.b64decode(envelope + "=" * (-len(envelope) % 4), altchars=b"-_", validate=True)
        if len(raw) < 1 + POINT + IV + TAG or raw[0] != VERSION:
            raise Damaged("shape")
        theirs, iv, closed = raw[1 : 1 + POINT], raw[1 + POINT : 1 + POINT + IV], raw[1 + POINT + IV :]
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        secret = seal.outbox_key().exchange(ec.ECDH(), point)
        content = json.loads(AESGCM(_key(secret, theirs, _own_point())).decrypt(iv, closed, act_id.encode()))
    except (ValueError, InvalidTag, RecursionError) as error:
        raise Damaged(type(error).__name__) from error
    if not isinstance(content, dict):
        raise Damaged("content")
    return content


def close_envelope(act_id: str, content: dict[str, Any], point: str | None = None) -> str:
    """As a phone does it. `point`: base64 of the server's public point, this server's own when left out."""
    server = base64.b64decode(point) if point else _own_point()
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    theirs = seal.public_point(ephemeral)
    secret = ephemeral.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), server))
    iv = os.urandom(IV)
    closed = AESGCM(_key(secret, theirs, server)).encrypt(iv, json.dumps(content, ensure_ascii=False).encode(), act_id.encode())
    return ids.b64(bytes([VERSION]) + theirs + iv + closed)


def _key(secret: bytes, theirs: bytes, server: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=_INFO + theirs + server).derive(secret)


def _own_point() -> bytes:
    return base64.b64decode(seal.outbox_point())


MOST_KEPT = 500  # anybody can send rubbish; what is kept of it has an end


async def keep_aside(act_id: str, envelope: str) -> None:
    """Keep what does not open, for whoever finds out why. Outside any transaction."""
    kept = await db.value("SELECT count(*) FROM quarantine WHERE path = 'sealed'")
    if kept >= MOST_KEPT or await quarantine.full(act_id):
        return
    sql, params = quarantine.row(act_id, "unknown", "sealed", envelope)
    await db.run(sql, *params)


def path_inside(act_id: str, envelope: str) -> str:
    """Where the sealed act goes; blank for a damaged one."""
    try:
        path = open_envelope(act_id, envelope).get("path", "")
    except Damaged:
        return ""
    return path if isinstance(path, str) else ""
