"""When and how often a home is visited: each community's own rule inside the outer bounds of the law. Pure.

law.md, "hours and frequency": nobody between 22:00 and 8:00 and at most three times a day, whatever is set;
the default is 9:00–21:00, once a day and twice a week.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server import clock

EARLIEST, LATEST, A_DAY, A_WEEK = "08:00", "22:00", 3, 7
"""The outer bounds: no setting goes beyond them."""
NOON, EVENING = "12:00", "18:00"
"""Visits begin before noon and may end no earlier than in the evening: else nobody who works is ever met."""
PAIR_FROM = "20:00"
"""From then on two go together, everywhere."""


@dataclass(frozen=True)
class Visiting:
    """`opens` and `closes` as HH:MM; visits to one home on a day, and in any seven days."""

    opens: str = "09:00"
    closes: str = "21:00"
    day: int = 1
    week: int = 2

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Visiting:
        """What is set, brought inside the bounds; where nothing is set or can be read, the default."""
        default = cls()
        day = _between(texts.get("visits_a_day", ""), default.day, 1, A_DAY)
        return cls(
            _time(texts.get("visit_from", ""), default.opens, EARLIEST, NOON),
            _time(texts.get("visit_until", ""), default.closes, EVENING, LATEST),
            day, max(day, _between(texts.get("visits_a_week", ""), default.week, 1, A_WEEK)))

    def texts(self) -> dict[str, str]:
        """As settings."""
        return {"visit_from": self.opens, "visit_until": self.closes, "visits_a_day": str(self.day),
                "visits_a_week": str(self.week)}


def faults(texts: Mapping[str, str]) -> dict[str, str]:
    """{key: what is wrong with it}: what the law or sense does not allow is refused, not bent."""
    found = {}
    if not _is_time(texts["visit_from"]) or not EARLIEST <= texts["visit_from"] <= NOON:
        found["visit_from"] = f"最早上门时间应在 {EARLIEST} 到 {NOON} 之间，例如 09:00"
    if not _is_time(texts["visit_until"]) or not EVENING <= texts["visit_until"] <= LATEST:
        found["visit_until"] = f"最晚上门时间应在 {EVENING} 到 {LATEST} 之间，例如 21:00"
    day, week = texts["visits_a_day"], texts["visits_a_week"]
    if not _is_number(day) or not 1 <= int(day) <= A_DAY:
        found["visits_a_day"] = f"每户每天最多 1 到 {A_DAY} 次"
    if not _is_number(week) or not 1 <= int(week) <= A_WEEK:
        found["visits_a_week"] = f"每户七天内最多 1 到 {A_WEEK} 次"
    elif "visits_a_day" not in found and int(week) < int(day):
        found["visits_a_week"] = "七天内的次数不能少于一天的次数"
    return found


def busiest(days: Iterable[str], on: str) -> int:
    """The most of these days (one visit each) that fall into any seven days in a row of which `on` is one."""
    near = sorted(day for day in days if clock.add_days(on, -6) <= day <= clock.add_days(on, 6))
    starts = [clock.add_days(on, -k) for k in range(7)] if near else []
    return max((sum(first <= day <= clock.add_days(first, 6) for day in near) for first in starts), default=0)


def _time(text: str, default: str, low: str, high: str) -> str:
    return min(high, max(low, text)) if _is_time(text) else default


def _is_time(text: str) -> bool:
    return (len(text) == 5 and text[2] == ":" and _is_number(text[:2]) and _is_number(text[3:])
            and int(text[:2]) < 24 and int(text[3:]) < 60)


def _between(text: str, default: int, low: int, high: int) -> int:
    return min(high, max(low, int(text))) if _is_number(text) else default


def _is_number(text: str) -> bool:
    return 0 < len(text) < 4 and text.isascii() and text.isdecimal()
