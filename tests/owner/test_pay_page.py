"""The pay page of a sealed code: what it shows, what it never shows, how small and how strict it is."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from server import clock
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.pay import acts as pay
from tests.notices import estate_of
from tests.owner.conftest import Estate

PRIVATE = ("王建国", "李梅", "13800130000", "13800130001", "0130000", "单元0101", "单元 0101")


def test_the_amount_comes_first_with_payee_home_and_period(client: FlaskClient, place: Estate) -> None:
    page = client.get(f"/n/{place.sealed[0]}")
    assert page.status_code == 200
    order = ["山东锦绣物业服务有限公司", "￥1,020.32", "3栋1单元**01", "王**", place.letters[0]["match"],
             "2026年7月—10月", "银行转账 ￥1,020.32", "我有疑问", "我有困难",
             f"通知编号 {place.letters[0]['number']}", "个人信息说明"]
    places = [page.text.index(words) for words in order]
    assert places == sorted(places)


def test_no_name_phone_or_room_is_shown_whole(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        ledger.record_payment(
            pen, channel="cash", transaction_id="t", home=place.homes[0], fen=100, happened_on=clock.today(), who=""
        )
    [row] = ledger.receipts(place.db, place.community, place.homes[0])
    pages = [f"/n/{place.sealed[0]}", f"/n/{place.door[0]}", pay.receipt_path(place.cfg, "C1", row["receipt"]), "/n/"]
    for path in pages:
        text = client.get(path).text
        assert not [word for word in PRIVATE if word in text], path


def test_the_page_is_small_one_request_and_without_script(client: FlaskClient, place: Estate) -> None:
    answer = client.get(f"/n/{place.sealed[0]}")
    assert len(answer.data) <= 8 * 1024
    assert not re.search(r"<script|<link|<img|@import|url\(|\son\w+=|\sstyle=", answer.text)
    packed = client.get(f"/n/{place.sealed[0]}", headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) < 4 * 1024
    assert "1,020.32" in gzip.decompress(packed.data).decode()


def test_even_a_long_history_stays_small_on_the_wire(client: FlaskClient, place: Estate) -> None:
    items = ("公摊电费", "公摊水费", "停车管理费")
    with place.db.write(place.community) as pen:
        ledger.add_bills(pen, [
            {**estate_of.bill(place.homes[0], k), "item": item} for k in range(72) for item in items
        ])
    packed = client.get(f"/n/{place.sealed[0]}", headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) <= 8 * 1024


def test_headers_are_strict(client: FlaskClient, place: Estate) -> None:
    for path in (f"/n/{place.sealed[0]}", f"/n/{place.door[0]}", "/n/garbage", "/n/"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert re.search(r"style-src 'nonce-[\w-]{12,}'", policy)
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers


def test_the_nonce_is_new_each_time(client: FlaskClient, place: Estate) -> None:
    policies = {client.get(f"/n/{place.sealed[0]}").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_a_payment_shows_as_a_receipt_and_less_is_owed(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        done = ledger.record_payment(
            pen, channel="transfer", transaction_id="t", home=place.homes[0], fen=25508, happened_on="2026-11-20",
            who="",
        )
    page = client.get(f"/n/{place.sealed[0]}").text
    assert "￥765.24" in page
    assert done["receipt"] in page
    assert pay.receipt_path(place.cfg, "C1", done["receipt"]) in page


def test_nothing_owed_is_said_kindly(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        ledger.record_payment(
            pen, channel="cash", transaction_id="t", home=place.homes[0], fen=110000, happened_on="2026-11-20", who=""
        )
    page = client.get(f"/n/{place.sealed[0]}").text
    assert "没有到期未缴的费用" in page
    assert "预存 ￥79.68" in page
    assert "银行转账" not in page


def test_what_is_not_due_yet_is_apart(client: FlaskClient, place: Estate) -> None:
    later = clock.add_days(clock.today(), 30)
    with place.db.write(place.community) as pen:
        ledger.add_bills(pen, [
            {**estate_of.bill(place.homes[0], -1), "period": later[:7], "due": later, "item": "停车费"},
        ])
    page = client.get(f"/n/{place.sealed[0]}").text
    assert "￥1,020.32" in page
    assert "还没到期 ￥255.08" in page


def test_transfer_names_account_and_reference(client: FlaskClient, place: Estate) -> None:
    page = client.get(f"/n/{place.sealed[0]}").text
    assert "3705 0161 6208 0000 1234" in page
    assert f"附言请写 <b>{place.letters[0]['number']}</b>" in page


def test_without_an_account_nobody_is_sent_to_a_wrong_one(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        estate.set_settings(pen, {"account": ""})
    assert "不要转到别人给的账号" in client.get(f"/n/{place.sealed[0]}").text


def test_the_new_owner_never_sees_debts_or_receipts_of_the_one_before(client: FlaskClient, place: Estate) -> None:
    from server.pay import acts

    with place.db.write(place.community) as pen:
        ledger.record_payment(
            pen, channel="cash", transaction_id="t", home=place.homes[0], fen=100, happened_on="2026-01-02", who=""
        )
        estate.change_owner(pen, place.homes[0], "张新", ["13900001111"], clock.today())
    assert client.get(f"/n/{place.sealed[0]}").status_code == 410
    with place.db.write(place.community) as pen:
        made = acts.issue_codes(pen, [{"home": place.homes[0], "class": "sealed"}], cfg=place.cfg)[0]
    page = client.get(f"/n/{made['token']}").text
    assert "￥0.00" in page
    assert "张*" in page
    assert "收据</summary>" not in page


def test_hostile_words_are_escaped(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        estate.set_settings(pen, {"company": "<script>alert(1)</script>", "payee": '"><img src=x>'})
    page = client.get(f"/n/{place.sealed[0]}").text
    assert "<script>" not in page
    assert "<img" not in page


@pytest.mark.parametrize("typed", ["lower", "groups", "spaces"])
def test_a_typed_code_opens_the_same_page(client: FlaskClient, place: Estate, typed: str) -> None:
    token = place.sealed[0]
    forms = {"lower": token.lower(), "groups": pay.groups(token), "spaces": f"  {token} "}
    answer = client.get("/n/", query_string={"code": forms[typed]})
    assert answer.status_code == 303
    assert answer.location.endswith(f"/n/{token}")


def test_typing_nonsense_leads_to_a_friendly_page(client: FlaskClient, place: Estate) -> None:
    answer = client.get("/n/", query_string={"code": "//evil.example"}, follow_redirects=True)
    assert answer.status_code == 404
    assert "evil" not in answer.text


def test_whoever_types_only_the_printed_domain_can_type_the_code_or_find_the_office(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert 'name="code"' in page.text
    assert 'href="/office/"' in page.text
    assert 'href="/office/"' not in client.get("/n/").text, "a scanned page leads owners nowhere else"


def test_what_the_owner_before_had_paid_in_advance_is_not_shown_to_the_next(client: FlaskClient, place: Estate) -> None:
    home, day = place.homes[0], clock.add_days(clock.today(), -3)
    with place.db.write(place.community) as pen:
        ledger.record_payment(
            pen, channel="transfer", transaction_id="much", home=home, fen=500_000, happened_on=day,
        )
    assert "预存 ￥3,979.68" in client.get(f"/n/{place.sealed[0]}").text
    with place.db.write(place.community) as pen:
        estate.change_owner(pen, home, "新业主", ["13911112222"], clock.today())
        token = pay.issue_codes(pen, [{"home": home, "class": "sealed", "notice": None}], cfg=place.cfg)[0]["token"]
    assert "预存" not in client.get(f"/n/{token}").text
