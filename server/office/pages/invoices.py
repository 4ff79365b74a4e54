"""电子发票: what was asked for, what is issued, taken back by a red one, or failed; the table for the tax software."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from schemas.invoices import INVOICE_STATES
from server import http
from server.access import may
from server.office.desk import Form, allow, back, page, paging, wants_sheet
from server.office.pages import bp
from server.pay import acts as pay
from server.web.sheet import Column, download

COLUMNS = (
    Column("申请时间", "at", width=28), Column("收据号", "receipt_no", width=18), Column("房号", "code"),
    Column("缴费日期", "happened_on"), Column("金额（元）", "fen", "fen"), Column("抬头", "title", width=28),
    Column("税号", "tax_no", width=24), Column("邮箱", "mail", width=24), Column("状态", "state_name"),
    Column("发票号码", "number", width=24), Column("红字发票号码", "red", width=24), Column("说明", "said", width=30),
)
GROUPS = {
    "": ("全部", tuple(INVOICE_STATES)), "asked": ("待开", ("asked", "sending")), "issued": ("已开", ("issued",)),
    "red": ("红冲", ("red_sending", "red")), "failed": ("失败", ("failed", "red_failed")),
}


@bp.get("/invoices")
@may("manager", "cashier")
def invoices() -> Response:
    """?state= one of the groups; as=xlsx or as=csv takes the table away."""
    community = allow("manager", "cashier")
    if request.args.get("as") == "csv":
        headers = {"Content-Disposition": "attachment; filename=invoices.csv", "Cache-Control": "no-store"}
        return Response(pay.invoice_csv(http.db(), community), content_type="text/csv; charset=utf-8", headers=headers)
    every = [{**row, "state_name": INVOICE_STATES[row["state"]]} for row in pay.invoices(http.db(), community)]
    group = request.args.get("state", "")
    group = group if group in GROUPS else ""
    rows = [row for row in every if row["state"] in GROUPS[group][1]]
    if wants_sheet():
        return download("电子发票", COLUMNS, rows)
    at = paging(len(rows))
    counts = {key: (label, sum(row["state"] in states for row in every)) for key, (label, states) in GROUPS.items()}
    return page(
        "invoices", rows=at.cut(rows), paging=at, group=group, counts=counts, sums=_sums(rows),
        issuer=pay.issuer_of(http.cfg(), community),
    )


def _sums(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {"count": len(rows), "fen": sum(row["fen"] for row in rows)}


@bp.post("/invoices/<invoice>")
@may("manager", "cashier")
def invoice_act(invoice: str) -> Response:
    """Send it to the issuer (again), take it back with a red one, or note the numbers somebody else gave."""
    community, form = allow("manager", "cashier"), Form()
    what = form.choice("what", "动作", ("send", "red", "issued", "red_done"))
    if what in ("red", "red_done"):
        form.word("红冲")
    number = form.text("number", "发票号码", 40, needed=what in ("issued", "red_done"))
    reason = form.text("reason", "红冲原因", 200, needed=what == "red")
    form.check()
    if what in ("send", "red"):
        pay.need_issuer(http.cfg(), community)
    with http.writing(community, verb=f"invoice.{what}") as pen:
        if what == "send":
            pay.want_invoice(pen, invoice)
        elif what == "red":
            pay.want_red(pen, invoice, reason)
        elif what == "issued":
            pay.invoice_issued(pen, invoice, number)
        else:
            pay.invoice_red(pen, invoice, number)
    if what in ("send", "red"):
        state = pay.send_invoice(http.db(), http.cfg(), community, invoice)
        return back("/office/invoices", "invoice", INVOICE_STATES[state])
    return back("/office/invoices", "saved")
