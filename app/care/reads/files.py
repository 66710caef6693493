"""Reading an uploaded ledger outside the event loop, and keeping the last few readings at hand for their previews.

Opening a workbook starts a process and may take seconds, so it must be over before an act's transaction begins:
pages call `read` first, and the verb finds what they read here.
"""

import asyncio
import hashlib
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import msgspec

from app.care.reading import LedgerReading, read_ledger
from app.kernel.sheets import Unreadable
from app.kernel.trouble import misfit
from app.places import reads as places

KEPT = 3
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="ledger")
_read: OrderedDict[str, LedgerReading] = OrderedDict()


class Mapping(msgspec.Struct, frozen=True):
    """What a person decided: by sheet, column index to field ("" for none), or None to pass the sheet over; word to kind."""

    sheets: dict[str, dict[int, str] | None] = {}
    kinds: dict[str, str] = {}


async def read(data: bytes, filename: str, community_id: UUID, mapping: Mapping = Mapping()) -> LedgerReading:
    """The ledger in `data`, checked against the community's buildings. Raises Unreadable."""
    known: dict[tuple[str, int], Any] = {(b.estate, b.number): b for b in await places.buildings(community_id)}
    name = _name(data, filename, [(*key, b.units, b.floors, b.doors) for key, b in sorted(known.items())], mapping)
    if name not in _read:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            _pool, lambda: read_ledger(data, filename, known=known, mapping=mapping.sheets, kinds=mapping.kinds)
        )
        _read[name] = found
        while len(_read) > KEPT:
            _read.popitem(last=False)
    return _read[name]


async def read_upload(data: bytes, filename: str, community_id: UUID) -> LedgerReading:
    """As `read`; what cannot be read is a complaint about the form's file. Raises Misfit."""
    try:
        return await read(data, filename, community_id)
    except Unreadable as why:
        raise misfit("file", why.key, **why.params) from why


def forget() -> None:
    """Once decided about, a ledger has no business in memory."""
    _read.clear()


def _name(data: bytes, filename: str, known: list[tuple], mapping: Mapping) -> str:
    more = repr((filename, known)).encode() + msgspec.json.encode(mapping)
    return hashlib.sha256(hashlib.sha256(data).digest() + more).hexdigest()
