"""Late fees: integers, simple, by day, capped, quoted live, posted only when assessed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import clock
from server.errors import Refusal
from server.ledger import acts
from server.ledger.rules.late import Clause, accrued
from tests.ledger.conftest import ITEM, Books

WORDS = {
    "item": ITEM, "rate": 50, "grace_days": 0, "cap_permille": 300, "clause": "合同第九条", "since": "2020-01-01",
}
CLAUSE = Clause("c1", ITEM, 50, 0, 1000, "合同第九条", "2020-01-01", None)


@pytest.mark.parametrize(("principal", "paid", "on", "fen"), [
    (100_000, [], "2026-01-25", 0),  # the due day itself
    (100_000, [], "2026-01-26", 50),
    (100_000, [], "2026-02-04", 500),
    (100_000, [("2026-01-30", 60_000)], "2026-02-04", 5 * 0 + 50 * 4 + 20 * 6),
    (100_000, [("2026-01-30", 100_000)], "2026-12-31", 200),
    (100_000, [("2026-01-20", 100_000)], "2026-12-31", 0),
    (1_001, [], "2026-01-26", 1),  # 0.5005 fen, half up
    (999, [], "2026-01-26", 0),
    (100_000, [], "2046-01-25", 100_000),  # capped at the principal
])
def test_a_late_fee_runs_by_day_on_what_is_open(principal: int, paid: list[tuple[str, int]], on: str, fen: int) -> None:
    assert accrued(CLAUSE, principal, "2026-01-25", paid, on).fen == fen


def test_grace_start_and_end_of_the_clause_bound_the_days() -> None:
    quote = accrued(CLAUSE._replace(grace_days=5), 100_000, "2026-01-25", [], "2026-01-31")
    assert (quote.days, quote.fen) == (1, 50)
    assert accrued(CLAUSE._replace(since="2026-01-31"), 100_000, "2026-01-25", [], "2026-01-31").days == 1
    assert accrued(CLAUSE._replace(until="2026-01-28"), 100_000, "2026-01-25", [], "2026-12-31").days == 2


@given(
    principal=st.integers(1, 10**9), rate=st.integers(1, 300), days=st.integers(1, 4000),
    paid=st.lists(st.tuples(st.integers(-30, 4000), st.integers(1, 10**8)), max_size=5),
)
def test_it_equals_the_sum_over_the_days(principal: int, rate: int, days: int, paid: list[tuple[int, int]]) -> None:
    due, on = "2020-01-25", clock.add_days("2020-01-25", days)
    spent, moved = 0, []
    for at, fen in sorted(paid):
        fen = min(fen, principal - spent)
        if fen:
            moved.append((clock.add_days(due, at), fen))
            spent += fen
    total = 0
    for i in range(1, days + 1):
        day = clock.add_days(due, i)
        total += principal - sum(fen for when, fen in moved if when <= day)
    exact = Fraction(total * rate, 100_000)
    want = min((exact + Fraction(1, 2)).__floor__(), principal)
    assert accrued(CLAUSE._replace(rate=rate), principal, due, moved, on).fen == want


def test_without_a_clause_nothing_is_quoted(books: Books) -> None:
    books.bill()
    assert acts.quote_late_fees(books.db, books.c, books.homes, "2027-01-01")[books.homes[0]] == []


def test_a_quote_posts_nothing_until_it_is_assessed(books: Books) -> None:
    bill = books.bill(fen=100_000)
    books.act(acts.add_clause, **WORDS)
    quote = acts.quote_late_fees(books.db, books.c, books.homes, "2026-02-04")[books.homes[0]]
    assert [(q["bill"], q["fen"], q["days"]) for q in quote] == [(bill, 500, 10)]
    assert quote[0]["basis"] == "逾期 10 天，按未缴金额每日万分之5（合同第九条）"
    assert books.sums() == (100_000, 0)

    fee = books.act(acts.assess_late_fees, books.homes, on="2026-02-04")
    assert books.open() == {bill: 100_000, fee[0]: 500}
    assert books.act(acts.assess_late_fees, books.homes, on="2026-02-04") == []
    more = books.act(acts.assess_late_fees, books.homes, on="2026-02-05")
    assert books.open()[more[0]] == 50  # only what came since, and never a fee on the fee
    assert books.wrong() == []


def test_the_late_fee_is_paid_before_its_principal(books: Books) -> None:
    bill = books.bill(fen=100_000)
    later = books.bill(fen=100_000, period="2026-02")
    books.act(acts.add_clause, **WORDS)
    fee = books.act(acts.assess_late_fees, books.homes, on="2026-02-04")
    parts = books.pay(fen=100_600)["allocated"]
    assert parts == [{"bill": fee[0], "fen": 500}, {"bill": bill, "fen": 100_000}, {"bill": later, "fen": 100}]


def test_a_late_fee_reversed_can_be_assessed_again(books: Books) -> None:
    books.bill(fen=100_000)
    clause = books.act(acts.add_clause, **WORDS)
    fee = books.act(acts.assess_late_fees, books.homes, on="2026-02-04")
    books.act(acts.reverse_bill, fee[0], "协商")
    assert len(books.act(acts.assess_late_fees, books.homes, on="2026-02-04")) == 1
    books.act(acts.end_clause, clause, "2026-02-04")
    assert books.wrong() == []


@pytest.mark.parametrize("wrong", [
    {"rate": 0}, {"rate": 301}, {"cap_permille": 1001}, {"clause": " "}, {"grace_days": -1},
])
def test_a_clause_beyond_the_law_is_refused(books: Books, wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal, match="fee_rule_invalid"):
        books.act(acts.add_clause, **{**WORDS, **wrong})
