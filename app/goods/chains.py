"""Reading an order chain (接龙) as people paste it out of a chat group: a line is one door's order, changes or cancels one, or is asked about.

Nothing is guessed: what can be read in two ways, or in none, is asked about, and a line that holds a number is never passed over.
"""

import re
from collections.abc import Container, Mapping
from typing import Literal

import msgspec

from app.goods.chain_packs import UNSURE, Packs, flat

Action = Literal["order", "replace", "cancel", "ask", "ignore"]


class Door(msgspec.Struct, frozen=True):
    building: int
    unit: int
    floor: int
    door: int


class Read(msgspec.Struct, frozen=True):
    """`line` from 1. `reason` of what is asked about: where, what, many, twice, more_or_less, same, question, two_doors, cancel_part, copied."""

    line: int
    text: str
    action: Action
    door: Door | None = None
    items: dict[str, int] = {}
    note: str = ""
    reason: str = ""


_NUMBERED = re.compile(r"^\s*(?:[(\[【]\s*\d{1,3}\s*[)\]】]|\d{1,3}\s*[.、):]|\d{1,3}(?=\s+\d))\s*")
_BUILDING = r"(?:号楼|栋|幢|座|#|号)"
_ROOM = r"(?:(?P<room>\d{3,4})|(?P<floor>\d{1,2})\s*(?:-|楼|层)\s*(?P<at>\d{1,2}))\s*(?:室|号房|号|房)?"
_NAMED = re.compile(
    rf"(?<![\d-])(?P<building>\d{{1,3}})\s*{_BUILDING}(?:楼)?\s*[-,]?\s*(?P<unit>\d{{1,2}})\s*(?:单元|门洞|单|-|#|/|\s)\s*-?{_ROOM}(?![\d-])"
)
_PLAIN = re.compile(
    r"(?<![\d/-])(?P<building>\d{1,3})\s*[-/]\s*(?P<unit>\d{1,2})\s*[-/]\s*(?P<room>\d{3,4})\s*(?:室|号房|号|房)?(?![\d/-])"
)
_ONE_UNIT = re.compile(rf"(?<![\d-])(?P<building>\d{{1,3}})\s*{_BUILDING}\s*-?\s*(?P<room>\d{{3,4}})\s*(?:室|号房|号|房)?(?![\d-])")
_SIGNS = re.compile(r"[^\w\[\]]+")
_CANCEL = re.compile(r"取消|不要了|不订了|撤单|撤销|退单|退订|都不要|全退|全部退|不接了")
_CHANGE = re.compile(r"改成|改为|换成|改订|更正为|更正|更改为|修改为|改")
_MORE = re.compile(r"(?:再加|追加|再来|再要|多加|加|减|少|退掉|退|去掉|去|不要)\s*(?=[\dA-Z一二两三四五六七八九十])")
_SAME = re.compile(r"一样|同上|同楼上|同前|照旧|老样子|跟上次|和上次|同样")
_FIRST = re.compile(r"^(?:请|麻烦|帮)?(?:我家?|我们)?(?:想|也)?(?:要|订|来|买|预订|下单|接龙|报)?\s*[:：]?\s*")
_POLITE = re.compile(r"谢谢|多谢|感谢|辛苦了?|管家|团长|吧|了|哈|啊|哦|麻烦|请|帮我|帮忙|都|全部|的|我家|我")


def read(text: str, packs: Mapping[str, str], one_unit: Container[int] = ()) -> list[Read]:
    """Every line but empty ones. `packs`: name by code; a code is a letter or several. `one_unit`: buildings in which a unit need not be said."""
    words = Packs(packs)
    lines, seen, begun = [], set(), False
    for n, raw in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        said = raw.strip()
        if not said:
            continue
        one = _line(n, said, words, one_unit)
        if not begun and one.action == "ask" and one.door is None and _is_head(said):
            one = Read(n, said, "ignore", reason="head")
        elif one.action != "ignore":
            begun = True
            if said in seen and one.door:  # the chain is sent whole each time somebody adds to it
                one = Read(n, said, "ignore" if _NUMBERED.match(flat(said)) else "ask", one.door, reason="copied")
        seen.add(said)
        lines.append(one)
    return lines


