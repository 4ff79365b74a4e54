"""What the office notes about a home: contacts, promises, tickets, requests, plans."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from schemas.cases import CONTACT_KINDS, REQUEST_KINDS, TICKET_KINDS
from server import clock, http
from server.access import may
from server.cases import acts as cases
from server.db import new_id
from server.office.desk import Form, allow, back, fen_of, home_of
from server.office.pages import bp

SAYS = {"yes": "满意", "no": "不满意", "": "未回访"}


def _path(code: str) -> str:
    return f"/office/homes/{code}"


@bp.post("/homes/<code>/contacts")
@may("manager", "clerk")
def contact_add(code: str) -> Response:
    community = allow("manager", "clerk")
    home, form = home_of(code), Form()
    kind, outcome = form.choice("kind", "方式", CONTACT_KINDS), form.text("outcome", "结果", 200)
    note = form.text("note", "备注", 1000, needed=False)
    form.check()
    with http.writing(community, verb="contact.record") as pen:
        cases.record_contact(
            pen,
            id=new_id(),
            home=home["id"],
            at=pen.at,
            kind=kind,
            staff=pen.who,
            outcome=outcome,
            note=note,
            source="office",
        )
    return back(_path(code), "contact")


@bp.post("/homes/<code>/promises")
@may("manager", "clerk")
def promise_add(code: str) -> Response:
    community = allow("manager", "clerk")
    home, form = home_of(code), Form()
    due, fen = form.day("due", "哪天"), form.fen("yuan", "金额", needed=False)
    form.check()
    with http.writing(community, verb="promise.make") as pen:
        cases.make_promise(
            pen, id=new_id(), home=home["id"], due=due, fen=fen, made_on=pen.day, staff=pen.who, source="office"
        )
    return back(_path(code), "promise")


@bp.post("/homes/<code>/promises/<promise>/cancellation")
@may("manager", "clerk")
def promise_cancel(code: str, promise: str) -> Response:
    community = allow("manager", "clerk")
    form = Form()
    reason = form.text("reason", "原因")
    form.check()
    with http.writing(community, verb="promise.cancel") as pen:
        cases.end_promise(pen, promise, "cancelled", reason)
    return back(_path(code), "promise_end")


@bp.post("/homes/<code>/tickets")
@may("manager", "clerk")
def ticket_add(code: str) -> Response:
    community = allow("manager", "clerk")
    home, form = home_of(code), Form()
    kind, text = form.choice("kind", "类别", TICKET_KINDS), form.text("text", "内容", 1000)
    form.check()
    with http.writing(community, verb="ticket.open") as pen:
        cases.open_ticket(pen, id=new_id(), home=home["id"], kind=kind, text=text, source="office")
    return back(_path(code), "ticket")


@bp.post("/homes/<code>/tickets/<ticket>/closing")
@may("manager", "clerk")
def ticket_close(code: str, ticket: str) -> Response:
    """Closing names the result; an owner who is not satisfied gets a new ticket at once."""
    community = allow("manager", "clerk")
    home, form = home_of(code), Form()
    result, satisfied = form.text("result", "处理结果", 1000), form.choice("satisfied", "业主是否满意", SAYS)
    form.check()
    with http.writing(community, verb="ticket.close") as pen:
        cases.close_ticket(pen, ticket, result, satisfied or None)
        if satisfied == "no":
            cases.open_ticket(
                pen,
                id=new_id(),
                home=home["id"],
                kind="dissatisfied",
                text=f"对处理结果不满意：{result}",
                source=ticket,
            )
    return back(_path(code), "ticket_closed")


@bp.post("/homes/<code>/requests")
@may("manager", "clerk")
def request_add(code: str) -> Response:
    community = allow("manager", "clerk")
    home, form = home_of(code), Form()
    kind, text = form.choice("kind", "申请", REQUEST_KINDS), form.text("text", "内容", 1000)
    form.check()
    with http.writing(community, verb="request.ask") as pen:
        cases.ask(pen, home["id"], kind, text, "office")
    return back(_path(code), "request")


@bp.post("/homes/<code>/requests/<ask>/answer")
@may("manager", "clerk")
def request_answer(code: str, ask: str) -> Response:
    community = allow("manager", "clerk")
    form = Form()
    answer = form.choice("answer", "答复", ("granted", "refused"))
    note = form.text("note", "说明", 500, needed=False)
    form.check()
    with http.writing(community, verb="request.answer") as pen:
        cases.answer_request(pen, ask, answer, note)
    return back(_path(code), "answered")


@bp.post("/homes/<code>/plans")
@may("manager")
def plan_add(code: str) -> Response:
    """An instalment plan from lines of day and amount."""
    community = allow("manager")
    home, form = home_of(code), Form()
    parts = []
    pairs = zip(request.form.getlist("due"), request.form.getlist("yuan"), strict=False)
    for i, (due, yuan) in enumerate(pairs, 1):
        if not due.strip() and not yuan.strip():
            continue
        fen = fen_of(yuan.strip())
        if not clock.is_day(due.strip()) or not fen:
            form.wrong(f"part/{i}", f"第 {i} 期要有日期（2026-11-30）和金额")
        else:
            parts.append((due.strip(), fen))
    note = form.text("note", "说明", 500, needed=False)
    form.check()
    with http.writing(community, verb="plan.make") as pen:
        cases.make_plan(pen, id=new_id(), home=home["id"], parts=parts, note=note)
    return back(_path(code), "plan")


@bp.post("/homes/<code>/plans/<plan>/end")
@may("manager")
def plan_end(code: str, plan: str) -> Response:
    community = allow("manager")
    form = Form()
    reason = form.text("reason", "原因")
    form.check()
    with http.writing(community, verb="plan.end") as pen:
        cases.end_plan(pen, plan, reason)
    return back(_path(code), "plan_ended")
