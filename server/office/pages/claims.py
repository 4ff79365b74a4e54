"""上门代收待确认: the cashier confirms or refuses what phones say was paid at the door."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from schemas.words import CLAIM_CHANNELS
from server import clock, http
from server.access import may
from server.field import acts as field
from server.office.desk import Form, allow, back, page, wants_sheet
from server.office.pages import bp
from server.office.people import names
from server.web.sheet import Column, download

COLUMNS = (
    Column("房号", "household"),
    Column("方式", "channel_name"),
    Column("金额（元）", "fen", "fen"),
    Column("收款人", "staff_name"),
    Column("收款日期", "taken_on"),
    Column("流水号", "reference", width=20),
    Column("状态", "state_name"),
)
STATES = {"open": "待确认", "confirmed": "已确认", "refused": "已退回", "withdrawn": "已撤回"}


@bp.get("/claims")
@may("manager", "cashier")
def claims() -> Response:
    community = allow("manager", "cashier")
    every = request.args.get("all") == "1"
    rows = field.claims(http.db(), community, open_only=not every)
    if wants_sheet():
        named = [{**r, "channel_name": CLAIM_CHANNELS[r["channel"]], "state_name": STATES[r["state"]]} for r in rows]
        return download("上门代收", COLUMNS, named)
    return page("claims", rows=rows, every=every, channels=CLAIM_CHANNELS, states=STATES, who=names(rows))


@bp.post("/claims/<claim>")
@may("manager", "cashier")
def claim_settle(claim: str) -> Response:
    """Confirm with the day the money reached the office, or refuse with a reason the collector gets to read."""
    community = allow("manager", "cashier")
    form = Form()
    answer = form.choice("answer", "答复", ("yes", "no"))
    reason = form.text("reason", "原因", 200, needed=answer == "no")
    on = form.day("on", "缴费日期", needed=False)
    if on > clock.today():
        form.wrong("on", "缴费日期不能晚于今天")
    form.check()
    with http.writing(community) as pen:
        done = field.settle_claim(pen, claim, answer == "yes", reason, on or None)
    return back("/office/claims", "claim_yes" if answer == "yes" else "claim_no", done.get("receipt") or "")
