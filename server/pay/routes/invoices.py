"""The JSON door of electronic invoices, for cashier and manager: asked for, sent, taken back, numbers typed in."""

from __future__ import annotations

from typing import Any

from schemas import invoices as shapes
from schemas.money import Scope
from server import http
from server.access import caller, may
from server.pay import acts
from server.pay.door import blp


@blp.route("/invoices", methods=["GET"])
@may("cashier", "manager")
@blp.arguments(Scope, location="query")
@blp.response(200, shapes.Invoices)
def invoices(words: dict[str, Any]) -> Any:
    """电子发票的申请和状态，新的在前"""
    return {"invoices": acts.invoices(http.db(), caller().pick(words.get("community")))}


@blp.route("/invoices", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.InvoiceAsk)
@blp.response(201, shapes.Invoice)
def invoice_ask(words: dict[str, Any]) -> Any:
    """替业主申请电子发票：金额为这笔缴费的余额，一笔缴费同时只有一张"""
    c = caller().pick(words.pop("community", None))
    with http.writing(c, verb="invoice.ask") as pen:
        acts.ask_invoice(pen, **words)
    return acts.invoice(http.db(), c, words["id"])


@blp.route("/invoices/<invoice>/sending", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.InvoiceSend)
@blp.response(200, shapes.Invoice)
def invoice_send(words: dict[str, Any], invoice: str) -> Any:
    """交给开票渠道开具；开具失败的可以再交一次"""
    c = caller().pick(words.get("community"))
    acts.need_issuer(http.cfg(), c)
    with http.writing(c, verb="invoice.send") as pen:
        acts.want_invoice(pen, invoice)
    acts.send_invoice(http.db(), http.cfg(), c, invoice)
    return acts.invoice(http.db(), c, invoice)


@blp.route("/invoices/<invoice>/number", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.InvoiceNumber)
@blp.response(200, shapes.Invoice)
def invoice_number(words: dict[str, Any], invoice: str) -> Any:
    """已在别处开具：登记发票号码"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="invoice.issued") as pen:
        acts.invoice_issued(pen, invoice, words["number"])
    return acts.invoice(http.db(), c, invoice)


@blp.route("/invoices/<invoice>/red", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.InvoiceRed)
@blp.response(200, shapes.Invoice)
def invoice_red(words: dict[str, Any], invoice: str) -> Any:
    """交给开票渠道红冲"""
    c = caller().pick(words.get("community"))
    acts.need_issuer(http.cfg(), c)
    with http.writing(c, verb="invoice.red") as pen:
        acts.want_red(pen, invoice, words["reason"])
    acts.send_invoice(http.db(), http.cfg(), c, invoice)
    return acts.invoice(http.db(), c, invoice)


@blp.route("/invoices/<invoice>/red-number", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.InvoiceNumber)
@blp.response(200, shapes.Invoice)
def invoice_red_number(words: dict[str, Any], invoice: str) -> Any:
    """已在别处红冲：登记红字发票号码"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="invoice.red_done") as pen:
        acts.invoice_red(pen, invoice, words["number"])
    return acts.invoice(http.db(), c, invoice)
