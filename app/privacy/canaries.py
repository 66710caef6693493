"""Searching for given words in everything that an installation leaves on a disk: files as they are, and whatever its keys still open.

Bytes alone would say little, since all that is secret is sealed; so every sealed value of each database found is tried with the
keys that are there: the master key, `keys.db` beside it, the `.keys` of a copy.
"""

import sqlite3
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zlib import error as BadZip

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from app.kernel import seal

BLOCK = 1 << 22

_COMMUNITY = "JOIN community c ON c.id = t.community_id"
# By table: what its seals are bound to (table, row, emergency), the key, and how to come by them. `tests/house/test_holdings.py`
# compares this with every `_sealed` column that the migrations make.
SEALED: dict[str, tuple[str, str, str, str, str]] = {
    "account": ("account", "t.id", "'installation'", "t.key_id", ""),
    "resident": ("resident", "t.id", "t.emergency_id", "t.key_id", ""),
    "ledger_row": ("resident", "t.subject_id", "r.emergency_id", "r.key_id", "JOIN resident r ON r.id = t.subject_id"),
    "ledger_import": ("ledger_import", "t.id", "c.emergency_id", "c.key_id", _COMMUNITY),
    "ledger_file": ("ledger_file", "t.import_id", "c.emergency_id", "t.key_id", _COMMUNITY),
    "need": ("need", "t.id", "t.emergency_id", "t.key_id", ""),
    "series": ("series", "t.id", "t.emergency_id", "t.key_id", ""),
    "donation": ("donation", "t.id", "t.emergency_id", "t.key_id", ""),
    "donation_photo": ("donation_photo", "t.donation_id", "d.emergency_id", "d.key_id", "JOIN donation d ON d.id = t.donation_id"),
    "household_order": ("household_order", "t.id", "t.emergency_id", "t.key_id", ""),
    "need_word": ("need_word", "t.id", "n.emergency_id", "n.key_id", "JOIN need n ON n.id = t.need_id"),
    "task": ("task", "t.id", "t.emergency_id", "t.key_id", ""),
    "run": ("run", "t.id", "c.emergency_id", "c.key_id", _COMMUNITY),
    "distribution": ("distribution", "t.id", "c.emergency_id", "c.key_id", _COMMUNITY),
    "handover": ("handover", "t.id", "c.emergency_id", "c.key_id", _COMMUNITY),
    "evidence": ("evidence", "t.id", "c.emergency_id", "c.key_id", _COMMUNITY),
    "difference": ("difference", "t.id", "t.emergency_id", "t.key_id", ""),
    "held_act": ("held_act", "t.act", "c.emergency_id", "c.key_id", _COMMUNITY),
    "quarantine": ("quarantine", "t.id", "'quarantine'", "t.key_id", ""),
    "photo": ("photo", "t.id", "t.community_id", "t.key_id", ""),
    "photo_piece": ("photo_piece", "t.photo_id || '/' || t.start", "p.community_id", "p.key_id", "JOIN photo p ON p.id = t.photo_id"),
    "print_job": ("print_job", "t.id", "t.community_id", "t.key_id", ""),
    "print_file": ("print_job", "t.print_id", "p.community_id", "p.key_id", "JOIN print_job p ON p.id = t.print_id"),
    "subscription": ("subscription", "t.id", "'push'", "t.key_id", ""),
    "robot": ("robot", "t.id", "'push'", "t.key_id", ""),
    "notice": ("notice", "t.id", "t.emergency_id", "t.key_id", ""),
    "notice_text": ("notice_text", "t.id", "n.emergency_id", "n.key_id", "JOIN notice n ON n.id = t.notice_id"),
    "line_to_call": ("line_to_call", "t.id", "t.emergency_id", "t.key_id", ""),
    "contact": ("contact", "t.id", "t.emergency_id", "t.key_id", ""),
    "handover_note": ("handover_note", "t.id", "t.emergency_id", "t.key_id", ""),
    "watch": ("watch", "t.id", "t.emergency_id", "t.key_id", ""),
    "watch_look": ("watch_look", "t.id", "w.emergency_id", "w.key_id", "JOIN watch w ON w.id = t.watch_id"),
}


