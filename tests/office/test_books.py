"""Fees, bills of a month, late fees, waivers and the books in the console."""

import io
import re

import openpyxl
import pytest

from server import clock
from server.ledger import acts as ledger
from server.office.pages import bill_runs
from server.office.pages.fees import price_of
from server.pay import acts as pay_acts
from tests.office.conftest import TODAY, ago, text_of
from tests.patience import until

MONTH = TODAY[:7]
RULE = {
    "item": "物业服务费", "method": "area", "price": "2.85", "every": "month", "due_day": "25", "unit": "fen",
    "rounding": "half_up", "vacant": "100", "since": "2020-01-01", "share_by": "area",
}


def sheet_of(answer):
    assert answer.content_type.startswith("application/vnd.openxmlformats"), answer.content_type
    return list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)


def pay(db, place, count=1, fen=1000, on=None):
    with db.write(place.c, who=place.staff["cashier"]) as pen:
        for i in range(count):
            ledger.record_payment(
                pen, channel="cash", transaction_id=f"k{i}", home=place.homes["3-1-2601"], fen=fen,
                happened_on=on or TODAY, who=pen.who,
            )


@pytest.mark.parametrize(("text", "price"), [
    ("2.85", 28_500), ("0.1234", 1_234), ("￥3", 30_000), ("", None), ("1.23456", None), ("-1", None), ("一", None),
    ("1e3", None), ("²", None),
])
def test_a_price_has_at_most_four_decimals(text, price):
    assert price_of(text) == price


def test_a_month_is_previewed_with_count_and_sum_and_then_made(manager, place, db):
    assert "还没有费用标准" in text_of(manager.get("/office/fees"))
    assert "费用标准已添加" in text_of(manager.post("/office/fees", RULE))
    page = text_of(manager.get(f"/office/bills?period={MONTH}"))
    assert "生成 3 张账单 ￥652.66" in page
    done = text_of(manager.post("/office/bills", {"period": MONTH}))
    assert "账单已生成" in done
    assert "3 张 ￥652.66" in done
    assert "已经齐了" in text_of(manager.get(f"/office/bills?period={MONTH}"))
    assert "完成" in text_of(manager.get("/office/fees"))


def test_every_fault_of_a_rule_is_said_at_once(app, manager, place):
    app.config["RAISE"] = False
    answer = manager.post("/office/fees", {**RULE, "price": "x", "due_day": "31", "since": "2026-02-30"})
    assert answer.status_code == 422
    for words in ("最多四位小数", "1 到 28", "从哪天起"):
        assert words in answer.text


def test_a_rule_is_stopped_and_stays_in_the_list(manager, place, db):
    manager.post("/office/fees", RULE)
    rule = ledger.fee_rules(db, place.c)[0]["id"]
    assert "已停用" in text_of(manager.post(f"/office/fees/{rule}/ending", {"until": TODAY}))
    assert "已停用的标准 1" in text_of(manager.get("/office/fees"))


def test_rules_leave_as_a_spreadsheet(manager, place):
    manager.post("/office/fees", RULE)
    rows = sheet_of(manager.get("/office/fees?as=xlsx"))
    assert rows[1][:3] == ("物业服务费", "按面积（单价 × ㎡ × 月）", "2.85")


def test_readings_are_pasted_and_wrong_lines_are_named(app, manager, place, db):
    manager.post("/office/fees", {**RULE, "item": "水费", "method": "meter", "price": "3"})
    app.config["RAISE"] = False
    lines = "3-1-2601\t100\t112.5\n9-9-999 1 2\n3-1-1802 9 8\n只有房号"
    answer = manager.post("/office/meters", {"item": "水费", "period": MONTH, "lines": lines})
    assert answer.status_code == 422
    for words in ("第 2 行", "第 3 行：3-1-1802 本期读数小于上期", "第 4 行：应为"):
        assert words in answer.text
    good = {"item": "水费", "period": MONTH, "lines": "3-1-2601\t100\t112.5\n"}
    assert "已保存 1 户读数" in text_of(manager.post("/office/meters", good))
    assert "￥37.50" in text_of(manager.get(f"/office/bills?period={MONTH}"))


def test_a_pool_is_shared(manager, place, db):
    manager.post("/office/fees", {**RULE, "item": "公摊电费", "method": "share", "price": "", "share_by": "home"})
    rule = ledger.fee_rules(db, place.c)[0]["id"]
    manager.post(f"/office/fees/{rule}/pool", {"period": MONTH, "yuan": "100.01"})
    assert "生成 3 张账单 ￥100.01" in text_of(manager.get(f"/office/bills?period={MONTH}"))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_large_estate_is_billed_in_the_background(manager, place, db, monkeypatch):
    manager.post("/office/fees", RULE)
    monkeypatch.setattr(bill_runs, "FEW", 0)
    manager.post("/office/bills", {"period": MONTH})

    def made():
        page = manager.get(f"/office/bills/{MONTH}")
        assert "已生成" in page.text or "data-reload" in page.text
        return "已生成" in page.text and page

    assert "3 张 ￥652.66" in text_of(until(made))


