"""退款与对账: refunds asked and approved, money that fits nowhere, the providers' bills of a day."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from schemas.money import REFUND_STATES
from schemas.words import CHANNELS
from server import clock, http
from server.access import caller, may
from server.db import new_id
from server.ledger import acts as ledger
from server.ledger.acts import former
from server.office.desk import Form, allow, back, page
from server.office.pages import bp
from server.office.people import names
from server.pay import acts as pay

ODDS = {
    "no_order": "没有订单", "differs": "金额不同", "refused": "无法入账", "wrong_merchant": "不是我们的商户",
    "unreadable": "读不懂", "strange_refund": "账上没有的退款",
}


@bp.get("/money")
@may("manager", "cashier")
def money() -> Response:
    """What waits for somebody: refunds, unmatched money; the day's reconciliation."""
    community, db = allow("manager", "cashier"), http.db()
    asked = request.args.get("day", "")
    day = asked if clock.is_day(asked) else clock.add_days(clock.today(), -1)
    refunds = pay.refunds(db, community, "open")
    waiting, gone = former.waiting(db, community), former.former_credit(db, community)
    returned = former.returns(db, community)
    return page(
        "money", refunds=refunds, states=REFUND_STATES, odds=pay.odds(db, community), words=ODDS,
        suspense=waiting, returned=returned, gone=gone, channels=CHANNELS, me=caller().staff,
        recon=pay.reconciliation(db, community, day), day=day,
        before=clock.add_days(day, -1), after=clock.add_days(day, 1), once=new_id(),
        merchants=pay.merchant_names(http.cfg(), community), blocks=pay.day_blocks(db, community, day),
        who=names(refunds, returned, (row["ask"] for row in waiting if row["ask"])),
    )


@bp.post("/refunds")
@may("manager", "cashier")
def refund_ask() -> Response:
    community, form = allow("manager", "cashier"), Form()
    receipt, fen = form.text("receipt", "收据号", 40), form.fen("yuan", "金额")
    reason, once = form.text("reason", "原因", 200), form.text("once", "表单编号", 64)
    form.check()
    found = ledger.receipt(http.db(), community, receipt)
    with http.writing(community, verb="refund.ask") as pen:
        pay.ask_refund(pen, found["payment"], fen, reason, once)
    return back("/office/money", "refund_asked")


@bp.post("/refunds/<ask>")
@may("manager", "cashier")
def refund_answer(ask: str) -> Response:
    """The second person's word, or (at the desk) that the money was paid out."""
    community, form = allow("manager", "cashier"), Form()
    answer = form.choice("answer", "答复", ("yes", "no", "paid"))
    form.check()
    if answer == "paid":
        with http.writing(community, verb="refund.paid") as pen:
            pay.paid_by_hand(pen, ask, pen.day)
        return back("/office/money", "refund_paid")
    with http.writing(community, verb="refund.answer") as pen:
        state = pay.answer_refund(pen, ask, answer == "yes")
    if state == "sending":
        pay.send_refund(http.db(), http.cfg(), community, ask)
    return back("/office/money", "refund_yes" if answer == "yes" else "refund_no")


@bp.post("/unmatched/<odd>")
@may("manager", "cashier")
def odd_seen(odd: str) -> Response:
    community = allow("manager", "cashier")
    with http.writing(community, verb="odd.close") as pen:
        pay.close_odd(pen, odd)
    return back("/office/money", "seen")


@bp.post("/recon/<day>")
@may("manager", "cashier")
def recon_read(day: str) -> Response:
    """Read the bill again, explain a row, or post what reached the bank."""
    community, form = allow("manager", "cashier"), Form()
    what, merchant = form.choice("what", "动作", ("read", "explain", "bank")), form.text("merchant", "商户", 64)
    if not clock.is_day(day):
        form.wrong("day", "日期不对")
    note = form.text("note", "说明", 200, needed=what == "explain")
    fen = form.fen("yuan", "到账金额", needed=what == "bank")
    form.check()
    if what == "read":
        pay.read_bill(http.db(), http.cfg(), community, merchant, day)
        return back("/office/money", "recon_read", day=day)
    with http.writing(community, verb=f"recon.{what}") as pen:
        if what == "explain":
            pay.explain(pen, merchant, day, form.text("kind", "种类", 10), form.text("id", "流水号", 64), note)
        else:
            pay.settle_day(pen, merchant, day, fen)
    return back("/office/money", "saved", day=day)
