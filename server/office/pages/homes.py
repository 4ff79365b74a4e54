"""住户: the list with filters in the address, and the search, which is posted so that no name stands in a URL."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from server import clock, http
from server.access import may
from server.cases import acts as cases
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.office.desk import Form, allow, back, page, paging, wants_sheet
from server.office.pages import bp
from server.web.sheet import Column, download

STATES = {"": "全部", "owing": "有欠费", "clear": "无欠费", "空置": "空置", "出租": "出租"}
ORDERS = {"": "按房号", "fen": "按欠费金额"}
COLUMNS = (
    Column("房号", "code"),
    Column("业主", "names", width=24),
    Column("面积", "area_text"),
    Column("性质", "kind"),
    Column("入住状态", "state"),
    Column("欠费（元）", "arrears_fen", "fen"),
    Column("未缴合计（元）", "outstanding_fen", "fen"),
    Column("预存（元）", "prepaid_fen", "fen"),
)


@bp.get("/homes")
@may("manager", "clerk", "cashier")
def homes() -> Response:
    community = allow("manager", "clerk", "cashier")
    rows = _rows(community)
    if wants_sheet():
        return download("住户", COLUMNS, _named(community, rows, full=True))
    pages = paging(len(rows))
    shown = _named(community, pages.cut(rows))
    steps = _steps(community, shown)
    return page(
        "homes",
        rows=shown,
        steps=steps,
        paging=pages,
        states=STATES,
        orders=ORDERS,
        buildings=_buildings(community),
        owed=sum(row["arrears_fen"] for row in rows),
        asked="",
    )


@bp.post("/homes")
@may("manager", "clerk", "cashier")
def homes_found() -> Response:
    community = allow("manager", "clerk", "cashier")
    asked = Form().text("text", "要找的内容", high=60, needed=False)
    if not asked:  # nothing to look for: everybody
        return back("/office/homes")
    found = estate.search(http.db(), community, asked, limit=PAGE_OF_FOUND)
    owed = ledger.arrears(http.db(), community, clock.today())
    rows = _with_sums(community, [{**row, "arrears_fen": owed.get(row["id"], 0)} for row in found])
    return page(
        "homes",
        rows=_named(community, rows),
        steps=_steps(community, rows),
        paging=paging(len(rows)),
        states=STATES,
        orders=ORDERS,
        buildings=_buildings(community),
        owed=sum(row["arrears_fen"] for row in rows),
        asked=asked,
    )


PAGE_OF_FOUND = 50


def _rows(community: str) -> list[dict[str, Any]]:
    """Homes that pass the filters of the address, in its order."""
    owed = ledger.arrears(http.db(), community, clock.today())
    building, state, order = (request.args.get(name, "") for name in ("building", "state", "order"))
    rows = [
        {**row, "arrears_fen": owed.get(row["id"], 0)}
        for row in estate.homes(http.db(), community)
        if not building or row["building"] == building
    ]
    if state in ("owing", "clear"):
        rows = [row for row in rows if (row["arrears_fen"] > 0) == (state == "owing")]
    elif state in STATES and state:
        rows = [row for row in rows if row["state"] == state]
    if order == "fen":
        rows.sort(key=lambda row: -row["arrears_fen"])
    return rows


def _with_sums(community: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sums = ledger.sums(http.db(), community, [row["id"] for row in rows])
    return [{**row, **sums.get(row["id"], {"outstanding_fen": 0, "prepaid_fen": 0})} for row in rows]


def _named(community: str, rows: list[dict[str, Any]], full: bool = False) -> list[dict[str, Any]]:
    """Rows with the owners' names (masked by the template unless `full` writes them out) and sums."""
    people = estate.residents_of(http.db(), community, [row["id"] for row in rows])
    out = []
    for row in _with_sums(community, rows):
        owners = [person["name"] for person in people.get(row["id"], []) if person["role"] == "owner"]
        out.append({**row, "names": "、".join(owners), "area_text": f"{row['area'] / 100:.2f}" if full else ""})
    return out


def _steps(community: str, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    ids = [row["id"] for row in rows if row["arrears_fen"] > 0]
    found = cases.next_steps(http.db(), community, clock.today(), ids) if ids else []
    return {step["home"]: step for step in found}


def _buildings(community: str) -> dict[str, str]:
    return {row["id"]: row["name"] for row in estate.buildings(http.db(), community)}
