"""What the ledger answers: arrears, ages, totals, progress, funds; with a twin community beside it."""

from __future__ import annotations

from collections.abc import Callable

from server.db import Db
from server.ledger import acts
from tests.ledger.conftest import Books


def test_a_bill_due_today_is_not_in_arrears(books: Books) -> None:
    books.bill(period="2026-01")
    assert acts.arrears(books.db, books.c, "2026-01-25") == {}
    assert acts.arrears(books.db, books.c, "2026-01-26") == {books.homes[0]: 10_000}
    assert acts.arrears_by_code(books.db, books.c, "2026-01-26") == {"1-1-101": 10_000}


def test_outstanding_does_not_wait_for_the_day(books: Books) -> None:
    books.bill(period="2030-01")
    assert books.sums() == (10_000, 0)
    assert acts.arrears_of(books.db, books.c, "2026-01-01", books.homes[:2]) == dict.fromkeys(books.homes[:2], 0)


def test_arrears_have_an_age(books: Books) -> None:
    for period in ("2026-01", "2026-06", "2024-01"):
        books.bill(period=period)
    ages = acts.arrears_by_age(books.db, books.c, "2026-07-01")[books.homes[0]]
    assert ages == {"0-30": 10_000, "91-180": 10_000, "over-365": 10_000}
    assert acts.overdue_since(books.db, books.c, "2026-07-01") == {books.homes[0]: "2024-01-25"}


def test_totals_are_those_an_import_reports(books: Books) -> None:
    books.bill(home=0)
    books.bill(home=1)
    books.act(acts.reverse_bill, books.bill(home=2), "错")
    books.pay(fen=4_000)
    books.undo(books.pay(home=1)["payment"])
    assert acts.totals(books.db, books.c, "2026-02-01") == {
        "households": 4, "bills": 2, "billed_fen": 20_000, "received_fen": 4_000, "arrears_total_fen": 16_000,
        "income_fen": 0, "expense_fen": 0, "vouchers": 0,
    }


def test_progress_of_the_estate_and_its_buildings(books: Books) -> None:
    for home in range(4):
        books.bill(home=home, period="2026-01")
    books.pay(home=0)
    books.pay(home=2, fen=4_000)
    assert acts.progress(books.db, books.c) == {
        "period": "2026-01", "billed_fen": 40_000, "collected_fen": 14_000, "waived_fen": 0,
    }
    rows = acts.building_progress(books.db, books.c, "2026-01")
    assert [(r["building"], r["billed_fen"], r["collected_fen"]) for r in rows] == [
        ("1", 20_000, 10_000), ("2", 20_000, 4_000),
    ]
    assert acts.progress(books.db, books.c, "1999-01")["billed_fen"] == 0


def test_service_income_stands_beside_the_vouchers_and_is_not_counted_twice(books: Books) -> None:
    from server import clock

    books.bill()
    books.pay(fen=10_000)
    month = clock.today()[:7]
    rows = [
        {"kind": "in", "head": "物业服务费收入", "fen": 9_000, "happened_on": f"{month}-01"},
        {"kind": "in", "head": "公共收益-电梯广告", "fen": 500, "happened_on": f"{month}-01"},
        {"kind": "out", "head": "电梯维保", "fen": 300, "happened_on": f"{month}-01"},
    ]
    books.act(acts.add_vouchers, rows)
    assert acts.funds(books.db, books.c, 1) == [
        {"fund": "物业服务费", "period": month,
         "in": [{"head": "物业服务费收入", "fen": 10_000, "voucher_fen": 9_000, "difference_fen": -1_000}],
         "out": [{"head": "电梯维保", "fen": 300}]},
        {"fund": "公共收益", "period": month, "in": [{"head": "公共收益-电梯广告", "fen": 500}], "out": []},
    ]
    totals = acts.totals(books.db, books.c, "2026-02-01")
    assert (totals["income_fen"], totals["expense_fen"], totals["vouchers"]) == (9_500, 300, 3)
    assert books.wrong() == []


def test_a_voucher_is_taken_back_by_another(books: Books) -> None:
    import pytest

    from server.errors import Refusal

    made = books.act(acts.add_vouchers, [{"kind": "out", "head": "税金", "fen": 300, "happened_on": "2026-01-01"}])
    books.act(acts.reverse_voucher, made[0], "重复")
    assert acts.totals(books.db, books.c, "2026-02-01")["expense_fen"] == 0
    with pytest.raises(Refusal, match="voucher_reversed"):
        books.act(acts.reverse_voucher, made[0], "重复")
    assert [v["undone_by"] for v in acts.vouchers(books.db, books.c, "2026-01-01", "2026-01-31")] == [None, "v00000002"]


def test_settled_days_say_when_the_last_money_moved(books: Books) -> None:
    bill = books.bill()
    books.pay(fen=4_000, happened_on="2026-01-03")
    books.pay(fen=6_000, happened_on="2026-01-20")
    found = acts.settled_days(books.db, books.c, books.homes[:1])[books.homes[0]]
    assert [(r["bill"], r["open_fen"], r["paid_on"]) for r in found] == [(bill, 0, "2026-01-20")]


def test_nothing_doubles_when_a_twin_community_holds_the_same_ids(books: Books, twin: Callable[[Db], None]) -> None:
    bill = books.bill()
    paid = books.pay(fen=25_000)
    books.bill(home=1)
    books.undo(books.pay(home=1, fen=700)["payment"])
    books.waive(books.bill(home=2, period="2026-02"), 1_000)
    books.act(acts.add_vouchers, [{"kind": "out", "head": "税金", "fen": 300, "happened_on": "2026-01-01"}])

    def everything() -> list[object]:
        db, c, homes = books.db, books.c, books.homes
        return [
            acts.arrears(db, c, "2026-07-01"), acts.arrears_by_code(db, c, "2026-07-01"),
            acts.arrears_by_age(db, c, "2026-07-01"), acts.open_bills(db, c, homes), acts.sums(db, c, homes),
            acts.totals(db, c, "2026-07-01"), acts.receipts(db, c, homes[0]), acts.receipt(db, c, paid["receipt"]),
            acts.progress(db, c), acts.building_progress(db, c, "2026-01"), acts.funds(db, c, ["2026-01", "2026-02"]),
            acts.bills_of(db, c, homes[0]), acts.settled_days(db, c, homes), acts.payments_page(db, c),
            acts.find_payments(db, c, "250.00"), acts.vouchers(db, c, "2026-01-01", "2026-12-31"),
            acts.waivers_asked(db, c), acts.trial_balance(db, c, "2020-01-01", "2030-01-01"),
            acts.account_sheet(db, c, "1122", "2020-01-01", "2030-01-01"), books.wrong(),
        ]

    before = everything()
    twin(books.db)
    assert everything() == before
    again = books.pay(home=1, fen=1, number="after")
    assert again["receipt"] == "001-00000003"
    assert books.open() == {}
    assert bill
