"""Money whose owner left, or whose payer nobody found: whose it is, how it goes back, what the books then say."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from server import clock
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
    assert books.sums() == (10_000, 0)
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
    for verb, args in ((ledger.found_home, (suspense, books.homes[0])), (former.ask_return, (suspense, "再退"))):
        with pytest.raises(Refusal, match="suspense_returned"):
            books.act(verb, *args)


def test_a_payer_who_is_found_meanwhile_stops_the_return(books: Books) -> None:
    suspense = held(books)
    ask = books.act(former.ask_return, suspense, "退回")
    books.act(former.answer_return, ask, True, who="manager")
    books.act(ledger.found_home, suspense, books.homes[0])
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


# --- whose credit it is after it was moved or taken over ---------------------


def test_credit_of_an_owner_who_left_is_not_moved_as_the_present_owners(books: Books) -> None:
    books.pay(fen=30_000, happened_on="2026-02-01")
    moved(books)
    with pytest.raises(Refusal, match="credit_short"):
        books.act(ledger.move_credit, books.homes[0], books.homes[1], 20_000, "同一家人")
    books.pay(fen=5_000, happened_on="2026-05-02")
    assert books.act(ledger.move_credit, books.homes[0], books.homes[1], 5_000, "同一家人") == 5_000
    (row,) = former.former_credit(books.db, books.c)
    assert row["fen"] == 30_000
    assert books.wrong() == []


def test_a_homes_prepayment_is_the_present_owners_and_the_former_ones_has_a_name_of_its_own(books: Books) -> None:
    books.pay(fen=30_000, happened_on="2026-02-01")
    moved(books)
    books.pay(fen=5_000, happened_on="2026-05-02")
    found = ledger.sums(books.db, books.c, books.homes[:2])
    assert (found[books.homes[0]]["prepaid_fen"], found[books.homes[0]]["former_prepaid_fen"]) == (5_000, 30_000)
    assert (found[books.homes[1]]["prepaid_fen"], found[books.homes[1]]["former_prepaid_fen"]) == (0, 0)


def test_credit_that_was_moved_to_a_home_belongs_to_who_owns_it_then(books: Books) -> None:
    books.pay(home=1, fen=30_000, happened_on="2026-02-01")
    moved(books)
    books.act(ledger.move_credit, books.homes[1], books.homes[0], 30_000, "同一家人新买的一套")
    assert former.former_credit(books.db, books.c) == []
    books.bill(period="2026-06")
    assert books.sums() == (0, 20_000)


def test_what_an_owner_took_over_is_his_when_he_leaves_too(books: Books) -> None:
    done = books.pay(fen=30_000, happened_on="2026-02-01")
    moved(books)
    books.act(former.take_over, done["payment"], books.homes[0], "双方签字")
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        leaves = clock.today()
        books.act(estate.change_owner, books.homes[0], "第三位业主", ["19911113333"], leaves)
        (row,) = former.former_credit(books.db, books.c)
        assert (row["fen"], row["owner"], row["left_on"]) == (30_000, "新业主", leaves)
        assert books.act(former.take_over, done["payment"], books.homes[0], "又一次双方签字") == 30_000
        assert former.former_credit(books.db, books.c) == []


def test_a_transaction_that_went_back_is_not_booked_as_a_payment_later(books: Books) -> None:
    suspense = held(books)
    ask = books.act(former.ask_return, suspense, "退回")
    books.act(former.answer_return, ask, True, who="manager")
    books.act(former.return_suspense, ask, "HT-1", "2026-02-05")
    with pytest.raises(Refusal, match="suspense_returned"):
        books.pay(fen=50_000, number="b1", channel="transfer")
    assert balances(books) == {}
    assert ledger.suspense_open(books.db, books.c) == []


def test_one_id_asks_for_one_return(books: Books) -> None:
    first = held(books)
    second = books.act(ledger.hold_payment, channel="transfer", transaction_id="b2", fen=7, happened_on="2026-02-01")
    ask = books.act(former.ask_return, first, "退回", "同一个编号")
    assert books.act(former.ask_return, first, "退回", "同一个编号") == ask
    with pytest.raises(Refusal, match="idempotency_reuse"):
        books.act(former.ask_return, second["suspense"], "退回", "同一个编号")