def _is_head(said: str) -> bool:
    """What stands above a chain: it names no door, not even half of one."""
    begins = said.startswith(("【", "《")) or re.search(r"截单|截止|接龙|开团", said)
    return bool(begins) and not re.search(rf"\d\s*(?:-|/|单元|{_BUILDING})", flat(said))


def _line(n: int, said: str, words: Packs, one_unit: Container[int]) -> Read:
    bare = _NUMBERED.sub("", flat(said))

    def ask(reason: str, door: Door | None = None) -> Read:
        return Read(n, said, "ask", door, reason=reason)

    doors = _doors(bare, one_unit)
    if len(doors) > 1:
        return ask("two_doors")
    if not doors:
        order_like = (
            re.search(r"\d", bare)
            or _SAME.search(bare)
            or _CANCEL.search(bare)
            or words.any.search(bare)
            or re.search("[一两二三]份", bare)
        )
        return ask("where") if order_like else Read(n, said, "ignore")
    [(door, begin, end)] = doors
    before, rest = bare[:begin].strip(" ,.:;、"), bare[end:].strip()
    if re.search(r"[\dA-Z>?]", before.upper()) or len(before) > 8 or UNSURE.search(before):
        return ask("where", door)
    if door.floor == 0 or door.door == 0 or door.building == 0 or door.unit == 0:
        return ask("where")
    return _wanted(Read(n, said, "ask", door), rest, words)


def _wanted(one: Read, rest: str, words: Packs) -> Read:
    """What is said behind a door that is certain."""

    def ask(reason: str) -> Read:
        return msgspec.structs.replace(one, reason=reason)

    if _SAME.search(rest):
        return ask("same")
    if re.search(r"[?？]|吗|多少|几", rest):
        return ask("question")
    if cancel := _CANCEL.search(rest):
        left = _SIGNS.sub("", _POLITE.sub("", rest[: cancel.start()] + rest[cancel.end() :]))
        return ask("cancel_part") if left else msgspec.structs.replace(one, action="cancel")
    action: Action = "order"
    if changed := _CHANGE.search(rest):
        if _SIGNS.sub("", _POLITE.sub("", rest[: changed.start()])):
            return ask("more_or_less")
        action, rest = "replace", rest[changed.end() :].strip()
    if _MORE.search(rest.upper()):
        return ask("more_or_less")
    found = words.items(_FIRST.sub("", rest.lstrip(" ,:;、。.-")))
    if isinstance(found, str):
        return ask(found)
    items, note = found
    return msgspec.structs.replace(one, action=action, items=items, note=_note(note))


def _doors(flat: str, one_unit: Container[int]) -> list[tuple[Door, int, int]]:
    found = [_door(match) for match in _NAMED.finditer(flat)]
    taken = [(begin, end) for _, begin, end in found]
    found += [
        _door(match) for match in _PLAIN.finditer(flat) if not any(begin < match.end() and match.start() < end for begin, end in taken)
    ]
    if not found:
        found = [_door(match) for match in _ONE_UNIT.finditer(flat) if int(match["building"]) in one_unit]
    return found


def _door(match: re.Match) -> tuple[Door, int, int]:
    said = match.groupdict()
    room = said.get("room")
    floor, at = (int(room[:-2]), int(room[-2:])) if room else (int(said["floor"]), int(said["at"]))
    return Door(int(said["building"]), int(said.get("unit") or 1), floor, at), match.start(), match.end()


def _note(said: str) -> str:
    said = said.strip(" ,.;:、。!~-+")
    while said[:1] + said[-1:] in ("()", "{}", "<>"):
        said = said[1:-1].strip()
    return said
