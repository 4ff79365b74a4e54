"""What a visit is expected to bring and how long it takes: tables a manager can read, mended by what happened."""

from __future__ import annotations

from collections.abc import Mapping

from server.cases.visiting import Visiting

DEFAULT = Visiting()
CHANCE = ((2, 60), (5, 45), (11, 30), (23, 20), (10_000, 10))
"""(months of the oldest debt up to, chance in percent)."""
PROMISED = 75
BROKEN = 35
URGENT = 50
"""The time limit runs out: what is not fetched now is lost, so it counts for more than its age says."""
MOST, LEAST = 95, 2
FACTOR = {
    "": 100, "paid_now": 130, "promised": 115, "instalment": 110, "tenant_only": 80, "not_home": 80, "other": 90,
    "refused": 55, "disputed": 50, "hardship": 50, "unsafe": 40, "vacant": 25, "moved": 25,
}
"""Percent by the outcome of the last visit; learned from the estate's own visits (learn.py)."""
CAUSE = {"forgot": 125, "unaware": 115, "absent": 100, "service_quality": 75, "repair_open": 60, "hardship": 70,
         "vacant": 60, "refuses": 60}
"""Percent by the reason given then."""
AT_HOME, AWAY = 130, 60
"""Percent inside and outside the hours in which the owner has opened before."""
MINUTES = {"": 6, "paid_now": 5, "promised": 5, "instalment": 8, "tenant_only": 5, "not_home": 3, "other": 5,
           "refused": 6, "disputed": 9, "hardship": 8, "unsafe": 5, "vacant": 2, "moved": 3}
"""Minutes at the door by the outcome of the last visit; learned too."""
FEN_A_SECOND = 1
"""An hour of one person costs 36 yuan: without a cost of time the search walks for nothing."""


def chance(
    state: str, reason: str, months: int, last: str, cause: str, factors: Mapping[str, int] | None = None
) -> int:
    """Percent = base (promise, time limit, broken promise, age) × last outcome × reason given, 2 to 95."""
    percent = base(state, reason, months)
    if state != "promise":
        percent = percent * (factors or FACTOR).get(last, 100) * CAUSE.get(cause, 100) // 10_000
    return max(LEAST, min(MOST, percent))


def base(state: str, reason: str, months: int) -> int:
    if state == "promise":
        return PROMISED
    if state == "urgent":
        return URGENT
    if "未兑现" in reason:
        return BROKEN
    return next(percent for limit, percent in CHANCE if months <= limit)


def minutes(last: str) -> int:
    return MINUTES.get(last, MINUTES[""])


def formula(rule: Visiting = DEFAULT) -> list[str]:
    """The formula and the limits in Chinese, line by line, for the manager."""
    ages, low = [], 0
    for limit, percent in CHANCE:
        ages.append(f"{low}–{limit} 个月 {percent}%" if limit < 1000 else f"{low} 个月以上 {percent}%")
        low = limit + 1
    return [
        "预计收回 = 欠费 × 机会；路线总值 = 各户预计收回之和 − 时间成本（一条路线每小时 36 元）。",
        f"机会的基数：今天到期的承诺 {PROMISED}%，时效将尽 {URGENT}%，承诺未兑现 {BROKEN}%；"
        f"其余按最早欠费：{'，'.join(ages)}。",
        "再乘上次上门结果的系数（按本小区近半年实际修正）和上次说的原因的系数，最低 2%，最高 95%。",
        f"知道业主几点在家的：在家时段去 ×{AT_HOME}%，其他时段 ×{AWAY}%。",
        "今天到期的承诺、您加上或固定的住户必去；工单未结、等承诺到期、上次不安全又只有一个人的绝不安排。",
        f"上门时间 {rule.opens}–{rule.closes}；同一户一天最多 {rule.day} 次，任何七天最多 {rule.week} 次，"
        "已派出还没走的也算。",
        f"一个人 {min('20:00', rule.closes)} 前走出最后一栋；两人同行到 {min('20:30', rule.closes)}。",
    ]
