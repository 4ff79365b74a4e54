"""Notifications that come twice, early, late, never, forged or for somebody else: the books hold the money once."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from server.ledger import acts as ledger
from server.ledger.acts import former
from server.pay import acts as pay
from tests.money.conftest import House

CHANNELS = ["wechat", "alipay"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_paid_order_settles_its_bills_and_has_a_receipt(house: House, channel: str) -> None:
    order = house.order(channel)
    assert order["state"] == "awaiting"
    assert order["fen"] == 22_345
    house.pay(order)
    paid = house.paid(order)
    assert paid["receipt"].startswith("001-")
    assert house.books.sums() == (0, 0)
    assert house.balances()[f"1012.{channel}"] == 22_345
    house.sound()


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("fault", ["duplicate", "duplicate8"])
def test_a_repeated_notification_books_once(house: House, channel: str, fault: str) -> None:
    order = house.order(channel)
    house.play.book.faults[fault] = 1
    house.pay(order)
    house.wait(lambda: len(house.play.book.sent) >= (8 if fault == "duplicate8" else 2))
    assert {row["answer"] for row in house.play.book.sent} == {"200"}
    assert len(house.payments()) == 1
    house.sound()


def test_eight_messages_of_different_ids_at_once_book_once(house: House) -> None:
    order = house.order()
    trade = house.pay(order, tell=False)
    messages = [house.told(trade) for _ in range(8)]
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda m=m: answers.append(house.post(trade, *m)[0])) for m in messages
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8
    assert len(house.payments()) == 1
    house.sound()


def test_a_notification_before_the_create_answer_is_booked(house: House) -> None:
    house.play.book.faults["early"] = 1
    order = house.order()
    assert house.paid(order)["state"] == "paid"
    assert order["state"] in ("paid", "created", "awaiting")
    house.sound()


def test_a_notification_before_our_own_commit_waits_for_it_and_is_booked(house: House, other_db: Any) -> None:
    order = house.order()
    trade = house.pay(order, tell=False)
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(house.post(trade, *house.told(trade))[0]))
    with other_db.write(house.c, who="somebody") as pen:
        pen.touch("order", order["number"])
        thread.start()
        assert house.payments() == []
    thread.join()
    assert answers == [200]
    assert len(house.payments()) == 1
    house.sound()


@pytest.mark.parametrize("channel", CHANNELS)
def test_money_nobody_told_us_about_is_found_by_the_sweeper(house: House, channel: str) -> None:
    order = house.order(channel)
    house.play.book.faults["lost"] = 1
    house.pay(order)
    house.due(order)
    assert house.sweep()["paid"] == 1
    assert house.state(order) == "paid"
    house.sound()


def test_money_nobody_told_us_about_is_found_when_the_payer_looks(house: House) -> None:
    order = house.order()
    house.pay(order, tell=False)
    house.db.run("update order_now set asked_at = '2000-01-01T00:00:00.000000Z' where community = :c", c=house.c)
    pay.look(house.db, house.cfg, house.c, order["number"])
    assert house.state(order) == "paid"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("fault", "shift"), [("amount_less", -1), ("amount_more", 1)])
def test_another_amount_is_booked_as_it_was_paid_and_shown(
    house: House, channel: str, fault: str, shift: int
) -> None:
    order = house.order(channel)
    house.play.book.faults[fault] = 1
    house.pay(order)
    house.paid(order)
    assert house.payments()[0]["fen"] == 22_345 + shift
    assert [row["what"] for row in pay.odds(house.db, house.c)] == ["differs"]
    assert "differs" in [row["kind"] for row in pay.order_events(house.db, house.c, order["number"])]
    house.sound()


def test_a_coupon_of_the_platform_is_part_of_what_was_paid(house: House) -> None:
    order = house.order()
    house.play.book.faults["coupon"] = 1
    house.pay(order)
    house.paid(order)
    assert house.payments()[0]["fen"] == 22_345
    assert "coupon" in [row["kind"] for row in pay.order_events(house.db, house.c, order["number"])]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("fault", ["wrong_merchant", "wrong_app"])
def test_a_message_for_another_merchant_seller_or_app_is_refused_and_kept_for_the_office(
    house: House, channel: str, fault: str
) -> None:
    order = house.order(channel)
    trade = house.pay(order, tell=False)
    house.play.book.faults[fault] = 2
    for _ in range(2):
        assert house.post(trade, *house.told(trade))[0] == 401
    assert house.payments() == []
    assert [row["what"] for row in pay.odds(house.db, house.c)] == ["wrong_merchant"]


@pytest.mark.parametrize("fault", ["forged", "flipped", "wrong_serial", "no_headers", "probe", "replayed", "bad_tag"])
def test_what_is_not_wechats_has_no_effect_and_causes_no_call(
    house: House, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = house.order()
    trade = house.pay(order, tell=False)
    house.play.book.faults[fault] = 1
    message = house.told(trade)

    def no_call(*args: Any, **words: Any) -> None:
        raise AssertionError("a call went out")

    monkeypatch.setattr("server.pay.providers.wire.send", no_call)
    status, body = house.post(trade, *message)
    assert status == 401
    assert b"FAIL" in body
    assert house.payments() == []
    assert [row["what"] for row in pay.odds(house.db, house.c)] == (["unreadable"] if fault == "bad_tag" else [])


@pytest.mark.parametrize("fault", ["forged", "flipped"])
def test_what_alipay_did_not_sign_is_answered_with_failure(house: House, fault: str) -> None:
    order = house.order("alipay")
    trade = house.pay(order, tell=False)
    house.play.book.faults[fault] = 1
    assert house.post(trade, *house.told(trade)) == (401, b"failure")
    assert house.payments() == []


def test_a_replay_inside_the_window_changes_nothing_and_one_after_six_minutes_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = house.order()
    trade = house.pay(order, tell=False)
    message = house.told(trade)
    assert house.post(trade, *message)[0] == 200
    assert house.post(trade, *message)[0] == 200
    assert len(house.payments()) == 1
    later = time.time() + 360
    monkeypatch.setattr("server.pay.providers.wechat.time.time", lambda: later)
    assert house.post(trade, *message)[0] == 401


def test_clocks_ten_minutes_apart_refuse_the_message_and_the_sweeper_still_finds_the_money(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = house.order()
    trade = house.pay(order, tell=False)
    message = house.told(trade)
    with monkeypatch.context() as skewed:
        real = time.time
        skewed.setattr("server.pay.providers.wechat.time.time", lambda: real() + 600)
        assert house.post(trade, *message)[0] == 401
    house.due(order)
    assert house.sweep()["paid"] == 1


def test_messages_of_the_public_key_are_believed_beside_those_of_the_certificate(house: House) -> None:
    orders = [house.order(home=home) for home in (0, 1)]
    house.play.book.faults["public_key"] = 1
    house.pay(orders[0])
    house.paid(orders[0])
    house.play.book.faults["public_key"] = 0
    house.pay(orders[1])
    house.paid(orders[1])
    assert len(house.payments()) == 2


def test_alipay_answers_success_and_nothing_else(house: House) -> None:
    order = house.order("alipay")
    trade = house.pay(order, tell=False)
    assert house.post(trade, *house.told(trade)) == (200, b"success")


def test_a_body_over_64_kb_is_refused(house: House) -> None:
    order = house.order()
    trade = house.trade(order)
    assert house.post(trade, {}, b"x" * (64 * 1024 + 1))[0] == 413


def test_a_merchant_nobody_set_up_is_unknown(house: House) -> None:
    answer = house.pool.request("POST", f"{house.cfg.url}/api/v1/notify/wechat/nobody", body=b"{}")
    assert answer.status == 404


@pytest.mark.parametrize("channel", CHANNELS)
def test_money_for_an_order_nobody_knows_waits_in_suspense_until_its_home_is_found(
    house: House, channel: str
) -> None:
    order = house.order(channel)
    trade = house.pay(order, tell=False)
    trade.number = "001N26112100000000XX"
    for _ in range(2):
        assert house.post(trade, *house.told(trade))[0] == 200
    from server.ledger import acts as ledger

    held = ledger.suspense_open(house.db, house.c)
    assert [row["fen"] for row in held] == [22_345]
    assert house.balances()["2241.suspense"] == -22_345
    with house.db.write(house.c, who="cashier") as pen:
        ledger.found_home(pen, held[0]["id"], house.books.homes[0])
    assert house.post(trade, *house.told(trade))[0] == 200
    assert "2241.suspense" not in house.balances()
    assert house.books.sums() == (0, 0)
    assert ledger.suspense_open(house.db, house.c) == []
    house.sound()


def test_the_same_transaction_at_two_hosts_is_booked_once(house: House, other_db: Any) -> None:
    from server.pay.providers import merchants
    from server.pay.providers.words import Evidence

    order = house.order()
    trade = house.pay(order, tell=False)
    merchant = merchants.load(house.cfg.home)["sim-wechat"]
    evidence = [Evidence(order["number"], "paid", trade.transaction, trade.paid_fen, "", f"e{i}") for i in range(2)]
    threads = [
        threading.Thread(target=pay.settle, args=(db, merchant, said, "notify"))
        for db, said in zip((house.db, other_db), evidence, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(house.payments()) == 1
    house.sound()


def test_a_notification_of_money_that_went_back_is_kept_for_the_office_and_books_nothing(house: House) -> None:
    order = house.order()
    trade = house.pay(order, tell=False)
    (headers, body), before = house.told(trade), house.balances()
    with house.db.write(house.c, who="cashier") as pen:
        words = {"channel": "wechat", "transaction_id": trade.transaction, "fen": trade.fen}
        held = ledger.hold_payment(pen, happened_on=pen.day, **words)["suspense"]
        ask = former.ask_return(pen, held, "查不到付款人")
    with house.db.write(house.c, who="manager") as pen:
        former.answer_return(pen, ask, True)
        former.return_suspense(pen, ask, "HT-1", pen.day)
    assert house.post(trade, headers, body)[0] == 200
    assert house.payments() == []
    assert house.balances() == before
    assert [(row["what"], row["transaction_id"]) for row in pay.odds(house.db, house.c)] == [
        ("refused", trade.transaction)
    ]
    house.sound()
