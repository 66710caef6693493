"""Names, phones, care kinds and free text at rest: AES-256-GCM under one key per person.

A sealed value is bound to its table, column, row and emergency (associated data), so that it cannot be moved
elsewhere. Keys are wrapped by the master key and kept in `keys.db`, outside the database and its backups:
without a person's key every copy of her data, a restored backup's too, stays closed. A new key is on disk
before `new_keys` returns, hence before any act that uses it; one whose act failed is an orphan and is swept.
"""

import base64
import os
import secrets
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.kernel import clock, ids

_VERSION = b"\x01"
_NONCE = 12

_keys: sqlite3.Connection | None = None
_folder = Path()
_master = b""


class Closed(Exception):
    """The key is gone (erased, or of another installation) or the value was moved or altered."""


def open_keys(folder: Path, master_key: Path, *, make: bool = False) -> None:
    """Open `keys.db` in `folder`. With `make` a missing master key is made (0600); else it raises FileNotFoundError."""
    global _keys, _folder, _master
    if not master_key.exists() and make:
        master_key.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(master_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
    _master = master_key.read_bytes()
    if len(_master) != 32:
        raise ValueError(f"{master_key}: a master key is 32 bytes")
    _folder = folder
    _keys = sqlite3.connect(folder / "keys.db", isolation_level=None, check_same_thread=False, timeout=10)
    # a rollback journal, not WAL: several processes may hold this file
    for pragma in ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON"):
        _keys.execute(f"PRAGMA {pragma}")
    _keys.execute(
        "CREATE TABLE IF NOT EXISTS key(id TEXT PRIMARY KEY, emergency TEXT NOT NULL, wrapped BLOB NOT NULL, made TEXT NOT NULL) STRICT"
    )
    _key.cache_clear()
    derived.cache_clear()
    outbox_key.cache_clear()
    push_key.cache_clear()


def close_keys() -> None:
    global _keys, _master
    if _keys is not None:
        _keys.close()
    _keys, _master = None, b""
    _key.cache_clear()
    derived.cache_clear()
    outbox_key.cache_clear()
    push_key.cache_clear()


def folder() -> Path:
    """Where `keys.db` lies: the data folder of this installation, outside of the database and its backups."""
    return _folder


def is_open() -> bool:
    return _keys is not None


def opens() -> bool:
    """Whether the master key is the one that wrapped the keys that are here."""
    row = _keys.execute("SELECT id FROM key LIMIT 1").fetchone()
    try:
        return row is None or bool(_key(row[0]))
    except InvalidUnwrap:
        return False


def new_keys(count: int, emergency: UUID | str) -> list[UUID]:
    """`count` fresh keys for persons of `emergency`, written and synced. About 5 ms, so ask for many at once."""
    made = [(ids.new(), secrets.token_bytes(32)) for _ in range(count)]
    at = clock.now().isoformat()
    wrapped = [(str(key_id), str(emergency), aes_key_wrap(_wrapping(), key), at) for key_id, key in made]
    _keys.execute("BEGIN IMMEDIATE")
    _keys.executemany("INSERT INTO key VALUES (?, ?, ?, ?)", wrapped)
    _keys.execute("COMMIT")
    return [key_id for key_id, _ in made]


def new_key(emergency: UUID | str) -> UUID:
    return new_keys(1, emergency)[0]


def destroy_keys(key_ids: Iterable[UUID]) -> int:
    """Close for good all that these keys sealed; answers how many there were."""
    gone = _keys.executemany("DELETE FROM key WHERE id = ?", [(str(key_id),) for key_id in key_ids]).rowcount
    _key.cache_clear()
    return gone


@lru_cache(maxsize=20_000)
def _key(key_id: str) -> AESGCM:
    row = _keys.execute("SELECT wrapped FROM key WHERE id = ?", (key_id,)).fetchone()
    if row is None:
        raise Closed(key_id)
    return AESGCM(aes_key_unwrap(_wrapping(), row[0]))


def _wrapping() -> bytes:
    return derived("wrap")


@lru_cache(maxsize=16)
def derived(purpose: str) -> bytes:
    """32 bytes from the master key for one purpose: wrapping, phone hashes, act ids, link tokens."""
    return HKDFExpand(SHA256(), 32, f"lastmetre/{purpose}".encode()).derive(_master)


def keyed_hash(purpose: str, text: str) -> bytes:
    mac = HMAC(derived(purpose), SHA256())
    mac.update(text.encode())
    return mac.finalize()


def token(purpose: str, subject: UUID | str) -> str:
    """A link's secret that can be made again for its rightful owner: 128 bits, never stored, only its hash is."""
    return ids.b64(keyed_hash(f"link/{purpose}", str(subject))[:16])


@lru_cache(maxsize=1)
def outbox_key() -> ec.EllipticCurvePrivateKey:
    """The private key to what phones seal to us when their owner signs out without network; its public half stands in every page."""
    return _pair("outbox")


@lru_cache(maxsize=1)
def push_key() -> ec.EllipticCurvePrivateKey:
    """The private key that push services know us by (VAPID). Phones are subscribed to its public half, so it never changes."""
    return _pair("push")


def _pair(purpose: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(derived(purpose), "big") % (_P256 - 1) + 1, ec.SECP256R1())


_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # the curve's order


def outbox_point() -> str:
    """The public half as base64 of an uncompressed point, 65 bytes: what a page's `outbox-key` holds."""
    return _outbox_point(_master)


@lru_cache(maxsize=2)
def _outbox_point(_: bytes) -> str:
    return base64.b64encode(public_point(outbox_key())).decode()


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Seal:
    """The seal of one row. `key`: the person's key id; `row`: the row's id; `emergency`: that row's emergency."""

    __slots__ = ("_bound", "_key")

    def __init__(self, table: str, row: UUID | str, key: UUID | str, emergency: UUID | str) -> None:
        self._bound = f"{table}|{row}|{emergency}|"
        self._key = str(key)

    def close(self, column: str, text: str) -> bytes | None:
        """Sealed bytes for `column`; an empty text stays an empty column (None)."""
        return self.close_bytes(column, text.encode()) if text else None

    def open(self, column: str, sealed: bytes | None) -> str:
        """The text; raises Closed when the key is gone or the bytes belong elsewhere."""
        return "" if sealed is None else self.open_bytes(column, sealed).decode()

    def close_bytes(self, column: str, data: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + nonce + _key(self._key).encrypt(nonce, data, (self._bound + column).encode())

    def open_bytes(self, column: str, sealed: bytes) -> bytes:
        try:
            return _key(self._key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], (self._bound + column).encode())
        except InvalidTag as error:
            raise Closed(self._bound + column) from error


def mask_name(name: str) -> str:
    return name[:1] + "*" * max(1, min(2, len(name) - 1)) if name else ""


def mask_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "*" * len(phone)
