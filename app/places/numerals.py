import re
import unicodedata

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
RUN = re.compile("[零〇一二两三四五六七八九十百]+")
TENS = re.compile("(?:([一二两三四五六七八九])百(零?))?(?:([一二两三四五六七八九]?)十)?([一二两三四五六七八九]?)")
DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d~\u301c/\\_—－·]+|-{2,}")


def plain(text: str) -> str:
    """One spelling for comparing: half-width, lower case, no spaces, every dash and slash a hyphen."""
    flat = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return DASHES.sub("-", flat)


def arabic(text: str) -> str:
    """Chinese numerals as digits: 十二 12, 二零一 201, 一百零二 102. What is no numeral stays as it is."""
    return RUN.sub(lambda run: _value(run[0]), text)


def spellings(text: str) -> frozenset[str]:
    """Words between spaces, as `plain` writes them."""
    return frozenset(plain(word) for word in text.split())


def whole(text: str) -> int | None:
    """A count as written in a cell: 3, ３, 3.0, 三, 3层, 3个, 1,024."""
    flat = arabic(plain(text)).replace(",", "")
    found = re.fullmatch(r"共?(\d{1,6})(?:\.0+)?(?:个|层|户|单元|栋|人|岁|f)?", flat)
    return int(found[1]) if found else None


def _value(run: str) -> str:
    if not set(run) & {"十", "百"}:
        if len(run) == 2 and not set(run) & {"零", "〇"}:
            return run  # 三四 may be three or four
        return "".join(str(DIGITS[c]) for c in run)
    parts = TENS.fullmatch(run)
    if parts is None:
        return run
    hundreds, zero, tens, ones = parts.groups()
    tens_value = 0 if tens is None else DIGITS.get(tens, 1)
    if hundreds and not zero and tens is None and ones:
        tens_value, ones = DIGITS[ones], ""  # 一百二 is 120
    return str((DIGITS[hundreds] if hundreds else 0) * 100 + tens_value * 10 + (DIGITS[ones] if ones else 0))