def forms_of(word: str) -> list[bytes]:
    """A word as it may stand in a file: plain, as UTF-16, escaped as in JSON, percent-encoded as in an address."""
    plain = word.encode()
    escaped = word.encode("unicode_escape")
    percent = "".join(f"%{byte:02X}" for byte in plain).encode()
    return list(dict.fromkeys((plain, word.encode("utf-16-le"), escaped, percent, percent.lower())))


def search(folders: list[Path], words: list[str], keys: Path) -> tuple[int, int, list[str]]:
    """Files looked at, sealed values opened, and where the words are; a place is named without the word's neighbours."""
    wanted = [(number, each) for number, word in enumerate(words, 1) for each in forms_of(word)]
    files = opened = 0
    found: list[str] = []
    for path in _files(folders):
        files += 1
        found += [f"{path}: word {number}" for number in _in_file(path, wanted)]
        if _is_database(path):
            keyring = ring(keys) | ring(path.with_name(path.name + ".keys"))
            for place, data in _opened(path, keyring):
                opened += 1
                found += [f"{path}: word {number} sealed in {place}" for number, each in wanted if each in data]
    return files, opened, list(dict.fromkeys(found))


def _files(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_file():
            yield folder
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _in_file(path: Path, wanted: list[tuple[int, bytes]]) -> set[int]:
    longest, kept, hits = max(len(each) for _, each in wanted), b"", set()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            kept = kept[-longest:] + block
            hits |= {number for number, each in wanted if each in kept}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                try:
                    data = packed.read(name)
                except (zipfile.BadZipFile, BadZip, RuntimeError, NotImplementedError):
                    continue
                hits |= {number for number, each in wanted if each in data}
    return hits


def _is_database(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def ring(path: Path) -> dict[str, AESGCM]:
    """The keys of a `keys.db` that this master key opens."""
    if not path.exists():
        return {}
    raw = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found = {}
        for name, wrapped in raw.execute("SELECT id, wrapped FROM key"):
            try:
                found[name] = AESGCM(aes_key_unwrap(seal.derived("wrap"), wrapped))
            except InvalidUnwrap:
                continue
        return found
    except sqlite3.DatabaseError:
        return {}
    finally:
        raw.close()


def sealed(columns: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    """For every sealed column of the tables that are there: its place, what its seals are bound to with `{}` for row and emergency,
    and the SQL of its rows (row, emergency, key, sealed value)."""
    for table, (bound, row, emergency, key, joined) in SEALED.items():
        for name in columns.get(table, ()):
            if name.endswith("_sealed"):
                sql = f"SELECT {row}, {emergency}, {key}, t.{name} FROM {table} t {joined} WHERE t.{name} IS NOT NULL AND length(t.{name}) > 13"
                yield f"{table}.{name}", f"{bound}|{{}}|{{}}|{name.removesuffix('_sealed')}", sql


def opened(ring: Mapping[str, AESGCM], bound: str, of: object, event: object, whose: object, data: bytes) -> bytes | None:
    """None where its key is gone."""
    try:
        return ring[str(whose)].decrypt(data[1:13], data[13:], bound.format(of, event).encode())
    except (KeyError, InvalidTag):
        return None


def _opened(path: Path, ring: dict[str, AESGCM]) -> Iterator[tuple[str, bytes]]:
    raw = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        there = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {table: [name for _, name, *_ in raw.execute(f"PRAGMA table_info({table})")] for table in there if table in SEALED}
        for place, bound, sql in sealed(columns):
            for row in raw.execute(sql):
                if (data := opened(ring, bound, *row)) is not None:
                    yield place, data
    except sqlite3.DatabaseError:
        return
    finally:
        raw.close()
