"""Three years from the day after a bill was due; demands that reach the debtor start them anew (law.md)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import clock
from server.cases import rules

DAYS = st.integers(0, 3000).map(lambda n: clock.add_days("2020-01-01", n))


def test_a_bill_can_be_claimed_for_three_years():
    assert rules.last_safe_day("2026-02-25", []) == "2029-02-25"


def test_a_leap_day_ends_on_the_last_of_february():
    assert rules.last_safe_day("2024-02-29", []) == "2027-02-28"


def test_a_demand_starts_the_three_years_anew():
    assert rules.last_safe_day("2023-01-31", ["2025-06-10"]) == "2028-06-10"


def test_a_demand_before_the_bill_was_due_says_nothing_about_it():
    assert rules.last_safe_day("2026-02-25", ["2026-02-01"]) == "2029-02-25"


def test_a_demand_after_the_time_ran_out_changes_nothing():
    assert rules.last_safe_day("2020-01-31", ["2023-02-01"]) == "2023-01-31"


def test_a_demand_on_the_last_day_still_counts():
    assert rules.last_safe_day("2020-01-31", ["2023-01-31"]) == "2026-01-31"


def test_demands_build_on_each_other():
    assert rules.last_safe_day("2018-01-31", ["2020-12-31", "2023-12-01"]) == "2026-12-01"


def test_a_gap_of_more_than_three_years_breaks_the_chain():
    assert rules.last_safe_day("2018-01-31", ["2020-12-31", "2024-01-01"]) == "2023-12-31"


def test_a_new_signed_agreement_revives_a_debt_past_its_time():
    assert rules.last_safe_day("2018-01-31", [], revivals=["2026-05-05"]) == "2029-05-05"


@given(DAYS, st.lists(DAYS, max_size=8))
def test_the_order_of_the_facts_never_matters(due, days):
    assert rules.last_safe_day(due, days) == rules.last_safe_day(due, sorted(days, reverse=True))


@given(DAYS, st.lists(DAYS, max_size=8), DAYS)
def test_another_fact_never_shortens_the_time(due, days, more):
    assert rules.last_safe_day(due, [*days, more]) >= rules.last_safe_day(due, days)


@pytest.mark.parametrize(
    ("safe", "said"),
    [("2026-11-20", "expired"), ("2026-11-21", "d30"), ("2026-12-21", "d30"), ("2026-12-22", "d90"),
     ("2027-02-19", "d90"), ("2027-05-20", "d180"), ("2027-05-21", "")],
)  # fmt: skip
def test_the_office_is_told_180_90_and_30_days_before(safe, said):
    assert rules.alarm(safe, "2026-11-21") == said


@pytest.mark.parametrize(
    ("proof", "signer", "counts"),
    [
        ("signed", "owner", True), ("signed", "adult_relative", True), ("signed", "authorised", True),
        ("signed", "other", False), ("refused_witnessed", "", True), ("registered_mail", "", True),
        ("electronic_ack", "", True), ("posted", "", False), ("handed", "", False), ("handed", "owner", False),
    ],
)  # fmt: skip
def test_only_a_demand_that_reaches_the_debtor_counts(proof, signer, counts):
    assert rules.reaches_debtor(proof, signer) is counts


def test_an_unnamed_visitor_of_the_pay_page_does_not_restart_the_clock():
    assert not rules.proven("page:abc")
    assert rules.proven("0193a1c2")
