"""Orders whose create, close or answer goes wrong: no second charge, no lost money, the state says what is known."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from server.errors import Refusal
from server.ledger import acts as ledger
from server.pay import acts as pay
from tests.money.conftest import House

CHANNELS = ["wechat", "alipay"]


def kinds(house: House, order: dict[str, Any]) -> list[str]:
    return [row["kind"] for row in pay.order_events(house.db, house.c, order["number"])]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("fault", ["error500", "error429", "half_body", "reset"])
def test_a_create_without_a_clear_answer_is_asked_about_before_anything(
    house: House, channel: str, fault: str
) -> None:
    house.play.book.faults[fault] = 1
    order = house.order(channel)
    assert order["state"] == "unknown"
    house.sweep()
    assert house.state(order) == "unknown"
    again = pay.bring(house.db, house.cfg, house.c, order["number"])
    assert again["state"] == "awaiting"
    assert len(house.play.book.trades) == 1
    house.pay(again)
    house.paid(again)
    assert len(house.payments()) == 1
    house.sound()


def test_a_create_that_hangs_is_unknown_and_never_charges_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.sim.app.time.sleep", lambda seconds: __import__("threading").Event().wait(2))
    from server.pay.providers import wire

    house.play.book.faults["timeout"] = 1
    with wire.patience(0.5):
        order = house.order()
    assert order["state"] == "unknown"
    again = pay.bring(house.db, house.cfg, house.c, order["number"])
    assert again["state"] == "awaiting"
    assert len(house.play.book.trades) == 1


def test_money_for_an_order_whose_create_answer_was_lost_is_paid_late(house: House) -> None:
    house.play.book.faults["half_body"] = 1
    order = house.order()
    assert order["state"] == "unknown"
    house.pay(order)
    assert house.paid(order)["state"] == "paid_late"
    house.sound()


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_order_nobody_pays_is_closed_after_half_an_hour(house: House, channel: str) -> None:
    order = house.order(channel)
    house.due(order, minutes=30)
    assert house.sweep()["closed"] == 1
    assert house.state(order) == "closed"
    assert house.trade(order).state == "closed"
    assert kinds(house, order) == ["ticket", "closing", "closed"]
    assert house.sweep()["asked"] == 0


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_order_paid_after_it_was_closed_is_paid_late(house: House, channel: str) -> None:
    order = house.order(channel)
    house.due(order, minutes=30)
    house.sweep()
    house.play.book.faults["closed_then_paid"] = 1
    house.pay(order)
    assert house.paid(order)["state"] == "paid_late"
    assert house.books.sums() == (0, 0)
    house.sound()


@pytest.mark.parametrize("channel", CHANNELS)
def test_money_that_comes_while_we_close_wins(house: House, channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    order = house.order(channel)
    trade = house.trade(order)
    from server.pay.providers import merchants

    provider = type(merchants.load(house.cfg.home)[f"sim-{channel}"].provider)
    real = provider.close

    def paid_just_before(self: Any, number: str) -> None:
        house.play.book.pay(trade)
        real(self, number)

    monkeypatch.setattr(provider, "close", paid_just_before)
    house.due(order, minutes=30)
    house.sweep()
    assert house.state(order) in ("paid", "paid_late")
    assert len(house.payments()) == 1
    house.sound()


def test_a_close_without_an_answer_is_tried_again(house: House) -> None:
    order = house.order()
    house.due(order, minutes=30)
    with house.db.write(house.c) as pen:
        from server.pay.acts.notes import note

        note(pen, order["number"], "closing", "sweep")
    house.due(order, minutes=30)
    house.play.book.faults["error500"] = 2
    house.sweep()
    assert house.state(order) == "closing"
    house.play.book.faults["error500"] = 0
    house.due(order, minutes=30)
    house.sweep()
    assert house.state(order) == "closed"


def test_two_phones_that_pay_one_bill_are_both_booked_and_the_second_is_credit(house: House) -> None:
    first, second = house.order("wechat"), house.order("alipay")
    house.pay(first)
    house.pay(second)
    house.paid(first)
    house.paid(second)
    assert house.books.sums() == (0, 22_345)
    house.sound()


def test_the_same_key_is_the_same_order_and_another_amount_is_refused(house: House) -> None:
    order = house.order(key="one", fen=100)
    assert house.order(key="one", fen=100)["number"] == order["number"]
    with pytest.raises(Refusal, match="idempotency_reuse"):
        house.order(key="one", fen=101)


def test_a_quote_is_frozen_when_bills_change_afterwards(house: House) -> None:
    order = house.order()
    house.books.bill(0, "2026-03", 5_000)
    assert pay.order(house.db, house.c, order["number"])["fen"] == 22_345
    house.pay(order)
    house.paid(order)
    assert house.books.sums() == (5_000, 0)


@pytest.mark.parametrize("fen", [0, -1, 1_000_000_000, 1.5, True])
def test_amounts_that_are_none_are_refused(house: House, fen: Any) -> None:
    with pytest.raises(Refusal, match="order_amount"):
        house.order(fen=fen)


def test_bills_of_another_home_or_paid_ones_cannot_be_ordered(house: House) -> None:
    other = next(iter(house.books.open(1)))
    with pytest.raises(Refusal, match="order_stale"):
        house.order(bills=(other,))
    house.books.pay(0, 22_345)
    with pytest.raises(Refusal, match="order_nothing"):
        house.order()


def test_alipay_subjects_with_signs_and_emoji_are_signed_rightly(house: House) -> None:
    house.db.run("update community set name = '锦绣+10%}😀' where id = :c", c=house.c)
    order = house.order("alipay")
    assert "+10%}😀" in house.trade(order).subject
    house.pay(order)
    house.paid(order)


def test_a_waiver_after_full_payment_gives_the_money_back_as_credit(house: House) -> None:
    order = house.order()
    house.pay(order)
    house.paid(order)
    bill = ledger.bills_of(house.db, house.c, house.books.homes[0])[0]["bill"]
    house.books.waive(bill, 1_000)
    assert house.books.sums() == (0, 1_000)
    house.sound()


def test_two_sweepers_share_the_orders_and_ask_about_each_once(house: House, other_db: Any) -> None:
    orders = [house.order(home=home) for home in range(4)]
    for order in orders:
        house.due(order)
    done: list[dict[str, int]] = []
    threads = [
        threading.Thread(target=lambda db=db: done.append(pay.sweep(db, house.cfg, house.c)))
        for db in (house.db, other_db)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(row["asked"] for row in done) == 4


def test_an_event_for_a_closed_day_is_booked_on_the_open_day(house: House) -> None:
    from server import clock

    order = house.order()
    with house.db.write(house.c, who="cashier") as pen:
        ledger.close_day(pen, clock.today())
    house.pay(order)
    house.paid(order)
    payment = house.payments()[0]
    assert payment["book_date"] == clock.add_days(clock.today(), 1)
    assert payment["happened_on"] == clock.today()
    house.sound()


@pytest.mark.parametrize(
    ("at", "day"),
    [("2026-11-20T15:59:59.000000Z", "2026-11-20"), ("2026-11-20T16:00:00.000000Z", "2026-11-21"),
     ("2024-02-28T16:00:00.000000Z", "2024-02-29"), ("2024-02-29T16:00:00.000000Z", "2024-03-01")],
)
def test_money_is_dated_by_the_day_in_shanghai(house: House, at: str, day: str) -> None:
    from server.pay.providers import merchants
    from server.pay.providers.words import Evidence

    order = house.order()
    merchant = merchants.load(house.cfg.home)["sim-wechat"]
    pay.settle(house.db, merchant, Evidence(order["number"], "paid", "t1", 22_345, at), "query")
    assert house.payments()[0]["happened_on"] == day


def test_an_order_of_a_merchant_that_was_taken_away_stays_open_and_is_asked_again(house: House) -> None:
    order = house.order()
    (house.cfg.home / "merchants" / "sim-wechat.toml").rename(house.cfg.home / "merchants" / "gone")
    house.due(order)
    assert house.sweep()["unclear"] == 1
    (house.cfg.home / "merchants" / "gone").rename(house.cfg.home / "merchants" / "sim-wechat.toml")
    house.pay(order, tell=False)
    house.due(order)
    assert house.sweep()["paid"] == 1


def test_a_disk_that_is_full_during_a_notification_is_answered_503_and_the_repeat_is_booked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.db import DiskFull

    order = house.order()
    trade = house.pay(order, tell=False)
    message = house.told(trade)

    def full(*args: Any, **words: Any) -> None:
        raise DiskFull("no space")

    with monkeypatch.context() as broken:
        broken.setattr("server.pay.acts.evidence.ledger.record_payments", full)
        assert house.post(trade, *message)[0] == 503
    assert house.payments() == []
    assert house.post(trade, *message)[0] == 200
    assert len(house.payments()) == 1


def test_merchants_are_checked_without_moving_money(house: House) -> None:
    assert {state for _, state, _ in pay.check_merchants(house.cfg.home)} <= {"ok", "warn"}
    house.play.book.faults["error500"] = 9
    assert {state for _, state, _ in pay.check_merchants(house.cfg.home)} == {"bad"}
