"""Paying from the page: choose, order, pay in the wallet, come back. The truth is asked of the server, never believed.

Without script: the order page asks again by itself (meta refresh). WeChat's own browser needs one call of its bridge:
the only script of the page, and only there.
"""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for

from server import clock, http
from server.access import may
from server.errors import refuse
from server.owner import view
from server.owner.amounts import fen_of
from server.owner.pages import _check_form, _open_code, bp, page
from server.pay import acts as pay
from server.pay.rules.orders import OPEN, PAID

LABELS = {"wechat": "微信支付", "alipay": "支付宝"}
REFRESH_S = 3
BILLS_MAX = 200


def offered(code: dict[str, Any]) -> list[dict[str, str]]:
    """The wallets this browser can work with: [{channel, label}]."""
    found = pay.wallets(http.cfg(), code["community"], request.headers.get("User-Agent", ""))
    return [{"channel": channel, "label": LABELS[channel]} for channel, _ in found]


@bp.post("/n/<token>/orders")
@may("anyone")
def order_make(token: str) -> Response:
    """Price, freeze, ask the provider; then to the order's page, where the wallet opens. The same form, one order."""
    code = _open_code(token)
    id_ = _check_form(code)
    channel = request.form.get("wallet", "")
    agent = request.headers.get("User-Agent", "")
    way = dict(pay.wallets(http.cfg(), code["community"], agent)).get(channel)
    if way is None:
        refuse("no_wallet")
    known = pay.order_of_key(http.db(), code["community"], f"page:{id_}")
    if known and "due" in request.form and known["channel"] == channel:
        return _to(code, known["number"])  # the same button again, whatever was paid meanwhile
    bills, fen = _meant(code)
    wish = pay.Wish(
        code["home"], channel, way, f"page:{id_}", f"page:{code['handle']}", bills, fen, request.remote_addr or "",
        f"/n/{code['token']}/orders/{{number}}",
    )
    made = pay.start(http.db(), http.cfg(), code["community"], wish)
    return _to(code, made["number"])


def _meant(code: dict[str, Any]) -> tuple[tuple[str, ...], int | None]:
    """(bills, fen or None): everything due, ticked lines, or an amount.

    Refusals order_stale, order_amount, order_nothing.
    """
    yuan = request.form.get("yuan", "").strip()
    fen = fen_of(yuan) if yuan else None
    if yuan and fen is None:
        refuse("order_amount", "/yuan")
    if "due" not in request.form:
        marks = request.form.getlist("bill")[:BILLS_MAX]
        if not marks and fen is None:
            refuse("order_nothing")
        return view.ticked_bills(http.db(), code, marks), fen
    bills, due = view.due_bills(http.db(), code)
    if request.form["due"] != str(due):
        refuse("order_stale")
    if not bills:  # a form of ours never says so; without bills an order is for whatever is open, due or not
        refuse("order_nothing")
    return bills, None


@bp.get("/n/<token>/orders/<number>/payer")
@may("anyone")
def order_payer(token: str, number: str) -> Response:
    """WeChat came back with a code for who pays; now the order can be asked for."""
    code, order = _of_code(token, number)
    if order["state"] == "created" and order["way"] == "jsapi":
        openid = pay.openid_of(http.cfg(), order["merchant"], request.args.get("code", ""))
        pay.bring(http.db(), http.cfg(), code["community"], number, payer=openid, ip=request.remote_addr or "")
    return _to(code, number)


@bp.get("/n/<token>/orders/<number>")
@may("anyone")
def order_show(token: str, number: str) -> Response:
    """等待付款 with the wallet's button or QR, 等待确认, 已收到 with the receipt, or 没有扣款."""
    code, order = _of_code(token, number)
    cfg, db = http.cfg(), http.db()
    pay.look(db, cfg, code["community"], number)
    order = pay.order(db, code["community"], number)
    left = max(0, int((clock.parse(order["expires"]) - clock.now()).total_seconds()))
    ticket = order["ticket"]
    waiting = order["state"] in OPEN
    who = ""
    if order["way"] == "jsapi" and order["state"] == "created":  # a redirect of the form itself would meet form-action
        who = pay.authorize_url(cfg, order["merchant"], f"/n/{code['token']}/orders/{number}/payer", number)
    receipt = pay.receipt_path(cfg, code["community"], order["receipt"]) if order["receipt"] else ""
    answer = page(
        "order", code=code, company=view.company(db, code), order=order, host=cfg.host, left=left,
        minutes=-(-left // 60), label=LABELS[order["channel"]], open=waiting and left > 0, paid=order["state"] in PAID,
        picture=pay.svg(ticket["code"]) if ticket["code"] and waiting and left else "", receipt=receipt, who=who,
        refresh=REFRESH_S if waiting else 0,
    )
    _allow_wallet(answer, ticket)
    return answer


def _allow_wallet(answer: Response, ticket: dict[str, Any]) -> None:
    """The page may run its one script where WeChat's bridge is called, and nothing else."""
    if ticket["bridge"]:
        policy = answer.headers["Content-Security-Policy"]
        answer.headers["Content-Security-Policy"] = f"{policy}; script-src 'nonce-{http.nonce()}'"


def _of_code(token: str, number: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The order, when it is one of this code's home. Refusals of the code; order_unknown."""
    code = _open_code(token)
    order = pay.order(http.db(), code["community"], number)
    if order["home"] != code["home"] or order["at"] < (code["owner_since"] or ""):
        refuse("order_unknown")
    return code, order


def _to(code: dict[str, Any], number: str) -> Response:
    target = url_for("owner.order_show", token=code["token"], number=number)
    return redirect(target, 303)  # type: ignore[return-value]  # werkzeug's response; flask serves it
