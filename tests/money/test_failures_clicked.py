"""The simulator as a person meets it: fault switches and the wallet, clicked in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.money.conftest import House


@pytest.fixture
def tab(browser: Any) -> Any:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def switch(tab: Any, house: House, **faults: int) -> None:
    tab.goto(f"{house.play.base}/sim/faults")
    for name, often in faults.items():
        tab.fill(f"input[name={name}]", str(often))
    tab.click("button:has-text('保存')")
    for name, often in faults.items():
        assert tab.input_value(f"input[name={name}]") == str(often)


def press_pay(tab: Any, order: dict[str, Any]) -> None:
    tab.goto(order["ticket"]["url"] or order["ticket"]["code"])
    tab.click("button:has-text('确认付款')")
    tab.wait_for_selector("text=已付")


@pytest.mark.parametrize("channel", ["wechat", "alipay"])
def test_a_lost_notification_switched_on_by_hand_is_made_good_by_the_sweeper(
    house: House, tab: Any, channel: str
) -> None:
    order = house.order(channel)
    switch(tab, house, lost=1)
    press_pay(tab, order)
    assert house.play.book.sent == []
    assert house.state(order) == "awaiting"
    tab.goto(f"{house.play.base}/sim/faults")
    assert tab.input_value("input[name=lost]") == "0"  # it happened once
    assert tab.get_by_text(order["number"]).is_visible()
    house.due(order)
    assert house.sweep()["paid"] == 1


def test_a_notification_eight_times_at_once_switched_on_by_hand_books_once(house: House, tab: Any) -> None:
    order = house.order()
    switch(tab, house, duplicate8=1)
    press_pay(tab, order)
    house.wait(lambda: len(house.play.book.sent) >= 8, 60)
    assert len(house.payments()) == 1
    house.sound()


def test_a_forged_notification_switched_on_by_hand_is_refused_and_the_next_try_is_booked(
    house: House, tab: Any
) -> None:
    order = house.order()
    switch(tab, house, forged=1, amount_less=1)
    press_pay(tab, order)
    house.wait(lambda: bool(house.play.book.sent), 60)
    assert house.play.book.sent[0]["answer"] == "401"
    assert house.payments() == []
    house.due(order)
    house.sweep()
    assert [row["fen"] for row in house.payments()] == [22_344]
