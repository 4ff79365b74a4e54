"""Imported history: what a row settles, what a second import does, what is held, what can be undone."""
# ruff: noqa: E501  rows of spreadsheets stand in the tests as they stand in the files

from __future__ import annotations

from typing import Any

import pytest

from server.db import Db
from server.errors import Refusal
from server.estate import acts as estate
from server.intake import acts
from server.ledger import acts as ledger
from server.pay import acts as pay
from tests.intake.sheets import HOMES, bills, books, bring, counts, prepaid, refused


def balances(db: Db, c: str) -> dict[str, int]:
    rows = ledger.trial_balance(db, c, "2000-01-01", "2999-12-31")
    return {row["account"]: row["closing"] for row in rows if row["closing"]}


FEE = "1-1-101,物业服务费,2026-01,2026-01-25,100.00"
PAID = FEE + ",100.00,2026/01/20,微信,SJ1"


def test_a_receipt_settles_its_own_bill_even_when_an_older_one_is_open(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(FEE, "1-1-101,物业服务费,2026-02,2026-02-25,100.00,100.00,2026/02/20,微信,SJ2"))
    billed, received, arrears = books(db, community)
    assert (billed, received, arrears) == (20000, 10000, {"1-1-101": 10000})
    home = estate.home_by_code(db, community, "1-1-101")["id"]
    assert [b["period"] for b in ledger.open_bills(db, community, [home])[home]] == ["2026-01"]


def test_what_a_receipt_has_too_much_stays_in_prepayment(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(FEE + ",150.00,2026/01/20,现金,SJ1", "1-1-101,物业服务费,2026-02,2026-02-25,100.00"))
    assert books(db, community) == (20000, 15000, {"1-1-101": 10000})
    assert prepaid(db, community) == 5000


def test_imported_cash_was_banked_before_and_is_in_nobodys_cash_session(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(FEE + ",100.00,2026/01/20,现金,SJ1"))
    assert balances(db, community) == {"1002": 10000, "6051": -10000}
    assert pay.cash_held(db, community) == []
    bring(db, community, d=bills("1-1-101,物业服务费,2026-01,,0,-40.00,2026/03/02,现金,SJ1R,冲红"))
    assert balances(db, community)["1002"] == 6000
    payment = ledger.receipts(db, community, estate.home_by_code(db, community, "1-1-101")["id"])[0]["payment"]
    with db.write(community, who="cashier") as pen:
        ledger.undo_payment(pen, payment, "录错了")
    assert balances(db, community) == {"1122": 10000, "6051": -10000}


def test_a_reversal_row_opens_the_bill_again(db: Db, community: str) -> None:
    report = bring(db, community, a=HOMES, b=bills(PAID, "1-1-101,物业服务费,2026-01,2026-01-25,0.00,-100.00,2026/03/02,微信,SJ1R,冲红"))
    assert refused(report) == []
    assert books(db, community) == (10000, 0, {"1-1-101": 10000})
    row = db.one("select happened_on, book_date, reason from reversal where community = :c", c=community)
    assert row is not None
    assert (row["happened_on"], row["reason"]) == ("2026-03-02", "冲红")


def test_a_reversal_of_an_earlier_import_finds_its_receipt(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(PAID))
    report = bring(db, community, d=bills("1-1-101,物业服务费,2026-01,,0,-40.00,2026/03/02,微信,SJ1R,冲红"))
    assert counts(report) == (1, 0, 0, 0)
    assert books(db, community) == (10000, 6000, {"1-1-101": 4000})


def test_a_reversal_without_a_receipt_or_above_it_is_refused(db: Db, community: str) -> None:
    report = bring(db, community, a=HOMES, b=bills(
        PAID, "1-1-101,物业服务费,2026-01,,0,-100.01,2026/03/02,微信,SJ1R,冲红", "1-1-102,物业服务费,2026-01,,0,-5,2026/03/02,微信,X,冲红"))
    assert refused(report) == [("b.csv", 3, "实收金额"), ("b.csv", 4, "实收金额")]
    assert books(db, community) == (10000, 10000, {})


def test_two_equal_receipts_are_two_receipts_and_stay_two(db: Db, community: str) -> None:
    more = "1-1-101,物业服务费,2026-01,,0,30.00,2026/02/01,现金,SJ9"
    sheet = bills(FEE, more, more)
    assert counts(bring(db, community, a=HOMES, b=sheet)) == (5, 0, 0, 0)
    assert books(db, community)[1] == 6000
    assert counts(bring(db, community, a=HOMES, b=sheet)) == (0, 0, 5, 0)
    assert books(db, community) == (10000, 6000, {"1-1-101": 4000})


def test_the_same_label_twice_is_two_payments(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(PAID, "1-1-102,物业服务费,2026-01,2026-01-25,50.00,50.00,2026/01/20,微信,SJ1"))
    assert books(db, community)[1] == 15000


def test_the_same_bill_a_second_time_is_refused_in_one_import(db: Db, community: str) -> None:
    report = bring(db, community, a=HOMES, b=bills(PAID, PAID), d=bills(FEE))
    assert refused(report) == [("b.csv", 3, "账期"), ("d.csv", 2, "账期")]
    assert "第 2 行" in report["faults"][0].reason
    assert books(db, community) == (10000, 10000, {})


