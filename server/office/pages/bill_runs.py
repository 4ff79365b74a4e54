"""生成账单: what a month would add, with count and sum; then made in pieces, with its progress and result."""

from __future__ import annotations

import threading

from flask import request
from werkzeug.wrappers import Response

from server import clock, http
from server.access import caller, may
from server.db import connect
from server.errors import Refusal
from server.ledger import acts as ledger
from server.ledger.acts import runs
from server.ledger.rules.fees import is_month
from server.office.desk import Form, allow, back, page
from server.office.pages import bp
from server.office.pages.fees import month_of
from server.office.people import names

FEW = 3_000  # homes that are billed while the page waits; more go on in the background


@bp.get("/bills")
@may("manager", "cashier")
def bill_preview() -> Response:
    """Count and sum by item before anything is written."""
    community = allow("manager", "cashier")
    period = request.args.get("period", "")
    period = period if is_month(period) else clock.today()[:7]
    state = runs.run_state(http.db(), community, period)
    if state and state["ended_at"] is None:
        return back(f"/office/bills/{period}")
    return page("bill_preview", found=runs.preview_run(http.db(), community, period), period=period, state=state)


@bp.post("/bills")
@may("manager")
def bill_run() -> Response:
    """Make them: at once, or in the background for a large estate; twice makes nothing twice."""
    community = allow("manager")
    form = Form()
    period = month_of(form)
    form.check()
    found = runs.preview_run(http.db(), community, period)
    if found["homes"] <= FEW:
        ledger.generate_bills(http.db(), community, period, who=caller().staff)
        return back(f"/office/bills/{period}", "billed")
    work = (http.cfg().db, community, period, caller().staff)
    threading.Thread(target=_run, args=work, name="bills").start()
    return back(f"/office/bills/{period}")


def _run(url: str, community: str, period: str, who: str) -> None:
    """In a thread of its own connection; when the process dies, the same button goes on where it stopped."""
    db = connect(url)
    try:
        ledger.generate_bills(db, community, period, who=who)
    finally:
        db.close()


@bp.get("/bills/<period>")
@may("manager", "cashier")
def bill_result(period: str) -> Response:
    """How far the run of a month came, or what it made."""
    community = allow("manager", "cashier")
    if not is_month(period):
        raise Refusal("not_found")
    state = runs.run_state(http.db(), community, period)
    return page("bill_run", period=period, state=state, who=names([state] if state else []))
