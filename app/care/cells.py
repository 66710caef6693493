import re
import unicodedata

from app.places.numerals import arabic, plain, spellings

SEX = {"男": "m", "男性": "m", "m": "m", "male": "m", "女": "f", "女性": "f", "f": "f", "female": "f"}
SMARTPHONE = {
    **dict.fromkeys(spellings("是 有 会 会用 智能 智能机 智能手机 yes y true 1 √ smartphone"), "yes"),
    **dict.fromkeys(spellings("否 无 没有 没 不会 不会用 无手机 no n false 0 × x none"), "no"),
    **dict.fromkeys(spellings("老年机 老人机 功能机 非智能 非智能机 非智能手机 按键机 feature featurephone"), "feature"),
}
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{9,11}|[2-8]\d{6,7}")


def sex(cell: str) -> str:
    return SEX.get(plain(cell), "")


def smartphone(cell: str) -> str:
    return SMARTPHONE.get(plain(cell), "")


def age(cell: str) -> int | None:
    """Whole years; months of a baby are 0."""
    flat = arabic(plain(cell))
    if re.fullmatch(r"\d{1,2}(?:个月|月龄|月|天)", flat):
        return 0
    found = re.fullmatch(r"(\d{1,3})(?:\.\d+)?(?:周?岁半?|岁\d{1,2}个?月)?", flat)
    return int(found[1]) if found and int(found[1]) <= 120 else None


def phone(cell: str) -> tuple[str, bool]:
    """The first number in a cell as digits ("" if none), and whether the cell holds nothing else."""
    flat = unicodedata.normalize("NFKC", cell)
    pieces = [p for p in re.split(r"[、,;/|\n]+|或", flat) if p.strip()]
    numbers = [found for piece in pieces if (found := _number(piece))]
    return (numbers[0] if numbers else ""), len(numbers) == len(pieces) == 1


def _number(piece: str) -> str:
    digits = re.sub(r"[\s\-()\u2010-\u2015\u2212—]", "", piece)
    digits = re.sub(r"^(?:\+|00)?86(?=1[3-9]\d{9}$)|^\+86(?=\d)", "", digits)
    return digits if MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits) else ""
