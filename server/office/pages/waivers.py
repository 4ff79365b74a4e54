"""减免: asked on a home's bill with a reason, granted or refused by a second person."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from server import http
from server.access import caller, may
from server.ledger import acts as ledger
from server.ledger.acts import runs
from server.office.desk import Form, allow, back, home_of, page, wants_sheet
from server.office.pages import bp
from server.office.people import names
from server.web.sheet import Column, download

COLUMNS = (
    Column("房号", "code"), Column("项目", "item"), Column("账期", "period"), Column("减免（元）", "fen", "fen"),
    Column("原因", "reason", width=30), Column("申请人", "who_name"), Column("结果", "result"),
    Column("审批人", "answered_name"),
)
RESULTS = {"yes": "已同意", "no": "未同意", None: "待审批"}


@bp.get("/waivers")
@may("manager", "clerk", "cashier")
def waivers() -> Response:
    """What waits for a second person, and what was answered lately."""
    community = allow("manager", "clerk", "cashier")
    rows = runs.waivers(http.db(), community)
    who = names(rows)
    if wants_sheet():
        return download("减免", COLUMNS, [_told(row, who) for row in rows])
    return page(
        "waivers",
        waiting=[row for row in rows if row["granted"] is None],
        answered=[row for row in rows if row["granted"] is not None],
        who=who,
        me=caller().staff,
        results=RESULTS,
    )


@bp.get("/waivers/new")
@may("manager", "clerk", "cashier")
def waiver_new() -> Response:
    """The form of one home (?home=3-2-1801) with its open bills, or the question which home."""
    community = allow("manager", "clerk", "cashier")
    code = request.args.get("home", "").strip()
    if not code:
        return page("waiver_new", home=None, bills=[])
    home = home_of(code)
    bills = [b for b in ledger.bills_of(http.db(), community, home["id"]) if b["fen"] > b["waived_fen"]]
    return page("waiver_new", home=home, bills=sorted(bills, key=lambda b: (not b["open_fen"], b["due"]))[:60])


@bp.post("/waivers")
@may("manager", "clerk", "cashier")
def waiver_ask() -> Response:
    community = allow("manager", "clerk", "cashier")
    form = Form()
    bill = form.text("bill", "要减免的账单", 64)
    fen, reason = form.fen("yuan", "减免金额"), form.text("reason", "原因", 500)
    form.check()
    with http.writing(community, verb="waiver.ask") as pen:
        ledger.ask_waiver(pen, bill, fen, reason)
    return back("/office/waivers", "waiver_asked")


@bp.post("/waivers/<ask>/answer")
@may("manager")
def waiver_answer(ask: str) -> Response:
    """The second person's word; who asked cannot answer, the database holds it too."""
    community = allow("manager")
    form = Form()
    answer = form.choice("answer", "答复", ("yes", "no"))
    form.check()
    with http.writing(community, verb="waiver.answer") as pen:
        ledger.answer_waiver(pen, ask, answer == "yes")
    return back("/office/waivers", "waiver_yes" if answer == "yes" else "waiver_no")


def _told(row: dict[str, Any], who: dict[str, str]) -> dict[str, Any]:
    return {
        **row,
        "who_name": who.get(row["who"], row["who"]),
        "answered_name": who.get(row["answered_by"] or "", ""),
        "result": RESULTS[row["granted"]],
    }
