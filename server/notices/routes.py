"""The JSON door of notices: print, list, prove a delivery, change the words."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from schemas import notices as shapes
from server import clock, http
from server.access import caller, may
from server.errors import refuse
from server.estate import acts as estate
from server.notices import acts

blp = Blueprint("notices", __name__, url_prefix="/api/v1", description="通知")


@blp.get("/printings")
@may("manager", "clerk")
@blp.arguments(shapes.NoticesAsk, location="query")
@blp.response(200, shapes.Printings)
def printings(ask: dict[str, Any]) -> Any:
    """最近的打印批次"""
    community = caller().pick(ask.get("community"))
    return {"printings": acts.printings(http.db(), community, ask.get("route"))}


@blp.post("/printings")
@may("manager", "clerk")
@blp.arguments(shapes.PrintingAsk)
@blp.response(201, shapes.Printing)
def make_printing(ask: dict[str, Any]) -> Any:
    """打印一条路线或若干住户的信件、门上留言或缴费码贴"""
    community = caller().pick(ask.get("community"))
    on, kind, who = ask.get("date") or clock.today(), ask["kind"], caller().staff
    if ask.get("route"):
        made = acts.print_route(http.db(), community, ask["route"], kind, on, cfg=http.cfg(), who=who)
    else:
        homes = _homes(community, ask.get("households") or [])
        made = acts.print_homes(http.db(), community, homes, kind, on, cfg=http.cfg(), who=who)
    return next(row for row in acts.printings(http.db(), community) if row["id"] == made.printing)


def _homes(community: str, codes: list[str]) -> list[str]:
    known = estate.homes_by_code(http.db(), community, codes)
    for code in codes:
        if code not in known:
            refuse("home_unknown", "/households", home=code)
    return [known[code]["id"] for code in dict.fromkeys(codes)]


@blp.get("/printings/<printing_id>/pdf")
@may("manager", "clerk")
@blp.arguments(shapes.WordingsAsk, location="query")
@blp.response(200, content_type="application/pdf")
def printing_pdf(ask: dict[str, Any], printing_id: str) -> Response:
    """一个批次的 PDF"""
    community = caller().pick(ask.get("community"))
    data = acts.printing_pdf(http.db(), community, printing_id)
    name = f"inline; filename=notices-{printing_id}.pdf"
    return Response(data, content_type="application/pdf", headers={"Content-Disposition": name})


@blp.get("/notices")
@may("manager", "clerk")
@blp.arguments(shapes.NoticesAsk, location="query")
@blp.response(200, shapes.Notices)
def notices(ask: dict[str, Any]) -> Any:
    """一户或一条路线的通知，含送达情况"""
    community = caller().pick(ask.get("community"))
    if ask.get("route"):
        return {"notices": acts.notices_of_route(http.db(), community, ask["route"])}
    home = estate.home_by_code(http.db(), community, ask.get("household", ""))
    return {"notices": acts.notices_of_home(http.db(), community, home["id"])}


@blp.post("/notices/<notice_id>/deliveries")
@may("manager", "clerk")
@blp.arguments(shapes.DeliveryAsk)
@blp.response(201, shapes.DeliveryMade)
def deliver(ask: dict[str, Any], notice_id: str) -> Any:
    """记录一次送达（签收、拒收、挂号、张贴 …）"""
    community = caller().pick(ask.get("community"))
    home = estate.home_by_code(http.db(), community, ask["household"])
    with http.writing(community, "notice.deliver") as pen:
        restarts = acts.record_delivery(
            pen, id=ask["id"], notice=notice_id, home=home["id"], proof=ask["proof"], signer=ask["signer"],
            at=clock.instant(clock.parse(ask["at"])), source="office",
        )
    return {"restarts_clock": restarts}


@blp.get("/wordings")
@may("manager", "clerk")
@blp.arguments(shapes.WordingsAsk, location="query")
@blp.response(200, shapes.Wordings)
def wordings(ask: dict[str, Any]) -> Any:
    """各级通知的文字"""
    return {"wordings": acts.wordings(http.db(), caller().pick(ask.get("community")))}


@blp.post("/wordings")
@may("manager")
@blp.arguments(shapes.WordingAsk)
@blp.response(200, shapes.Wordings)
def save_wording(ask: dict[str, Any]) -> Any:
    """改一种通知的文字；不合规的文字会被拒绝并说明原因"""
    community = caller().pick(ask.get("community"))
    with http.writing(community, "wording.save") as pen:
        acts.save_wording(
            pen, step=ask["step"], variant=ask["variant"], title=ask["title"], opening=ask["opening"],
            closing=ask["closing"],
        )
    return {"wordings": acts.wordings(http.db(), community)}
