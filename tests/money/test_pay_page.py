"""Paying from the printed code: order, wallet, back; what the page says is what the server knows."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from server.pay import acts as pay
from tests.money.conftest import House

PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile"
DESK = "Mozilla/5.0 (X11; Linux x86_64)"


def token(house: House, home: int = 0) -> str:
    with house.db.write(house.c, who="clerk") as pen:
        wanted = [{"home": house.books.homes[home], "class": "sealed", "notice": None}]
        return str(pay.issue_codes(pen, wanted, cfg=house.cfg)[0]["token"])


def get(house: House, path: str, agent: str = PHONE) -> Any:
    return house.pool.request("GET", house.cfg.url + path, headers={"User-Agent": agent}, redirect=False)


def send(house: House, path: str, fields: Any, agent: str = PHONE) -> Any:
    return house.pool.request(
        "POST", house.cfg.url + path, fields=fields, headers={"User-Agent": agent}, redirect=False,
        encode_multipart=False,
    )


def hidden(page: str, nth: int = 0) -> list[tuple[str, str]]:
    """The hidden fields of the nth form that orders."""
    form = re.findall(r'<form[^>]*action="/n/[^"]+/orders">(.*?)</form>', page, re.S)[nth]
    return re.findall(r'name="(id|form|due)" value="([^"]*)"', form)


@pytest.mark.parametrize(
    ("agent", "wallets"),
    [(PHONE, ["wechat", "alipay"]), (PHONE + " MicroMessenger/8", ["wechat"]), (PHONE + " AlipayClient/10", ["alipay"]),
     (DESK, ["wechat", "alipay"])],
)
def test_only_the_wallets_that_can_work_are_offered(house: House, agent: str, wallets: list[str]) -> None:
    page = get(house, f"/n/{token(house)}", agent).data.decode()
    form = re.findall(r'action="/n/[^"]+/orders">(.*?)</form>', page, re.S)[0]
    assert re.findall(r'name="wallet" value="(\w+)"', form) == wallets
    assert "￥223.45" in form


@pytest.mark.parametrize("wallet", ["wechat", "alipay"])
def test_a_phone_orders_pays_in_the_wallet_and_sees_the_receipt(house: House, wallet: str) -> None:
    code = token(house)
    page = get(house, f"/n/{code}").data.decode()
    answer = send(house, f"/n/{code}/orders", [*hidden(page), ("wallet", wallet)])
    assert answer.status == 303
    shown = get(house, answer.headers["Location"])
    assert len(shown.data) < 8192
    text = shown.data.decode()
    assert "等待付款" in text
    link = re.search(r'class="b m" href="([^"]+)"', text)
    assert link
    purse = house.pool.request("GET", link[1].replace("&amp;", "&"), retries=3)
    key = re.search(r"/wallet/([^/\"]+)/pay", purse.data.decode())
    assert key
    back = re.search(r'name="back" value="([^"]+)"', purse.data.decode())
    assert back
    house.pool.request("POST", f"{house.play.base}/wallet/{key[1]}/pay", fields={"back": back[1]}, redirect=False)
    house.wait(lambda: "已收到" in get(house, answer.headers["Location"]).data.decode())
    text = get(house, answer.headers["Location"]).data.decode()
    receipt = re.search(r'href="(/r/[^"]+)"', text)
    assert receipt
    assert "已收到" in get(house, receipt[1]).data.decode()
    house.sound()


def test_a_desktop_gets_a_code_to_scan_that_counts_down_without_script(house: House) -> None:
    code = token(house)
    page = get(house, f"/n/{code}", DESK).data.decode()
    answer = send(house, f"/n/{code}/orders", [*hidden(page), ("wallet", "wechat")], DESK)
    text = get(house, answer.headers["Location"], DESK).data.decode()
    assert "<svg" in text
    assert 'http-equiv="refresh"' in text
    assert "30 分钟内有效" in text
    assert "<script" not in text


def test_a_double_tap_is_one_order(house: House) -> None:
    code = token(house)
    fields = [*hidden(get(house, f"/n/{code}").data.decode()), ("wallet", "wechat")]
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(send(house, f"/n/{code}/orders", fields).headers["Location"]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(house.play.book.trades) == 1


def test_nothing_due_orders_nothing_that_is_due_later(house: House) -> None:
    house.books.pay(fen=22_345)
    house.books.bill(0, "2099-01", 5_000)
    code = token(house)
    page = get(house, f"/n/{code}").data.decode()
    form = re.findall(r'name="(id|form)" value="([^"]*)"', page)[:2]
    answer = send(house, f"/n/{code}/orders", [*form, ("due", "0"), ("wallet", "wechat")])
    assert answer.status == 409
    assert house.play.book.trades == {}


def test_the_same_form_with_another_amount_is_refused(house: House) -> None:
    code = token(house)
    fields = hidden(get(house, f"/n/{code}").data.decode(), 1)
    assert send(house, f"/n/{code}/orders", [*fields, ("yuan", "100"), ("wallet", "wechat")]).status == 303
    again = send(house, f"/n/{code}/orders", [*fields, ("yuan", "101"), ("wallet", "wechat")])
    assert again.status == 422
    assert "没有扣款" in again.data.decode()


@pytest.mark.parametrize("yuan", ["0", "-5", "1.234", "1e5", "99999999999", "abc", "0.001"])
def test_an_amount_that_is_none_is_refused_and_nothing_is_charged(house: House, yuan: str) -> None:
    code = token(house)
    fields = hidden(get(house, f"/n/{code}").data.decode(), 1)
    answer = send(house, f"/n/{code}/orders", [*fields, ("yuan", yuan), ("wallet", "wechat")])
    assert answer.status == 422
    assert "没有扣款" in answer.data.decode()
    assert house.play.book.trades == {}


@pytest.mark.parametrize(("yuan", "fen"), [("0.01", 1), ("9999999.99", 999_999_999), ("￥１００", 10_000)])
def test_a_part_or_more_than_all_may_be_paid(house: House, yuan: str, fen: int) -> None:
    code = token(house)
    fields = hidden(get(house, f"/n/{code}").data.decode(), 1)
    answer = send(house, f"/n/{code}/orders", [*fields, ("yuan", yuan), ("wallet", "wechat")])
    number = answer.headers["Location"].rpartition("/")[2]
    order = pay.order(house.db, house.c, number)
    assert order["fen"] == fen
    house.pay(order)
    house.paid(order)
    assert house.books.sums() == (max(0, 22_345 - fen), max(0, fen - 22_345))


def test_ticked_bills_are_what_is_paid(house: House) -> None:
    code = token(house)
    page = get(house, f"/n/{code}").data.decode()
    bills = re.findall(r'name="bill" value="([^"]+)"', page)
    answer = send(house, f"/n/{code}/orders", [*hidden(page, 1), ("bill", bills[1]), ("wallet", "alipay")])
    order = pay.order(house.db, house.c, answer.headers["Location"].rpartition("/")[2])
    assert (order["fen"], order["bills"]) == (12_345, [bills[1]])


def test_every_line_may_be_ticked_on_the_long_list_and_a_line_stands_for_all_its_bills(house: House) -> None:
    for month in range(3, 13):
        house.books.bill(0, f"2025-{month:02d}", 1_000)
    for month in range(1, 9):
        house.books.bill(0, f"2024-{month:02d}", 500)
    code = token(house)
    text = get(house, f"/n/{code}?lines=all").data.decode()
    ticks = re.findall(r'name="bill" value="([^"]+)"', text)
    assert len(ticks) == 3  # a line a year
    answer = send(house, f"/n/{code}/orders", [*hidden(text), ("bill", ticks[0]), ("wallet", "wechat")])
    order = pay.order(house.db, house.c, answer.headers["Location"].rpartition("/")[2])
    assert (order["fen"], len(order["bills"])) == (4_000, 8)


def test_nothing_ticked_and_no_amount_is_refused_and_nothing_is_charged(house: House) -> None:
    code = token(house)
    fields = hidden(get(house, f"/n/{code}").data.decode(), 1)
    assert send(house, f"/n/{code}/orders", [*fields, ("wallet", "wechat")]).status == 409
    assert house.play.book.trades == {}


def test_a_sum_that_changed_since_the_page_was_opened_is_not_charged(house: House) -> None:
    code = token(house)
    fields = hidden(get(house, f"/n/{code}").data.decode())
    house.books.pay(0, 5_000)
    answer = send(house, f"/n/{code}/orders", [*fields, ("wallet", "wechat")])
    assert answer.status == 409
    assert "没有扣款" in answer.data.decode()
    assert house.play.book.trades == {}


def test_the_same_button_after_paying_shows_the_same_order(house: House) -> None:
    code = token(house)
    fields = hidden(get(house, f"/n/{code}").data.decode())
    first = send(house, f"/n/{code}/orders", [*fields, ("wallet", "wechat")]).headers["Location"]
    house.pay(pay.order(house.db, house.c, first.rpartition("/")[2]))
    house.wait(lambda: "已收到" in get(house, first).data.decode())
    assert send(house, f"/n/{code}/orders", [*fields, ("wallet", "wechat")]).headers["Location"] == first


def test_with_both_wallets_and_years_of_bills_the_page_stays_within_8_kb(house: House) -> None:
    from server.estate import acts as estate
    from server.ledger import acts as ledger

    with house.db.write(house.c) as pen:
        estate.set_settings(pen, {
            "company": "山东锦绣物业服务有限公司", "phone": "0531-88886666", "office": "3号楼一层物业服务中心",
            "hours": "周一至周日 8:30—18:00", "payee": "山东锦绣物业服务有限公司", "bank": "中国建设银行济南高新支行",
            "account": "37001616660050151234",
        })
        for item in ("物业服务费", "公摊电费", "公摊水费", "停车管理费"):
            ledger.add_bills(pen, [
                {"home": house.books.homes[0], "item": item, "period": f"{year}-{month:02d}", "fen": 31_234,
                 "due": f"{year}-{month:02d}-25", "basis": "建筑面积 107.47㎡ × 2.32 元/㎡ × 1 个月 = 249.33 元"}
                for year in range(2019, 2026) for month in range(1, 13)
            ])
    house.books.pay(0, 100)
    code = token(house)
    fields = hidden(get(house, f"/n/{code}").data.decode())
    send(house, f"/n/{code}/tickets", [*fields, ("kind", "billing"), ("text", "不对")])
    page = get(house, f"/n/{code}?done=ticket")
    text = page.data.decode()
    assert len(page.data) <= 8 * 1024
    assert "微信支付 ￥" in text
    assert "支付宝 ￥" in text
    assert "?lines=all" in text
    whole = get(house, f"/n/{code}?lines=all").data.decode()
    assert whole.count('name="bill"') == 29
    answer = send(house, f"/n/{code}/orders", [*hidden(text), ("wallet", "wechat")])
    order = pay.order(house.db, house.c, answer.headers["Location"].rpartition("/")[2])
    assert len(order["bills"]) == 4 * 7 * 12 + 2  # all of them, and the button says what they cost
    assert f"￥{order['fen'] // 100:,}.{order['fen'] % 100:02d}" in text


def test_an_order_of_another_home_is_not_shown(house: House) -> None:
    order = house.order(home=1)
    assert get(house, f"/n/{token(house)}/orders/{order['number']}").status == 404


def test_what_the_return_address_says_is_not_believed(house: House) -> None:
    order = house.order()
    text = get(house, f"/n/{token(house)}/orders/{order['number']}?trade_status=TRADE_SUCCESS").data.decode()
    assert "已收到" not in text


@pytest.mark.usefixtures("still")
def test_orders_of_one_code_are_limited(house: House) -> None:
    code = token(house)
    fields = [hidden(get(house, f"/n/{code}").data.decode()) for _ in range(8)]
    answers = [send(house, f"/n/{code}/orders", [*form, ("wallet", "wechat")]).status for form in fields]
    assert 429 in answers
    assert answers[0] == 303


def test_inside_wechat_the_payer_is_known_without_asking_and_the_bridge_is_called(house: House) -> None:
    agent = PHONE + " MicroMessenger/8"
    code = token(house)
    page = get(house, f"/n/{code}", agent).data.decode()
    answer = send(house, f"/n/{code}/orders", [*hidden(page), ("wallet", "wechat")], agent)
    place = answer.headers["Location"]
    away = re.search(r'content="0;url=([^"]+)"', get(house, place, agent).data.decode())
    assert away
    back = house.pool.request("GET", away[1].replace("&amp;", "&"), redirect=False).headers["Location"]
    assert back.startswith(house.cfg.url + place + "/payer?code=")
    assert get(house, back.removeprefix(house.cfg.url), agent).headers["Location"] == place
    shown = get(house, place, agent)
    assert "getBrandWCPayRequest" in shown.data.decode()
    assert "script-src 'nonce-" in shown.headers["Content-Security-Policy"]
    order = pay.order(house.db, house.c, place.rpartition("/")[2])
    assert (order["way"], order["state"]) == ("jsapi", "awaiting")
    house.pay(order)
    house.wait(lambda: "已收到" in get(house, place, agent).data.decode())


def test_without_the_official_accounts_secret_wechat_gets_another_way(house: House) -> None:
    file = house.cfg.home / "merchants" / "sim-wechat.toml"
    file.write_text(file.read_text().replace('app_secret = "sim-app.secret"', ""))
    assert pay.wallets(house.cfg, house.c, "MicroMessenger") == [("wechat", "h5")]


def test_an_invoice_is_asked_for_from_the_receipt_once(house: House) -> None:
    order = house.order()
    house.pay(order)
    receipt = house.paid(order)["receipt"]
    path = pay.receipt_path(house.cfg, house.c, receipt)
    page = get(house, path).data.decode()
    form = dict(re.findall(r'name="(id|form)" value="([^"]+)"', page))
    for _ in range(2):
        assert send(house, f"{path}/invoice", [*form.items(), ("title", "王建国"), ("mail", "a@b.cn")]).status == 303
    assert [row["title"] for row in pay.invoices(house.db, house.c, waiting=True)] == ["王建国"]
    assert "发票申请已收到" in get(house, path).data.decode()
    refused = send(house, f"{path}/invoice", [("id", "x"), ("form", "1.2"), ("title", "别人")])
    assert refused.status == 403
