"""Whatever happens in whatever order: the books balance and every kept sum is the sum of its facts."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.db import Db
from server.errors import Refusal
from server.ledger import acts
from server.ledger.rules.money import OpenBill, age_bucket, age_names, allocate, book_date
from tests.ledger.conftest import Books

QUICK = settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
fresh = count(1)
amounts = st.integers(1, 30_000)


def new_books(db: Db, community: str) -> Books:
    """Fresh homes in the same database for each example."""
    n = next(fresh)
    with db.write(community) as pen:
        from server.estate import acts as estate

        made = estate.put_homes(pen, [
            {"building": f"{n}", "unit": "1", "room": f"{i}01", "area": 10_000, "owners": [], "tenants": []}
            for i in (1, 2)
        ])["ids"]
    return Books(db, community, list(made.values()))


payments = st.lists(
    st.tuples(amounts, st.one_of(st.none(), st.integers(0, 3))), min_size=1, max_size=6
)


@QUICK
@given(events=payments, orders=st.randoms(use_true_random=False), repeats=st.integers(0, 3))
def test_any_order_of_the_same_payments_with_repeats_gives_the_same_balances(
    db: Db, community: str, events: list[tuple[int, int | None]], orders: Any, repeats: int
) -> None:
    results = []
    for _ in range(2):
        books = new_books(db, community)
        bills = [books.bill(period=f"2026-0{m}", fen=7_000 + m) for m in range(1, 5)]
        play = list(enumerate(events)) + list(enumerate(events))[:repeats]
        orders.shuffle(play)
        for i, (fen, named) in play:
            books.pay(fen=fen, number=f"{books.homes[0]}-{i}", bills=[bills[named]] if named is not None else ())
        open_fen = books.open()
        results.append((books.sums(), [open_fen.get(bill, 0) for bill in bills]))
    assert results[0] == results[1]


steps = st.lists(
    st.tuples(
        st.sampled_from(["bill", "pay", "undo", "reverse", "waive", "move", "revoke"]), amounts, st.integers(0, 9)
    ),
    min_size=1, max_size=14,
)


def play(books: Books, bills: list[str], paid: list[str], n: int, verb: str, fen: int, pick: int) -> None:
    """One step; IndexError where there is nothing to do it to."""
    home = pick % 2
    if verb == "bill":
        bills.append(books.bill(home=home, period=f"20{10 + n}-01", fen=fen))
    elif verb == "pay":
        paid.append(books.pay(home=home, fen=fen, number=f"{books.homes[0]}/{n}")["payment"])
    elif verb == "undo":
        books.undo(paid[pick % max(1, len(paid))])
    elif verb == "move":
        books.act(acts.move_credit, books.homes[home], books.homes[1 - home], fen, "两套房")
    else:
        bill = bills[pick % max(1, len(bills))]
        acting = {
            "reverse": lambda: books.act(acts.reverse_bill, bill, "算错"), "waive": lambda: books.waive(bill, fen),
            "revoke": lambda: books.act(acts.revoke_waiver, bill),
        }
        acting[verb]()


@QUICK
@given(steps=steps)
def test_whatever_is_done_the_books_verify(db: Db, community: str, steps: list[tuple[str, int, int]]) -> None:
    books = new_books(db, community)
    bills: list[str] = []
    paid: list[str] = []
    for n, (verb, fen, pick) in enumerate(steps):
        with suppress(Refusal, IndexError):
            play(books, bills, paid, n, verb, fen, pick)
    assert books.wrong() == []
    rows = db.all("select settled_fen, waived_fen, open_fen, fen from owed where community = :c", c=community)
    assert all(0 <= r["settled_fen"] <= r["fen"] - r["waived_fen"] for r in rows)
    assert db.one("select coalesce(sum(fen), 0) as fen from line where community = :c", c=community) == {"fen": 0}
    for home in (0, 1):  # nobody has credit and an open bill of his own at once
        outstanding, prepaid = books.sums(home)
        assert not (outstanding and prepaid)


open_bills = st.lists(
    st.builds(
        OpenBill, bill=st.uuids().map(str), home=st.just("h"),
        item=st.sampled_from(["物业服务费", "违约金", "催收费用"]),
        period=st.just("2026-01"), due=st.just("2026-01-25"), open_fen=st.integers(1, 1000),
        debt_due=st.sampled_from(["2026-01-25", "2026-02-25"]), former=st.booleans(),
    ), max_size=8,
)


@given(fen=st.integers(1, 5000), bills=open_bills, data=st.data())
def test_allocation_gives_no_more_than_there_is_or_is_owed(fen: int, bills: list[OpenBill], data: Any) -> None:
    named = data.draw(st.lists(st.sampled_from([b.bill for b in bills]), max_size=3)) if bills else []
    parts = allocate(fen, bills, named)
    assert sum(part for _, part in parts) == min(fen, sum(b.open_fen for b in bills if not b.former or b.bill in named))
    assert all(0 < part <= bill.open_fen for bill, part in parts)
    assert len({bill.bill for bill, _ in parts}) == len(parts)
    assert allocate(fen, bills[::-1], named) == parts


def test_costs_come_before_late_fees_before_principal_within_a_debt() -> None:
    def bill(item: str, debt_due: str) -> OpenBill:
        return OpenBill(item + debt_due, "h", item, "2026-01", debt_due, 10, debt_due)

    bills = [bill(item, "2026-01-25") for item in ("物业服务费", "违约金", "催收费用")] + [bill("违约金", "2025-01-25")]
    assert [b.item for b, _ in allocate(40, bills)] == ["违约金", "催收费用", "违约金", "物业服务费"]


@pytest.mark.parametrize(("due", "bucket"), [
    ("2026-02-01", ""), ("2026-01-31", "0-30"), ("2026-01-02", "0-30"), ("2026-01-01", "31-60"),
    ("2025-12-03", "31-60"), ("2025-12-02", "61-90"), ("2025-02-01", "181-365"), ("2025-01-31", "over-365"),
])
def test_ages_of_debt(due: str, bucket: str) -> None:
    assert age_bucket(due, "2026-02-01") == bucket
    assert bucket in ["", *age_names()]


@pytest.mark.parametrize(("closed", "imported", "day"), [
    (None, False, "2026-02-01"), (None, True, "2026-01-05"), ("2026-01-31", True, "2026-02-01"),
    ("2026-01-31", False, "2026-02-01"), ("2026-02-01", False, "2026-02-02"), ("2026-02-28", False, "2026-03-01"),
])
def test_the_book_day_is_the_open_day_except_for_imports_before_the_first_close(
    closed: str | None, imported: bool, day: str
) -> None:
    assert book_date("2026-01-05", closed, "2026-02-01", imported) == day
