"""违约金: the contract's clauses, what could be assessed today, and posting it; without a clause nothing is asked."""

from __future__ import annotations

from werkzeug.wrappers import Response

from server import clock, http
from server.access import caller, may
from server.ledger import acts as ledger
from server.ledger.acts import runs
from server.office.desk import Form, allow, back, page, wants_sheet
from server.office.pages import bp
from server.office.pages.fees import price_of
from server.web.sheet import Column, download

SHOWN = 500
COLUMNS = (Column("房号", "code"), Column("逾期账单", "bills", "int"), Column("可计违约金（元）", "fen", "fen"))


@bp.get("/late")
@may("manager", "cashier")
def late() -> Response:
    community = allow("manager", "cashier")
    rows = runs.late_fees_due(http.db(), community, clock.today())
    if wants_sheet():
        return download(f"违约金试算 {clock.today()}", COLUMNS, rows)
    clauses = runs.clauses(http.db(), community)
    return page(
        "late", clauses=clauses, rows=rows[:SHOWN], count=len(rows), fen=sum(row["fen"] for row in rows), shown=SHOWN
    )


@bp.post("/late")
@may("manager")
def late_assess() -> Response:
    """Post today's late fees of the homes that are ticked."""
    community = allow("manager")
    form = Form()
    homes = form.many("home")
    if not homes:
        form.wrong("home", "请至少勾选一户")
    form.word("计收")
    form.check()
    made = runs.assess_all(http.db(), community, homes, who=caller().staff)
    return back("/office/late", "assessed", made["bills"])


@bp.post("/late/clauses")
@may("manager")
def clause_add() -> Response:
    community = allow("manager")
    form = Form()
    item, clause = form.text("item", "收费项目", 50), form.text("clause", "合同条款", 200)
    rate = price_of(form.text("rate", "日利率", 8))
    if rate is None or rate % 1_000 or not 0 < rate <= 300_000:
        form.wrong("rate", "日利率写成万分之几，最多一位小数，不超过万分之三十")
    grace, cap = form.number("grace_days", "宽限天数", 0, 365), form.number("cap", "上限", 1, 100)
    since = form.day("since", "从哪天起")
    form.check()
    assert rate is not None
    with http.writing(community, verb="late_clause.add") as pen:
        ledger.add_clause(
            pen, item=item, rate=rate // 1_000, grace_days=grace, cap_permille=cap * 10, clause=clause, since=since
        )
    return back("/office/late", "saved")


@bp.post("/late/clauses/<clause>/ending")
@may("manager")
def clause_end(clause: str) -> Response:
    community = allow("manager")
    form = Form()
    until = form.day("until", "从哪天起停用")
    form.check()
    with http.writing(community, verb="late_clause.end") as pen:
        ledger.end_clause(pen, clause, until)
    return back("/office/late", "rule_end")