def test_a_corrected_file_repairs_only_what_it_names(db: Db, community: str) -> None:
    other = "1-1-102,物业服务费,2026-01,2026-01-25,50.00,50.00,2026/01/20,微信,SJ2"
    bring(db, community, a=HOMES, b=bills(PAID, other))
    report = bring(db, community, b=bills("1-1-101,物业服务费,2026-01,2026-01-25,90.00,80.00,2026/01/20,微信,SJ1"))
    assert counts(report) == (0, 1, 0, 0)
    assert books(db, community) == (14000, 13000, {"1-1-101": 1000})
    assert prepaid(db, community) == 0
    again = bring(db, community, b=bills("1-1-101,物业服务费,2026-01,2026-01-25,90.00,80.00,2026/01/20,微信,SJ1"))
    assert counts(again) == (0, 0, 1, 0)


@pytest.mark.parametrize("line", [
    "1-1-101,物业服务费,2026-01,2026-01-25,100.00,60.00,2026/01/20,微信,SJ1",
    "1-1-101,物业服务费,2026-01,2026-01-25,100.00,60.00,2026/01/21,现金,SJ1",
    "1-1-101,物业服务费,2026-01,2026-01-25,100.00,,,,",
    "1-1-101,物业服务费,2026-01,2026-02-25,120.00,100.00,2026/01/20,微信,SJ1",
    "1-1-101,物业服务费,2026-01,2026-02-25,80.00,100.00,2026/01/20,微信,SJ1",
])
def test_there_and_back_again_is_as_before(db: Db, community: str, line: str) -> None:
    bring(db, community, a=HOMES, b=bills(PAID))
    before = books(db, community)
    assert counts(bring(db, community, b=bills(line)))[1] == 1
    assert books(db, community) != before or "60.00,2026/01/21" in line
    assert counts(bring(db, community, b=bills(PAID)))[1] == 1
    assert books(db, community) == before
    assert prepaid(db, community) == 0


def test_a_missing_row_means_nothing(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(PAID))
    before = books(db, community)
    bring(db, community, b=bills("1-1-102,物业服务费,2026-01,2026-01-25,50.00"))
    assert books(db, community) == (15000, before[1], {"1-1-102": 5000})


def test_a_receipt_for_a_bill_that_koumen_saw_paid_is_held(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(FEE))
    home = estate.home_by_code(db, community, "1-1-101")["id"]
    with db.write(community, who="") as pen:
        ledger.record_payment(pen, channel="cash", transaction_id="desk-1", home=home, fen=10000, happened_on="2026-02-01")
    assert counts(bring(db, community, b=bills(FEE))) == (0, 0, 1, 0)
    report = bring(db, community, b=bills(PAID))
    assert counts(report) == (0, 0, 0, 1)
    assert books(db, community) == (10000, 10000, {})
    assert counts(bring(db, community, b=bills(PAID))) == (0, 0, 0, 1)
    (row,) = acts.held(db, community)
    assert (row["code"], row["fen"], row["label"], row["line"]) == ("1-1-101", 10000, "SJ1", 2)
    with db.write(community) as pen:
        acts.settle_held(pen, row["id"], book=False)
    assert acts.held(db, community) == []
    assert counts(bring(db, community, b=bills(PAID))) == (0, 0, 1, 0)
    with db.write(community) as pen, pytest.raises(Refusal, match="held_answered"):
        acts.settle_held(pen, row["id"], book=True)


def test_a_held_receipt_may_be_booked_as_money_of_its_own(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(FEE))
    home = estate.home_by_code(db, community, "1-1-101")["id"]
    with db.write(community) as pen:
        ledger.record_payment(pen, channel="cash", transaction_id="desk-1", home=home, fen=4000, happened_on="2026-02-01")
    bring(db, community, b=bills(FEE + ",60.00,2026/02/05,微信,SJ1"))
    with db.write(community) as pen:
        acts.settle_held(pen, acts.held(db, community)[0]["id"], book=True)
    assert books(db, community) == (10000, 10000, {})


def test_held_cash_that_is_booked_after_all_does_not_lie_with_who_answered(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(FEE))
    home = estate.home_by_code(db, community, "1-1-101")["id"]
    with db.write(community, who="cashier") as pen:
        ledger.record_payment(pen, channel="wechat", transaction_id="w", home=home, fen=10000, happened_on="2026-02-01")
    bring(db, community, d=bills(FEE + ",100.00,2026/02/01,现金,SJ1"))
    with db.write(community, who="cashier") as pen:
        acts.settle_held(pen, acts.held(pen, community)[0]["id"], True)
    assert pay.cash_held(db, community) == []
    assert balances(db, community)["1002"] == 10000


