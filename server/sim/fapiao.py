"""The simulated issuer of electronic invoices: issue, state, red invoice, a PDF. Every signature is checked."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Any

import typst
from flask import Blueprint, Response, abort, jsonify, request

from server.notices.press import fonts
from server.pay.providers.alipay import yuan
from server.pay.providers.issuers import signature
from server.sim import keys
from server.sim.app import play
from server.sim.book import Paper

bp = Blueprint("fapiao", __name__)
SKEW_S = 300
PAGE = """
#set page(width: 21cm, height: 14cm, margin: 1.5cm)
#set text(font: "Noto Sans CJK SC", lang: "zh", size: 11pt)
#let d = sys.inputs
#align(center, text(16pt)[电子发票（模拟，不是真发票）])
#v(1em)
发票号码：#d.number #h(1fr) 收据：#d.receipt_no
#v(0.5em)
#table(columns: (1fr, 2fr), [购买方], d.title, [纳税人识别号], d.tax_no, [项目], d.item, [税率], d.rate,
  [价税合计], [￥#d.yuan])
#if d.red != "" [#text(fill: red)[已红冲，红字发票号码 #d.red]]
"""


def _checked() -> None:
    """The request's own signature and time."""
    stamp, path = request.headers.get("X-Time", ""), request.path.removeprefix("/fapiao")
    good = signature(keys.FAPIAO_SECRET.encode(), request.method, path, stamp, request.get_data())
    fresh = stamp.isdecimal() and abs(time.time() - int(stamp)) <= SKEW_S
    signed = hmac.compare_digest(request.headers.get("X-Signature", "").encode(), good.encode())
    if request.headers.get("X-Key") != keys.FAPIAO_KEY or not fresh or not signed:
        abort(_no("SIGN_ERROR", "签名错误", 401))


def _no(code: str, message: str, status: int = 422) -> Response:
    answer = jsonify(code=code, message=message)
    answer.status_code = status
    return answer


def _told(paper: Paper) -> dict[str, Any]:
    link = f"{play().base}/fapiao/pdf/{paper.key}" if paper.number else ""
    return {"id": paper.id, "state": paper.state, "number": paper.number, "red": paper.red, "link": link,
            "reason": paper.reason}


@bp.post("/fapiao/v1/invoices")
def issue() -> Any:
    """The same id again is the same invoice; another content under it is refused."""
    _checked()
    asked = {name: str(value) for name, value in request.get_json().items()}
    book = play().book
    with book.locked():
        known = book.invoices.get(asked["id"])
        if known is not None and known.asked != asked and known.state != "failed":
            return _no("ID_USED", "同一编号，内容不同")
        if known is not None and known.state != "failed":
            return _told(known)
        if int(asked["fen"]) <= 0:
            return _no("AMOUNT", "金额应大于 0")
        paper = Paper(asked["id"], asked, "issued", secrets.token_urlsafe(12))
        if book.fails("invoice_failed"):
            paper.state, paper.reason = "failed", "购买方名称与税号不符"
        elif book.fails("invoice_slow"):
            paper.state = "processing"
        else:
            paper.number = _number(len(book.invoices))
        book.invoices[paper.id] = paper
        return _told(paper)


def _number(count: int) -> str:
    """Twenty digits, as fully digital invoices have."""
    return f"2637{count + 1:016d}"


@bp.get("/fapiao/v1/invoices/<id_>")
def state(id_: str) -> Any:
    """How it stands; what was slow has been issued by now."""
    _checked()
    with play().book.locked():
        paper = play().book.invoices.get(id_)
        if paper is None:
            return _no("NOT_FOUND", "没有这张发票", 404)
        if paper.state == "processing":
            paper.state, paper.number = "issued", _number(len(play().book.invoices))
        return _told(paper)


@bp.post("/fapiao/v1/invoices/<id_>/red")
def red(id_: str) -> Any:
    """The red invoice for the whole of it; again, the same one."""
    _checked()
    with play().book.locked():
        paper = play().book.invoices.get(id_)
        if paper is None or not paper.number:
            return _no("NOT_ISSUED", "还没有开出")
        if not paper.red and play().book.fails("red_failed"):
            return {**_told(paper), "state": "red_failed", "reason": "受票方已确认用途，需对方先确认"}
        paper.red = paper.red or f"2638{int(paper.number[4:]):016d}"
        paper.state = "red"
        return _told(paper)


@bp.get("/fapiao/pdf/<key>")
def pdf(key: str) -> Response:
    """What the owner opens."""
    paper = next((paper for paper in play().book.invoices.values() if paper.key == key), None) or abort(404)
    words = {**paper.asked, "number": paper.number, "red": paper.red, "yuan": yuan(int(paper.asked["fen"]))}
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.FOLDER)])
    data = typst.Compiler(PAGE.encode(), font_paths=known).compile(sys_inputs=words)
    assert isinstance(data, bytes)
    return Response(data, mimetype="application/pdf")
