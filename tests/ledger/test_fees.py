"""Fee rules: exact until one rounding, explained in a line, shared so that parts add up, made once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Refusal
from server.estate import acts as estate
from server.ledger import acts
from server.ledger.acts import fees as fee_acts
from server.ledger.rules import fees
from server.ledger.rules.fees import FeeRule, Home, Span
from tests.ledger.conftest import ITEM, Books

RULE = FeeRule("f1", ITEM, "area", 209_00, "", "month", "", 25, "fen", "half_up", 1000, "no", "", "2020-01-01", None)
HOME = Home("h", 9_003, "住宅", "自住", None, None, [("o1", "2020-01-01", None)])


def bills(rule: FeeRule = RULE, home: Home = HOME, period: str = "2026-02") -> list[tuple[str | None, int, str]]:
    days = fees.span(rule.every, period, home.handover)
    return [tuple(charge) for charge in fees.charges(rule, home, days)] if days else []


@pytest.mark.parametrize(("change", "fen", "basis"), [
    ({}, 18_816, "2.09 元/㎡·月 × 90.03 ㎡ = 188.16 元"),
    ({"rounding": "up"}, 18_817, "2.09 元/㎡·月 × 90.03 ㎡ = 188.17 元"),
    ({"unit": "jiao"}, 18_820, "2.09 元/㎡·月 × 90.03 ㎡ = 188.20 元"),
    ({"unit": "yuan", "rounding": "down"}, 18_800, "2.09 元/㎡·月 × 90.03 ㎡ = 188.00 元"),
    ({"method": "fixed", "price": 60_00_00}, 60_00, "60.00 元/月 = 60.00 元"),
    ({"method": "fixed", "price": 12_3456}, 1_235, "12.3456 元/月 = 12.35 元"),
    ({"every": "quarter"}, None, ""),
])
def test_a_month_by_method_and_rounding(change: dict[str, Any], fen: int | None, basis: str) -> None:
    assert bills(RULE._replace(**change)) == ([("o1", fen, basis)] if fen is not None else [])


def test_the_homes_own_price_stands_in_for_a_rule_without_one() -> None:
    assert bills(RULE._replace(price=0), HOME._replace(rate_fen=300))[0][1] == 27_009
    assert bills(RULE._replace(price=0)) == []


def test_a_quarter_is_the_calendars_and_a_year_runs_from_the_hand_over() -> None:
    assert fees.span("quarter", "2026-04") == Span("2026-04-01", "2026-06-30", "2026-04", "2026-06", 3)
    assert fees.span("quarter", "2026-05") is None
    assert fees.span("year", "2026-09", "2021-09-17") == Span("2026-09-01", "2027-08-31", "2026-09", "2027-08", 12)
    assert fees.span("year", "2026-01", "2021-09-17") is None
    assert fees.span("month", "2024-02") == Span("2024-02-01", "2024-02-29", "2024-02", None, 1)


def test_a_hand_over_in_the_middle_counts_its_days() -> None:
    assert bills(RULE._replace(method="fixed", price=28_00_00), HOME._replace(handover="2026-02-15")) == [
        ("o1", 14_00, "28.00 元/月 × 14/28 天（2026-02-15 至 2026-02-28） = 14.00 元")
    ]
    assert bills(home=HOME._replace(handover="2026-03-01")) == []


def test_a_rule_bills_only_its_days_and_its_kind_of_home() -> None:
    fixed = RULE._replace(method="fixed", price=28_00_00)
    assert bills(fixed._replace(until="2026-02-15"))[0][1] == 14_00
    assert bills(fixed._replace(since="2026-02-15"))[0][1] == 14_00
    assert bills(fixed._replace(until="2026-02-01")) == []
    assert bills(fixed._replace(home_kind="商铺")) == []


def test_a_vacant_home_pays_its_share() -> None:
    empty = HOME._replace(state="空置")
    assert bills(RULE._replace(vacant_permille=700), empty)[0][1] == 13_171
    assert "空置 70%" in bills(RULE._replace(vacant_permille=700), empty)[0][2]
    assert bills(RULE, empty)[0][1] == 18_816


def test_a_change_of_owner_is_split_by_day_and_adds_up() -> None:
    home = HOME._replace(owners=[("old", "2020-01-01", "2026-02-11"), ("new", "2026-02-11", None)])
    parts = bills(RULE._replace(split_owner="yes"), home)
    assert [(owner, fen) for owner, fen, _ in parts] == [("old", 6_720), ("new", 12_096)]
    assert "2026-02-01 至 2026-02-10 共 10 天" in parts[0][2]
    assert [(owner, fen) for owner, fen, _ in bills(RULE, home)] == [("new", 18_816)]


def test_joint_owners_share_one_bill() -> None:
    home = HOME._replace(owners=[("a", "2020-01-01", None), ("b", "2020-01-01", None)])
    assert len(bills(RULE._replace(split_owner="yes"), home)) == 1


def test_a_meter_without_a_reading_is_not_billed() -> None:
    meter = RULE._replace(method="meter", price=3_50_00)
    assert bills(meter) == []
    assert bills(meter, HOME._replace(usage=12_34))[0][1:] == (43_19, "3.50 元 × 用量 12.34 = 43.19 元")


@pytest.mark.parametrize(("formula", "value"), [
    ("面积 × 1.5 + 10", "145.045"), ("(面积 - 50) × 单价", "80.06"), ("0.1 + 0.2", "0.3"), ("月数 ÷ 3", "1/3"),
])
def test_a_formula_is_exact(formula: str, value: str) -> None:
    values = {"area": Fraction(9003, 100), "months": Fraction(1), "usage": Fraction(0), "price": Fraction(2)}
    assert fees.evaluate(formula, values) == Fraction(value)


@pytest.mark.parametrize("formula", [
    "", "面积 ** 9", "__import__('os')", "x + 1", "1 / 0", "面积.real", "1 if 1 else 2", "[1]", "1" * 201,
])
def test_a_formula_that_is_no_sum_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match="公式"):
        fees.evaluate(formula, {"area": Fraction(1)})


@given(total=st.integers(0, 10**12), weights=st.lists(st.integers(0, 10**7), min_size=1, max_size=50))
def test_shares_add_up_and_differ_by_less_than_a_fen(total: int, weights: list[int]) -> None:
    parts = fees.share(total, weights)
    if sum(weights):
        assert sum(parts) == total
        assert all(abs(Fraction(total * w, sum(weights)) - part) < 1 for w, part in zip(weights, parts, strict=True))
    else:
        assert set(parts) == {0}


@given(price=st.integers(1, 10**6), area=st.integers(1, 10**6))
def test_half_up_is_exact_where_floats_lose(price: int, area: int) -> None:
    assert fees.rounded(Fraction(price * area, 10_000), "fen", "half_up") == (price * area + 5_000) // 10_000


def rule(books: Books, **words: Any) -> str:
    fields = {"item": ITEM, "method": "area", "price": 200_00, "since": "2020-01-01", **words}
    return str(books.act(acts.add_rule, fields))


def test_a_month_is_made_once_and_explains_itself(books: Books) -> None:
    rule(books)
    done = acts.generate_bills(books.db, books.c, "2026-02", who="clerk")
    assert done == {"bills": 4, "fen": 80_000, "homes": 4, "skipped": 0}
    again = acts.generate_bills(books.db, books.c, "2026-02")
    assert (again["bills"], again["skipped"]) == (0, 4)
    bill = acts.bills_of(books.db, books.c, books.homes[0])[0]
    assert (bill["due"], bill["basis"]) == ("2026-02-25", "2.00 元/㎡·月 × 100.00 ㎡ = 200.00 元")
    assert books.wrong() == []


def test_credit_pays_the_new_bills(books: Books) -> None:
    rule(books)
    books.pay(fen=50_000)
    acts.generate_bills(books.db, books.c, "2026-02")
    assert books.sums() == (0, 30_000)


def test_a_run_killed_in_the_middle_goes_on_where_it_was(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fee_acts, "CHUNK", 1)
    rule(books)

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        acts.generate_bills(books.db, books.c, "2026-02", say=stop)
    assert acts.totals(books.db, books.c, "2026-02-01")["bills"] == 2
    assert acts.generate_bills(books.db, books.c, "2026-02") == {"bills": 2, "fen": 40_000, "homes": 2, "skipped": 0}
    assert books.wrong() == []


def test_a_pool_is_shared_to_the_last_fen(books: Books) -> None:
    lift = rule(books, item="电梯电费", method="share", share_by="home")
    books.act(acts.put_pool, lift, "2026-02", 10_001)
    acts.generate_bills(books.db, books.c, "2026-02")
    fen = [b["fen"] for home in books.homes for b in acts.bills_of(books.db, books.c, home)]
    assert sorted(fen) == [2_500, 2_500, 2_500, 2_501]


def test_readings_become_bills(books: Books) -> None:
    rule(books, item="水费", method="meter", price=3_50_00)
    books.act(acts.put_readings, "水费", "2026-02", [{"home": books.homes[1], "before": 100_00, "after": 112_34}])
    assert acts.generate_bills(books.db, books.c, "2026-02")["fen"] == 43_19


def test_a_price_that_changes_inside_the_month_makes_two_bills(books: Books) -> None:
    old = rule(books, method="fixed", price=28_00_00)
    books.act(acts.end_rule, old, "2026-02-15")
    rule(books, method="fixed", price=56_00_00, since="2026-02-15")
    acts.generate_bills(books.db, books.c, "2026-02")
    assert sorted(b["fen"] for b in acts.bills_of(books.db, books.c, books.homes[0])) == [14_00, 28_00]


def test_owners_who_changed_get_a_bill_each(books: Books) -> None:
    rule(books, split_owner="yes")
    books.act(estate.change_owner, books.homes[0], "新业主", [], "2026-02-11")
    acts.generate_bills(books.db, books.c, "2026-02")
    found = acts.open_bills(books.db, books.c, books.homes[:1])[books.homes[0]]
    assert sorted((b["open_fen"], b["former"]) for b in found)[-1][1] == 0
    assert sum(b["open_fen"] for b in found) == 20_000


@pytest.mark.parametrize("wrong", [
    {"method": "guess"}, {"every": "week"}, {"unit": "li"}, {"rounding": "bank"}, {"due_day": 31}, {"price": -1},
    {"method": "share"}, {"method": "formula", "formula": "os"}, {"vacant_permille": 1001},
])
def test_a_rule_that_cannot_be_is_refused(books: Books, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="fee_rule_invalid"):
        rule(books, **wrong)


def test_a_month_that_is_none_is_refused(books: Books) -> None:
    with pytest.raises(Refusal, match="fee_rule_invalid"):
        acts.generate_bills(books.db, books.c, "2026-13")
