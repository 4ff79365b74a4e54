"""The provider's bill of a day: rows missing, extra, different, of another day, cut, empty, read twice."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from server import clock
from server.errors import Refusal
from server.ledger import acts as ledger
from server.pay import acts as pay
from server.pay.rules import recon as rules
from tests.money.conftest import House

CHANNELS = ["wechat", "alipay"]
TODAY = clock.today()
LATER = f"{clock.add_days(TODAY, 2)}T04:00:00.000000Z"


def read(house: House, channel: str = "wechat", day: str = TODAY) -> dict[str, int]:
    found: dict[str, int] = pay.read_bill(house.db, house.cfg, house.c, f"sim-{channel}", day, now=LATER)["verdicts"]
    return found


def paid(house: House, channel: str, home: int = 0, tell: bool = True) -> dict[str, Any]:
    order = house.order(channel, home)
    house.pay(order, tell)
    return house.paid(order) if tell else order


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_day_that_agrees_is_matched_and_may_be_closed(house: House, channel: str) -> None:
    paid(house, channel)
    with pytest.raises(Refusal, match="day_not_ready"), house.db.write(house.c, who="cashier") as pen:
        ledger.close_day(pen, TODAY)
    assert read(house, channel) == {"matched": 1}
    assert read(house, channel) == {"matched": 1}
    found = pay.reconciliation(house.db, house.c, TODAY)
    assert found["merchants"][0]["expected_fen"] == 22_345 - rules.fee(22_345, 60)
    with house.db.write(house.c, who="cashier") as pen:
        ledger.close_day(pen, TODAY)


@pytest.mark.parametrize("channel", CHANNELS)
def test_money_that_stands_only_in_the_bill_is_booked(house: House, channel: str) -> None:
    order = paid(house, channel, tell=False)
    assert read(house, channel) == {"booked": 1}
    assert house.state(order) == "paid"
    assert read(house, channel) == {"matched": 1}
    assert len(house.payments()) == 1
    house.sound()


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_row_the_bill_lacks_holds_up_the_closing_until_it_is_explained(house: House, channel: str) -> None:
    order = paid(house, channel)
    house.play.book.faults["bill_missing"] = 1
    assert read(house, channel) == {"local_only": 1}
    assert pay.day_blocks(house.db, house.c, TODAY)
    row = pay.reconciliation(house.db, house.c, TODAY)["rows"][0]
    with house.db.write(house.c, who="cashier") as pen:
        pay.explain(pen, f"sim-{channel}", TODAY, "payment", row["id"], "渠道次日补账，已电话核实")
    assert pay.day_blocks(house.db, house.c, TODAY) == []
    assert order["transaction_id"] == row["id"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_row_of_an_order_nobody_knows_goes_to_suspense(house: House, channel: str) -> None:
    paid(house, channel)
    house.play.book.faults["bill_extra"] = 1
    assert read(house, channel) == {"matched": 1, "booked": 1}
    assert len(ledger.suspense_open(house.db, house.c)) == 1
    assert read(house, channel) == {"matched": 1}
    house.sound()


@pytest.mark.parametrize("channel", CHANNELS)
def test_another_amount_in_the_bill_is_shown_and_changes_no_booking(house: House, channel: str) -> None:
    paid(house, channel)
    house.play.book.faults["bill_differs"] = 1
    assert read(house, channel) == {"amount": 1}
    assert house.payments()[0]["fen"] == 22_345
    assert pay.reconciliation(house.db, house.c, TODAY)["open"] == 1


@pytest.mark.parametrize(
    ("channel", "fault"), [("wechat", "bill_sha1"), ("wechat", "bill_cut"), ("alipay", "bill_cut")]
)
def test_half_a_bill_changes_nothing(house: House, channel: str, fault: str) -> None:
    paid(house, channel, tell=False)
    house.play.book.faults[fault] = 1
    with pytest.raises(Refusal, match="recon_unread"):
        read(house, channel)
    assert house.payments() == []
    assert read(house, channel) == {"booked": 1}


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_empty_day_reconciles(house: House, channel: str) -> None:
    assert read(house, channel, clock.add_days(TODAY, -5)) == {}
    assert pay.day_blocks(house.db, house.c, TODAY) == []


def test_a_bill_is_not_asked_for_before_ten_oclock_of_the_next_day(house: House) -> None:
    with pytest.raises(Refusal, match="recon_not_yet"):
        pay.read_bill(house.db, house.cfg, house.c, "sim-wechat", TODAY)


def test_a_row_that_crossed_midnight_is_a_shift_of_date_and_no_difference(house: House) -> None:
    order = paid(house, "wechat")
    trade = house.trade(order)
    assert trade.paid_at is not None
    trade.paid_at = trade.paid_at.replace(year=trade.paid_at.year) + __import__("datetime").timedelta(days=1)
    tomorrow = clock.add_days(TODAY, 1)
    assert read(house, "wechat", TODAY) == {"local_only": 1}
    later = f"{clock.add_days(TODAY, 3)}T04:00:00.000000Z"
    found = pay.read_bill(house.db, house.cfg, house.c, "sim-wechat", tomorrow, now=later)["verdicts"]
    assert found == {"date_shift": 1}
    assert pay.day_blocks(house.db, house.c, tomorrow) == []


def test_a_refund_in_the_bill_agrees_with_ours(house: House) -> None:
    order = paid(house, "wechat")
    with house.db.write(house.c, who="cashier") as pen:
        refund = pay.ask_refund(pen, order["payment"], 345, "多付")
    house.play.book.faults["lost"] = 1
    with house.db.write(house.c, who="manager") as pen:
        pay.answer_refund(pen, refund, True)
    pay.send_refund(house.db, house.cfg, house.c, refund)
    assert read(house) == {"matched": 1, "booked": 1}
    assert pay.refund(house.db, house.c, refund)["state"] == "done"
    assert read(house) == {"matched": 2}
    house.sound()


def test_the_settlement_with_its_fee_is_posted_once(house: House) -> None:
    paid(house, "wechat")
    read(house)
    fee = rules.fee(22_345, 60)
    for _ in range(2):
        with house.db.write(house.c, who="cashier") as pen:
            assert pay.settle_day(pen, "sim-wechat", TODAY, 22_345 - fee)["difference_fen"] == 0
    assert house.balances()["1002"] == 22_345 - fee
    assert house.balances()["6603"] == fee
    assert "1012.wechat" not in house.balances()
    with pytest.raises(Refusal, match="payment_differs"), house.db.write(house.c, who="cashier") as pen:
        pay.settle_day(pen, "sim-wechat", TODAY, 1)


def test_a_fee_that_was_not_agreed_is_a_difference() -> None:
    ours = rules.Ours(100_000, "2026-11-21")
    assert rules.verdict(100_000, True, 600, "2026-11-21", ours, 60) == "matched"
    assert rules.verdict(100_000, True, 601, "2026-11-21", ours, 60) == "matched"
    assert rules.verdict(100_000, True, 1_000, "2026-11-21", ours, 60) == "fee"
    assert rules.verdict(100_000, False, 600, "2026-11-21", ours) == "status"


def test_cash_of_the_door_is_handed_over_and_counted_before_the_day_closes(house: House) -> None:
    house.books.pay(0, 10_000, channel="cash", who="collector", happened_on="2026-11-20")
    with house.db.write(house.c, who="cashier") as pen:
        assert pay.hand_over(pen, "collector", "cashier", 9_000, "h1") == 9_000
        pay.hand_over(pen, "collector", "cashier", 9_000, "h1")
        assert pay.count_cash(pen, "cashier", 8_900)["difference_fen"] == -100
    held = {row["holder"]: row["fen"] for row in pay.cash_held(house.db, house.c)}
    assert held == {"collector": 1_000, "cashier": 9_000}
    assert pay.day_blocks(house.db, house.c, TODAY)
    with house.db.write(house.c, who="cashier") as pen:
        pay.count_cash(pen, "collector", 1_000)
    assert pay.day_blocks(house.db, house.c, TODAY) == []
    with pytest.raises(Refusal, match="cash_nothing"), house.db.write(house.c, who="cashier") as pen:
        pay.hand_over(pen, "collector", "cashier", 1_001)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_bill_imported_twice_books_and_changes_nothing_the_second_time(house: House, channel: str) -> None:
    paid(house, channel, tell=False)
    first = read(house, channel)
    books = house.balances(), house.payments()
    assert read(house, channel) == {"matched": first["booked"]}
    assert (house.balances(), house.payments()) == books
    house.sound()


def test_alipays_bill_in_gbk_is_read_with_names_beyond_gbk(house: House) -> None:
    from server.sim import bills

    order = house.order("alipay")
    trade = house.pay(order, tell=False)
    trade.subject = '锦绣花园 𠮷祥阁，"1-1-101" 物业费'
    archive = zipfile.ZipFile(io.BytesIO(bills.alipay(house.play.book, TODAY)))
    body = archive.read(archive.namelist()[0])
    assert "支付宝交易号".encode("gbk") in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    assert read(house, "alipay") == {"booked": 1}
    assert house.books.sums() == (0, 0)
