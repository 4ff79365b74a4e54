"""排路线: a proposal is made in the background, changed by hand, searched again around what is fixed, published."""

from __future__ import annotations

import threading
from typing import Any

from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from server import http
from server.access import caller, may
from server.cases import acts as cases
from server.db import connect
from server.estate import acts as estate
from server.field import acts as field
from server.field import planning
from server.ledger import acts as ledger
from server.office.desk import Form, allow, back, page, wants_sheet
from server.office.pages import bp
from server.office.pages.routes import waiting, workers
from server.web import charts
from server.web.sheet import Column, download

MOST = 60
FEW = 30  # homes in arrears that are planned while the page waits
STATES = ("published", "draft")
ACTS = ("move", "place", "up", "down", "pin", "free", "drop", "add")
LONGEST = 500  # doors of one tour
COLUMNS = (
    Column("谁去", "staff_name"),
    Column("计划时间", "at"),
    Column("房号", "code"),
    Column("欠费（元）", "fen", "fen"),
    Column("为什么去", "why", width=30),
)


@bp.get("/plan")
@may("manager", "clerk")
def plan_start() -> Response:
    """Where proposals begin: the form stands among the routes."""
    allow("manager", "clerk")
    return back("/office/routes")


@bp.post("/plan")
@may("manager", "clerk")
def plan_new() -> Response:
    """Begin a proposal for a day and these people; nothing reaches a phone."""
    community = allow("manager", "clerk")
    form, known = Form(), workers(community)
    on, staff = form.day("on", "日期"), [one for one in form.many("staff") if one in known]
    one, other = request.form.get("one", ""), request.form.get("other", "")
    asked = field.Asked(staff, MOST)
    if one or other:
        if one == other or one not in known or other not in known:
            form.wrong("other", "两人同行请选两个不同的人")
        asked.partners = {one: other}
        asked.staff = list(dict.fromkeys([*staff, one])) if staff else []
    form.check()
    waiting(community)
    made = field.propose(http.db(), community, on, asked, caller().staff)
    return _search(community, made, on)


@bp.get("/plan/<made>")
@may("manager", "clerk")
def plan(made: str) -> Response:
    """The progress of the search, then the proposal with all that can be changed."""
    community = allow("manager", "clerk")
    row = field.proposal(http.db(), community, made)
    tours = row["found"].get("routes", [])
    if wants_sheet():
        rows = [{**door, "staff_name": tour["staff_name"]} for tour in tours for door in tour["doors"]]
        return download(f"上门建议 {row['date']}", COLUMNS, rows)
    ids = [door["home"] for tour in tours for door in tour["doors"]]
    lanes = _lanes(community, row, tours)
    return page(
        "plan", row=row, lanes=lanes, count=len(ids), left_out=row["found"].get("left_out", []),
        missing=row["found"].get("missing", []), owners=_owners(community, ids),
        formula=planning.formula(cases.visiting(http.db(), community)),
        choices={lane["staff"]: lane["staff_name"] for lane in lanes},
    )


@bp.post("/plan/<made>/change")
@may("manager", "clerk")
def plan_change(made: str) -> Response:
    """Move, put at a place, fix, free, drop or add one door."""
    community = allow("manager", "clerk")
    form = Form()
    act = form.choice("act", "要做什么", ACTS)
    named = act in ("move", "place")
    staff = form.choice("staff", "谁去", workers(community)) if named else request.form.get("staff", "")
    place = form.number("place", "第几户", 0, LONGEST) if act == "place" else -1
    code = form.text("code", "房号", 60)
    form.check()
    home = estate.home_by_code(http.db(), community, code)["id"]
    staff = staff if staff in workers(community) else ""
    field.change(http.db(), community, made, act, caller().staff, home, staff, place)
    return back(f"/office/plan/{made}", "proposal")


@bp.post("/plan/<made>/again")
@may("manager", "clerk")
def plan_again(made: str) -> Response:
    """Search again; fixed doors stay with their person, dropped ones stay away."""
    community = allow("manager", "clerk")
    waiting(community)
    row = field.proposal(http.db(), community, made)
    field.again(http.db(), community, made, caller().staff)
    return _search(community, made, row["date"])


@bp.post("/plan/<made>/publish")
@may("manager", "clerk")
def plan_publish(made: str) -> Response:
    """To the phones, or kept as drafts."""
    community = allow("manager", "clerk")
    form = Form()
    state = form.choice("state", "状态", STATES)
    form.check()
    waiting(community)
    row = field.proposal(http.db(), community, made)
    routes = field.publish(http.db(), community, made, state, caller().staff)
    return back("/office/routes", "routes", len(routes), day=row["date"])


def _search(community: str, made: str, on: str) -> Response:
    """At once when few homes owe, else in the background while the page shows how far it is."""
    if len(ledger.arrears(http.db(), community, on)) <= FEW:
        field.solve(http.db(), community, made, 1.0)
    else:
        work = threading.Thread(target=_solve, args=(http.cfg().db, community, made), name="plan")
        work.start()
    return back(f"/office/plan/{made}")


def _solve(url: str, community: str, made: str) -> None:
    """In a thread of its own connection; when the process dies, the page offers to search again."""
    db = connect(url)
    try:
        field.solve(db, community, made)
    finally:
        db.close()


def _owners(community: str, ids: list[str]) -> dict[str, str]:
    return {
        home: "、".join(person["name"] for person in living if person["role"] == "owner")
        for home, living in estate.residents_of(http.db(), community, ids).items()
    }


def _lanes(community: str, row: dict[str, Any], tours: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everybody's evening side by side, also that of who has no door yet."""
    by = {tour["staff"]: tour for tour in tours}
    people = field.people_of(http.db(), community, row["asked"]) if row["state"] == "ready" else []
    known = [one["staff"] for one in people]
    empty = [{"staff": one["staff"], "staff_name": one["name"], "partner": one["partner"], "doors": [], "fen": 0,
              "faults": []} for one in people]
    every = [by.get(one["staff"], one) for one in empty] + [tour for tour in tours if tour["staff"] not in known]
    first = min((tour["leaves"] for tour in tours), default=0)
    last = max((tour["ends"] for tour in tours), default=0)
    return [
        {**lane, "chart": _chart(lane, first, last), "worth": sum(door["worth"] for door in lane["doors"])}
        for lane in every
    ]


def _chart(tour: dict[str, Any], first: int, last: int) -> Markup | str:
    """His evening on the scale of everybody's."""
    if not tour["doors"]:
        return ""
    stays = [
        charts.Stay(door["code"].rpartition("-")[0], door["knock"], door["knock"] + door["service"],
                    f"{door['at']} {door['code']}", "amber" if door["pinned"] else "")
        for door in tour["doors"]]
    return charts.timeline(
        stays, first, last, tour["limit"],
        f"{tour['staff_name']}的时间：{tour['from']} 出发，{tour['to']} 走出最后一栋，{len(stays)} 户")
