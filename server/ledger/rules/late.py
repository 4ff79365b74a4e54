"""Late fees (违约金): simple, by day on the outstanding principal, capped, rounded once. Integers only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from server import clock

RATE_UNIT = 100_000


class Clause(NamedTuple):
    """What the contract says. `rate` in 1/100,000 of the principal a day (50 = 万分之五), `cap_permille` of it."""

    id: str
    item: str
    rate: int
    grace_days: int
    cap_permille: int
    clause: str
    since: str
    until: str | None


class Quote(NamedTuple):
    """A late fee up to and including a day: fen altogether, days it ran, and the line an owner reads."""

    fen: int
    days: int
    basis: str


def accrued(
    clause: Clause, principal: int, due: str, paid: Sequence[tuple[str, int]], on: str
) -> Quote:
    """The whole late fee of a bill up to `on`. `paid` is (day, fen) of what settled it, `principal` what was owed.

    It runs from the first day after due day and grace, on what was still open each day, and only while the clause is
    in force; a payment counts from its own day on.
    """
    first = max(clock.add_days(due, 1 + clause.grace_days), clause.since)
    last = on if clause.until is None or clause.until > on else clock.add_days(clause.until, -1)
    if last < first:
        return Quote(0, 0, "")
    weight, days = _weight(principal, sorted(paid), first, last)
    cap = principal * clause.cap_permille // 1000
    fen = min((2 * weight * clause.rate + RATE_UNIT) // (2 * RATE_UNIT), cap)
    return Quote(fen, days, _basis(clause, days, fen == cap) if fen else "")


def _weight(principal: int, paid: Sequence[tuple[str, int]], first: str, last: str) -> tuple[int, int]:
    """(sum over the days of what was open, days with something open), both ends included."""
    left = principal - sum(fen for day, fen in paid if day <= first)
    weight = days = 0
    at = first
    for day, fen in [*((d, f) for d, f in paid if first < d <= last), (clock.add_days(last, 1), 0)]:
        span = clock.days_between(at, day)
        if left > 0:
            weight += left * span
            days += span
        at, left = day, left - fen
    return weight, days


def _basis(clause: Clause, days: int, capped: bool) -> str:
    words = f"逾期 {days} 天，按未缴金额每日万分之{_tenth(clause.rate)}（{clause.clause}）"
    return words + (f"，以本金的 {_tenth(clause.cap_permille)}% 为限" if capped else "")


def _tenth(value: int) -> str:
    return f"{value // 10}.{value % 10}" if value % 10 else str(value // 10)
