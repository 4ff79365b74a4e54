"""The table of bills: single rows while few, years when many, and never a lost fen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.notices.rules import steps, table


def bill(
    period: str, item: str = "物业服务费", fen: int = 100, until: str | None = None, **more: Any,
) -> dict[str, Any]:
    return {"bill": f"{item}{period}", "item": item, "period": period, "until_period": until, "due": f"{period}-25",
            "open_fen": fen, "basis": "89.50 ㎡ × 2.85 元", **more}


def test_few_bills_stand_one_by_one_oldest_first() -> None:
    rows = table.lines([bill("2026-03"), bill("2026-02"), bill("2026-02", "公摊电费")])
    assert [(row.item, row.period) for row in rows] == [
        ("公摊电费", "2026年2月"), ("物业服务费", "2026年2月"), ("物业服务费", "2026年3月"),
    ]


def test_many_bills_stand_by_year_and_item() -> None:
    rows = table.lines([bill(f"{year}-{month:02d}") for year in (2024, 2025) for month in range(1, 13)])
    assert [(row.period, row.basis, row.fen) for row in rows] == [
        ("2024年1月—12月", "12 期，每期 1.00 元", 1200), ("2025年1月—12月", "12 期，每期 1.00 元", 1200),
    ]


def test_gaps_and_quarters_are_said() -> None:
    months = [bill("2025-01"), bill("2025-02"), bill("2025-05"), bill("2025-07", until="2025-09")]
    assert table.months_words(months) == "2025年1月—2月、5月、7月—9月"
    assert table.months_words([bill("2025-11", until="2026-02")]) == "2025年11月—2026年2月"


@pytest.mark.parametrize(("period", "until", "said"), [
    ("2026-02", None, "2026年2月"), ("2026-01", "2026-03", "2026年1月—3月"), ("2025-11", "2026-01",
    "2025年11月—2026年1月"),
])
def test_periods_in_words(period: str, until: str | None, said: str) -> None:
    assert table.period_words(bill(period, until=until)) == said


periods = st.tuples(st.integers(2010, 2026), st.integers(1, 12)).map(lambda ym: f"{ym[0]}-{ym[1]:02d}")


@given(st.lists(st.tuples(periods, st.sampled_from(["物业服务费", "公摊电费", "停车费"]), st.integers(1, 10**7)),
max_size=200))
def test_the_rows_always_sum_to_the_bills(rows: list[tuple[str, str, int]]) -> None:
    bills = [bill(period, item, fen) for period, item, fen in rows]
    made = table.lines(bills)
    assert sum(row.fen for row in made) == sum(fen for _, _, fen in rows)
    assert len(made) <= max(table.ROWS, 17 * 3)


@pytest.mark.parametrize(("oldest", "step"), [
    ("2026-11-20", "reminder"), ("2026-07-22", "reminder"), ("2026-07-21", "second"), ("2026-05-22", "second"),
    ("2026-05-21", "final"), ("2020-01-01", "final"),
])
def test_the_step_follows_the_age_of_the_oldest_bill(oldest: str, step: str) -> None:
    assert steps.step(oldest, "2026-11-21") == step


def test_what_is_overdue_is_listed_and_else_what_is_open() -> None:
    bills = [bill("2026-10"), bill("2026-12"), bill("2026-09", fen=0), bill("2026-08", former=1)]
    assert steps.listed_bills(bills, "2026-11-21") == [bills[0]]
    assert steps.listed_bills(bills[1:], "2026-11-21") == [bills[1]]
    assert steps.listed_bills(bills[2:], "2026-11-21") == []


def test_a_bill_due_today_is_not_overdue() -> None:
    bills = [bill("2026-10"), bill("2026-11", due="2026-11-21")]
    assert steps.listed_bills(bills, "2026-11-21") == [bills[0]]


def test_something_past_its_last_safe_day_makes_the_paper_gentle() -> None:
    bills = [bill("2022-01"), bill("2026-01")]
    safe = {bills[0]["bill"]: "2025-01-25", bills[1]["bill"]: "2029-01-25"}
    assert steps.expired(safe, bills, "2026-11-21")
    assert not steps.expired(safe, bills[1:], "2026-11-21")
    assert not steps.expired({bills[0]["bill"]: "2026-11-21"}, bills[:1], "2026-11-21")
