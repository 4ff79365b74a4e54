"""The table of bills on a letter: one row a bill while they are few, one row a year and item when they are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.notices.rules.amount import figures

ROWS = 12  # so many single bills still fit on the first page


@dataclass(frozen=True)
class Line:
    """One row: the item, its period or periods in words, how it came about, days due, and what is open."""

    item: str
    period: str
    basis: str
    due: str
    fen: int
    bills: tuple[str, ...] = ()
    """Ids of the bills of this row, where they have any; the oldest first."""


def lines(bills: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Rows for open bills [{item, period, until_period?, due, open_fen, basis?}], oldest first."""
    ordered = sorted(bills, key=lambda bill: (bill["period"], bill["item"], bill["due"]))
    if len(ordered) <= ROWS:
        return [_single(bill) for bill in ordered]
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for bill in ordered:
        groups.setdefault((bill["period"][:4], bill["item"]), []).append(bill)
    return [_year(group) if len(group) > 1 else _single(group[0]) for group in groups.values()]


def _single(bill: Mapping[str, Any]) -> Line:
    return Line(bill["item"], period_words(bill), bill.get("basis") or "", bill["due"], bill["open_fen"], _ids([bill]))


def _year(bills: Sequence[Mapping[str, Any]]) -> Line:
    """One year's bills of one item: their months, their number, each amount where all are equal."""
    amounts = {bill["open_fen"] for bill in bills}
    each = f"每期 {figures(amounts.pop())} 元" if len(amounts) == 1 else "各期金额不同"
    basis = f"{len(bills)} 期，{each}"
    due = f"{bills[0]['due']} 起"
    return Line(bills[0]["item"], months_words(bills), basis, due, sum(bill["open_fen"] for bill in bills), _ids(bills))


def _ids(bills: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(bill["bill"] for bill in bills if "bill" in bill)


def period_words(bill: Mapping[str, Any]) -> str:
    """`2026年2月`, or `2026年1月—3月` for a bill of several months."""
    first, last = bill["period"], bill.get("until_period") or bill["period"]
    if first == last:
        return month(first)
    if first[:4] == last[:4]:
        return f"{month(first)}—{int(last[5:])}月"
    return f"{month(first)}—{month(last)}"


def months_words(bills: Sequence[Mapping[str, Any]]) -> str:
    """`2025年1月—12月`, or with gaps `2025年1月—3月、7月`. All bills begin in one year."""
    spans: list[list[int]] = []
    for bill in bills:
        first = int(bill["period"][5:])
        until = bill.get("until_period") or bill["period"]
        last = int(until[5:]) + 12 * (int(until[:4]) - int(bill["period"][:4]))
        if spans and first <= spans[-1][1] + 1:
            spans[-1][1] = max(spans[-1][1], last)
        else:
            spans.append([first, last])
    year = bills[0]["period"][:4]
    return f"{year}年" + "、".join(_span(int(year), first, last) for first, last in spans)


def _span(year: int, first: int, last: int) -> str:
    end = f"{last}月" if last <= 12 else f"{year + (last - 1) // 12}年{(last - 1) % 12 + 1}月"
    return f"{first}月" if first == last else f"{first}月—{end}"


def month(period: str) -> str:
    """`2026-02` → `2026年2月`."""
    return f"{period[:4]}年{int(period[5:7])}月"


def day(text: str) -> str:
    """`2026-02-05` → `2026年2月5日`."""
    return f"{month(text)}{int(text[8:10])}日"
