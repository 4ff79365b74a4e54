"""Fill the words of a paper, and refuse words that may not stand on one.

No threat to stop water, power, heat or gas (Civil Code 944), no blacklist, no telling of others (PIPL 25),
and no suit over a debt that is past its time (Civil Code 192, 193).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from server.notices.words import SLOTS, Words

# 电话, 电梯, 热线, 水费 … are no such goods
_GOODS = "(?:水(?!费)|[电電](?!话|梯|子|脑|邮|费|视)|暖(?!心)|[热熱](?!线|情|心)|燃气|煤气|天然气|[气氣](?!费|候))"
_STOP = "(?:停|断|斷|切断|掐|限|关|關|中断|暂停|终止|停止)"

# (what it is, pattern over the text without spaces and punctuation)
FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("不得以停水、停电、停暖、停气相催（民法典第九百四十四条）", re.compile(
        f"{_STOP}(?:止|供|掉|用|您|你|家|的|应|對|对|向|户|贵){{0,8}}{_GOODS}"
        f"|{_GOODS}(?:力|源)?(?:将|会|被|予以|全部|立即){{0,4}}{_STOP}")),
    ("不得停用门禁、电梯或车位相催", re.compile(
        "(?:停用|锁|注销|取消|限制|禁止)(?:您|你|的|使用|进出|家){0,4}(?:门禁|电梯|梯控|车位|车辆|道闸|房门|进出)")),
    ("不得提及黑名单、征信或失信", re.compile("黑名单|黑名單|征信|徵信|失信|老赖|信用记录|信用污点|限制高消费")),
    ("不得向他人公开或告知（个人信息保护法第二十五条）", re.compile(
        "曝光|公示(?:欠|未缴|名|您|你)|公布(?:欠|未缴|名|您|你)|公开(?:欠|未缴|名|您|你)|张榜|上墙|示众"
        "|(?:告知|告诉|通知|通报|联系|转告)(?:给|您的|你的|其|全体|全部){0,2}(?:邻居|邻里|业主群|单位|同事|亲友|学校|子女|雇主)"
        "|(?:邻居|单位|业主群)(?:里|中|内)?(?:公布|公示|通报)")),
    ("不得恐吓", re.compile("后果自负|一切后果|强行|砸门|泼|别怪|走着瞧|让你|不客气")),
)
SUIT = re.compile(
    "(?<![告投申])[诉訴]|仲裁|支付令|法院|律师|律師|法律(?:途径|手段|程序|责任|武器|后果)|依法(?:追|处理|解决)|强制执行|司法"
)
_SLOT = re.compile(r"\{([^{}]*)\}")


def faults(text: str, expired: bool = False) -> list[str]:
    """What is wrong with a text, as sentences; empty when it may be printed."""
    bare = _bare(text)
    found = [reason for reason, pattern in FORBIDDEN if pattern.search(bare)]
    if expired and SUIT.search(bare):
        found.append("已过诉讼时效的费用，不得以诉讼、仲裁或法律手段相催（民法典第一百九十二条）")
    return found


def unknown_slots(text: str) -> list[str]:
    """Words in braces that nothing fills."""
    return sorted({slot for slot in _SLOT.findall(text) if slot not in SLOTS})


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its words in braces filled in. Values are not looked at for braces again."""
    return _SLOT.sub(lambda found: values.get(found.group(1), found.group(0)), text)


def filled(words: Words, values: Mapping[str, str]) -> Words:
    return {
        "title": fill(words["title"], values),
        "opening": fill(words["opening"], values),
        "closing": fill(words["closing"], values),
    }


def joined(words: Words) -> str:
    return "\n".join((words["title"], words["opening"], words["closing"]))


def _bare(text: str) -> str:
    """Letters and figures only, one form of each: 停 水, 停-水 and 停　水 read alike. Slots fall out."""
    plain = _SLOT.sub("", unicodedata.normalize("NFKC", text))
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")
