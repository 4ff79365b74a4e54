"""The money pages at the desk: unknown payers, owners who left, invoices, waivers, meters, search, closing."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
import xlsxwriter

from server.db import new_id
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.ledger.acts import former
from server.pay import acts as pay
from tests.office.conftest import TODAY, ago, text_of

HOME = "3-1-2601"
MONTH = TODAY[:7]
RULE = {"item": "水费", "method": "meter", "price": "3", "every": "month", "due_day": "25", "unit": "fen",
        "rounding": "half_up", "vacant": "100", "since": "2020-01-01"}


def sheet_of(answer):
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return [tuple(cell.value for cell in row) for row in book.active.iter_rows()]


def paid(db, place, code=HOME, fen=10_000, channel="cash", on=TODAY, number=""):
    with db.write(place.c, who=place.staff["cashier"]) as pen:
        return ledger.record_payment(
            pen, channel=channel, transaction_id=number or new_id(), home=place.homes[code], fen=fen, happened_on=on,
        )


def held(db, place):
    with db.write(place.c) as pen:
        return ledger.hold_payment(
            pen, channel="transfer", transaction_id="BANK-77", fen=50_000, happened_on=TODAY, note="附言看不清"
        )["suspense"]


# --- suspense ----------------------------------------------------------------


def test_money_nobody_can_place_goes_back_with_reason_second_person_and_voucher(sign_in, manager, place, db):
    suspense, cashier = held(db, place), sign_in("cashier")
    assert "附言看不清" in text_of(cashier.get("/office/money"))
    ask = {"reason": "查不到付款人", "once": "s1"}
    for _ in range(2):
        assert "等另一个人审批" in text_of(cashier.post(f"/office/suspense/{suspense}/returns", ask))
    page = cashier.get("/office/money").text
    assert "由另一个人审批" in page
    page = manager.get("/office/money").text
    assert "同意退回 ￥500.00" in page
    ask = re.search(r"/office/returns/([^/]+)/answer", page).group(1)
    assert "已同意退回" in text_of(manager.post(f"/office/returns/{ask}/answer", {"answer": "yes"}))
    answer = text_of(cashier.post(f"/office/returns/{ask}", {"voucher": "HT-9001", "on": TODAY}))
    assert "已登记退回" in answer
    assert "没有对不上的款项" in answer
    for words in ("已退回付款方 1", "HT-9001", "刘出纳／王经理"):
        assert words in answer
    balance = {row["account"]: row["closing"] for row in ledger.trial_balance(db, place.c, "2000-01-01", TODAY)}
    assert balance["2241.suspense"] == 0


def test_who_asked_for_the_return_cannot_approve_it(app, manager, place, db):
    suspense = held(db, place)
    manager.post(f"/office/suspense/{suspense}/returns", {"reason": "退回", "once": "s1"})
    ask = former.waiting(db, place.c)[0]["ask"]["id"]
    app.config["RAISE"] = False
    assert manager.post(f"/office/returns/{ask}/answer", {"answer": "yes"}).status_code == 403


# --- an owner who left -------------------------------------------------------


def moved_out(db, place):
    done = paid(db, place, fen=200_000, on=ago(20))
    with db.write(place.c) as pen:
        estate.change_owner(pen, place.homes[HOME], "赵新", ["13800000009"], TODAY)
    return done


def test_credit_of_an_owner_who_left_is_shown_and_leads_to_its_refund(sign_in, place, db):
    done, cashier = moved_out(db, place), sign_in("cashier")
    page = cashier.get("/office/money")
    for words in ("迁出业主的预存", "王小明", "500.00", "退给原业主"):
        assert words in page.text
    receipt = cashier.get(f"/office/receipts/{done['receipt']}?yuan=500.00").text
    assert 'name="yuan" type="text" value="500.00"' in receipt
    once = re.search(r'name="once" value="([^"]+)"', receipt).group(1)
    asked = {"receipt": done["receipt"], "yuan": "500", "reason": "过户结清", "once": once}
    assert "退款申请已提交" in text_of(cashier.post("/office/refunds", asked))
    assert "退款 待审批" in text_of(cashier.get(f"/office/receipts/{done['receipt']}"))


def test_the_next_owner_takes_the_credit_over_by_agreement(sign_in, place, db):
    done = moved_out(db, place)
    form = {"code": HOME, "reason": "双方签字"}
    assert "预存已转给现业主" in text_of(sign_in("cashier").post(f"/office/former/{done['payment']}", form))
    assert former.former_credit(db, place.c) == []


# --- invoices ----------------------------------------------------------------


@pytest.fixture
def invoice(db, place):
    done = paid(db, place)
    with db.write(place.c) as pen:
        return pay.ask_invoice(pen, id=new_id(), payment=done["payment"], title="=济南某公司"), done


def test_invoices_are_listed_numbered_and_taken_back_by_hand(sign_in, invoice):
    (id_, done), cashier = invoice, sign_in("cashier")
    page = text_of(cashier.get("/office/invoices"))
    for words in ("待开 1", "=济南某公司", done["receipt"], "还没有设置开票接口"):
        assert words in page
    cashier.post(f"/office/invoices/{id_}", {"what": "issued", "number": "26370000000000000001"})
    assert "26370000000000000001" in text_of(cashier.get("/office/invoices?state=issued"))
    assert "没有这样的发票" in text_of(cashier.get("/office/invoices?state=asked"))
    assert "电子发票 已开" in text_of(cashier.get(f"/office/receipts/{done['receipt']}"))
    cashier.post(f"/office/invoices/{id_}", {"what": "red_done", "number": "26380000000000000001", "word": "红冲"})
    assert "26380000000000000001" in text_of(cashier.get("/office/invoices?state=red"))


def test_invoices_leave_as_csv_and_as_a_spreadsheet(sign_in, invoice):
    cashier = sign_in("cashier")
    assert "'=济南某公司" in cashier.get("/office/invoices?as=csv").data.decode("utf-8-sig")
    assert sheet_of(cashier.get("/office/invoices?as=xlsx"))[1][4:6] == (100, "=济南某公司")


def test_a_red_invoice_waits_for_its_word(app, sign_in, invoice, db, place):
    (id_, _), cashier = invoice, sign_in("cashier")
    cashier.post(f"/office/invoices/{id_}", {"what": "issued", "number": "2637"})
    app.config["RAISE"] = False
    assert cashier.post(f"/office/invoices/{id_}", {"what": "red_done", "number": "2638"}).status_code == 422
    assert pay.invoices(db, place.c)[0]["red"] is None


# --- waivers -----------------------------------------------------------------


def test_several_bills_are_waived_together_by_a_second_person(sign_in, manager, place, db):
    clerk, bills = sign_in("clerk"), place.bills[HOME]
    asked = {"bill": bills, "how": "percent", "percent": "10", "reason": "电梯停运一个月"}
    assert "已提交 2 笔" in text_of(clerk.post("/office/waivers", asked))
    assert [row["fen"] for row in ledger.waivers_asked(db, place.c)] == [10_000, 5_000]
    page = text_of(manager.get("/office/waivers"))
    assert "待审批 2，￥150.00" in page
    asks = [row["id"] for row in ledger.waivers_asked(db, place.c)]
    assert "已同意 2 笔" in text_of(manager.post("/office/waivers/answers", {"ask": asks, "answer": "yes"}))
    assert ledger.sums(db, place.c, [place.homes[HOME]])[place.homes[HOME]]["waived_fen"] == 15_000


def test_what_is_open_is_waived_whole(sign_in, place, db):
    asked = {"bill": place.bills["3-1-1802"], "how": "open", "reason": "查无此户"}
    sign_in("clerk").post("/office/waivers", asked)
    assert [row["fen"] for row in ledger.waivers_asked(db, place.c)] == [70_000]


def test_one_ask_that_cannot_be_answered_leaves_all_unanswered(app, sign_in, manager, place, db):
    sign_in("clerk").post("/office/waivers", {"bill": place.bills[HOME][0], "yuan": "1", "reason": "协商"})
    manager.post("/office/waivers", {"bill": place.bills[HOME][1], "yuan": "1", "reason": "协商"})
    asks = [row["id"] for row in ledger.waivers_asked(db, place.c)]
    app.config["RAISE"] = False
    assert manager.post("/office/waivers/answers", {"ask": asks, "answer": "yes"}).status_code == 403
    assert len(ledger.waivers_asked(db, place.c)) == 2


# --- cash --------------------------------------------------------------------


def test_cash_without_a_name_is_counted_handed_over_and_banked(sign_in, place, db):
    with db.write(place.c) as pen:
        ledger.record_payment(pen, channel="cash", transaction_id="old", home=place.homes[HOME], fen=9_000,
                              happened_on=TODAY)
    cashier = sign_in("cashier")
    assert "没有记名" in text_of(cashier.get("/office/cash"))
    assert "相差 0.00 元" in text_of(cashier.post("/office/cash/counts", {"holder": "", "yuan": "90", "once": "c"}))
    give = {"giver": "", "taker": place.staff["cashier"], "yuan": "40", "once": "h"}
    assert "已交接" in text_of(cashier.post("/office/cash/handovers", give))
    assert "已记存行" in text_of(cashier.post("/office/cash/banked", {"holder": "", "yuan": "50", "word": "存行"}))
    assert {row["holder"]: row["fen"] for row in pay.cash_held(db, place.c)} == {place.staff["cashier"]: 4_000}


def test_cash_is_handed_over_on_one_page_only(app, sign_in):
    app.config["RAISE"] = False
    cashier = sign_in("cashier")
    assert cashier.post("/office/cash", {"what": "hand"}).status_code == 405
    assert "现金在谁手里" not in cashier.get("/office/money").text


# --- meters and pools --------------------------------------------------------


@pytest.fixture
def water(manager):
    manager.post("/office/fees", RULE)
    return manager


def put(browser, lines, period=MONTH, **more):
    return browser.post("/office/meters", {"item": "水费", "period": period, "lines": lines, **more})


def test_readings_are_listed_with_what_is_missing_and_what_looks_odd(water, place, db):
    put(water, f"{HOME} 0 10\n3-1-1802 0 8", "2026-09")
    page = text_of(put(water, f"{HOME} 62\n3-1-1802 8"))
    for words in ("全部 3", "未抄 1", "要看一下 2", "是上期的 5.2 倍", "用量为 0", "用量合计 52.00"):
        assert words in page
    assert "S01" in text_of(water.get(f"/office/meters?item=水费&period={MONTH}&only=missing"))
    ledger.generate_bills(db, place.c, MONTH)
    page = text_of(water.get(f"/office/meters?item=水费&period={MONTH}"))
    assert "156.00" in page
    rows = sheet_of(water.get(f"/office/meters?item=水费&period={MONTH}&as=xlsx"))
    assert next(row for row in rows if row[0] == HOME)[1:4] == (10, 62, 52)


def test_readings_come_in_from_a_spreadsheet(water, place):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for y, row in enumerate((("房号", "本期读数"), (HOME, 12.5), ("3-1-1802", 7))):
        sheet.write_row(y, 0, row)
    book.close()
    file = (io.BytesIO(out.getvalue()), "读数.xlsx")
    answer = put(water, "", file=file)
    assert "已保存 2 户读数" in text_of(answer)
    assert "用量合计 19.50" in text_of(answer)


def test_a_home_that_stands_twice_or_is_not_metered_stops_all_readings(app, water, place, db):
    app.config["RAISE"] = False
    answer = put(water, f"{HOME} 1\n{HOME} 2\n9-9-9 3")
    assert answer.status_code == 422
    for words in ("填了两次", "没有这户 9-9-9"):
        assert words in answer.text
    assert "未抄 3" in text_of(water.get(f"/office/meters?item=水费&period={MONTH}"))


def test_the_split_of_a_shared_sum_adds_up_to_the_fen(manager, place, db):
    manager.post("/office/fees", {**RULE, "item": "公摊电费", "method": "share", "price": "", "share_by": "area"})
    rule = ledger.fee_rules(db, place.c)[0]["id"]
    manager.post(f"/office/fees/{rule}/pool", {"period": MONTH, "yuan": "100.01"})
    path = f"/office/meters/pools/{rule}/{MONTH}"
    assert path in manager.get("/office/meters").text
    page = text_of(manager.get(path))
    for words in ("总额 ￥100.01", "229.00 ㎡", "39.09", "21.83", "还没有生成账单"):
        assert words in page
    ledger.generate_bills(db, place.c, MONTH)
    assert "已生成账单 ￥100.01" in text_of(manager.get(path))
    rows = sheet_of(manager.get(path + "?as=xlsx"))[1:]
    assert round(sum(row[2] for row in rows), 2) == 100.01


# --- search and closing ------------------------------------------------------


def test_the_search_finds_receipts_refunds_and_suspense_by_number_and_amount(sign_in, place, db):
    done, cashier = paid(db, place, fen=12_345), sign_in("cashier")
    with db.write(place.c, who=place.staff["cashier"]) as pen:
        ask = pay.ask_refund(pen, done["payment"], 345, "多付")
    number = pay.refund(db, place.c, ask)["number"]
    held(db, place)
    for text, words in ((done["receipt"], done["receipt"]), ("123.45", done["receipt"]), (number, "多付"),
                        ("BANK-77", "暂挂"), ("500", "BANK-77"), ("3.45", number)):
        assert words in text_of(cashier.post("/office/payments", {"text": text})), text
    assert "没有找到" in text_of(cashier.post("/office/payments", {"text": "nothing"}))


def test_the_closing_list_names_what_is_open_with_its_place(sign_in, place, db):
    held(db, place)
    page = sign_in("cashier").get("/office/books/days").text
    assert "暂挂、查不到付款人的款" in page
    assert "不影响日结" in page


def test_trial_balance_and_account_sheet_leave_as_spreadsheets(sign_in, place, db):
    paid(db, place, fen=12_345)
    cashier = sign_in("cashier")
    rows = sheet_of(cashier.get("/office/books?as=xlsx"))
    assert [row[5] for row in rows if row[1] == "库存现金 刘出纳"] == [123.45]
    account = f"1001.{place.staff['cashier']}"
    rows = sheet_of(cashier.get(f"/office/books/accounts/{account}?as=xlsx"))
    assert (rows[1][5], rows[1][7]) == (123.45, 123.45)
