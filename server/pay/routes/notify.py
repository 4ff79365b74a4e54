"""Where the providers tell us: raw bodies in, their own words out, after the commit."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, jsonify, request

from server import http
from server.access import may
from server.errors import Refusal, refuse
from server.pay.acts import notify
from server.pay.door import blp

WECHAT_HEARS = {
    "description": "微信约定的应答，状态码说明原因", "content": {"application/json": {"schema": {
        "type": "object", "required": ["code", "message"],
        "properties": {"code": {"enum": ["SUCCESS", "FAIL"]}, "message": {"type": "string"}},
    }}},
}
ALIPAY_HEARS = {
    "description": "支付宝约定的应答", "content": {"text/plain": {"schema": {"enum": ["success", "failure"]}}},
}


def _body() -> bytes:
    if (request.content_length or 0) > notify.BODY_MAX:
        refuse("too_large")
    request.max_content_length = notify.BODY_MAX
    return request.get_data(cache=False)


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


@blp.route("/notify/wechat/<merchant>", methods=["POST"])
@may("anyone")
@blp.doc(responses={"200": WECHAT_HEARS, "default": WECHAT_HEARS})
def wechat(merchant: str) -> Response:
    """微信支付结果通知"""
    return _wechat(lambda: notify.told_wechat(http.db(), http.cfg(), merchant, _headers(), _body()))


@blp.route("/notify/wechat-refund/<merchant>", methods=["POST"])
@may("anyone")
@blp.doc(responses={"200": WECHAT_HEARS, "default": WECHAT_HEARS})
def wechat_refund(merchant: str) -> Response:
    """微信退款结果通知"""
    return _wechat(lambda: notify.told_wechat_refund(http.db(), http.cfg(), merchant, _headers(), _body()))


def _wechat(act: Callable[[], None]) -> Response:
    try:
        act()
    except Refusal as refusal:
        answer = jsonify(code="FAIL", message=refusal.sentence)
        answer.status_code = refusal.status
        return answer
    return jsonify(code="SUCCESS", message="成功")


@blp.route("/notify/alipay/<merchant>", methods=["POST"])
@may("anyone")
@blp.doc(responses={"200": ALIPAY_HEARS, "default": ALIPAY_HEARS})
def alipay(merchant: str) -> Response:
    """支付宝异步通知"""
    try:
        notify.told_alipay(http.db(), http.cfg(), merchant, _body())
    except Refusal as refusal:
        return Response("failure", refusal.status, content_type="text/plain; charset=utf-8")
    return Response("success", content_type="text/plain; charset=utf-8")