def test_late_fees_are_tried_and_posted_with_the_word(app, manager, place, db):
    assert "没有条款" in text_of(manager.get("/office/late"))
    clause = {"item": "物业服务费", "rate": "5", "grace_days": "0", "cap": "10", "clause": "第七条", "since": ago(400)}
    manager.post("/office/late/clauses", clause)
    page = manager.get("/office/late")
    assert "3 户，合计" in text_of(page)
    assert sheet_of(manager.get("/office/late?as=xlsx"))[1][0] == "3-1-1802"
    home = place.homes["3-1-1802"]
    app.config["RAISE"] = False
    assert manager.post("/office/late", {"home": home, "word": ""}).status_code == 422
    assert "生成 1 张违约金账单" in text_of(manager.post("/office/late", {"home": home, "word": "计收"}))
    assert "2 户，合计" in text_of(manager.get("/office/late"))
    assert [b["item"] for b in ledger.bills_of(db, place.c, home)].count("违约金") == 1


@pytest.mark.parametrize("rate", ["0", "31", "0.55", "x"])
def test_a_rate_beyond_the_law_is_refused(app, manager, place, rate):
    app.config["RAISE"] = False
    clause = {"item": "物业服务费", "rate": rate, "grace_days": "0", "cap": "10", "clause": "x", "since": TODAY}
    assert manager.post("/office/late/clauses", clause).status_code == 422


def test_a_waiver_needs_a_second_person(app, sign_in, manager, place, db):
    clerk = sign_in("clerk")
    form = clerk.get("/office/waivers/new?home=3-1-2601")
    bill = place.bills["3-1-2601"][0]
    assert bill in form.text
    asked = text_of(clerk.post("/office/waivers", {"bill": bill, "yuan": "100", "reason": "漏水三个月"}))
    assert "等另一个人审批" in asked
    ask = ledger.waivers_asked(db, place.c)[0]["id"]
    app.config["RAISE"] = False
    assert clerk.post(f"/office/waivers/{ask}/answer", {"answer": "yes"}).status_code == 403
    app.config["RAISE"] = True
    assert "同意减免 ￥100.00" in text_of(manager.get("/office/waivers"))
    assert "已同意减免" in text_of(manager.post(f"/office/waivers/{ask}/answer", {"answer": "yes"}))
    assert ledger.sums(db, place.c, [place.homes["3-1-2601"]])[place.homes["3-1-2601"]]["waived_fen"] == 10_000
    row = sheet_of(manager.get("/office/waivers?as=xlsx"))[1]
    assert (row[0], row[3], row[5:]) == ("3-1-2601", 100, ("小周", "已同意", "王经理"))


def test_who_asked_cannot_approve(app, manager, place, db):
    manager.post("/office/waivers", {"bill": place.bills["3-1-2601"][0], "yuan": "1", "reason": "协商"})
    assert "由另一个人审批" in text_of(manager.get("/office/waivers"))
    ask = ledger.waivers_asked(db, place.c)[0]["id"]
    app.config["RAISE"] = False
    assert manager.post(f"/office/waivers/{ask}/answer", {"answer": "yes"}).status_code == 403


def test_the_trial_balance_leads_to_the_account_sheet(manager, place, db):
    pay(db, place)
    page = manager.get("/office/books?first=2020-01-01&last=" + TODAY)
    assert "账是平的" in page.text
    assert "/office/books/accounts/1122" in page.text
    assert "库存现金 刘出纳" in page.text
    assert ">1001</a>" in page.text
    rows = sheet_of(manager.get(f"/office/books?first=2020-01-01&last={TODAY}&as=xlsx"))
    assert sum(row[5] or 0 for row in rows[1:]) == pytest.approx(0)
    sheet = text_of(manager.get(f"/office/books/accounts/1122?first=2020-01-01&last={TODAY}"))
    assert "收款" in sheet
    assert "3-1-2601" in sheet
    lines = sheet_of(manager.get(f"/office/books/accounts/1122?first=2020-01-01&last={TODAY}&as=xlsx"))
    assert lines[-1][7] == pytest.approx((100000 + 50000 + 70000 + 999900 - 1000) / 100)


