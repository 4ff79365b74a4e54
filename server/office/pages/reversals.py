"""冲销账单: a bill that was wrong is taken back by a reversing one; what was paid on it becomes prepayment."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from server import http
from server.access import may
from server.ledger import acts as ledger
from server.office.desk import Form, allow, back, home_of, page
from server.office.pages import bp


@bp.get("/reversals/new")
@may("manager", "cashier")
def reversal_new() -> Response:
    """The bills of one home (?home=3-2-1801), or the question which home."""
    community = allow("manager", "cashier")
    code = request.args.get("home", "").strip()
    if not code:
        return page("reversal_new", home=None, bills=[])
    home = home_of(code)
    return page("reversal_new", home=home, bills=ledger.bills_of(http.db(), community, home["id"]))


@bp.post("/reversals")
@may("manager", "cashier")
def reversal_make() -> Response:
    community = allow("manager", "cashier")
    form = Form()
    form.word("冲销")
    home = home_of(form.text("home", "房号", 64))
    bill, reason = form.text("bill", "要冲销的账单", 64), form.text("reason", "原因", 500)
    form.check()
    with http.writing(community, verb="bill.reverse") as pen:
        ledger.reverse_bill(pen, bill, reason)
    return back(f"/office/homes/{home['code']}", "bill_undone")
