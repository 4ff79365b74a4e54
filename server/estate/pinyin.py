"""Names as people type them on a Latin keyboard: full pinyin and initials, surnames read as surnames.

pypinyin alone reads many surnames wrong (单 dan, 仇 chou, 解 jie): the table below goes first and both readings
are indexed, because some clerks type the one and some the other.
"""

from __future__ import annotations

import os
import unicodedata
from functools import lru_cache
from itertools import islice, product
from types import ModuleType

from server.estate.rules import surname_of

SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "翟": "zhai", "区": "ou",
    "朴": "piao", "覃": "qin", "盖": "ge", "黑": "he", "缪": "miao", "乐": "yue", "召": "shao", "员": "yun",
    "洗": "xian", "薄": "bo", "祭": "zhai", "繁": "po", "折": "she", "种": "chong", "秘": "bi", "句": "gou",
    "能": "nai", "都": "du", "阚": "kan", "隗": "wei", "佴": "nai", "乜": "nie", "莘": "xin", "郗": "chi",
    "牟": "mu", "那": "na", "訾": "zi", "逄": "pang", "尉": "wei", "过": "guo", "燕": "yan", "纪": "ji",
    "华": "hua", "任": "ren", "应": "ying", "宿": "su", "幺": "yao", "晁": "chao", "仝": "tong",
    "谌": "chen", "褚": "chu", "重": "chong", "夏": "xia", "贾": "jia", "石": "shi", "适": "kuo",
    "厘": "xi", "尹": "yin", "俞": "yu", "宁": "ning", "车": "che", "曲": "qu", "相": "xiang", "哈": "ha",
    "参": "shen", "称": "chen", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "单于": "chan yu",
    "澹台": "tan tai", "令狐": "ling hu", "皇甫": "huang fu", "呼延": "hu yan", "濮阳": "pu yang",
    "宰父": "zai fu", "鲜于": "xian yu", "亓官": "qi guan", "乐正": "yue zheng", "子车": "zi ju",
    "夏侯": "xia hou", "拓跋": "tuo ba", "谷梁": "gu liang", "百里": "bai li", "第五": "di wu",
    "淳于": "chun yu", "闾丘": "lv qiu", "赫连": "he lian", "钟离": "zhong li", "宇文": "yu wen",
}
# Characters of given names that are commonly read in two ways.
GIVEN = {
    "乐": "le yue", "长": "chang zhang", "朝": "chao zhao", "重": "chong zhong", "行": "xing hang",
    "茜": "qian xi", "盛": "sheng cheng", "晟": "sheng cheng", "柏": "bai bo", "娜": "na nuo",
    "莘": "xin shen", "曾": "zeng ceng", "单": "dan shan", "覃": "qin tan", "翟": "zhai di",
    "殷": "yin yan", "藏": "cang zang", "省": "sheng xing", "俊": "jun", "彤": "tong", "琛": "chen",
    "妤": "yu", "烨": "ye", "禺": "yu", "佳": "jia", "嘉": "jia", "贾": "jia gu", "参": "can shen",
    "与": "yu", "卜": "bo bu", "沈": "shen chen", "宓": "mi fu", "郇": "xun huan", "隽": "jun juan",
}
MOST_READINGS = 6


@lru_cache(maxsize=1)
def _library() -> ModuleType:
    """pypinyin without its 47,000 phrases: single characters are asked, and the phrases cost 0.2 s and 30 MB."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    import pypinyin

    return pypinyin


@lru_cache(maxsize=20_000)
def _usual(char: str) -> str:
    """What the library says of one character; anything that is no Chinese character comes back in lower case."""
    return "".join(_library().lazy_pinyin(char)).casefold()


def first_letters(word: str) -> str:
    """The first letter of each syllable, of a known word as it is read: 锦绣 → jx, 重庆 → cq, not zq."""
    from pypinyin.phrases_dict import phrases_dict

    known = phrases_dict.get(word)
    syllables = [syllable[0] for syllable in known] if known else [_usual(char) for char in word]
    return "".join(unicodedata.normalize("NFD", syllable)[:1] for syllable in syllables)


def readings(name: str) -> list[list[str]]:
    """Every way to read a name, as syllables, the likeliest first, at most six: 单雄信 → shan…, dan…."""
    surname = surname_of(name)
    first = [SURNAMES[surname].split()] if surname in SURNAMES else []
    library = [_usual(char) for char in surname]
    heads = first + [library] if library not in first else first
    tails = product(*(GIVEN[char].split() if char in GIVEN else [_usual(char)] for char in name[len(surname):]))
    given = [list(tail) for tail in islice(tails, MOST_READINGS)]
    return [head + tail for tail in given for head in heads][:MOST_READINGS]


@lru_cache(maxsize=50_000)
def keys(name: str) -> tuple[str, ...]:
    """What to index for a name: full pinyin and initials of each reading; ü as v and as u (lv, lu)."""
    found: dict[str, None] = {}
    for syllables in readings(name):
        whole = "".join(syllables)
        found[whole] = None
        found["".join(syllable[:1] for syllable in syllables)] = None
        if "v" in whole and not name.isascii():
            found[whole.replace("v", "u")] = None
    return tuple(key for key in found if key)
