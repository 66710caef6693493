import re
from collections.abc import Iterable

import msgspec

from app.places.numerals import arabic, plain

MAX_BUILDING, MAX_UNIT, MAX_FLOOR, MAX_DOOR = 999, 30, 60, 99

BUILDING = r"(?P<b>\d{1,3})"
UNIT = r"(?P<u>\d{1,2})"
B_MARK = r"(?:栋楼?|幢楼?|座|号楼|号|#楼?)-?"
U_MARK = r"(?:单元|门)-?"
END = r"(?:号?室|号房?|户|房|#)?"
# A storey word between floor and door, a hyphen, or the door number written out (201, 1102).
ROOM = rf"(?:(?P<f>\d{{1,2}})(?:-|层-?|楼-?)(?P<d>\d{{1,2}})|(?:(?P<s>\d{{1,2}})(?:层|楼)-?)?(?P<fd>\d{{3,4}})){END}"

ALL = (rf"{BUILDING}(?:{B_MARK}|-){UNIT}(?:{U_MARK}|-){ROOM}", rf"{BUILDING}{B_MARK}{ROOM}")
READS = {  # what each cell may hold, surest first
    "building": (
        rf"{BUILDING}(?:{B_MARK}|楼)?",
        rf"{BUILDING}(?:{B_MARK}|-){UNIT}(?:{U_MARK})?",
        *ALL,
    ),
    "unit": (rf"{UNIT}(?:{U_MARK})?", rf"{UNIT}(?:{U_MARK}|-){ROOM}", rf"{BUILDING}{B_MARK}{UNIT}{U_MARK}", ALL[0]),
    "room": (ROOM, rf"{UNIT}(?:{U_MARK}|-){ROOM}", *ALL),
}
PATTERNS = {cell: tuple(re.compile(shape) for shape in shapes) for cell, shapes in READS.items()}
# Closing up "1 201" would make it floor 12.
GAP = re.compile(r"(?<=[\d零〇一二两三四五六七八九十百])\s+(?=[\d零〇一二两三四五六七八九十百])")
DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:00:00:00)?")


class Address(msgspec.Struct, frozen=True, order=True):
    """`unit` is 0 where none was written: only the building can tell whether it has just one."""

    building: int
    unit: int
    floor: int
    door: int


def read_address(building: str, unit: str = "", room: str = "", *, estate: str = "") -> Address | None:
    """The door meant by up to three cells, any of which may hold the whole address; None rather than a guess.

    Cells that repeat a part must agree. `estate` is the name that may stand in front; one with a numeral
    in it (桃花桥一村) is misread without.
    """
    parts: dict[str, int] = {}
    for kind, text in (("building", building), ("unit", unit), ("room", room)):
        flat = _bare(text, estate)
        if not flat:
            continue
        found = _read(kind, flat)
        if found is None or any(parts.get(part, value) != value for part, value in found.items()):
            return None
        parts |= found
    if not {"building", "floor", "door"} <= parts.keys():
        return None
    address = Address(parts["building"], parts.get("unit", 0), parts["floor"], parts["door"])
    return address if _possible(address, parts) else None


def read_building(text: str, *, estate: str = "") -> int | None:
    """The number in 3, 3栋, ３号楼, 三栋, 3#."""
    found = PATTERNS["building"][0].fullmatch(_bare(text, estate))
    return int(found["b"]) if found and 0 < int(found["b"]) <= MAX_BUILDING else None


def split_estate(text: str, estates: Iterable[str]) -> tuple[str, str]:
    """The known estate named in an address, the longest if several, and what follows it; ("", text) if none."""
    flat = plain(text)
    inside = [name for name in estates if name and plain(name) in flat]
    if not inside:
        return "", text
    name = max(inside, key=lambda name: len(plain(name)))
    return name, flat.partition(plain(name))[2].lstrip("-,:")


def looks_like_date(text: str) -> bool:
    """Spreadsheet programs turn 2-1 into a date; which of its numbers was the floor cannot be known."""
    return bool(DATE.fullmatch(plain(text)))


def _bare(text: str, estate: str) -> str:
    flat = plain(GAP.sub("-", text))
    if estate:
        flat = flat.removeprefix(plain(estate)).lstrip("-,:")
    return re.sub(r"^(\d+)\.0$", r"\1", arabic(flat))


def _read(kind: str, flat: str) -> dict[str, int] | None:
    for pattern in PATTERNS[kind]:
        if found := pattern.fullmatch(flat):
            said = {part: int(digits) for part, digits in found.groupdict().items() if digits is not None}
            if "fd" in said:
                floor, said["d"] = divmod(said.pop("fd"), 100)
                if said.pop("s", floor) != floor:
                    return None
                said["f"] = floor
            names = {"b": "building", "u": "unit", "f": "floor", "d": "door"}
            return {names[part]: value for part, value in said.items()}
    return None


def _possible(address: Address, parts: dict[str, int]) -> bool:
    return (
        0 < address.building <= MAX_BUILDING
        and 0 < parts.get("unit", 1) <= MAX_UNIT
        and 0 < address.floor <= MAX_FLOOR
        and 0 < address.door <= MAX_DOOR
    )
