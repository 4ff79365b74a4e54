"""How amounts, days, names are written for people: plain functions, also used as Jinja filters."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from server import clock

WEEKDAYS = "一二三四五六日"
DOUBLE_SURNAMES = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 轩辕 宇文 长孙 端木 独孤 南宫 "
    "西门 闻人 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 鲜于 闾丘 呼延 赫连 万俟 拓跋 百里 "
    "东郭 南门 羊舌 微生 梁丘 左丘"
)
DASH = "—"


def yuan(fen: int | None) -> str:
    """123456 → '1,234.56'; -5 → '-0.05'; None → '—'."""
    if fen is None:
        return DASH
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def rmb(fen: int | None) -> str:
    """123456 → '￥1,234.56'."""
    return DASH if fen is None else ("-￥" if fen < 0 else "￥") + yuan(abs(fen))


def yuan_short(fen: int) -> str:
    """Whole yuan for bars and buttons: 3412060 → '34,121' (half up)."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{(abs(fen) + 50) // 100:,}"


def area(hundredths: int | None) -> str:
    """8950 (0.01 ㎡) → '89.50 ㎡'."""
    if not hundredths:
        return DASH
    return f"{hundredths // 100}.{hundredths % 100:02d} ㎡"


def day_cn(day: str | None) -> str:
    """'2026-11-21' → '11 月 21 日 星期六'."""
    if not day:
        return DASH
    when = date.fromisoformat(day)
    return f"{when.month} 月 {when.day} 日 星期{WEEKDAYS[when.weekday()]}"


def day_full(day: str | None) -> str:
    """'2026-11-21' → '2026 年 11 月 21 日'."""
    if not day:
        return DASH
    when = date.fromisoformat(day)
    return f"{when.year} 年 {when.month} 月 {when.day} 日"


def period_cn(period: str | None, until: str | None = None) -> str:
    """'2026-02' → '2026 年 2 月'; with an end '2026 年 2 月至 10 月'."""
    if not period:
        return DASH
    year, month = period.split("-")[:2]
    said = f"{year} 年 {int(month)} 月"
    if not until or until == period:
        return said
    end_year, end_month = until.split("-")[:2]
    return f"{said}至 " + (f"{end_year} 年 " if end_year != year else "") + f"{int(end_month)} 月"


def minute(instant: str | None) -> str:
    """A UTC instant (or a bare day) → Shanghai '2026-11-21 10:03'."""
    if not instant:
        return DASH
    return instant if len(instant) == 10 else clock.minute_of(instant)


def masked(name: str | None) -> str:
    """王小明 → 王**, 郑宇 → 郑*, 欧阳修 → 欧阳*; several names are masked one by one; a company keeps two."""
    if not name:
        return DASH
    parts = re.split("[、，,/]", name)
    return "、".join(_masked_one(part.strip()) for part in parts if part.strip())


def _masked_one(name: str) -> str:
    if name.isascii():
        return name[:1] + "***"
    if len(name) > 4:
        return name[:2] + "****"
    keep = 2 if len(name) > 2 and name[:2] in DOUBLE_SURNAMES else 1
    return name[:keep] + "*" * max(1, len(name) - keep)


def masked_phone(number: str | None) -> str:
    """13812345678 → '138****5678'; shorter numbers keep their last two."""
    if not number:
        return DASH
    if len(number) >= 11:
        return f"{number[:3]}****{number[-4:]}"
    return "*" * max(2, len(number) - 2) + number[-2:]


def percent(part: int, whole: int) -> str:
    """'93.4 %', rounded down so that 100 % means all; '—' of nothing."""
    if whole <= 0:
        return DASH
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10} %"


def count_cn(number: int | None) -> str:
    """How many, in groups of three: 22998 → '22,998'; nothing is 0."""
    return f"{number or 0:,}"


def label(word: Any, words: dict[str, str]) -> str:
    """The Chinese label of a word of a closed list; words that are none (imported sentences) stay."""
    return words.get(word, str(word or DASH))


FILTERS: dict[str, Callable[..., str]] = {
    "yuan": yuan,
    "rmb": rmb,
    "yuan_short": yuan_short,
    "area": area,
    "day_cn": day_cn,
    "day_full": day_full,
    "period_cn": period_cn,
    "minute": minute,
    "masked": masked,
    "masked_phone": masked_phone,
    "label": label,
    "count_cn": count_cn,
}
