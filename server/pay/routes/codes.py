"""The JSON door of pay: printed codes of a home, the lobby's code, reports of forged ones."""

from __future__ import annotations

from typing import Any

from schemas import pay as shapes
from server import http
from server.access import caller, may
from server.errors import refuse
from server.estate import acts as estate
from server.pay import acts
from server.pay.door import blp


@blp.get("/paycodes")
@may("manager", "clerk", "cashier")
@blp.arguments(shapes.CodesAsk, location="query")
@blp.response(200, shapes.Codes)
def codes(ask: dict[str, Any]) -> Any:
    """一户的全部缴费码及其状态"""
    community = caller().pick(ask.get("community"))
    home = estate.home_by_code(http.db(), community, ask["household"])
    return {"codes": acts.codes_of(http.db(), community, home["id"])}


@blp.post("/paycodes/revocations")
@may("manager", "clerk")
@blp.arguments(shapes.CodesAsk)
@blp.response(200, shapes.Codes)
def revoke(ask: dict[str, Any]) -> Any:
    """作废一户的全部缴费码（信件遗失、门贴被换）"""
    community = caller().pick(ask.get("community"))
    home = estate.home_by_code(http.db(), community, ask["household"])
    with http.writing(community, "paycode.revoke") as pen:
        acts.revoke_codes(pen, home["id"])
    return {"codes": acts.codes_of(http.db(), community, home["id"])}


@blp.post("/paycodes/lobby")
@may("manager", "clerk")
@blp.arguments(shapes.LobbyAsk)
@blp.response(200, shapes.LobbyCode)
def lobby(ask: dict[str, Any]) -> Any:
    """大堂的码：打开小区页，不含任何住户"""
    community = caller().pick(ask.get("community"))
    with http.writing(community, "paycode.lobby") as pen:
        made = acts.lobby_code(pen, cfg=http.cfg())
    return {**made, "bitmap": acts.bitmap(made["url"])}


@blp.get("/paycodes/reports")
@may("manager", "clerk")
@blp.arguments(shapes.LobbyAsk, location="query")
@blp.response(200, shapes.Reports)
def reports(ask: dict[str, Any]) -> Any:
    """还没有处理的可疑二维码"""
    return {"reports": acts.open_reports(http.db(), caller().pick(ask.get("community")))}


@blp.post("/paycodes/reports")
@may("manager", "clerk", "collector")
@blp.arguments(shapes.ReportAsk)
@blp.response(201, shapes.Report)
def report(ask: dict[str, Any]) -> Any:
    """报告一个可疑二维码"""
    community = caller().pick(ask.get("community"))
    with http.writing(community, "paycode.report") as pen:
        acts.report_code(pen, id=ask["id"], scanned=ask["scanned"], place=ask["place"], source="patrol")
    return ask


@blp.post("/paycodes/reports/<report_id>/closure")
@may("manager", "clerk")
@blp.arguments(shapes.LobbyAsk)
@blp.response(200, shapes.Reports)
def close(ask: dict[str, Any], report_id: str) -> Any:
    """处理完一个可疑二维码的报告"""
    if len(report_id) > 64:
        refuse("not_found")
    community = caller().pick(ask.get("community"))
    with http.writing(community, "paycode.report.close") as pen:
        acts.close_report(pen, report_id)
    return {"reports": acts.open_reports(http.db(), community)}
