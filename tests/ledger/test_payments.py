"""The one door for money: nothing that came in is lost, doubled or refused."""

from __future__ import annotations

import pytest

from server.errors import Refusal
from server.ledger import acts
from tests.ledger.conftest import Books


def refused(code: str):  # type: ignore[no-untyped-def]
    return pytest.raises(Refusal, match=f"^{code}:")


def test_money_settles_the_oldest_debt_first(books: Books) -> None:
    new, old = books.bill(period="2026-03"), books.bill(period="2026-01")
    done = books.pay(fen=12_000)
    assert done["allocated"] == [{"bill": old, "fen": 10_000}, {"bill": new, "fen": 2_000}]
    assert books.open() == {new: 8_000}


def test_money_follows_its_designation_then_the_oldest_debt(books: Books) -> None:
    old, new = books.bill(period="2026-01"), books.bill(period="2026-03")
    done = books.pay(fen=12_000, bills=[new])
    assert done["allocated"] == [{"bill": new, "fen": 10_000}, {"bill": old, "fen": 2_000}]


def test_what_is_left_is_prepayment_and_settles_the_next_bill(books: Books) -> None:
    books.bill()
    assert books.pay(fen=13_000)["prepayment_fen"] == 3_000
    assert books.sums() == (0, 3_000)
    later = books.bill(period="2026-02")
    assert books.open() == {later: 7_000}
    assert books.sums() == (7_000, 0)


def test_money_without_any_bill_is_prepayment(books: Books) -> None:
    assert books.pay(fen=1)["allocated"] == []
    assert books.sums() == (0, 1)


def test_paying_a_paid_bill_is_never_refused(books: Books) -> None:
    bill = books.bill()
    books.pay(bills=[bill])
    assert books.pay(bills=[bill])["prepayment_fen"] == 10_000
    assert books.sums() == (0, 10_000)


def test_the_same_again_answers_the_same_and_books_nothing(books: Books) -> None:
    books.bill(period="2026-01")
    first = books.pay(fen=12_000, number="4200001")
    books.bill(period="2026-02")  # what was left is allocated since; the answer stays
    again = books.pay(fen=12_000, number="4200001")
    assert again == {**first, "replayed": True}
    assert books.db.one("select count(*) as n from payment where community = 'C1'") == {"n": 1}


@pytest.mark.parametrize("other", [
    {"fen": 9_999}, {"home": 1}, {"happened_on": "2026-02-02"}, {"bills": ["b00000001"]},
])
def test_the_same_number_with_other_content_is_refused(books: Books, other: dict[str, object]) -> None:
    books.bill()
    books.pay(number="4200001")
    with refused("payment_differs"):
        books.pay(number="4200001", **other)  # type: ignore[arg-type]


def test_the_same_number_on_another_channel_is_another_payment(books: Books) -> None:
    assert books.pay(number="7")["payment"] != books.pay(number="7", channel="alipay")["payment"]


def test_receipts_are_numbered_within_the_community(books: Books) -> None:
    assert [books.pay(home=i)["receipt"] for i in (0, 1)] == ["001-00000001", "001-00000002"]


@pytest.mark.parametrize("wrong", [
    {"fen": 0}, {"fen": -5}, {"fen": True}, {"fen": 1.5}, {"fen": 10**14}, {"channel": "gold"}, {"number": "x" * 201},
    {"happened_on": "2026-02-30"}, {"happened_on": "2099-01-01"}, {"happened_on": "1970-01-01"},
])
def test_impossible_payments_are_refused(books: Books, wrong: dict[str, object]) -> None:
    with refused("payment_invalid"):
        books.pay(**wrong)  # type: ignore[arg-type]
    assert books.sums() == (0, 0)


def test_a_bill_of_another_home_cannot_be_designated(books: Books) -> None:
    other = books.bill(home=1)
    with refused("bill_unknown"):
        books.pay(bills=[other])


def test_the_largest_amount_is_kept_exactly(books: Books) -> None:
    books.bill(fen=999_999_999)
    assert books.pay(fen=999_999_999)["prepayment_fen"] == 0


def test_undoing_opens_the_bills_again(books: Books) -> None:
    old, new = books.bill(period="2026-01"), books.bill(period="2026-02")
    paid = books.pay(fen=25_000)
    done = books.undo(paid["payment"], on="2026-02-03")
    assert done["undone"] == [{"bill": new, "fen": 10_000}, {"bill": old, "fen": 10_000}]
    assert books.sums() == (20_000, 0)
    assert acts.receipts(books.db, books.c, books.homes[0])[0]["state"] == "reversed"
    assert books.wrong() == []


def test_undoing_twice_is_refused(books: Books) -> None:
    paid = books.pay()["payment"]
    books.undo(paid)
    with refused("payment_reversed"):
        books.undo(paid)


