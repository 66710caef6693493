import re
import unicodedata

from app.places.numerals import arabic, plain, spellings

SEX = {"男": "m", "男性": "m", "m": "m", "male": "m", "女": "f", "女性": "f", "f": "f", "female": "f"}
SMARTPHONE = {
    **dict.fromkeys(spellings("是 有 会 会用 智能 智能机 智能手机 yes y true 1 √ smartphone"), "yes"),
    **dict.fromkeys(spellings("否 无 没有 没 不会 不会用 无手机 no n false 0 × x none"), "no"),
    **dict.fromkeys(spellings("老年机 老人机 功能机 非智能 非智能机 非智能手机 按键机 feature featurephone"), "feature"),
}
ROLL = {
    **dict.fromkeys(
        spellings("常住 常住人口 常住人员 常住居民 常住户 居民 本地 本地户籍 户籍 户籍人口 户籍人员 resident residents permanent"),
        "resident",
    ),
    **dict.fromkeys(
        spellings("流动 流动人口 流动人员 外来 外来人口 外来人员 租住 租户 租客 暂住 暂住人口 floating migrant tenant temporary"),
        "floating",
    ),
    **dict.fromkeys(spellings("重点 重点人员 重点对象 重点人口 重点关注 重点户 重点家庭 key keyperson keypeople priority"), "key"),
}
ROLL_LIST = re.compile("(?:台账|名单|名册|登记|花名册|明细|统计|汇总|信息|表|册)+$")
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{9,11}|[2-8]\d{6,7}")


def sex(cell: str) -> str:
    return SEX.get(plain(cell), "")


def smartphone(cell: str) -> str:
    return SMARTPHONE.get(plain(cell), "")


def roll(cell: str) -> str:
    """Which of the three lists (居民, 流动, 重点), or ""."""
    return ROLL.get(plain(cell), "")


def roll_of_list(name: str) -> str:
    """The list that a whole sheet is, by its name (流动人员名单), or ""."""
    return roll(ROLL_LIST.sub("", plain(name)))


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
