"""Refunds in two phases, and money between the company's own pockets."""

from __future__ import annotations

import pytest

from server import clock
from server.errors import Refusal
from server.ledger import acts
from tests.ledger.conftest import Books


def refused(code: str):  # type: ignore[no-untyped-def]
    return pytest.raises(Refusal, match=f"^{code}:")


def start(books: Books, payment: str, fen: int, asker: str = "clerk") -> str:
    return str(books.act(acts.start_refund, payment, fen, "多缴", asker, who="manager"))


def test_a_refund_of_credit_leaves_and_is_counted(books: Books) -> None:
    books.bill()
    paid = books.pay(fen=13_000)["payment"]
    refund = start(books, paid, 3_000)
    assert books.sums() == (0, 0)
    assert [row["id"] for row in acts.refunds_open(books.db, books.c)] == [refund]
    books.act(acts.end_refund, refund, "done")
    books.act(acts.end_refund, refund, "done")
    row = acts.takings(books.db, books.c, clock.today())[0]
    assert (row["fen"], row["reversed_fen"]) == (13_000, 3_000)
    assert acts.payment(books.db, books.c, paid)["state"] == "part_reversed"
    assert books.wrong() == []


def test_a_refund_of_allocated_money_opens_the_newest_bill(books: Books) -> None:
    old, new = books.bill(period="2026-01"), books.bill(period="2026-02")
    paid = books.pay(fen=20_000)["payment"]
    start(books, paid, 4_000)
    assert books.open() == {new: 4_000}
    assert old not in books.open()
    assert books.wrong() == []


def test_a_failed_refund_is_credit_again(books: Books) -> None:
    paid = books.pay(fen=5_000)["payment"]
    refund = start(books, paid, 5_000)
    bill = books.bill(fen=2_000)
    assert books.open() == {bill: 2_000}
    books.act(acts.end_refund, refund, "failed")
    assert books.sums() == (0, 3_000)
    with refused("refund_ended"):
        books.act(acts.end_refund, refund, "done")
    assert books.wrong() == []


def test_no_more_than_is_left_goes_back(books: Books) -> None:
    paid = books.pay(fen=5_000)["payment"]
    start(books, paid, 3_000)
    for fen in (2_001, 0, -1):
        with refused("refund_too_much"):
            start(books, paid, fen)
    books.undo(paid)  # what is left: 2,000
    with refused("refund_too_much"):
        start(books, paid, 1)
    assert books.wrong() == []


def test_the_asker_does_not_approve(books: Books) -> None:
    paid = books.pay(fen=5_000)["payment"]
    with refused("second_person"):
        start(books, paid, 1, asker="manager")
    with refused("payment_unknown"):
        start(books, "p9", 1)
    with refused("refund_unknown"):
        books.act(acts.end_refund, "z9", "done")


def test_cash_goes_to_the_bank_and_providers_settle(books: Books) -> None:
    books.pay(fen=500, channel="cash", who="小闫")
    books.pay(fen=10_000, channel="wechat")
    books.act(acts.bank_cash, "小闫", 500)
    books.act(acts.settle_channel, "wechat", 9_940, 60, "20260201")
    today = clock.today()
    closing = {row["account"]: row["closing"] for row in acts.trial_balance(books.db, books.c, today, today)}
    assert closing == {"1001.小闫": 0, "1002": 10_440, "1012.wechat": 0, "2203": -10_500, "6603": 60}
    for fen, fee in ((0, 0), (-5, 0), (5, -1)):
        with refused("payment_invalid"):
            books.act(acts.settle_channel, "wechat", fen, fee)
    assert books.wrong() == []
