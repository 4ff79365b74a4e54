"""The simulator as an application: what it consists of, its faults of the wire, a wallet page, the switches."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for

from server.pay.providers.alipay import yuan
from server.sim import keys
from server.sim.book import FAULTS, Book
from server.sim.notify import Sender

bp = Blueprint("sim", __name__, template_folder="templates", static_folder="static", static_url_path="/sim-static")


class Play:
    """What one simulator consists of."""

    def __init__(self, base: str, ring: keys.Ring | None = None) -> None:
        self.base = base
        self.ring = ring or keys.make()
        self.book = Book()
        self.sender = Sender(self.book, self.ring, keys.stranger())


def create_sim(play: Play) -> Flask:
    """The simulator as an application."""
    app = Flask("server.sim")
    app.extensions["sim"] = play
    from server.sim.alipay import bp as alipay
    from server.sim.fapiao import bp as fapiao
    from server.sim.wechat import bp as wechat

    for part in (bp, wechat, alipay, fapiao):
        app.register_blueprint(part)
    return app


def play() -> Play:
    found: Play = current_app.extensions["sim"]
    return found


WIRE = ("/wechat/v3", "/alipay/gateway", "/fapiao/v1")

# --- faults of the wire ------------------------------------------------------


@bp.before_app_request
def _troubles() -> Response | None:
    """Timeouts, 5xx, 429: before anything is done. Half bodies and resets: after it was done."""
    if not request.path.startswith(WIRE):
        return None
    book = play().book
    if book.fails("timeout"):
        time.sleep(12)
        return Response(status=504)
    if book.fails("error500"):
        return Response('{"code":"SYSTEM_ERROR","message":"系统错误"}', 500)
    if book.fails("error429"):
        return Response('{"code":"FREQUENCY_LIMITED","message":"频率过高"}', 429)
    return None


@bp.after_app_request
def _cuts(answer: Response) -> Response:
    if not request.path.startswith(WIRE):
        return answer
    if play().book.fails("half_body"):
        whole = answer.get_data()
        answer.response = iter([whole[: len(whole) // 2]])
        answer.headers["Content-Length"] = str(len(whole))
    if play().book.fails("reset"):
        answer.response = iter([])
        answer.headers["Content-Length"] = "100"
    return answer


# --- the person's wallet, and the switches -----------------------------------


@bp.get("/wallet/<key>")
def wallet(key: str) -> str:
    trade = play().book.by_key.get(key) or abort(404)
    back = unquote(request.args.get("redirect_url", "")) or trade.return_url
    return render_template("sim/wallet.html", trade=trade, yuan=yuan(trade.fen), back=back)


@bp.post("/wallet/<key>/pay")
def wallet_pay(key: str) -> Any:
    trade = play().book.by_key.get(key) or abort(404)
    paid_before = trade.state == "paid"
    if not play().book.pay(trade):
        return render_template("sim/wallet.html", trade=trade, yuan=yuan(trade.fen), back=request.form.get("back", ""))
    if not paid_before:
        play().sender.paid(trade)
    back = request.form.get("back", "")
    return redirect(back) if back.startswith(("http://", "https://")) else redirect(url_for("sim.wallet", key=key))


@bp.route("/sim/faults", methods=["GET", "POST"])
def faults() -> Any:
    """Switches: JSON in for programs, a form for people. `{name: how often}`."""
    book = play().book
    if request.is_json:
        book.faults.update({name: int(n) for name, n in request.get_json().items() if name in FAULTS})
        return {"faults": {name: n for name, n in book.faults.items() if n}}
    if request.method == "POST":
        book.faults = {name: int(request.form.get(name) or 0) for name in FAULTS}
    return render_template("sim/faults.html", faults=FAULTS, book=book)


@bp.get("/")
def index() -> Any:
    return redirect(url_for("sim.faults"))
