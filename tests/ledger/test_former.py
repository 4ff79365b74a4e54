"""Money whose owner left, or whose payer nobody found: whose it is, how it goes back, what the books then say."""

from __future__ import annotations

import pytest

from server.errors import Refusal
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.ledger.acts import former
from tests.ledger.conftest import Books


def moved(books: Books, on: str = "2026-05-01") -> None:
    books.act(estate.change_owner, books.homes[0], "新业主", ["19911112222"], on)


def test_what_an_owner_who_moved_out_had_paid_settles_nothing_of_the_next_one(books: Books) -> None:
    done = books.pay(fen=30_000, happened_on="2026-02-01")
    moved(books)
    books.bill(period="2026-06")
    assert books.sums() == (10_000, 30_000)
    (row,) = former.former_credit(books.db, books.c)
    assert (row["fen"], row["receipt_no"], row["owner"], row["left_on"]) == (
        30_000, done["receipt"], "业主0", "2026-05-01"
    )
    assert books.wrong() == []


def test_what_the_next_owner_pays_himself_is_his(books: Books) -> None:
    moved(books)
    books.pay(fen=30_000, happened_on="2026-05-01")
    books.bill(period="2026-06")
    assert books.sums() == (0, 20_000)
    assert former.former_credit(books.db, books.c) == []


def test_an_owner_who_stays_keeps_the_credit_when_another_leaves(books: Books) -> None:
    books.pay(fen=30_000, happened_on="2026-02-01")
    assert former.former_credit(books.db, books.c) == []
    books.bill(period="2026-03")
    assert books.sums() == (0, 20_000)


def test_the_credit_of_the_one_who_left_is_refunded_to_him(books: Books) -> None:
    done = books.pay(fen=30_000, happened_on="2026-02-01")
    moved(books)
    refund = books.act(ledger.start_refund, done["payment"], 30_000, "过户结清", "cashier", who="manager")
    books.act(ledger.end_refund, refund, "done")
    assert former.former_credit(books.db, books.c) == []
    assert books.sums() == (0, 0)
    assert books.wrong() == []


def test_the_next_owner_takes_it_over_by_agreement_with_a_reason(books: Books) -> None:
    done = books.pay(fen=30_000, happened_on="2026-02-01")
    moved(books)
    books.bill(period="2026-06")
    with pytest.raises(Refusal, match="reason"):
        books.act(former.take_over, done["payment"], books.homes[0], " ")
    assert books.act(former.take_over, done["payment"], books.homes[0], "双方签字，随房转让") == 30_000
    assert books.sums() == (0, 20_000)
    assert former.former_credit(books.db, books.c) == []
    with pytest.raises(Refusal, match="not_found"):
        books.act(former.take_over, done["payment"], books.homes[0], "再一次")
    assert books.wrong() == []


# --- an unknown payer --------------------------------------------------------


def held(books: Books) -> str:
    words = {"channel": "transfer", "transaction_id": "b1", "fen": 50_000, "happened_on": "2026-02-01"}
    return str(books.act(ledger.hold_payment, **words)["suspense"])


def balances(books: Books) -> dict[str, int]:
    rows = ledger.trial_balance(books.db, books.c, "2000-01-01", "2999-12-31")
    return {row["account"]: row["closing"] for row in rows if row["closing"]}


def test_money_of_an_unknown_payer_goes_back_with_reason_second_person_and_voucher(books: Books) -> None:
    suspense = held(books)
    assert balances(books) == {"1002": 50_000, "2241.suspense": -50_000}
    ask = books.act(former.ask_return, suspense, "查不到付款人，原路退回")
    with pytest.raises(Refusal, match="second_person"):
        books.act(former.answer_return, ask, True)
    with pytest.raises(Refusal, match="refund_waits"):
        books.act(former.return_suspense, ask, "HT-1", "2026-02-05")
    books.act(former.answer_return, ask, True, who="manager")
    with pytest.raises(Refusal, match="voucher_needed"):
        books.act(former.return_suspense, ask, " ", "2026-02-05")
    assert books.act(former.return_suspense, ask, "HT-1", "2026-02-05")
    assert books.act(former.return_suspense, ask, "HT-1", "2026-02-05") == 0
    assert balances(books) == {}
    assert former.waiting(books.db, books.c) == []
    assert [row["voucher"] for row in former.returns(books.db, books.c)] == ["HT-1"]
    assert books.wrong() == []


def test_what_went_back_cannot_be_found_or_returned_again(books: Books) -> None:
    suspense = held(books)
    ask = books.act(former.ask_return, suspense, "退回")
    books.act(former.answer_return, ask, True, who="manager")
    books.act(former.return_suspense, ask, "HT-1", "2026-02-05")
    for verb, args in ((former.found, (suspense, books.homes[0])), (former.ask_return, (suspense, "再退"))):
        with pytest.raises(Refusal, match="suspense_returned"):
            books.act(verb, *args)


def test_a_payer_who_is_found_meanwhile_stops_the_return(books: Books) -> None:
    suspense = held(books)
    ask = books.act(former.ask_return, suspense, "退回")
    books.act(former.answer_return, ask, True, who="manager")
    books.act(former.found, suspense, books.homes[0])
    with pytest.raises(Refusal, match="not_found"):
        books.act(former.return_suspense, ask, "HT-1", "2026-02-05")
    assert books.sums()[1] == 50_000


def test_a_return_that_was_declined_may_be_asked_again(books: Books) -> None:
    suspense = held(books)
    first = books.act(former.ask_return, suspense, "退回")
    with pytest.raises(Refusal, match="refund_waits"):
        books.act(former.ask_return, suspense, "退回")
    books.act(former.answer_return, first, False, who="manager")
    assert books.act(former.ask_return, suspense, "确实查不到") != first
    assert [row["ask"]["reason"] for row in former.waiting(books.db, books.c)] == ["确实查不到"]
