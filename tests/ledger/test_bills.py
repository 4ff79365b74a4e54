"""Bills are facts: corrected by a reversing bill, waived by two persons."""

from __future__ import annotations

import pytest

from server.errors import Refusal
from server.ledger import acts
from tests.ledger.conftest import Books


def refused(code: str):  # type: ignore[no-untyped-def]
    return pytest.raises(Refusal, match=f"^{code}:")


def test_the_same_bill_twice_is_refused(books: Books) -> None:
    books.bill()
    with refused("bill_exists"):
        books.bill()


def test_a_correction_is_a_reversal_and_a_new_bill(books: Books) -> None:
    wrong = books.bill(fen=99_999)
    paid = books.pay(fen=5_000)
    books.act(acts.reverse_bill, wrong, "面积录错")
    assert books.sums() == (0, 5_000)
    right = books.bill(fen=8_000)
    assert books.open() == {right: 3_000}
    assert [b["bill"] for b in acts.bills_of(books.db, books.c, books.homes[0])] == [right]
    assert acts.receipt(books.db, books.c, paid["receipt"])["items"][0]["bill"] == right
    assert books.wrong() == []


def test_a_bill_is_reversed_once_and_a_reversal_never(books: Books) -> None:
    bill = books.bill()
    back = books.act(acts.reverse_bill, bill, "错")
    with refused("bill_reversed"):
        books.act(acts.reverse_bill, bill, "错")
    with refused("bill_unknown"):
        books.act(acts.reverse_bill, back, "错")


def test_a_bill_of_nothing_stands_without_an_entry(books: Books) -> None:
    bill = books.bill(fen=0)
    books.act(acts.reverse_bill, bill, "错")
    assert books.db.all("select entry from seal") == []
    assert books.wrong() == []


def test_a_waiver_needs_a_second_person(books: Books) -> None:
    bill = books.bill()
    ask = books.act(acts.ask_waiver, bill, 4_000, "漏水", who="clerk")
    with refused("second_person"):
        books.act(acts.answer_waiver, ask, True, who="clerk")
    assert [row["id"] for row in acts.waivers_asked(books.db, books.c)] == [ask]
    assert books.act(acts.answer_waiver, ask, True, who="manager")
    assert books.open() == {bill: 6_000}
    with refused("waiver_answered"):
        books.act(acts.answer_waiver, ask, True, who="manager")
    assert books.wrong() == []


def test_a_refused_waiver_changes_nothing(books: Books) -> None:
    bill = books.bill()
    ask = books.act(acts.ask_waiver, bill, 4_000, "漏水", who="clerk")
    assert books.act(acts.answer_waiver, ask, False, who="manager") is None
    assert books.open() == {bill: 10_000}
    assert acts.waivers_asked(books.db, books.c) == []


def test_a_waiver_after_full_payment_gives_the_money_back_as_credit(books: Books) -> None:
    bill = books.bill()
    books.pay()
    books.waive(bill, 4_000)
    assert books.sums() == (0, 4_000)
    assert books.wrong() == []


def test_no_more_than_the_bill_can_be_waived(books: Books) -> None:
    bill = books.bill()
    books.waive(bill, 9_000)
    for fen in (1_001, 0, -1):
        with refused("waiver_too_much"):
            books.waive(bill, fen)
    assert books.open() == {bill: 1_000}


def test_a_waiver_undone_asks_again(books: Books) -> None:
    bill = books.bill()
    books.waive(bill, 4_000)
    assert books.act(acts.revoke_waiver, bill) == 4_000
    assert books.open() == {bill: 10_000}
    assert books.wrong() == []
