"""Refunds: two people, one number, and an end that the books agree with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from server.db import new_id
from server.errors import Refusal
from server.pay import acts as pay
from tests.money.conftest import House

CHANNELS = ["wechat", "alipay"]


def paid(house: House, channel: str = "wechat") -> dict[str, Any]:
    order = house.order(channel)
    house.pay(order)
    return house.paid(order)


def ask(house: House, order: dict[str, Any], fen: int = 345, who: str = "cashier") -> str:
    with house.db.write(house.c, who=who) as pen:
        return pay.ask_refund(pen, order["payment"], fen, "多付了")


def grant(house: House, refund: str, who: str = "manager") -> str:
    with house.db.write(house.c, who=who) as pen:
        state = pay.answer_refund(pen, refund, True)
    return pay.send_refund(house.db, house.cfg, house.c, refund) if state == "sending" else state


def state(house: House, refund: str) -> str:
    return str(pay.refund(house.db, house.c, refund)["state"])


def again(house: House, refund: str) -> str:
    house.db.run("update refund_now set due_at = '2000-01-01T00:00:00.000000Z', lease = null where community = :c",
                 c=house.c)
    pay.run_due(house.db, house.c, "2026-11-21", settings=house.cfg)
    return state(house, refund)


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_approved_refund_leaves_by_the_channel_it_came_in(house: House, channel: str) -> None:
    order = paid(house, channel)
    refund = ask(house, order)
    grant(house, refund)
    house.wait(lambda: state(house, refund) == "done")
    assert house.trade(order).refunded_fen == 345
    assert house.balances()[f"1012.{channel}"] == 22_345 - 345
    assert "2241.refund" not in house.balances()
    assert house.books.sums() == (345, 0)
    house.sound()


def test_nobody_approves_what_he_asked_for_himself(house: House) -> None:
    refund = ask(house, paid(house))
    with pytest.raises(Refusal, match="second_person"):
        grant(house, refund, "cashier")
    assert state(house, refund) == "asked"


def test_refunds_of_more_than_the_payment_are_refused_though_asked_in_parallel(house: House) -> None:
    order = paid(house)
    ask(house, order, 20_000)
    with pytest.raises(Refusal, match="refund_too_much"):
        ask(house, order, 2_346)
    ask(house, order, 2_345)


def test_a_refund_that_was_declined_changes_nothing(house: House) -> None:
    order = paid(house)
    refund = ask(house, order, 22_345)
    with house.db.write(house.c, who="manager") as pen:
        assert pay.answer_refund(pen, refund, False) == "refused"
    with pytest.raises(Refusal, match="refund_waits"):
        grant(house, refund)
    assert house.books.sums() == (0, 0)
    ask(house, order, 22_345)


@pytest.mark.parametrize("fault", ["refund_abnormal", "refund_closed"])
def test_a_refund_that_ends_abnormally_is_the_homes_money_again(house: House, fault: str) -> None:
    house.play.book.faults[fault] = 1
    refund = ask(house, paid(house))
    grant(house, refund)
    house.wait(lambda: state(house, refund) == "failed")
    assert house.books.sums() == (0, 0)
    assert "2241.refund" not in house.balances()
    house.sound()


def test_a_refund_alipay_has_no_balance_for_is_the_homes_money_again(house: House) -> None:
    house.play.book.faults["refund_closed"] = 1
    refund = ask(house, paid(house, "alipay"))
    assert grant(house, refund) == "failed"
    assert house.books.sums() == (0, 0)
    house.sound()


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("fault", ["error500", "half_body", "reset"])
def test_a_refund_without_a_clear_answer_is_asked_about_and_never_paid_twice(
    house: House, channel: str, fault: str
) -> None:
    order = paid(house, channel)
    refund = ask(house, order)
    house.play.book.faults[fault] = 1
    house.play.book.faults["lost"] = 9
    assert grant(house, refund) == "unknown"
    assert again(house, refund) in ("done", "processing")
    assert again(house, refund) == "done"
    assert house.trade(order).refunded_fen == 345
    house.sound()


def test_a_crash_between_approval_and_call_is_made_good_by_the_sweeper(house: House) -> None:
    order = paid(house)
    refund = ask(house, order)
    with house.db.write(house.c, who="manager") as pen:
        pay.answer_refund(pen, refund, True)
    assert again(house, refund) in ("done", "processing")
    house.wait(lambda: state(house, refund) == "done")
    assert house.trade(order).refunded_fen == 345


def test_a_refund_we_did_not_ask_for_is_kept_for_the_office(house: House) -> None:
    order = paid(house)
    trade = house.trade(order)
    url = f"{house.cfg.url}/api/v1/notify/wechat-refund/sim-wechat"
    given = house.play.book.give_back(trade, "theirs1", 100, url)
    headers, body = house.play.sender.wechat_refund(given)
    for _ in range(2):
        assert house.pool.request("POST", url, headers=headers, body=body).status == 200
    assert [row["what"] for row in pay.odds(house.db, house.c)] == ["strange_refund"]


def test_a_refund_told_before_the_payment_was_told_loses_neither(house: House) -> None:
    order = house.order()
    trade = house.pay(order, tell=False)
    url = f"{house.cfg.url}/api/v1/notify/wechat-refund/sim-wechat"
    given = house.play.book.give_back(trade, "theirs1", 100, url)
    headers, body = house.play.sender.wechat_refund(given)
    assert house.pool.request("POST", url, headers=headers, body=body).status == 200
    house.due(order)
    assert house.sweep()["paid"] == 1
    assert house.payments()[0]["fen"] == 22_345
    house.sound()


def test_a_trade_alipay_calls_successful_again_after_a_part_refund_is_no_new_money(house: House) -> None:
    order = paid(house, "alipay")
    trade = house.trade(order)
    refund = ask(house, order)
    grant(house, refund)
    from server.pay.providers import keys as rsa
    from server.pay.providers.alipay import signed_text

    params = dict(__import__("urllib.parse").parse.parse_qsl(house.told(trade)[1].decode()))
    del params["sign"]
    params |= {"refund_fee": "3.45", "gmt_refund": params["gmt_payment"], "notify_id": new_id()}
    params["sign"] = rsa.sign(house.play.ring.alipay, signed_text(params, without=("sign", "sign_type")))
    body = __import__("urllib.parse").parse.urlencode(params).encode()
    assert house.post(trade, {"Content-Type": "application/x-www-form-urlencoded"}, body) == (200, b"success")
    assert len(house.payments()) == 1
    house.sound()


def test_cash_goes_back_at_the_desk_when_the_cashier_says_so(house: House) -> None:
    payment = house.books.pay(0, 22_345, channel="cash", happened_on="2026-11-20")["payment"]
    with house.db.write(house.c, who="cashier") as pen:
        refund = pay.ask_refund(pen, payment, 345, "多收了")
    assert grant(house, refund) == "desk"
    with house.db.write(house.c, who="cashier") as pen:
        pay.paid_by_hand(pen, refund, "2026-11-21")
    assert state(house, refund) == "done"
    assert house.balances()["1001.cashier"] == 22_000
    house.sound()


def test_a_refund_of_an_invoiced_receipt_waits_for_the_red_invoice(house: House) -> None:
    order = paid(house)
    invoice = new_id()
    with house.db.write(house.c, who="cashier") as pen:
        pay.ask_invoice(pen, id=invoice, payment=order["payment"], title="王建国")
        pay.invoice_issued(pen, invoice, "24312000000012345678")
    with pytest.raises(Refusal, match="refund_invoiced"):
        ask(house, order)
    with house.db.write(house.c, who="cashier") as pen:
        pay.invoice_red(pen, invoice, "24312000000087654321")
    grant(house, ask(house, order))


def test_invoices_leave_as_a_table_that_runs_no_formula(house: House) -> None:
    order = paid(house)
    with house.db.write(house.c, who="cashier") as pen:
        pay.ask_invoice(pen, id=new_id(), payment=order["payment"], title="=1+1", tax_no="91310000MA1FL4B000")
    text = pay.invoice_csv(house.db, house.c).decode("utf-8-sig")
    assert "'=1+1" in text
    assert "223.45" in text


def test_a_refund_that_times_out_is_sent_again_under_the_same_number_and_paid_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.sim.app.time.sleep", lambda seconds: __import__("threading").Event().wait(2))
    from server.pay.providers import wire

    order = paid(house)
    refund = ask(house, order)
    house.play.book.faults |= {"timeout": 1, "lost": 9}
    with wire.patience(0.5):
        assert grant(house, refund) == "unknown"
    number = pay.refund(house.db, house.c, refund)["number"]
    assert again(house, refund) in ("done", "processing")
    assert again(house, refund) == "done"
    assert list(house.play.book.refunds) == [("wechat", number)]
    assert house.trade(order).refunded_fen == 345
    house.sound()


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_owner_who_moved_out_with_credit_gets_it_back_by_the_way_it_came(house: House, channel: str) -> None:
    from server.estate import acts as estate
    from server.ledger.acts import former

    order = house.order(channel, fen=30_000)
    trade = house.pay(order, tell=False)
    assert trade.paid_at is not None
    trade.paid_at -= timedelta(days=10)
    assert house.post(trade, *house.told(trade))[0] == 200
    payment = house.paid(order)["payment"]
    with house.db.write(house.c) as pen:
        estate.change_owner(pen, house.books.homes[0], "新业主", ["19911112222"], pen.day)
    house.books.bill(0, "2026-12", 5_000)
    assert house.books.sums() == (5_000, 0)  # it settles nothing of the new owner's
    assert [(row["fen"], row["payment"], row["owner"]) for row in former.former_credit(house.db, house.c)] == [
        (7_655, payment, "业主0")
    ]
    refund = ask(house, {"payment": payment}, 7_655)
    grant(house, refund)
    house.wait(lambda: again(house, refund) == "done")
    assert trade.refunded_fen == 7_655
    assert former.former_credit(house.db, house.c) == []
    assert house.books.sums() == (5_000, 0)
    house.sound()
