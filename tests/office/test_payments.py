"""The cashier's desk: booked once, undone with a reason, counted by channel, found again."""

import re

import pytest

from server import clock
from server.ledger import acts as ledger
from tests.office.conftest import TODAY, text_of


@pytest.fixture
def cashier(sign_in):
    return sign_in("cashier")


def once(browser, path="/office/payments/new?home=3-1-2601"):
    return re.search(r'name="once" value="([^"]+)"', browser.get(path).text).group(1)


def book(browser, **changes):
    data = {"home": "3-1-2601", "yuan": "500", "channel": "cash", "on": TODAY, "once": once(browser), **changes}
    return browser.post("/office/payments/new", data)


def test_cash_settles_the_oldest_and_leads_to_a_receipt(cashier, place, db):
    answer = book(cashier)
    assert "/office/receipts/" in answer.request.path
    said = text_of(answer)
    for words in ("￥500.00", "现金", "物业服务费", "王小明", "刘出纳", "收据"):
        assert words in said
    assert ledger.sums(db, place.c, [place.homes["3-1-2601"]])[place.homes["3-1-2601"]]["outstanding_fen"] == 100000


def test_who_may_not_book_is_not_led_to_it_from_a_receipt(cashier, sign_in):
    path = book(cashier).request.path
    assert "再登记一笔" in cashier.get(path).text
    assert "/office/payments/new" not in sign_in("clerk").get(path).text


def test_the_same_form_twice_books_once(cashier, place, db):
    form = once(cashier)
    first, second = book(cashier, once=form), book(cashier, once=form)
    assert first.request.path == second.request.path
    assert "早已入账" in second.text
    assert len(ledger.receipts(db, place.c, place.homes["3-1-2601"])) == 1


def test_named_bills_are_settled_first(cashier, place, db):
    newest = place.bills["3-1-2601"][0]
    book(cashier, yuan="1000", bill=[newest])
    assert [
        row["bill"] for row in ledger.open_bills(db, place.c, [place.homes["3-1-2601"]])[place.homes["3-1-2601"]]
    ] == [place.bills["3-1-2601"][1]]


def test_too_much_becomes_prepayment_and_is_never_refused(cashier, place, db):
    assert "预存" in book(cashier, yuan="2000").text
    sums = ledger.sums(db, place.c, [place.homes["3-1-2601"]])[place.homes["3-1-2601"]]
    assert (sums["outstanding_fen"], sums["prepaid_fen"]) == (0, 50000)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"yuan": "0"}, "大于 0"),
        ({"yuan": "abc"}, "金额"),
        ({"yuan": "1.234"}, "金额"),
        ({"yuan": "-5"}, "金额"),
        ({"on": "2099-01-01"}, "不能晚于今天"),
        ({"on": "2026-02-30"}, "不是存在的日期"),
        ({"channel": "wechat"}, "缴费方式"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(app, cashier, place, db, changes, words):
    app.config["RAISE"] = False
    answer = book(cashier, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert ledger.receipts(db, place.c, place.homes["3-1-2601"]) == []


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1,234.50", 123450),
        ("￥88", 8800),
        ("８８．５元", 8850),
        ("0.01", 1),
        ("1e3", None),
        ("", None),
        ("１.", None),
        ("88 元", 8800),
        ("1,000,00", None),
        ("12,34", None),
        ("1，234，567.5", 123456750),
        ("9" * 13, None),
    ],
)
def test_amounts_are_read_as_people_type_them(typed, fen):
    from server.office.desk import fen_of

    assert fen_of(typed) == fen


def test_far_more_than_is_owed_is_asked_about_before_it_is_booked(app, cashier, place, db):
    app.config["RAISE"] = False
    answer = book(cashier, yuan="1234567.00")
    assert answer.status_code == 422
    assert "金额 ￥1,234,567.00 比未缴的" in answer.text
    assert ledger.receipts(db, place.c, place.homes["3-1-2601"]) == []
    assert "已入账" in book(cashier, yuan="1234567.00", over="yes").text


