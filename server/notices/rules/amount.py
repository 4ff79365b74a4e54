"""Amounts as Chinese people write them on paper: figures with commas, and in capitals (大写), from whole fen."""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
MYRIADS = ("", "万", "亿", "万亿")


def figures(fen: int) -> str:
    """341260 → `3,412.60`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def capitals(fen: int) -> str:
    """341260 → `叁仟肆佰壹拾贰元陆角整`. 整 where no 分 follows."""
    if fen < 0:
        return "负" + capitals(-fen)
    yuan, rest = divmod(fen, 100)
    jiao, last = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return (text or "零元") + "整"
    if jiao:
        text += DIGITS[jiao] + "角"
    elif yuan:
        text += "零"
    return text + (f"{DIGITS[last]}分" if last else "整")


def _whole(number: int) -> str:
    """A whole number above 0, up to 9999 万亿: groups of four, 零 where places are skipped."""
    text, skipped, level = "", False, 0
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append((group, level))
        level += 1
    for group, level in reversed(groups):
        if text and group and (group < 1000 or skipped):
            text += "零"
        skipped = group == 0
        if group:
            text += _four(group) + MYRIADS[level]
    return text


def _four(group: int) -> str:
    """1 to 9999, a run of inner zeros as one 零, final zeros left out."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + PLACES[place]
        gap = digit == 0
    return text
