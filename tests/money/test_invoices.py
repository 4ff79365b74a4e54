"""Electronic invoices through the simulated issuer: issued once whatever goes wrong, and red before money goes back."""

from __future__ import annotations

from typing import Any

import pytest

from server.db import new_id
from server.errors import Refusal
from server.pay import acts as pay
from server.pay.providers.issuers import Bridge, Invoice
from tests.money.conftest import House


def asked(house: House, fen: int | None = None) -> tuple[str, str]:
    """(invoice, payment) of a paid order whose owner asked for an invoice."""
    order = house.order(fen=fen)
    house.pay(order)
    payment = house.paid(order)["payment"]
    invoice = new_id()
    with house.db.write(house.c, who="page") as pen:
        words = {"title": "济南某某公司", "tax_no": "91370100MA3CXXXX0X", "mail": "a@b.cn"}
        pay.ask_invoice(pen, id=invoice, payment=payment, **words)
    return invoice, payment


def send(house: House, invoice: str) -> str:
    house.db.run("update invoice_now set lease = null where community = :c", c=house.c)
    return pay.send_invoice(house.db, house.cfg, house.c, invoice)


def row(house: House, payment: str) -> dict[str, Any]:
    return pay.invoices_of(house.db, house.c, payment)[-1]


def want_red(house: House, invoice: str) -> None:
    with house.db.write(house.c, who="cashier") as pen:
        pay.want_red(pen, invoice, "开错抬头")


def test_an_invoice_that_was_asked_for_is_issued_by_the_timer_with_number_and_pdf(house: House) -> None:
    _, payment = asked(house)
    assert pay.run_due(house.db, house.c, "2026-11-21", settings=house.cfg)["invoices"] == 1
    found = row(house, payment)
    assert (found["state"], len(found["number"]), found["fen"]) == ("issued", 20, 22_345)
    paper = house.pool.request("GET", found["link"])
    assert (paper.status, paper.data[:5]) == (200, b"%PDF-")
    assert pay.run_due(house.db, house.c, "2026-11-21", settings=house.cfg)["invoices"] == 0


@pytest.mark.parametrize("fault", ["error500", "half_body", "reset"])
def test_an_issue_without_a_clear_answer_is_asked_about_and_issued_once(house: House, fault: str) -> None:
    invoice, payment = asked(house)
    house.play.book.faults[fault] = 1
    assert send(house, invoice) == "sending"
    assert send(house, invoice) == "issued"
    assert [paper.number for paper in house.play.book.invoices.values()] == [row(house, payment)["number"]]


def test_an_invoice_that_takes_its_time_is_fetched_later(house: House) -> None:
    invoice, _ = asked(house)
    house.play.book.faults["invoice_slow"] = 1
    assert [send(house, invoice) for _ in range(2)] == ["sending", "issued"]


def test_a_failed_invoice_says_why_and_can_be_sent_again(house: House) -> None:
    invoice, payment = asked(house)
    house.play.book.faults["invoice_failed"] = 1
    assert send(house, invoice) == "failed"
    assert "税号不符" in row(house, payment)["said"]
    with house.db.write(house.c, who="cashier") as pen:
        pay.want_invoice(pen, invoice)
    assert send(house, invoice) == "issued"


def test_a_refund_of_an_invoiced_receipt_waits_for_the_issuers_red_invoice(house: House) -> None:
    invoice, payment = asked(house)

    def refund() -> str:
        with house.db.write(house.c, who="cashier") as pen:
            return pay.ask_refund(pen, payment, 22_345, "退租")

    send(house, invoice)
    with pytest.raises(Refusal, match="refund_invoiced"):
        refund()
    house.play.book.faults["red_failed"] = 1
    want_red(house, invoice)
    assert send(house, invoice) == "red_failed"
    assert "先确认" in row(house, payment)["said"]
    with pytest.raises(Refusal, match="refund_invoiced"):
        refund()
    want_red(house, invoice)
    assert send(house, invoice) == "red"
    assert row(house, payment)["red"].startswith("2638")
    assert refund()


def test_an_invoice_on_its_way_holds_up_the_refund_too(house: House) -> None:
    invoice, payment = asked(house)
    house.play.book.faults["error500"] = 1
    assert send(house, invoice) == "sending"
    with pytest.raises(Refusal, match="refund_invoiced"), house.db.write(house.c, who="cashier") as pen:
        pay.ask_refund(pen, payment, 100, "多付")


def test_an_invoice_that_was_not_sent_yet_is_not_issued_for_money_that_goes_back(house: House) -> None:
    invoice, payment = asked(house)
    with house.db.write(house.c, who="cashier") as pen:
        pay.ask_refund(pen, payment, 100, "多付")
    assert send(house, invoice) == "failed"
    assert house.play.book.invoices == {}
    assert "重新申请" in row(house, payment)["said"]
    again = new_id()
    with house.db.write(house.c, who="page") as pen:
        pay.ask_invoice(pen, id=again, payment=payment, title="王建国")
    assert send(house, again) == "issued"
    assert row(house, payment)["fen"] == 22_245


