"""The JSON door of orders, refunds, unmatched money and reconciliation, for cashier and manager."""

from __future__ import annotations

from typing import Any

from flask import request

from schemas import money as shapes
from server import clock, http
from server.access import caller, may
from server.errors import refuse
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.ledger.acts import former
from server.pay import acts
from server.pay.door import blp


@blp.route("/orders", methods=["GET"])
@may("cashier", "manager")
@blp.arguments(shapes.OrdersQuery, location="query")
@blp.response(200, shapes.Orders)
def orders(words: dict[str, Any]) -> Any:
    """订单，新的在前"""
    c, db = caller().pick(words.get("community")), http.db()
    home = estate.home_by_code(db, c, words["household"])["id"] if words.get("household") else ""
    return acts.orders(db, c, home, words.get("state", ""), words["cursor"])


@blp.route("/orders", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.OrderAsk)
@blp.response(201, shapes.Order)
def order_make(words: dict[str, Any]) -> Any:
    """下单：金额由服务器按账单计算；需要 Idempotency-Key"""
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= 64 or not key.isascii():
        refuse("bad_request")
    c, db = caller().pick(words.get("community")), http.db()
    home = estate.home_by_code(db, c, words["household"])["id"]
    way = "native" if words["channel"] == "wechat" else "precreate"
    wish = acts.Wish(home, words["channel"], way, f"api:{key}", f"staff:{caller().staff}",
                     tuple(words["bills"]), words.get("fen"))
    return acts.start(db, http.cfg(), c, wish)


@blp.route("/orders/<number>", methods=["GET"])
@may("cashier", "manager")
@blp.arguments(shapes.Scope, location="query")
@blp.response(200, shapes.Order)
def order(words: dict[str, Any], number: str) -> Any:
    """一张订单，并向渠道问一次"""
    c = caller().pick(words.get("community"))
    acts.look(http.db(), http.cfg(), c, number)
    return acts.order(http.db(), c, number)


# --- refunds -----------------------------------------------------------------


@blp.route("/refunds", methods=["GET"])
@may("cashier", "manager")
@blp.arguments(shapes.RefundsQuery, location="query")
@blp.response(200, shapes.Refunds)
def refunds(words: dict[str, Any]) -> Any:
    """退款，新的在前；state=open 为还没有结果的"""
    return {"refunds": acts.refunds(http.db(), caller().pick(words.get("community")), words["state"])}


@blp.route("/refunds", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.RefundAsk)
@blp.response(201, shapes.Refund)
def refund_ask(words: dict[str, Any]) -> Any:
    """申请退款，须由另一人审批"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="refund.ask") as pen:
        acts.ask_refund(pen, words["payment"], words["fen"], words["reason"], words["id"])
    return acts.refund(http.db(), c, words["id"])


@blp.route("/refunds/<ask>/answer", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.RefundAnswer)
@blp.response(200, shapes.Refund)
def refund_answer(words: dict[str, Any], ask: str) -> Any:
    """审批退款；同意后立即向渠道发出"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="refund.answer") as pen:
        state = acts.answer_refund(pen, ask, words["granted"])
    if state == "sending":
        acts.send_refund(http.db(), http.cfg(), c, ask)
    return acts.refund(http.db(), c, ask)


@blp.route("/refunds/<ask>/payout", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.PaidOut)
@blp.response(200, shapes.Refund)
def refund_paid(words: dict[str, Any], ask: str) -> Any:
    """前台已把钱退还"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="refund.paid") as pen:
        acts.paid_by_hand(pen, ask, words["on"])
    return acts.refund(http.db(), c, ask)


# --- unmatched money ---------------------------------------------------------


@blp.route("/unmatched", methods=["GET"])
@may("cashier", "manager")
@blp.arguments(shapes.Scope, location="query")
@blp.response(200, shapes.Unmatched)
def unmatched(words: dict[str, Any]) -> Any:
    """需要办公室核对的款项：没有订单的、金额不同的、不是给我们的"""
    c, db = caller().pick(words.get("community")), http.db()
    return {"odd": acts.odds(db, c), "suspense": former.waiting(db, c)}


@blp.route("/unmatched/<suspense>/home", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.Found)
@blp.response(201, shapes.FoundPayment)
def found(words: dict[str, Any], suspense: str) -> Any:
    """找到了付款的住户：暂挂款转为这一户的缴费"""
    c = caller().pick(words.get("community"))
    home = estate.home_by_code(http.db(), c, words["household"])["id"]
    with http.writing(c, verb="suspense.found") as pen:
        return ledger.found_home(pen, suspense, home)


# --- reconciliation ----------------------------------------------------------


@blp.route("/recon/<day>", methods=["GET"])
@may("cashier", "manager")
@blp.arguments(shapes.Scope, location="query")
@blp.response(200, shapes.Recon)
def recon(words: dict[str, Any], day: str) -> Any:
    """一天的对账结果，有差异的在前"""
    return acts.reconciliation(http.db(), caller().pick(words.get("community")), _real(day))


@blp.route("/recon/<day>", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.ReconAsk)
@blp.response(200, shapes.Recon)
def recon_read(words: dict[str, Any], day: str) -> Any:
    """读取渠道账单并对账，可以重复"""
    c = caller().pick(words.get("community"))
    acts.read_bill(http.db(), http.cfg(), c, words["merchant"], _real(day))
    return acts.reconciliation(http.db(), c, day)


@blp.route("/recon/<day>/explanations", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.Explain)
@blp.response(200, shapes.Recon)
def recon_explain(words: dict[str, Any], day: str) -> Any:
    """说明一处差异"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="recon.explain") as pen:
        acts.explain(pen, words["merchant"], _real(day), words["kind"], words["id"], words["note"])
    return acts.reconciliation(http.db(), c, day)


@blp.route("/recon/<day>/settlement", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.Banked)
@blp.response(200, shapes.Recon)
def recon_banked(words: dict[str, Any], day: str) -> Any:
    """渠道结算款已到银行：记结算和手续费"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="recon.settle") as pen:
        acts.settle_day(pen, words["merchant"], _real(day), words["bank_fen"])
    return acts.reconciliation(http.db(), c, day)


def _real(day: str) -> str:
    if not clock.is_day(day):
        refuse("not_found")
    return day