def test_a_wrong_entry_is_undone_with_a_reason_and_the_word(app, cashier, place, db):
    path = book(cashier).request.path
    app.config["RAISE"] = False
    assert cashier.post(f"{path}/reversal", {"reason": "记错户", "on": TODAY}).status_code == 422
    answer = cashier.post(f"{path}/reversal", {"reason": "记错户", "on": TODAY, "word": "冲红"})
    assert "已冲红作废" in answer.text
    home = place.homes["3-1-2601"]
    assert ledger.sums(db, place.c, [home])[home]["outstanding_fen"] == 150000


def test_the_day_is_counted_by_channel(cashier):
    book(cashier)
    book(cashier, channel="transfer", reference="N123", yuan="200")
    path = book(cashier, yuan="10").request.path
    cashier.post(f"{path}/reversal", {"reason": "记错户", "on": TODAY, "word": "冲红"})
    said = text_of(cashier.get("/office/payments"))
    assert "现金 2 510.00 1 10.00 500.00" in said
    assert "银行转账 1 200.00 0 0.00 200.00" in said
    assert "合计 3 710.00 1 10.00 700.00" in said
    assert "还没有入账" in cashier.get(f"/office/payments?day={clock.add_days(TODAY, -1)}").text


def test_a_transfer_is_known_by_its_bank_number(app, cashier, place, db):
    book(cashier, channel="transfer", reference="N123", yuan="200")
    again = book(cashier, channel="transfer", reference="N123", yuan="200")
    assert "早已入账" in again.text
    app.config["RAISE"] = False
    other = book(cashier, channel="transfer", reference="N123", yuan="300")
    assert other.status_code == 409


def test_several_homes_are_shown_before_they_are_booked_together(cashier, place, db):
    data = {
        "code": ["3-1-2601", "3-1-1802", ""],
        "yuan": ["500", "700", ""],
        "channel": "transfer",
        "on": TODAY,
        "reference": "N9",
        "once": "f1",
    }
    shown = cashier.post("/office/payments/many", data)
    assert "2 户，合计 ￥1,200.00" in text_of(shown)
    assert "李雷雷" in shown.text
    assert ledger.receipts(db, place.c, place.homes["3-1-1802"]) == []
    for _ in range(2):
        assert "已为 2 户入账" in cashier.post("/office/payments/many", {**data, "sure": "1"}).text
    assert len(ledger.receipts(db, place.c, place.homes["3-1-1802"])) == 1
    assert ledger.sums(db, place.c, [place.homes["3-1-1802"]])[place.homes["3-1-1802"]]["outstanding_fen"] == 0


def test_lines_with_mistakes_are_all_named(app, cashier):
    app.config["RAISE"] = False
    data = {
        "code": ["9-9-9", "3-1-2601", "3-1-2601"],
        "yuan": ["5", "x", "6"],
        "channel": "cash",
        "on": TODAY,
        "once": "f",
    }
    answer = cashier.post("/office/payments/many", data)
    assert answer.status_code == 422
    assert "第 1 行" in answer.text
    assert "第 2 行" in answer.text


def test_payments_are_found_by_receipt_number_and_amount(cashier):
    number = book(cashier).request.path.rsplit("/", 1)[1]
    assert number in cashier.post("/office/payments", {"text": number}).text
    assert number in cashier.post("/office/payments", {"text": "500"}).text
    assert "没有找到" in cashier.post("/office/payments", {"text": "zzz"}).text


def test_the_day_leaves_as_a_spreadsheet(cashier):
    import io

    import openpyxl

    book(cashier)
    rows = list(openpyxl.load_workbook(io.BytesIO(cashier.get("/office/payments?as=xlsx").data)).active.values)
    assert rows[1][1:4] == ("3-1-2601", "现金", 500)