def test_a_red_invoice_without_a_clear_answer_is_made_once(house: House) -> None:
    invoice, payment = asked(house)
    send(house, invoice)
    want_red(house, invoice)
    house.play.book.faults["half_body"] = 1
    assert send(house, invoice) == "red_sending"
    assert send(house, invoice) == "red"
    assert row(house, payment)["red"] == next(iter(house.play.book.invoices.values())).red


def test_a_request_that_is_not_signed_issues_nothing(house: House) -> None:
    answer = house.pool.request("POST", f"{house.play.base}/fapiao/v1/invoices", body=b'{"id":"x","fen":1}',
                                headers={"Content-Type": "application/json"})
    assert answer.status == 401
    assert house.play.book.invoices == {}


def test_the_issuer_is_called_by_its_label_and_without_one_by_its_file(house: House) -> None:
    assert pay.issuer_of(house.cfg, house.c) == "模拟开票平台"
    file = house.cfg.home / "issuers" / "sim.toml"
    file.write_text(file.read_text("utf-8").replace("label", "unlabelled"), "utf-8")
    assert pay.issuer_of(house.cfg, house.c) == "sim"


def test_a_red_number_typed_in_while_the_issuer_is_asked_stays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    invoice, payment = asked(house)
    send(house, invoice)
    want_red(house, invoice)

    def red(issuer: Bridge, id: str, reason: str) -> Invoice:
        with house.db.write(house.c, who="cashier") as pen:
            pay.invoice_red(pen, invoice, "26380000000000000099")
        return Invoice("red_failed", reason="买方没有确认")

    monkeypatch.setattr(Bridge, "red", red)
    assert send(house, invoice) == "red"
    assert (row(house, payment)["state"], row(house, payment)["red"]) == ("red", "26380000000000000099")
    with pytest.raises(Refusal, match="invoice_invalid"), house.db.write(house.c, who="cashier") as pen:
        pay.invoice_red(pen, invoice, "26380000000000000100")


def test_a_number_for_a_failed_invoice_is_refused_beside_another_one(house: House) -> None:
    invoice, payment = asked(house)
    house.play.book.faults["invoice_failed"] = 1
    assert send(house, invoice) == "failed"
    again = new_id()
    with house.db.write(house.c, who="page") as pen:
        pay.ask_invoice(pen, id=again, payment=payment, title="王建国")
    with pytest.raises(Refusal, match="invoice_invalid"), house.db.write(house.c, who="cashier") as pen:
        pay.invoice_issued(pen, invoice, "26370000000000000099")
    assert send(house, again) == "issued"


def test_one_id_asks_for_the_invoice_of_one_payment(house: House) -> None:
    invoice, _ = asked(house)
    other = house.books.pay(home=1)["payment"]
    with pytest.raises(Refusal, match="idempotency_reuse"), house.db.write(house.c, who="page") as pen:
        pay.ask_invoice(pen, id=invoice, payment=other, title="王建国")


def test_without_an_issuer_the_office_types_the_numbers(house: House) -> None:
    (house.cfg.home / "issuers" / "sim.toml").unlink()
    invoice, payment = asked(house)
    assert pay.issuer_of(house.cfg, house.c) == ""
    assert send(house, invoice) == "asked"
    with house.db.write(house.c, who="cashier") as pen:
        pay.invoice_issued(pen, invoice, "26370000000000000099")
    assert row(house, payment)["state"] == "issued"
    with house.db.write(house.c, who="cashier") as pen:
        pay.invoice_red(pen, invoice, "26380000000000000099")
    assert row(house, payment)["state"] == "red"
    with pytest.raises(Refusal, match="invoice_invalid"), house.db.write(house.c, who="cashier") as pen:
        pay.invoice_issued(pen, invoice, "26370000000000000099")
    assert row(house, payment)["state"] == "red"


def test_the_owner_sees_his_invoice_and_its_pdf_on_the_receipt(house: House) -> None:
    invoice, payment = asked(house)
    path = pay.receipt_path(house.cfg, house.c, row(house, payment)["receipt_no"])

    def page() -> str:
        return house.pool.request("GET", house.cfg.url + path).data.decode()

    assert "发票申请已收到" in page()
    send(house, invoice)
    shown = page()
    assert row(house, payment)["number"] in shown
    assert row(house, payment)["link"] in shown
    want_red(house, invoice)
    send(house, invoice)
    assert "已红冲" in page()
    assert "申请电子发票" in page()


def test_the_issuer_is_checked_without_an_invoice(house: House) -> None:
    def said() -> str:
        return next(state for name, state, _ in pay.check_merchants(house.cfg.home) if name == "开票 sim")

    assert said() == "ok"
    (house.cfg.home / "issuers" / "sim.secret").write_text("another")
    assert said() == "bad"
    assert house.play.book.invoices == {}
