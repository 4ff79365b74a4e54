"""Which paper a home gets: what is listed on it, which step of the ladder, by when to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server import clock
from server.notices.words import AGES, DAYS


def listed_bills(bills: Sequence[Mapping[str, Any]], on: str) -> list[Mapping[str, Any]]:
    """What a paper of this day lists: what is overdue, else what is open and not yet due.

    Bills of an owner who has left (`former`) stay his and are never shown to the next one.
    """
    mine = [bill for bill in bills if bill["open_fen"] > 0 and not bill.get("former")]
    return [bill for bill in mine if bill["due"] < on] or mine


def months_between(first: str, last: str) -> int:
    """Whole months from one day to another; 0 when the first is later."""
    count = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])
    return max(0, count if clock.add_months(first, max(count, 0)) <= last else count - 1)


def step(oldest_due: str, on: str) -> str:
    """reminder (收费), second (催费) or final (限期缴费), by the age of the oldest bill."""
    age = months_between(oldest_due, on)
    return next(name for name, months in AGES if age >= months)


def last_day(name: str, on: str) -> str:
    """The last day to pay that a paper of this step names."""
    return clock.add_days(on, DAYS[name])


def expired(safe_days: Mapping[str, str], bills: Sequence[Mapping[str, Any]], on: str) -> bool:
    """Whether something listed is past the last day on which it can be sued for ({bill: last safe day})."""
    return any(safe_days.get(bill["bill"], on) < on for bill in bills)
