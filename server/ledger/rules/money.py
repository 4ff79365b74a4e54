"""Where a payment goes, how old a debt is, on which day something is booked. No clock, no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server import clock

AGES = (30, 60, 90, 180, 365)
RANKS = {"催收费用": 0, "违约金": 1}


@dataclass(frozen=True)
class OpenBill:
    """A bill that is not settled; `debt_due` is the due day of the debt it belongs to (a late fee's principal)."""

    bill: str
    home: str
    item: str
    period: str
    due: str
    open_fen: int
    debt_due: str
    former: bool = False

    @property
    def order(self) -> tuple[str, int, str, str, str]:
        """Oldest debt first; within a debt costs, then late fee, then principal (Civil Code 560, 561)."""
        return self.debt_due, RANKS.get(self.item, 2), self.period, self.item, self.bill


def allocate(fen: int, bills: Iterable[OpenBill], designated: Sequence[str] = ()) -> list[tuple[OpenBill, int]]:
    """(bill, fen) in the order the money goes: designated bills as named, then the oldest debt first.

    What a former owner owes is settled only when it is named: nobody pays another's debts unasked.
    """
    given = list(bills)
    named = {bill.bill: bill for bill in given}
    first = [named[bill] for bill in dict.fromkeys(designated) if bill in named]
    rest = sorted((b for b in given if b not in first and not b.former), key=lambda b: b.order)
    parts = []
    for bill in [*first, *rest]:
        part = min(fen, bill.open_fen)
        if part > 0:
            parts.append((bill, part))
            fen -= part
    return parts


def policy(designated: Sequence[str]) -> str:
    """The word kept with the payment for how it was allocated."""
    return "designated_then_oldest" if designated else "oldest"


def age_bucket(due: str, on: str) -> str:
    """'0-30', '31-60' … 'over 365': days since the due day; '' when not yet overdue."""
    days = clock.days_between(due, on)
    if days <= 0:
        return ""
    low = 0
    for high in AGES:
        if days <= high:
            return f"{low + 1 if low else 0}-{high}"
        low = high
    return f"over-{AGES[-1]}"


def age_names() -> list[str]:
    """The buckets in their order."""
    return ["0-30", *(f"{low + 1}-{high}" for low, high in zip(AGES, AGES[1:], strict=False)), f"over-{AGES[-1]}"]


def book_date(happened_on: str, last_closed: str | None, today: str, imported: bool = False) -> str:
    """The open day something is posted on. Imports before the first close stand on the day itself."""
    if imported and last_closed is None:
        return happened_on
    if last_closed is not None and last_closed >= today:
        return clock.add_days(last_closed, 1)
    return today
