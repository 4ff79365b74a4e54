"""报表: arrears by age and building, collection by month, results by person; drawn, in numbers, and as xlsx."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from server import clock, http
from server.access import may
from server.cases import acts as cases
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.ledger.rules.money import age_names
from server.office.desk import allow, page
from server.office.pages import bp
from server.office.people import names
from server.web.charts import Bar
from server.web.sheet import Column, download
from server.web.words import percent, period_cn, rmb, yuan

MONTHS = 12


@bp.get("/reports")
@may("manager", "clerk", "cashier")
def reports() -> Response:
    community = allow("manager", "clerk", "cashier")
    today = clock.today()
    ages, buildings = _arrears(community, today)
    months = _months(community, today)
    people = _people(community, today)
    wanted = request.args.get("as", "")
    if wanted in SHEETS:
        title, columns = SHEETS[wanted]
        rows = {"ages": ages, "buildings": buildings, "months": months, "people": people}[wanted]
        return download(f"{title} {today}", columns, rows)
    return page(
        "reports",
        ages=ages,
        buildings=buildings,
        months=months,
        people=people,
        owed=sum(r["fen"] for r in ages),
        age_bars=[Bar(r["name"], r["fen"], f"{yuan(r['fen'])}", "amber" if r["old"] else "") for r in ages],
        building_bars=[Bar(r["name"], r["fen"], yuan(r["fen"])) for r in buildings if r["fen"]],
        month_line=[Bar(period_cn(r["period"])[7:], r["collected_fen"], rmb(r["collected_fen"])) for r in months],
        span=(clock.add_days(today, -29), today),
    )


SHEETS = {
    "ages": (
        "欠费账龄",
        (Column("账龄（天）", "name"), Column("欠费（元）", "fen", "fen"), Column("户数", "homes", "int")),
    ),
    "buildings": (
        "欠费楼栋",
        (Column("楼栋", "name"), Column("欠费（元）", "fen", "fen"), Column("欠费户数", "homes", "int")),
    ),
    "months": (
        "收缴进度",
        (
            Column("账期", "period"),
            Column("应收（元）", "billed_fen", "fen"),
            Column("已收（元）", "collected_fen", "fen"),
            Column("减免（元）", "waived_fen", "fen"),
            Column("收缴率", "rate"),
        ),
    ),
    "people": (
        "人员成果",
        (
            Column("姓名", "name"),
            Column("上门次数", "visits", "int"),
            Column("户数", "homes", "int"),
            Column("见到人", "met", "int"),
            Column("承诺", "promises", "int"),
            Column("承诺金额（元）", "promised_fen", "fen"),
            Column("已兑现", "kept", "int"),
            Column("未兑现", "broken", "int"),
        ),
    ),
}


def _arrears(c: str, on: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Arrears by age of the bill and by building, with the number of homes in each."""
    by_home = ledger.arrears_by_age(http.db(), c, on)
    homes = {row["id"]: row["building"] for row in estate.homes(http.db(), c)}
    ages = []
    for i, name in enumerate(age_names()):
        inside = [age[name] for age in by_home.values() if age.get(name)]
        ages.append(
            {
                "name": f"{name.removeprefix('over-')} 天" + ("以上" if name.startswith("over") else ""),
                "fen": sum(inside),
                "homes": len(inside),
                "old": i >= 4,
            }
        )
    buildings = []
    for building in estate.buildings(http.db(), c):
        sums = [sum(age.values()) for home, age in by_home.items() if homes[home] == building["id"]]
        buildings.append({"name": building["name"], "fen": sum(sums), "homes": len(sums)})
    return ages, buildings


def _months(c: str, on: str) -> list[dict[str, Any]]:
    first = on[:7] + "-01"
    periods = [clock.add_months(first, -i)[:7] for i in reversed(range(MONTHS))]
    rows = ledger.progress_of(http.db(), c, periods)
    return [{**row, "rate": percent(row["collected_fen"] + row["waived_fen"], row["billed_fen"])} for row in rows]


def _people(c: str, on: str) -> list[dict[str, Any]]:
    rows = cases.staff_results(http.db(), c, clock.add_days(on, -29), on, on)
    who = names(rows)
    return [{**row, "name": who.get(row["staff"], row["staff"]) or "—"} for row in rows]