def test_undoing_needs_a_reason_and_a_payment(books: Books) -> None:
    paid = books.pay()["payment"]
    with refused("reason_needed"):
        books.undo(paid, reason=" ")
    with refused("payment_unknown"):
        books.undo("p99999999")


def test_after_an_undo_other_credit_steps_in(books: Books) -> None:
    bill = books.bill()
    first = books.pay()["payment"]
    books.pay()  # all credit
    books.undo(first)
    assert books.open() == {}
    assert books.sums() == (0, 0)
    assert bill


def test_a_reversed_number_may_not_be_booked_again_as_new(books: Books) -> None:
    paid = books.pay(number="1")
    books.undo(paid["payment"])
    assert books.pay(number="1")["replayed"]
    assert books.sums() == (0, 0)


def test_credit_moves_to_another_home_and_settles_there(books: Books) -> None:
    bill = books.bill(home=1)
    books.pay(fen=15_000)
    books.act(acts.move_credit, books.homes[0], books.homes[1], 12_000, "两套房")
    assert books.sums(0) == (0, 3_000)
    assert books.sums(1) == (0, 2_000)
    assert bill not in books.open(1)
    assert books.wrong() == []


def test_undoing_brings_moved_credit_home_first(books: Books) -> None:
    books.bill(home=1)
    paid = books.pay(fen=15_000)["payment"]
    books.act(acts.move_credit, books.homes[0], books.homes[1], 12_000, "两套房")
    books.undo(paid)
    assert books.sums(0) == (0, 0)
    assert books.sums(1) == (10_000, 0)
    assert books.wrong() == []


def test_more_credit_than_there_is_cannot_move(books: Books) -> None:
    books.pay(fen=100)
    for fen in (101, 0, -1):
        with refused("credit_short"):
            books.act(acts.move_credit, books.homes[0], books.homes[1], fen, "x")


def test_an_undesignated_payment_leaves_a_former_owners_debt_alone(books: Books) -> None:
    from server.estate import acts as estate

    old = books.bill(period="2025-01")
    books.act(estate.change_owner, books.homes[0], "新业主", ["19900001111"], "2025-06-01")
    mine = books.bill(period="2025-07")
    assert books.pay(fen=15_000)["allocated"] == [{"bill": mine, "fen": 10_000}]
    assert books.open() == {old: 10_000}
    rows = acts.open_bills(books.db, books.c, books.homes[:1])[books.homes[0]]
    assert rows[0]["former"] == 1
    assert books.pay(fen=5_000, bills=[old])["allocated"] == [{"bill": old, "fen": 5_000}]


def test_a_payment_touches_home_period_and_day(books: Books) -> None:
    books.bill()
    with books.db.write(books.c) as pen:
        acts.record_payment(
            pen, channel="cash", transaction_id="1", home=books.homes[0], fen=5, happened_on="2026-02-01", who="u"
        )
        assert {("household", books.homes[0]), ("progress", "2026-01"), ("takings", pen.day)} <= pen.touched


def test_cash_lies_with_its_cashier(books: Books) -> None:
    books.pay(fen=70, channel="cash", who="小闫")
    found = books.db.all("select account, fen from line where community = 'C1' order by seq")
    assert found[0] == {"account": "1001.小闫", "fen": 70}


def test_takings_count_the_day_by_channel(books: Books) -> None:
    from server import clock

    books.pay(fen=70, channel="cash")
    books.pay(fen=30, channel="cash")
    books.undo(books.pay(fen=5, channel="pos")["payment"])
    rows = {row["channel"]: row for row in acts.takings(books.db, books.c, clock.today())}
    assert (rows["cash"]["fen"], rows["cash"]["payments"]) == (100, 2)
    assert (rows["pos"]["fen"], rows["pos"]["reversed_fen"]) == (5, 5)


def test_payments_are_found_by_number_label_transaction_and_amount(books: Books) -> None:
    paid = books.pay(fen=12_345, number="4200009", label="SJ0001")
    for text in (paid["receipt"], "SJ0001", "4200009", "123.45", "￥123.45", paid["payment"]):
        assert [row["payment"] for row in acts.find_payments(books.db, books.c, text)] == [paid["payment"]]
    for text in ("", "没有", "123.456", "１２３"):
        assert acts.find_payments(books.db, books.c, text) == []


def test_pages_of_payments_go_from_the_newest_to_the_first(books: Books) -> None:
    made = [books.pay()["payment"] for _ in range(5)]
    first = acts.payments_page(books.db, books.c, size=3)
    second = acts.payments_page(books.db, books.c, first["next"], size=3)
    assert [row["payment"] for row in first["payments"] + second["payments"]] == made[::-1]
    assert second["next"] == ""
    assert [row["payment"] for row in acts.payments_since(books.db, books.c, made[2])] == made[3:]
