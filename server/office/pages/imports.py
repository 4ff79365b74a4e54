"""导入: upload → preview with the problems per row → commit → undo; what was refused comes back as a spreadsheet."""

from __future__ import annotations

import threading
from typing import Any

from werkzeug.wrappers import Response

from server import clock, http
from server.access import caller, may
from server.db import connect
from server.intake import acts as intake
from server.office.desk import Form, allow, back, page
from server.office.pages import bp
from server.office.people import names
from server.web.sheet import XLSX, attachment

STATES = {"preview": "待确认", "open": "正在导入", "done": "已导入", "left": "被后一次接着做完", "undone": "已撤销"}
FEW = 60_000  # rows that are written while the page waits; more go on in the background
SHOWN = 200
KINDS = {
    "homes": "房产业主",
    "bills": "账单",
    "receipts": "收款",
    "reversals": "冲红",
    "vouchers": "收支",
    "contacts": "催缴记录",
    "announcements": "公告",
    "staff": "员工",
}


@bp.get("/import")
@may("manager", "clerk")
def imports() -> Response:
    community = allow("manager", "clerk")
    rows = intake.batches(http.db(), community)
    running = intake.intake_open(http.db(), community)
    return page(
        "imports", rows=rows, states=STATES, running=running, who=names(rows), held=intake.held(http.db(), community)
    )


@bp.post("/import")
@may("manager", "clerk")
def import_preview() -> Response:
    """Read the files and show what would happen; nothing is booked."""
    community = allow("manager", "clerk")
    form = Form()
    files = form.files("files")
    if not files:
        form.wrong("files", "请选择表格（.xlsx .xls .csv）")
    form.check()
    given = [(file.filename or "", file.read()) for file in files]
    report = intake.preview(http.db(), community, given, who=caller().staff)
    return back(f"/office/import/{report['batch']}")


@bp.get("/import/<batch>")
@may("manager", "clerk")
def import_batch(batch: str) -> Response:
    """The preview, the progress, or the result of one import."""
    community = allow("manager", "clerk")
    state = intake.progress_of(http.db(), community, batch)
    row = next((row for row in intake.batches(http.db(), community, last=200) if row["id"] == batch), None)
    report: dict[str, Any] = row["report"] if row else {}
    refused = report.get("refused", [])
    totals = intake.totals(http.db(), community, clock.today()) if state["state"] == "done" else None
    return page(
        "import",
        batch=batch,
        state=state,
        states=STATES,
        report=report,
        refused=refused[:SHOWN],
        more=len(refused) - SHOWN + report.get("refused_more", 0),
        kinds=KINDS,
        totals=totals,
        undoable=state["state"] == "done" and intake.undoable(http.db(), community, batch),
    )


@bp.post("/import/<batch>/commit")
@may("manager", "clerk")
def import_commit(batch: str) -> Response:
    """Write it: at once, or in the background when there are very many rows (the page then shows the progress)."""
    community = allow("manager", "clerk")
    if intake.progress_of(http.db(), community, batch)["total"] <= FEW:
        intake.commit(http.db(), community, batch, who=caller().staff)
        return back(f"/office/import/{batch}", "imported")
    work = threading.Thread(target=_commit, args=(http.cfg().db, community, batch, caller().staff), name="import")
    work.start()
    return back(f"/office/import/{batch}")


def _commit(url: str, community: str, batch: str, who: str) -> None:
    """In a thread of its own connection; when the process dies, the same button completes what is missing."""
    db = connect(url)
    try:
        intake.commit(db, community, batch, who=who)
    finally:
        db.close()


@bp.post("/import/<batch>/undo")
@may("manager", "clerk")
def import_undo(batch: str) -> Response:
    community = allow("manager", "clerk")
    Form().word("撤销")
    intake.undo_import(http.db(), community, batch, who=caller().staff)
    return back(f"/office/import/{batch}", "import_undone")


@bp.get("/import/<batch>/refused.xlsx")
@may("manager", "clerk")
def import_refused(batch: str) -> Response:
    community = allow("manager", "clerk")
    return attachment(intake.refused_xlsx(http.db(), community, batch), "退回行.xlsx", XLSX)


@bp.get("/import/held")
@may("manager", "cashier")
def import_held() -> Response:
    community = allow("manager", "cashier")
    return page("held", rows=intake.held(http.db(), community))


@bp.post("/import/held/<held>")
@may("manager", "cashier")
def import_held_settle(held: str) -> Response:
    community = allow("manager", "cashier")
    form = Form()
    answer = form.choice("answer", "答复", ("book", "drop"))
    form.check()
    with http.writing(community) as pen:
        intake.settle_held(pen, held, answer == "book")
    return back("/office/import/held", "saved")