def test_an_account_that_is_none_is_not_found(app, manager, place):
    app.config["RAISE"] = False
    assert manager.get("/office/books/accounts/9999").status_code == 404


def test_a_day_is_closed_sealed_and_shut(app, manager, place, db, monkeypatch):
    yesterday = ago(1)
    monkeypatch.setattr(clock, "now", lambda: clock.parse(f"{yesterday}T04:00:00.000000Z"))
    pay(db, place, 12, on=yesterday)
    monkeypatch.undo()
    page = text_of(manager.get("/office/books/days"))
    assert "试算平衡" in page
    assert "当日入账 12 笔 ￥120.00" in page
    app.config["RAISE"] = False
    assert manager.post(f"/office/books/days/{yesterday}/closing").status_code == 422
    app.config["RAISE"] = True
    done = manager.post(f"/office/books/days/{yesterday}/closing", {"word": "日结"})
    assert f"{yesterday} 已日结" in done.text
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text_of(done))
    assert "今天还没有过完" in done.text
    app.config["RAISE"] = False
    assert manager.post(f"/office/books/days/{yesterday}/closing", {"word": "日结"}).status_code == 409


def test_a_day_that_is_not_ready_says_why(app, manager, place, monkeypatch):
    from server.ledger.acts import days

    monkeypatch.setattr(days, "_HOLDS", [lambda db, community, day: ["刘出纳的现金还没有清点"]])
    page = text_of(manager.get("/office/books/days"))
    assert "还不行 刘出纳的现金还没有清点" in page
    assert "先处理上面" in page
    app.config["RAISE"] = False
    answer = manager.post(f"/office/books/days/{ago(1)}/closing", {"word": "日结"})
    assert answer.status_code == 409
    assert "刘出纳的现金还没有清点" in answer.text


def test_a_bill_is_taken_back_with_a_reason_and_the_word(app, manager, place, db):
    home, bill = place.homes["3-1-2601"], place.bills["3-1-2601"][0]
    assert bill in manager.get("/office/reversals/new?home=3-1-2601").text
    app.config["RAISE"] = False
    words = {"home": "3-1-2601", "bill": bill, "reason": "面积录错了"}
    assert manager.post("/office/reversals", words).status_code == 422
    done = manager.post("/office/reversals", {**words, "word": "冲销"})
    assert "账单已冲销" in done.text
    assert bill not in [row["bill"] for row in ledger.bills_of(db, place.c, home)]
    assert manager.post("/office/reversals", {**words, "word": "冲销"}).status_code == 409


def test_cash_is_handed_over_counted_and_banked(app, sign_in, place, db):
    pay(db, place, 3, fen=10_000)
    cashier = sign_in("cashier")
    assert "刘出纳" in text_of(cashier.get("/office/cash"))
    give = {"giver": place.staff["cashier"], "taker": place.staff["manager"], "yuan": "100", "once": "h1"}
    for _ in range(2):
        assert "已交接" in text_of(cashier.post("/office/cash/handovers", give))
    assert held(db, place) == {"cashier": 20_000, "manager": 10_000}
    count = {"holder": place.staff["cashier"], "yuan": "199.50", "once": "c1", "note": "少五毛"}
    assert "账上 200.00 元，实点 199.50 元，相差 -0.50 元" in text_of(cashier.post("/office/cash/counts", count))
    assert "少五毛" in text_of(cashier.get("/office/cash"))
    bank = {"holder": place.staff["cashier"], "yuan": "200", "word": "存行"}
    assert "已记存行" in text_of(cashier.post("/office/cash/banked", bank))
    assert held(db, place) == {"manager": 10_000}
    app.config["RAISE"] = False
    assert cashier.post("/office/cash/handovers", {**give, "once": "h2"}).status_code == 422
    assert cashier.post("/office/cash/banked", {**bank, "yuan": "1"}).status_code == 422


def held(db, place):
    names = {id_: role for role, id_ in place.staff.items()}
    return {names[row["holder"]]: row["fen"] for row in pay_acts.cash_held(db, place.c)}


@pytest.mark.parametrize("path", ["fees", "bills", "late", "books", "books/days", "cash"])
def test_a_clerk_does_not_see_the_books(app, sign_in, place, path):
    app.config["RAISE"] = False
    assert sign_in("clerk").get(f"/office/{path}").status_code == 403


def test_a_cashier_looks_but_does_not_set_prices(app, sign_in, place):
    cashier = sign_in("cashier")
    assert cashier.get("/office/fees").status_code == 200
    app.config["RAISE"] = False
    assert cashier.post("/office/fees", RULE).status_code == 403
    assert cashier.post("/office/bills", {"period": MONTH}).status_code == 403
