"""WeChat Pay API v3 as a merchant meets it: orders, queries, refunds, bills; every request's signature is checked."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, request

from server.pay.providers import keys as rsa_keys
from server.pay.providers.words import Forged
from server.sim import bills, keys
from server.sim.app import play
from server.sim.book import Refund, Trade
from server.sim.notify import rfc3339, wechat_trade

bp = Blueprint("wechat", __name__)


def _wechat(body: Mapping[str, Any] | None, status: int = 200) -> Response:
    data = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
    return Response(data, status, headers=play().sender.wechat_headers(data))


def _complain(code: str, text: str, status: int = 400) -> Response:
    return _wechat({"code": code, "message": text}, status)


def _check_merchant() -> None:
    """The request's own signature: whoever builds it wrongly learns it here, not in production."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(",") if "=" in part)
    found = {name: value.strip('"') for name, value in parts.items()}
    path = request.full_path.rstrip("?").removeprefix("/wechat")
    try:
        message = f"{request.method}\n{path}\n{found['timestamp']}\n{found['nonce_str']}\n".encode()
        message += request.get_data() + b"\n"
        rsa_keys.verify(play().ring.merchant.public_key(), message, found["signature"])
    except (KeyError, Forged):
        abort(_complain("SIGN_ERROR", "签名错误", 401))
    if scheme != "WECHATPAY2-SHA256-RSA2048" or found.get("mchid") != keys.MCHID:
        abort(_complain("SIGN_ERROR", "商户不符", 401))


@bp.post("/wechat/v3/pay/transactions/<way>")
def wechat_create(way: str) -> Response:
    _check_merchant()
    asked = request.get_json()
    if asked["mchid"] != keys.MCHID or asked["appid"] != keys.APPID:
        return _complain("PARAM_ERROR", "商户号与应用不匹配")
    trade = Trade("wechat", asked["out_trade_no"], int(asked["amount"]["total"]), asked["description"],
                  asked["notify_url"], "", way, secrets.token_urlsafe(9))
    if way == "jsapi" and asked.get("payer", {}).get("openid") != "o-sim-payer":
        return _complain("PARAM_ERROR", "openid 不符")
    answer = _open(trade)
    if isinstance(answer, Response):
        return answer
    if answer.state != "open":
        return _complain("ORDERPAID" if answer.state == "paid" else "ORDER_CLOSED", "订单已支付或已关闭")
    if play().book.fails("early"):
        play().book.pay(answer)
        play().sender.paid(answer)
        time.sleep(0.3)
    link = f"{play().base}/wallet/{answer.key}?way={way}"
    return _wechat({"h5": {"h5_url": link}, "native": {"code_url": link}, "jsapi": {"prepay_id": answer.key}}[way])


def _open(trade: Trade) -> Trade | Response:
    try:
        return play().book.open(trade)
    except ValueError:
        return _complain("OUT_TRADE_NO_USED", "商户订单号重复，金额不同", 403)


@bp.get("/wechat/v3/pay/transactions/out-trade-no/<number>")
def wechat_query(number: str) -> Response:
    _check_merchant()
    trade = play().book.trades.get(("wechat", number))
    return _wechat(wechat_trade(trade)) if trade else _complain("ORDER_NOT_EXIST", "订单不存在", 404)


@bp.post("/wechat/v3/pay/transactions/out-trade-no/<number>/close")
def wechat_close(number: str) -> Response:
    _check_merchant()
    trade = play().book.trades.get(("wechat", number))
    if trade is None:
        return _complain("ORDER_NOT_EXIST", "订单不存在", 404)
    with play().book.locked():
        if trade.state == "paid":
            return _complain("ORDERPAID", "订单已支付")
        trade.state = "closed"
    return _wechat(None, 204)


@bp.post("/wechat/v3/refund/domestic/refunds")
def wechat_refund() -> Response:
    _check_merchant()
    asked = request.get_json()
    trade = play().book.trades.get(("wechat", asked["out_trade_no"]))
    if trade is None:
        return _complain("RESOURCE_NOT_EXISTS", "订单不存在", 404)
    try:
        refund = play().book.give_back(
            trade, asked["out_refund_no"], int(asked["amount"]["refund"]), asked.get("notify_url", "")
        )
    except ValueError:
        return _complain("INVALID_REQUEST", "退款金额大于可退金额", 403)
    play().sender.refunded(refund)
    return _wechat(_wechat_refund(refund, "PROCESSING"))


@bp.get("/wechat/v3/refund/domestic/refunds/<number>")
def wechat_refund_query(number: str) -> Response:
    _check_merchant()
    refund = play().book.refunds.get(("wechat", number))
    if refund is None:
        return _complain("RESOURCE_NOT_EXISTS", "退款单不存在", 404)
    return _wechat(_wechat_refund(refund, {"done": "SUCCESS", "failed": "ABNORMAL"}.get(refund.state, "PROCESSING")))


def _wechat_refund(refund: Refund, status: str) -> dict[str, Any]:
    return {"refund_id": refund.refund, "out_refund_no": refund.number, "transaction_id": refund.trade.transaction,
            "out_trade_no": refund.trade.number, "status": status, "success_time": rfc3339(refund.at),
            "amount": {"total": refund.trade.paid_fen, "refund": refund.fen}}


# --- who pays, inside WeChat's own browser -------------------------------------


@bp.get("/connect/oauth2/authorize")
def authorize() -> Any:
    """snsapi_base: back at once with a code, nothing is asked."""
    back = request.args["redirect_uri"]
    return redirect(f"{back}{'&' if '?' in back else '?'}code=sim-{secrets.token_hex(8)}&state={request.args['state']}")


@bp.get("/sns/oauth2/access_token")
def access_token() -> Any:
    """The payer's openid for a code and the right secret."""
    good = request.args.get("secret") == keys.APP_SECRET and request.args.get("code", "").startswith("sim-")
    return {"openid": "o-sim-payer"} if good else {"errcode": 40029, "errmsg": "invalid code"}


@bp.get("/wechat/v3/bill/tradebill")
def wechat_bill() -> Response:
    _check_merchant()
    data, sha1 = bills.wechat(play().book, request.args["bill_date"])
    key = secrets.token_urlsafe(12)
    play().book.sent.append({"bill": key})
    current_app.extensions[f"bill-{key}"] = data
    url = f"{play().base}/wechat/v3/billdownload/{key}"
    return _wechat({"hash_type": "SHA1", "hash_value": sha1, "download_url": url})


@bp.get("/wechat/v3/billdownload/<key>")
def wechat_download(key: str) -> Response:
    return Response(current_app.extensions[f"bill-{key}"], mimetype="application/octet-stream")
