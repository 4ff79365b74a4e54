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
HOW = ("yuan", "percent", "open")
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
        others=[row for row in rows if row["granted"] is None and row["who"] != caller().staff],
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
    """Ask for one bill or several of a home at once: an amount of each, a part of each, or all that is open."""
    community = allow("manager", "clerk", "cashier")
    form = Form()
    bills, reason = form.many("bill"), form.text("reason", "原因", 500)
    how = request.form.get("how", "yuan")
    if not bills:
        form.wrong("bill", "请选要减免的账单")
    if how not in HOW:
        form.wrong("how", "请选怎么减免")
    fen = form.fen("yuan", "每张减免金额", needed=how == "yuan")
    percent = form.number("percent", "减免比例", 1, 100) if how == "percent" else 0
    form.check()
    with http.writing(community, verb="waiver.ask") as pen:
        rows = {row["bill"]: row for row in runs.bills_named(pen, community, bills)}
        parts = [(bill, _part(rows.get(bill), how, fen, percent)) for bill in bills]
        for bill, part in parts:
            ledger.ask_waiver(pen, bill, part, reason)
    return back("/office/waivers", "waivers_asked", len(parts))


def _part(row: dict[str, Any] | None, how: str, fen: int, percent: int) -> int:
    """What is asked to be waived of a bill; a part is rounded half up to the fen."""
    if row is None or how == "yuan":
        return fen or 1  # an unknown bill is refused by the act
    return int(row["open_fen"]) if how == "open" else (row["fen"] * percent + 50) // 100


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


@bp.post("/waivers/answers")
@may("manager")
def waivers_answer() -> Response:
    """The second person's word on several asks at once: all of them or none, each as if answered alone."""
    community = allow("manager")
    form = Form()
    answer, asks = form.choice("answer", "答复", ("yes", "no")), form.many("ask")
    if not asks:
        form.wrong("ask", "请先勾选")
    form.check()
    with http.writing(community, verb="waiver.answer") as pen:
        for ask in asks:
            ledger.answer_waiver(pen, ask, answer == "yes")
    return back("/office/waivers", "waivers_yes" if answer == "yes" else "waivers_no", len(asks))


def _told(row: dict[str, Any], who: dict[str, str]) -> dict[str, Any]:
    return {
        **row,
        "who_name": who.get(row["who"], row["who"]),
        "answered_name": who.get(row["answered_by"] or "", ""),
        "result": RESULTS[row["granted"]],
    }
