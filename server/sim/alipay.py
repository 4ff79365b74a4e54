"""Alipay's gateway as a merchant meets it: signed forms in, signed JSON out."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, request

from server.pay.providers import keys as rsa_keys
from server.pay.providers.alipay import GMT8, signed_text, yuan
from server.pay.providers.wechat_bill import yuan_fen
from server.pay.providers.words import Forged
from server.sim import bills
from server.sim.app import play
from server.sim.book import Trade

bp = Blueprint("alipay", __name__)


@bp.route("/alipay/gateway.do", methods=["GET", "POST"])
def alipay_gateway() -> Any:
    params = dict(request.args) if request.method == "GET" else dict(parse_qsl(request.get_data(as_text=True)))
    try:
        merchant = play().ring.merchant.public_key()
        rsa_keys.verify(merchant, signed_text(params, without=("sign",)), params.get("sign", ""))
    except Forged:
        return _alipay(params.get("method", "error"), {"code": "40002", "sub_code": "isv.invalid-signature"})
    content = json.loads(params["biz_content"])
    act = ALIPAY.get(params["method"])
    if act is None:
        return _alipay(params["method"], {"code": "40004", "sub_code": "isv.invalid-method"})
    return act(params, content)


def _alipay(method: str, found: Mapping[str, Any]) -> Response:
    message = "Success" if found.get("code") == "10000" else "Business Failed"
    raw = json.dumps({"msg": message, **found}, ensure_ascii=False)
    node = method.replace(".", "_") + "_response"
    text = f'{{"{node}":{raw},"sign":"{rsa_keys.sign(play().ring.alipay, raw.encode())}"}}'
    return Response(text, mimetype="text/html")


def _no(params: Mapping[str, str], code: str) -> Response:
    return _alipay(params["method"], {"code": "40004", "sub_code": code, "sub_msg": code})


def _alipay_open(params: Mapping[str, str], content: Mapping[str, Any], way: str) -> Trade:
    trade = Trade("alipay", content["out_trade_no"], yuan_fen(content["total_amount"]), content["subject"],
                  params.get("notify_url", ""), params.get("return_url", ""), way, secrets.token_urlsafe(9))
    return play().book.open(trade)


def alipay_page(params: Mapping[str, str], content: Mapping[str, Any]) -> Any:
    return redirect(f"/wallet/{_alipay_open(params, content, 'wap').key}")


def alipay_precreate(params: Mapping[str, str], content: Mapping[str, Any]) -> Response:
    trade = _alipay_open(params, content, "precreate")
    return _alipay(params["method"], {"code": "10000", "out_trade_no": trade.number,
                                      "qr_code": f"{play().base}/wallet/{trade.key}"})


def alipay_query(params: Mapping[str, str], content: Mapping[str, Any]) -> Response:
    trade = play().book.trades.get(("alipay", content["out_trade_no"]))
    if trade is None:
        return _no(params, "ACQ.TRADE_NOT_EXIST")
    state = {"open": "WAIT_BUYER_PAY", "paid": "TRADE_SUCCESS", "closed": "TRADE_CLOSED"}[trade.state]
    found = {"code": "10000", "out_trade_no": trade.number, "trade_no": trade.transaction or "0", "trade_status": state,
             "total_amount": yuan(trade.paid_fen or trade.fen)}
    if trade.paid_at:
        found["send_pay_date"] = trade.paid_at.astimezone(GMT8).strftime("%Y-%m-%d %H:%M:%S")
    return _alipay(params["method"], found)


def alipay_close(params: Mapping[str, str], content: Mapping[str, Any]) -> Response:
    trade = play().book.trades.get(("alipay", content["out_trade_no"]))
    if trade is None:
        return _no(params, "ACQ.TRADE_NOT_EXIST")
    with play().book.locked():
        if trade.state == "paid":
            return _no(params, "ACQ.REASON_TRADE_STATUS_INVALID")
        trade.state = "closed"
    return _alipay(params["method"], {"code": "10000", "out_trade_no": trade.number})


def alipay_refund(params: Mapping[str, str], content: Mapping[str, Any]) -> Response:
    trade = play().book.trades.get(("alipay", content["out_trade_no"]))
    if trade is None:
        return _no(params, "ACQ.TRADE_NOT_EXIST")
    known = ("alipay", content["out_request_no"]) in play().book.refunds
    try:
        refund = play().book.give_back(trade, content["out_request_no"], yuan_fen(content["refund_amount"]), "")
    except ValueError:
        return _no(params, "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
    if refund.state == "failed":
        return _no(params, "ACQ.SELLER_BALANCE_NOT_ENOUGH")
    return _alipay(params["method"], {
        "code": "10000", "trade_no": trade.transaction, "out_trade_no": trade.number,
        "fund_change": "N" if known else "Y", "refund_fee": yuan(trade.refunded_fen),
    })


def alipay_refund_query(params: Mapping[str, str], content: Mapping[str, Any]) -> Response:
    refund = play().book.refunds.get(("alipay", content["out_request_no"]))
    if refund is None or refund.state == "failed":
        return _alipay(params["method"], {"code": "10000"})
    return _alipay(params["method"], {
        "code": "10000", "out_request_no": refund.number, "trade_no": refund.trade.transaction,
        "refund_status": "REFUND_SUCCESS", "refund_amount": yuan(refund.fen),
        "gmt_refund_pay": refund.at.astimezone(GMT8).strftime("%Y-%m-%d %H:%M:%S"),
    })


def alipay_bill(params: Mapping[str, str], content: Mapping[str, Any]) -> Response:
    return _alipay(params["method"], {
        "code": "10000", "bill_download_url": f"{play().base}/alipay/bill/{content['bill_date']}",
    })


@bp.get("/alipay/bill/<day>")
def alipay_download(day: str) -> Response:
    return Response(bills.alipay(play().book, day), mimetype="application/zip")


ALIPAY: dict[str, Callable[[Mapping[str, str], Mapping[str, Any]], Any]] = {
    "alipay.trade.wap.pay": alipay_page, "alipay.trade.page.pay": alipay_page,
    "alipay.trade.precreate": alipay_precreate, "alipay.trade.query": alipay_query,
    "alipay.trade.close": alipay_close, "alipay.trade.refund": alipay_refund,
    "alipay.trade.fastpay.refund.query": alipay_refund_query,
    "alipay.data.dataservice.bill.downloadurl.query": alipay_bill,
}
