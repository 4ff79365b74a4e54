"""上门: routes of a day, what became of each door, reassign, close, cancel, letters and slips in walking order."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from schemas.words import ROUTE_STATES, STOP_STATES
from server import clock, http
from server.access import caller, may
from server.errors import Refusal
from server.estate import acts as estate
from server.field import acts as field
from server.intake import acts as intake
from server.ledger import acts as ledger
from server.notices import acts as notices
from server.office.desk import Form, allow, back, page, role, wants_sheet
from server.office.pages import bp
from server.people import acts as people
from server.web.sheet import Column, attachment, download

PAPERS = {"letter": "催款函", "slip": "门上通知"}
COLUMNS = (
    Column("顺序", "position", "int", 8),
    Column("房号", "code"),
    Column("业主", "names", width=20),
    Column("未缴（元）", "outstanding_fen", "fen"),
    Column("为什么去", "why", width=30),
    Column("计划", "planned"),
    Column("实际", "actual"),
    Column("结果", "state_name"),
)


@bp.get("/routes")
@may("manager", "clerk", "collector")
def routes() -> Response:
    """Routes around a day; a collector sees his own."""
    community = allow("manager", "clerk", "collector")
    day = request.args.get("day", "")
    only = caller().staff if role() == "collector" else None
    if clock.is_day(day):
        rows = field.routes(http.db(), community, date=day, staff=only)
    else:
        rows = field.routes(http.db(), community, staff=only, since=clock.add_days(clock.today(), -14))
    return page(
        "routes",
        rows=rows,
        states=ROUTE_STATES,
        day=day if clock.is_day(day) else "",
        workers=workers(community),
        tomorrow=clock.add_days(clock.today(), 1),
        proposals=field.proposals(http.db(), community, clock.today()) if only is None else [],
        importing=intake.intake_open(http.db(), community),
    )


@bp.post("/routes")
@may("manager", "clerk")
def route_make() -> Response:
    """A route of rooms typed in, for one person and day."""
    community = allow("manager", "clerk")
    form = Form()
    day, staff = form.day("date", "日期"), form.choice("staff", "谁去", workers(community))
    codes = form.text("codes", "房号", 5000).replace("，", " ").replace("、", " ").replace(",", " ").split()
    form.check()
    with http.writing(community) as pen:
        homes = field.homes_of_codes(pen, community, codes)
        route = field.make_route(pen, day, staff, homes)
    return back(f"/office/routes/{route}", "routes", 1)


@bp.get("/routes/<route_id>")
@may("manager", "clerk", "collector")
def route(route_id: str) -> Response:
    community = allow("manager", "clerk", "collector")
    found = field.route(http.db(), community, route_id)
    if role() == "collector" and found["staff"] != caller().staff:
        raise Refusal("route_unknown")
    ids = [stop["home"] for stop in found["stops"]]
    meant = field.against_plan(http.db(), community, route_id)
    sums, people_of = ledger.sums(http.db(), community, ids), estate.residents_of(http.db(), community, ids)
    stops = [
        {
            **stop,
            **meant["doors"].get(stop["home"], {"planned": "", "actual": "", "late": None}),
            "outstanding_fen": sums[stop["home"]]["outstanding_fen"],
            "state_name": STOP_STATES[stop["state"]],
            "names": "、".join(p["name"] for p in people_of[stop["home"]] if p["role"] == "owner"),
        }
        for stop in found["stops"]
    ]
    if wants_sheet():
        return download(f"路线 {found['date']}", COLUMNS, stops)
    return page(
        "route",
        route=found,
        stops=stops,
        meant=meant,
        states=ROUTE_STATES,
        workers=workers(community),
        papers=PAPERS,
        done=sum(1 for stop in stops if stop["state"] == "done"),
        attempted=sum(1 for stop in stops if stop["state"] == "attempted"),
        printings=notices.printings(http.db(), community, route_id),
        owed=sum(stop["outstanding_fen"] for stop in stops),
    )


@bp.post("/routes/<route_id>/staff")
@may("manager", "clerk")
def route_assign(route_id: str) -> Response:
    community = allow("manager", "clerk")
    form = Form()
    staff = form.choice("staff", "谁去", workers(community))
    form.check()
    with http.writing(community) as pen:
        field.change_route(pen, route_id, staff=staff)
    return back(f"/office/routes/{route_id}", "route")


@bp.post("/routes/<route_id>/state")
@may("manager", "clerk")
def route_state(route_id: str) -> Response:
    """Publish, close or (with the word) cancel."""
    community = allow("manager", "clerk")
    form = Form()
    state = form.choice("state", "状态", ("published", "closed", "cancelled"))
    form.check()
    if state == "cancelled":
        form.word("取消")
    with http.writing(community) as pen:
        field.change_route(pen, route_id, state=state)
    return back(f"/office/routes/{route_id}", "cancelled" if state == "cancelled" else "route")


@bp.post("/routes/<route_id>/print")
@may("manager", "clerk")
def route_print(route_id: str) -> Response:
    """Letters or slips for the doors of a route, as a PDF in walking order."""
    community = allow("manager", "clerk")
    form = Form()
    kind = form.choice("kind", "种类", PAPERS)
    form.check()
    waiting(community)
    made = notices.print_route(http.db(), community, route_id, kind, clock.today(), cfg=http.cfg(), who=caller().staff)
    return attachment(made.pdf, f"{PAPERS[kind]} {clock.today()}.pdf", "application/pdf")


@bp.post("/homes/<code>/print")
@may("manager", "clerk")
def home_print(code: str) -> Response:
    """A letter or slip for one home."""
    community = allow("manager", "clerk")
    form = Form()
    kind = form.choice("kind", "种类", PAPERS)
    form.check()
    home = estate.home_by_code(http.db(), community, code)
    made = notices.print_homes(
        http.db(), community, [home["id"]], kind, clock.today(), cfg=http.cfg(), who=caller().staff
    )
    return attachment(made.pdf, f"{PAPERS[kind]} {home['code']}.pdf", "application/pdf")


def workers(community: str) -> dict[str, str]:
    """{staff id: name} of those who can go: collectors first, then the others who work here."""
    rows = sorted(people.members(http.db(), community), key=lambda row: (row["role"] != "collector", row["name"]))
    return {row["staff"]: row["name"] for row in rows}


def waiting(community: str) -> None:
    """While an import is being written, plan and print wait."""
    running = intake.intake_open(http.db(), community)
    if running:
        raise Refusal("import_running", done=running["done"], total=running["total"])
