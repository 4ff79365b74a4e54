"""排路线: the proposal with count and sum, doors to leave out, then published or kept as a draft."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from server import clock, http
from server.access import caller, may
from server.estate import acts as estate
from server.field import acts as field
from server.office.desk import Form, allow, back, page, wants_sheet
from server.office.pages import bp
from server.office.pages.routes import waiting, workers
from server.web.sheet import Column, download

MOST = 60
STATES = ("published", "draft")
COLUMNS = (
    Column("谁去", "staff_name"),
    Column("房号", "code"),
    Column("欠费（元）", "fen", "fen"),
    Column("为什么去", "why", width=30),
)


@bp.get("/plan")
@may("manager", "clerk")
def plan() -> Response:
    """What planning proposes for a day and these people; nothing is written."""
    community = allow("manager", "clerk")
    waiting(community)
    on = request.args.get("on", "")
    on = on if clock.is_day(on) else clock.today()
    proposal = field.plan(http.db(), community, on, _people(community, request.args.getlist("staff")), MOST)
    if wants_sheet():
        rows = [{**door, "staff_name": tour["staff_name"]} for tour in proposal["routes"] for door in tour["doors"]]
        return download(f"上门建议 {on}", COLUMNS, rows)
    ids = [door["home"] for tour in proposal["routes"] for door in tour["doors"]]
    people = estate.residents_of(http.db(), community, ids)
    owners = {
        home: "、".join(person["name"] for person in living if person["role"] == "owner")
        for home, living in people.items()
    }
    return page("plan", proposal=proposal, owners=owners, query=request.query_string.decode())


@bp.post("/plan")
@may("manager", "clerk")
def plan_make() -> Response:
    """Make the routes of the doors that are still ticked, in the order proposed."""
    community = allow("manager", "clerk")
    form = Form()
    on, state = form.day("on", "日期"), form.choice("state", "状态", STATES)
    staff, chosen = _people(community, request.form.getlist("staff")), set(form.many("door"))
    if not chosen:
        form.wrong("door", "请至少留一户")
    form.check()
    waiting(community)
    proposal = field.plan(http.db(), community, on, staff, MOST)
    tours = [_kept(tour, chosen) for tour in proposal["routes"]]
    kept = {**proposal, "routes": [tour for tour in tours if tour["doors"]]}
    made = field.make_plan(http.db(), community, kept, state, who=caller().staff)
    return back("/office/routes", "routes", len(made), day=on)


def _kept(tour: dict[str, Any], chosen: set[str]) -> dict[str, Any]:
    return {**tour, "doors": [door for door in tour["doors"] if f"{tour['staff']}~{door['home']}" in chosen]}


def _people(community: str, asked: list[str]) -> list[str] | None:
    """Those of the people asked for who work here; nobody asked for means every collector."""
    known = workers(community)
    return [staff for staff in asked if staff in known] or None
