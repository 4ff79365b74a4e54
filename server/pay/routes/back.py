"""The JSON door of money that goes back to unknown payers, for cashier and manager."""

from __future__ import annotations

from typing import Any

from schemas import returns as shapes
from schemas.money import RefundAnswer
from server import http
from server.access import caller, may
from server.ledger.acts import former
from server.pay.door import blp


@blp.route("/returns", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.ReturnAsk)
@blp.response(201, shapes.Return)
def return_ask(words: dict[str, Any]) -> Any:
    """查不到付款人的暂挂款，申请退回付款方，须由另一人审批"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="suspense.ask") as pen:
        former.ask_return(pen, words["suspense"], words["reason"], words["id"])
    return former.return_of(http.db(), c, words["id"])


@blp.route("/returns/<ask>/answer", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(RefundAnswer)
@blp.response(200, shapes.Return)
def return_answer(words: dict[str, Any], ask: str) -> Any:
    """审批退回"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="suspense.answer") as pen:
        former.answer_return(pen, ask, words["granted"])
    return former.return_of(http.db(), c, ask)


@blp.route("/returns/<ask>/payout", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.ReturnPaid)
@blp.response(200, shapes.Return)
def return_paid(words: dict[str, Any], ask: str) -> Any:
    """款已退出：登记银行或商户平台的凭证号"""
    c = caller().pick(words.get("community"))
    with http.writing(c, verb="suspense.return") as pen:
        former.return_suspense(pen, ask, words["voucher"], words["on"])
    return former.return_of(http.db(), c, ask)
