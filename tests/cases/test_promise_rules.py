"""Whether a promise or a plan was kept is read from what was paid by its day."""

import pytest

from server.cases import rules

TODAY = "2026-11-21"


@pytest.mark.parametrize(
    ("due", "fen", "paid", "ended", "state"),
    [
        ("2026-11-21", 1000, 0, "", "open"),
        ("2026-11-20", 1000, 0, "", "broken"),
        ("2026-11-20", 1000, 999, "", "broken"),
        ("2026-11-20", 1000, 1000, "", "kept"),
        ("2026-11-30", 1000, 1000, "", "kept"),
        ("2026-11-20", 0, 1, "", "kept"),
        ("2026-11-20", 0, 0, "", "broken"),
        ("2026-11-20", 1000, 0, "cancelled", "cancelled"),
        ("2026-11-20", 1000, 1000, "replaced", "replaced"),
    ],
)
def test_a_promise_is_kept_when_the_money_came_by_its_day(due, fen, paid, ended, state):
    assert rules.promise_state(due, fen, paid, TODAY, ended) == state


PARTS = [("2026-10-31", 500), ("2026-11-30", 500)]


@pytest.mark.parametrize(
    ("paid", "ended", "state"),
    [(0, False, "late"), (499, False, "late"), (500, False, "open"), (1000, False, "done"), (1000, True, "ended")],
)
def test_a_plan_is_late_when_a_part_before_today_is_missing(paid, ended, state):
    assert rules.plan_state(PARTS, paid, TODAY, ended) == state


def test_a_ticket_is_to_be_answered_within_ten_days():
    assert rules.ticket_due("2026-11-21") == "2026-12-01"


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [("2026-02-25", "2026-11-25", 9), ("2026-02-25", "2026-11-24", 8), ("2026-11-21", "2026-11-20", 0),
     ("2025-12-31", "2026-01-30", 0), ("2025-12-31", "2026-02-28", 1)],
)  # fmt: skip
def test_only_whole_months_count(first, last, months):
    assert rules.months_between(first, last) == months
