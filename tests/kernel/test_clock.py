"""Days are Shanghai's, instants are UTC, both sort as text."""

from __future__ import annotations

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from server import clock


def test_the_day_turns_at_midnight_in_shanghai() -> None:
    with time_machine.travel("2026-11-20T15:59:59Z", tick=False):
        assert clock.today() == "2026-11-20"
    with time_machine.travel("2026-11-20T16:00:00Z", tick=False):
        assert clock.today() == "2026-11-21"
        assert clock.instant() == "2026-11-20T16:00:00.000000Z"


def test_an_instant_of_any_offset_falls_on_its_shanghai_day() -> None:
    assert clock.day_of("2026-11-21T09:41:02+08:00") == "2026-11-21"
    assert clock.day_of("2026-11-20T17:00:00-05:00") == "2026-11-21"
    assert clock.minute_of("2026-11-21T01:05:00Z") == "2026-11-21 09:05"


def test_a_month_later_never_leaves_the_month() -> None:
    assert clock.add_months("2024-01-31", 1) == "2024-02-29"
    assert clock.add_months("2026-12-31", 2) == "2027-02-28"
    assert clock.add_months("2026-03-31", -1) == "2026-02-28"


@given(st.dates(min_value=__import__("datetime").date(2000, 1, 1), max_value=__import__("datetime").date(2090, 1, 1)),
       st.integers(-400, 400))
def test_days_added_are_days_between(day, n) -> None:  # type: ignore[no-untyped-def]
    start = day.isoformat()
    assert clock.days_between(start, clock.add_days(start, n)) == n


def test_a_day_is_what_the_calendar_has() -> None:
    assert clock.is_day("2028-02-29")
    assert not any(clock.is_day(text) for text in ("2026-02-29", "2026-2-1", "20260201", "", "2026-13-01", "abc"))