def test_a_bill_that_koumen_made_itself_is_not_doubled(db: Db, community: str) -> None:
    bring(db, community, a=HOMES)
    home = estate.home_by_code(db, community, "1-1-101")["id"]
    with db.write(community) as pen:
        ledger.add_bills(pen, [{"home": home, "item": "物业服务费", "period": "2026-01", "due": "2026-01-25", "fen": 10000, "basis": "x"}])
    assert counts(bring(db, community, b=bills(PAID))) == (1, 0, 0, 0)
    assert books(db, community) == (10000, 10000, {})
    report = bring(db, community, b=bills("1-1-101,物业服务费,2026-02,2026-02-25,7.00"))
    assert counts(report) == (1, 0, 0, 0)


def test_undo_takes_everything_of_an_import_back_and_it_can_be_imported_again(db: Db, community: str) -> None:
    bring(db, community, a=HOMES, b=bills(FEE))
    before = books(db, community)
    sheet = bills(PAID, "1-1-102,物业服务费,2026-01,2026-01-25,50.00,70.00,2026/01/20,微信,SJ2",
                  "1-1-102,物业服务费,2026-01,,0,-20.00,2026/03/02,微信,SJ2R,冲红")
    report = bring(db, community, b=sheet)
    after = books(db, community)
    assert acts.undoable(db, community, report["batch"])
    acts.undo_import(db, community, report["batch"])
    assert books(db, community) == before
    assert prepaid(db, community) == 0
    with pytest.raises(Refusal, match="import_undone"):
        acts.undo_import(db, community, report["batch"])
    again = bring(db, community, b=sheet)
    assert counts(again)[:2] == (2, 1)
    assert books(db, community) == after


def test_undo_is_not_offered_once_something_was_built_on_the_import(db: Db, community: str) -> None:
    report = bring(db, community, a=HOMES, b=bills(FEE))
    home = estate.home_by_code(db, community, "1-1-101")["id"]
    with db.write(community) as pen:
        ledger.record_payment(pen, channel="cash", transaction_id="d", home=home, fen=1, happened_on="2026-02-01")
    assert not acts.undoable(db, community, report["batch"])
    with pytest.raises(Refusal, match="import_built_on"):
        acts.undo_import(db, community, report["batch"])


def test_a_twin_community_changes_nothing(db: Db, community: str, twin: Any) -> None:
    bring(db, community, a=HOMES, b=bills(PAID, "1-1-102,物业服务费,2026-01,2026-01-25,50.00"))
    before = books(db, community)
    twin(db)
    assert books(db, community) == before
    assert counts(bring(db, community, a=HOMES, b=bills(PAID)))[2] == 3
    report = bring(db, community, b=bills("1-1-102,物业服务费,2026-01,2026-01-25,50.00,50.00,2026/02/01,现金,Z"))
    assert counts(report) == (0, 1, 0, 0)
    assert books(db, community) == (15000, 15000, {})
    assert ledger.arrears_by_code(db, "C2", "2026-11-20") == before[2]


def test_vouchers_are_compared_by_their_number(db: Db, community: str) -> None:
    head = "日期,收支,科目,摘要,金额(元),经办人,凭证号\n"
    one = "2026-01-05,收入,公共收益-电梯广告,1月电梯广告,300.00,陈会计,记-1\n"
    two = "2026-01-06,支出,电梯维保,1月电梯维保,120.00,陈会计,记-2\n"
    assert counts(bring(db, community, v=head + one + two + one)) == (2, 0, 0, 0)
    totals = acts.totals(db, community, "2026-11-20")
    assert (totals["income_fen"], totals["expense_fen"], totals["vouchers"]) == (30000, 12000, 2)
    report = bring(db, community, v=head + one + two.replace("120.00", "125.00"))
    assert counts(report) == (0, 1, 1, 0)
    totals = acts.totals(db, community, "2026-11-20")
    assert (totals["income_fen"], totals["expense_fen"], totals["vouchers"]) == (30000, 12500, 2)


def test_a_home_is_changed_only_where_the_sheet_says_something_new(db: Db, community: str) -> None:
    bring(db, community, a=HOMES)
    home = estate.home_by_code(db, community, "1-1-101")["id"]
    with db.write(community) as pen:
        estate.edit_home(pen, home, {"note": "敲门轻一些", "area": 8600})
    assert counts(bring(db, community, a=HOMES)) == (0, 0, 2, 0)
    assert estate.home(db, community, home)["area"] == 8600
    report = bring(db, community, a=HOMES.replace("19900000001", "19900000009"))
    assert counts(report) == (0, 1, 1, 0)
    card = estate.home_card(db, community, home)
    assert (card["area"], card["note"], card["residents"][0]["phones"]) == (8600, "敲门轻一些", ["19900000009"])


def test_contacts_and_promises_come_in_once(db: Db, community: str) -> None:
    sheet = "日期,房号,方式,催缴人,结果,承诺日期\n2026-05-05,1-1-101,上门,小闫,答应月底交,2026-05-30\n2026-05-05,1-1-101,上门,小闫,答应月底交,2026-05-30\n"
    assert counts(bring(db, community, a=HOMES, k=sheet)) == (4, 0, 0, 0)
    assert counts(bring(db, community, a=HOMES, k=sheet)) == (0, 0, 4, 0)
    row = db.one("select count(*) as n from promise where community = :c", c=community)
    assert row == {"n": 2}
