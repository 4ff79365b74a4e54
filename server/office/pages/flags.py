"""What phones sent that a person should look at: flagged records, proposed corrections, reported codes, photos."""

from __future__ import annotations

from flask import Response as Body
from werkzeug.wrappers import Response

from schemas.words import HOME_FIELDS, OP_STATUSES
from server import http
from server.access import caller, may
from server.field import acts as field
from server.office.desk import Form, allow, back, page
from server.office.pages import bp
from server.pay import acts as pay

CODES = {
    "second_open_promise": "已有一个未到期的承诺",
    "over_outstanding": "承诺金额大于欠费",
    "late_scope": "路线已改派后才传到",
    "outside_hours": "在免打扰时段",
    "over_cap": "超过上门次数",
    "not_in_scope": "不在负责范围",
    "op_id_reuse": "记录编号重复",
    "amount_invalid": "金额不对",
    "op_unreadable": "记录读不出来",
}
KINDS = {
    "visit.record": "上门记录",
    "visit.correct": "更正",
    "route.start": "开始",
    "route.finish": "结束",
    "stop.add": "加一户",
    "stop.skip": "跳过",
    "contact.fix": "改资料",
    "delivery.record": "送达",
    "code.check": "查码",
}


@bp.get("/flags")
@may("manager", "clerk")
def flags() -> Response:
    community = allow("manager", "clerk")
    return page(
        "flags",
        rows=field.flagged_ops(http.db(), community),
        fixes=field.fixes(http.db(), community),
        codes=CODES,
        kinds=KINDS,
        fields=HOME_FIELDS,
        statuses=OP_STATUSES,
        reports=pay.open_reports(http.db(), community),
    )


@bp.post("/flags/<op>/seen")
@may("manager", "clerk")
def flag_seen(op: str) -> Response:
    community = allow("manager", "clerk")
    with http.writing(community) as pen:
        field.see_op(pen, op)
    return back("/office/flags", "seen")


@bp.post("/fixes/<fix>")
@may("manager", "clerk")
def fix_settle(fix: str) -> Response:
    community = allow("manager", "clerk")
    form = Form()
    answer = form.choice("answer", "答复", ("accept", "decline"))
    form.check()
    with http.writing(community) as pen:
        field.settle_fix(pen, fix, answer == "accept")
    return back("/office/flags", "fixed")


@bp.post("/reports/<report>/closing")
@may("manager", "clerk")
def report_close(report: str) -> Response:
    community = allow("manager", "clerk")
    with http.writing(community, verb="code.report_close") as pen:
        pay.close_report(pen, report)
    return back("/office/flags", "seen")


@bp.get("/photos/<sha>")
@may("manager", "clerk", "cashier")
def photo(sha: str) -> Response:
    """A photo a phone sent, for people of the office only."""
    kind, data = field.get_photo(http.db(), caller(), sha)
    answer = Body(data, content_type=kind)
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
