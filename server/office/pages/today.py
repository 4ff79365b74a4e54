"""今天: what came in, what wants a look, promises due, phones with unsent work, screens, and what comes next."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from kiosk import acts as kiosk
from schemas.words import OP_STATUSES
from server import clock, http
from server.access import caller, may
from server.cases import acts as cases
from server.estate import acts as estate
from server.field import acts as field
from server.intake import acts as intake
from server.ledger import acts as ledger
from server.office.desk import allow, back, page, wants_sheet
from server.office.pages import bp
from server.office.pages.session import FIRST, login_page
from server.pay import acts as pay
from server.web.sheet import Column, download

MOST = 30
STEPS = {"promise": "承诺", "paused": "暂停", "urgent": "紧急", "step": "待办", "wait": "等待"}
COLUMNS = (
    Column("房号", "code"),
    Column("欠费（元）", "arrears_fen", "fen"),
    Column("最早应缴日", "oldest_due"),
    Column("时效至", "safe"),
    Column("下一步", "label"),
    Column("原因", "reason", width=30),
    Column("状态", "state_name"),
)


@bp.get("/")
@may("anyone")
def today() -> Response:
    """The day for staff; the login for everybody else."""
    if caller().kind != "staff":
        return login_page()
    if caller().roles and set(caller().roles.values()) == {"collector"}:
        return back(FIRST["collector"])
    community = allow("manager", "clerk", "cashier")
    day = clock.today()
    steps = cases.next_steps(http.db(), community, day)
    if wants_sheet():
        return download(f"今天 {day}", COLUMNS, [{**row, "state_name": STEPS[row["state"]]} for row in steps])
    shown = [row for row in steps if row["key"] != "wait"][:MOST]
    people = estate.residents_of(http.db(), community, [row["home"] for row in shown])
    return page(
        "today",
        day=day,
        steps=shown,
        more=len(steps) - len(shown),
        owners=_owners(people),
        statuses=OP_STATUSES,
        **_facts(community, day),
    )


def _facts(c: str, day: str) -> dict[str, Any]:
    db = http.db()
    routes = [row for row in field.routes(db, c, date=day) if row["state"] in ("published", "closed")]
    phones = [
        row for row in field.phones(db, c) if row["pending"] or row["missing_count"] or (row["silent_hours"] or 0) >= 24
    ]
    taken = ledger.takings(db, c, day)
    tickets = cases.tickets(db, c)
    return {
        "taken_fen": sum(row["fen"] - row["reversed_fen"] for row in taken),
        "promises": cases.promises_due(db, c, day),
        "routes": routes,
        "phones": phones,
        "unsent": sum(row["pending"] for row in field.phones(db, c)),
        "claims": field.claims(db, c),
        "flags": field.flagged_ops(db, c, last=50),
        "fixes": field.fixes(db, c),
        "late_tickets": [row for row in tickets if row["due_on"] < day],
        "tickets": tickets,
        "requests": cases.requests(db, c),
        "held": intake.held(db, c),
        "reports": pay.open_reports(db, c),
        "screens": [row for row in kiosk.screens(db, c) if row["health"] not in ("正常", "停用")],
        "codes": {row["id"]: row["code"] for row in estate.homes(db, c, _homes(tickets, cases.requests(db, c)))},
    }


def _homes(*lists: list[dict[str, Any]]) -> list[str]:
    return [row["home"] for rows in lists for row in rows]


def _owners(people: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    return {
        home: "、".join(person["name"] for person in living if person["role"] == "owner")
        for home, living in people.items()
    }
