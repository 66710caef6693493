import re
import unicodedata
from collections.abc import Mapping

from app.places.numerals import plain

CHINESE = {
    "living_alone": "独居老人",
    "low_income": "低保户",
    "disabled": "残疾人",
    "pregnant": "孕产妇",
    "infant": "婴幼儿",
    "dialysis": "血透患者",
    "critical": "重症待病",
    "chronic_medicine": "慢病特药",
    "left_behind_child": "留守儿童",
    "limited_mobility": "行动不便",
    "mental": "精神障碍",
}
KINDS = tuple(CHINESE)
# What help is needed, as whoever brings it has to know it: no diagnosis says so as well.
HELPS = ("inside", "medicine", "escort", "carried", "meals", "baby", "power", "heard")
SYNONYMS = {
    "living_alone": "独居 独居老年人 独居长者 空巢独居 孤寡老人 孤老 单独居住老人 livingalone elderlylivingalone",
    "low_income": "低保 低保人员 低保对象 低保家庭 低保户家庭 最低生活保障 低收入 低收入家庭 lowincome",
    "disabled": "残疾 残疾人员 残障 残障人士 残疾居民 重度残疾 持证残疾人 disabled disability",
    "pregnant": "孕妇 产妇 孕产 孕晚期 孕妇产妇 待产孕妇 哺乳期 pregnant maternity",
    "infant": "婴儿 幼儿 婴幼 婴幼儿童 0-3岁婴幼儿 三岁以下婴幼儿 3岁以下婴幼儿 新生儿 infant baby toddler",
    "dialysis": "血透 透析 血液透析 透析患者 血液透析患者 透析病人 血透病人 dialysis",
    "critical": "重症 重病 重症患者 重病患者 重症待治 重症待医 待诊重症 危重症 重大疾病 critical criticallyill",
    "chronic_medicine": "慢病 慢性病 慢病患者 慢性病患者 慢性病特药 慢病用药 特药 特殊用药 特殊药品 慢特病"
    " chronic chronicillness chronicmedicine",
    "left_behind_child": "留守 留守小孩 留守孩子 留守未成年人 leftbehindchild leftbehindchildren",
    "limited_mobility": "行动不便者 行动不便人员 行动不便老人 腿脚不便 失能 失能老人 半失能 卧床 卧床老人 瘫痪"
    " limitedmobility mobility bedridden",
    "mental": "精神障碍患者 精神病 精神疾病 精神病患者 精神残疾 精神障碍者 严重精神障碍 精障 mental mentalillness",
}
CODES = {plain(word): code for code, words in SYNONYMS.items() for word in [*words.split(), CHINESE[code], code]}
BETWEEN = re.compile(r"[、,;/|+&。\s]+")
LIST = re.compile("(?:台账|名单|登记|花名册|明细|统计|汇总|人员|人群|表|册)+$")


def read_kinds(cell: str, by_hand: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of the kinds in a cell, in the order of KINDS, and the words that are none.

    `by_hand` maps a strange word to a code, or to "" where it means none.
    """
    hand = {plain(word): code for word, code in by_hand.items()}
    whole = _code(cell, hand)  # "elderly living alone" and "0/3岁婴幼儿" hold separators of their own
    if whole is not None:
        return ((whole,) if whole else ()), ()
    codes, unknown = set(), []
    for word in filter(None, BETWEEN.split(re.sub(r"\(.*?\)", "", unicodedata.normalize("NFKC", cell)))):
        code = _code(word, hand)
        if code is None:
            unknown.append(word.strip()[:40])
        else:
            codes.add(code)
    return tuple(kind for kind in KINDS if kind in codes), tuple(unknown)


def kind_of_list(name: str) -> str:
    """The kind that a whole sheet is about by its name (独居老人名单), or ""."""
    return _code(LIST.sub("", plain(name)), {}) or ""


def _code(word: str, hand: Mapping[str, str]) -> str | None:
    flat = plain(word)
    bare = re.sub(r"\(.*?\)|^\d+[.、:]", "", flat).replace("-", "").replace("_", "")
    for spelling in (flat, bare):
        for table in (hand, CODES):
            if spelling in table:
                return table[spelling]
    return None
