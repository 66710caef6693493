"""How many of which pack a line of an order chain says: by code or name, the number before or behind."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

MOST = 20  # of one pack for one door; more is asked about


_DIGIT = {word: n for n, word in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2}
CN = "[一二两俩三四五六七八九十]{1,3}"
_CIRCLED = re.compile(r"^\s*[①-⑳⑴-⒇⒈-⒛]\s*")
UNSURE = re.compile(
    r"[改加减退换撤错别勿非没无免停补欠漏替代等]|取消|不|少|算了|作废|还是|或者|可能|大概|左右|最多|至少|如果|要么|暂|昨|明[天日早晚]|后天|上次|下次"
    r"|之前|前面|刚才|已经|重复|也要|再要|邻居|隔壁|楼[上下]|对门|各|每"
)
_HARMLESS = re.compile(
    r"不要(?:辣|打|敲|按|香菜|葱|姜|蒜)|少(?:送|放|给)|别(?:敲|按|打)|勿(?:敲|按)|不(?:吃|能吃|在家|方便|用找|急)|(?:放|挂)(?:在)?楼下|没(?:人|电梯)"
    r"|无(?:电梯|糖)|免打扰|(?:明[天日早晚])(?:上午|下午|早上|晚上)?(?:送|在家|到)"
)
_MEASURE = r"(?:份|个|套|包|件|袋|箱|单)"


def flat(said: str) -> str:
    """Full-width signs as ordinary ones; a number in a circle at the beginning only counts the line."""
    flat = unicodedata.normalize("NFKC", _CIRCLED.sub("", said))
    flat = re.sub("[–—−－﹣‐‑]", "-", flat).replace("＃", "#")
    return re.sub(rf"({CN})(?=\s*(?:号楼|栋|幢|座|单元))", lambda found: str(number(found[1]) or found[1]), flat)


def number(said: str) -> int | None:
    """Digits, or Chinese up to ninety-nine."""
    if said.isascii() and said.isdigit():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    if not ten:
        return _DIGIT.get(said)
    if len(tens) > 1 or len(ones) > 1:
        return None
    return _DIGIT.get(tens or "一", 0) * 10 + (_DIGIT.get(ones, 0) if ones else 0)


class Packs:
    """The packs of an offer as they are written: by code, by name, with how many before or behind."""

    def __init__(self, packs: Mapping[str, str]) -> None:
        self.code = {code.upper(): code for code in packs} | {flat(name).upper(): code for code, name in packs.items() if name}
        names = "|".join(re.escape(each) for each in sorted(self.code, key=len, reverse=True))
        pack = rf"(?P<pack>{names})(?![A-Z])(?:\s*(?:套餐|套装|款|餐))?"
        many = rf"(?P<many>\d+|{CN})"
        self.any = re.compile(rf"(?<![A-Z])(?:{names})\s*(?:套餐)?\s*[*×X:]?\s*\d", re.IGNORECASE)
        self.behind = re.compile(rf"{pack}(?P<gap>\s*)(?:[*×X:]\s*|各?)?{many}(?P<measure>\s*{_MEASURE})?", re.IGNORECASE)
        self.front = re.compile(rf"{many}(?P<measure>\s*{_MEASURE}?)(?P<gap>\s*(?:的)?){pack}", re.IGNORECASE)
        self.alone = re.compile(rf"{pack}(?!\s*[*×:])", re.IGNORECASE)
        self.between = re.compile(r"[\s,;、+&/。.]*(?:和|及|与|跟|以及|还有)?[\s,;、+&/]*")
        self.each = re.compile(
            rf"^(?P<packs>(?:{pack.replace('?P<pack>', '?:')}[\s,;、+&/和]*)+)(?:都|每样)?各?(?:来|要)?\s*各\s*(?:来|要)?\s*{many}\s*{_MEASURE}?",
            re.IGNORECASE,
        )
        self.all_each = re.compile(rf"^(?:各|每样|每种)(?:来|要)?\s*{many}\s*{_MEASURE}?", re.IGNORECASE)
        self.names = re.compile(names, re.IGNORECASE)

    def items(self, said: str) -> tuple[dict[str, int], str] | str:
        """How many of which, and the note behind them; or why it must be asked."""
        if self.all_each.match(said):
            return "what"  # of which is not said
        if every := self.each.match(said):
            packs = [self._pack(found[0]) for found in self.names.finditer(every["packs"])]
            return self._judged([(pack, number(every["many"])) for pack in packs], said[every.end() :])
        if not self._begins(said):
            name = re.match(r"^[^\W\dA-Za-z_]{1,6}[\s,:、]+", said)
            if not name or UNSURE.search(name[0]) or not self._begins(said[name.end() :]):
                return "what"
            said = said[name.end() :]
        front = self._all(said, (self.front,))
        behind = self._all(said, (self.behind, self.alone))
        if self.front.match(said):
            return "what" if front is None else self._judged(*front)
        if behind is None:
            return "what"
        if self._runs_together(said):
            return "many"
        return self._judged(*behind)

    def _begins(self, said: str) -> bool:
        return any(each.match(said) for each in (self.front, self.behind, self.alone))

    def _all(self, said: str, ways: Sequence[re.Pattern]) -> tuple[list[tuple[str, int | None]], str] | None:
        found, at = [], 0
        while match := next((match for way in ways if (match := way.match(said, at))), None):
            many = match.groupdict().get("many")
            found.append((self._pack(match["pack"]), number(many) if many else 1))
            end, at = match.end(), self.between.match(said, match.end()).end()
        if found and end == at and re.match(r"\w", said[at:]):
            return None  # something is said of the last one without a gap
        return (found, said[at:]) if found else None

    def _pack(self, said: str) -> str:
        return self.code[said.upper()]

    def _runs_together(self, said: str) -> bool:
        """`A2B` and `A 2份B`: the number may belong to either."""
        pack = self.names.pattern
        close = rf"(?:{pack})\d+(?:{pack})(?!\s*[\d*×X:一二两三四五六七八九十])"
        nearer = rf"(?:{pack})\s+(?:\d+|{CN})\s*{_MEASURE}?(?:{pack})"
        return bool(re.search(close, said, re.IGNORECASE) or re.search(nearer, said, re.IGNORECASE))

    def _judged(self, found: list[tuple[str, int | None]], note: str) -> tuple[dict[str, int], str] | str:
        items = dict(found)
        if len(items) < len(found):
            return "twice"
        if not all(many and 1 <= many <= MOST for many in items.values()):
            return "many"
        if re.search(rf"(?<![A-Za-z])(?:{self.names.pattern})(?![A-Za-z])", note, re.IGNORECASE) or re.search(
            rf"(?:\d|{CN})\s*{_MEASURE}", note
        ):
            return "what"
        if re.match(rf"\s*(?:[A-Za-z]\s*\d|[\d*×]|{CN}(?:\W|$))", note) or re.search(r"(?<![\d:])\d{3,4}(?![\d:])", note):
            return "what"
        if UNSURE.search(_HARMLESS.sub("", note)):
            return "what"
        return dict(sorted(items.items())), note
