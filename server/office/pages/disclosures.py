"""公示: statements of income and expense with their form, and the evidence of what the lobby showed."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from kiosk import acts as kiosk
from schemas.kiosk import FUNDS, REGIMES
from server import clock, http
from server.access import may
from server.errors import Refusal
from server.office.desk import Form, allow, back, fen_of, page, paging, wants_sheet
from server.office.pages import bp
from server.web.sheet import Column, download
from server.web.words import yuan

PERIOD = re.compile(r"^(\d{4})(?:-(0[1-9]|1[0-2])|Q([1-4]))?$")
COLUMNS = (
    Column("账目", "fund"), Column("期间", "period"), Column("期初（元）", "opening_fen", "fen"),
    Column("收入（元）", "in_fen", "fen"), Column("支出（元）", "out_fen", "fen"),
    Column("期末（元）", "closing_fen", "fen"), Column("编制", "prepared_by"), Column("审核", "checked_by"),
    Column("公示日期", "published_day"), Column("公示至", "public_until"), Column("更正原因", "reason", width=30),
)
PROOF = (
    Column("大屏", "name"), Column("开始（UTC）", "from", width=24), Column("结束（UTC）", "to", width=24),
    Column("秒", "seconds", "int"), Column("序号", "seq", "int"), Column("内容版本", "rev", width=20),
    Column("上一条的哈希", "prev_hash", width=66), Column("哈希", "hash", width=66),
)


@bp.get("/disclosures")
@may("manager", "clerk", "cashier")
def disclosures() -> Response:
    """Every statement that was published, corrected ones too."""
    community = allow("manager", "clerk", "cashier")
    rows = kiosk.disclosures(http.db(), community)
    if wants_sheet():
        return download("收支公示", COLUMNS, rows)
    at = paging(len(rows))
    return page("disclosures", rows=at.cut(rows), paging=at, span=span_cn)


@bp.get("/disclosures/new")
@may("manager", "cashier")
def disclosure_new() -> Response:
    """The form: begun with what the vouchers of ?fund= and ?period= say, or with the statement that it corrects."""
    community = allow("manager", "cashier")
    corrects = request.args.get("corrects", "")
    if corrects:
        old = next((row for row in kiosk.disclosures(http.db(), community) if row["id"] == corrects), None)
        if old is None:
            raise Refusal("not_found")
        heads = {side: _written(old[side]) for side in ("in", "out")}
        return _form({**old, **heads, "corrects": corrects, "reason": ""})
    fund, period = request.args.get("fund", ""), request.args.get("period", "")
    wrong = [] if not (fund or period) else _unclear(fund, period)
    if wrong or not period:
        month = period[:7] or clock.add_months(clock.today(), -1)[:7]
        return page("disclosure_new", status=422 if wrong else 200, funds=FUNDS, fund=fund, given=None, month=month,
                    wrong=wrong)
    return _form(_begun(community, fund, period))


@bp.post("/disclosures")
@may("manager", "cashier")
def disclosure_publish() -> Response:
    """Publish; what is wrong comes back with the form as it was filled in."""
    community = allow("manager", "cashier")
    form = Form()
    try:
        given = _given(form)
        form.check()
        with http.writing(community) as pen:
            kiosk.publish_disclosure(pen, **given)
    except Refusal as refusal:
        return _form(request.form, refusal)
    return back("/office/disclosures", "disclosed")


@bp.get("/proof/<content>")
@may("manager", "clerk")
def proof(content: str) -> Response:
    """When and where `a:<announcement>` or `d:<disclosure>` was on screen, with the chain that shows a change."""
    community = allow("manager", "clerk")
    kiosk.check_content(http.db(), community, content)
    found = kiosk.proof(http.db(), community, content)
    rows = [{"name": screen["name"], **interval} for screen in found["screens"] for interval in screen["intervals"]]
    if wants_sheet():
        return download("公示存证", PROOF, rows)
    at = paging(len(rows), 100)
    return page("proof", found=found, rows=at.cut(rows), paging=at, about=_about(community, content))


def _unclear(fund: str, period: str) -> list[str]:
    """What is wrong with the two answers the form begins with."""
    found = {"请选账目": fund in FUNDS, "期间写成 2026-09、2026Q3 或 2026": bool(PERIOD.match(period))}
    return [sentence for sentence, fits in found.items() if not fits]


def span_cn(period: str) -> str:
    """'2026-09' → 2026 年 9 月, '2026Q3' → 2026 年第 3 季度, '2026' → 2026 年."""
    found = PERIOD.match(period)
    if not found:
        return period
    year, month, quarter = found.groups()
    if month:
        return f"{year} 年 {int(month)} 月"
    return f"{year} 年第 {quarter} 季度" if quarter else f"{year} 年"


def _months(period: str) -> list[str]:
    found = PERIOD.match(period)
    assert found is not None  # whoever calls has matched it
    year, month, quarter = found.groups()
    if month:
        return [period]
    first = int(quarter) * 3 - 2 if quarter else 1
    return [f"{year}-{first + k:02d}" for k in range(3 if quarter else 12)]


def _begun(community: str, fund: str, period: str) -> dict[str, Any]:
    """What the form begins with: heads from the vouchers, the opening from the last closing of this fund."""
    draft = kiosk.draft_disclosure(http.db(), community, fund, _months(period))
    before = [
        row for row in kiosk.disclosures(http.db(), community) if row["fund"] == fund and not row["corrected_by"]
    ]
    opening = int(before[0]["closing_fen"]) if before else 0
    sums = {side: sum(line["fen"] for line in draft[side]) for side in ("in", "out")}
    return {
        "fund": fund, "period": period, "opening_fen": opening, "closing_fen": opening + sums["in"] - sums["out"],
        "in": _written(draft["in"]), "out": _written(draft["out"]), "days": 30,
    }


def _form(given: Any, refusal: Refusal | None = None) -> Response:
    typed = {"opening": yuan(given["opening_fen"]), "closing": yuan(given["closing_fen"])} if refusal is None else {}
    return page(
        "disclosure_new", status=refusal.status if refusal else 200, funds=FUNDS, regimes=REGIMES,
        given={**given, **typed}, refusal=refusal, span=span_cn,
    )


def _given(form: Form) -> dict[str, Any]:
    period = form.text("period", "期间", 7)
    if period and not PERIOD.match(period):
        form.wrong("period", "期间写成 2026-09、2026Q3 或 2026")
    return {
        "fund": form.choice("fund", "账目", FUNDS), "regime": form.choice("regime", "收费方式", REGIMES),
        "period": period, "opening_fen": _signed(form, "opening", "期初"),
        "closing_fen": _signed(form, "closing", "期末"), "heads_in": _heads(form, "in", "收入"),
        "heads_out": _heads(form, "out", "支出"), "prepared_by": form.text("prepared_by", "编制人", 20),
        "checked_by": form.text("checked_by", "审核人", 20), "days": form.number("days", "公示天数", 1, 366),
        "corrects": form.text("corrects", "更正哪一份", 64, False) or None,
        "reason": form.text("reason", "更正原因", 200, False),
    }


def _signed(form: Form, name: str, label: str) -> int:
    """An amount in yuan that may be 0 or below."""
    text = form.text(name, label, 30)
    amount = fen_of(text.removeprefix("-"))
    if text and amount is None:
        form.wrong(name, f"{label}要写成金额，例如 1234.50")
    return -(amount or 0) if text.startswith("-") else amount or 0


def _heads(form: Form, name: str, label: str) -> list[tuple[str, int]]:
    """One head and its amount a line: `电梯广告 12,000.00`."""
    heads = []
    for i, line in enumerate(form.text(name, label, 4000, False).splitlines(), 1):
        head, _, amount = line.strip().rpartition(" ") if " " in line.strip() else line.strip().rpartition("\t")
        fen = fen_of(amount)
        if line.strip() and (not head or fen is None or len(head) > 40):
            form.wrong(name, f"{label}第 {i} 行要写成“科目 金额”，例如：电梯广告 12,000.00")
        elif line.strip():
            heads.append((head.strip(), fen or 0))
    return heads


def _written(lines: list[dict[str, Any]]) -> str:
    return "\n".join(f"{line['head']} {yuan(line['fen'])}" for line in lines)


def _about(community: str, content: str) -> str:
    """What the evidence is about, in a few words."""
    kind, _, id_ = content.partition(":")
    if kind == "a":
        return f"公告“{kiosk.announcement(http.db(), community, id_)['title']}”"
    row = next(row for row in kiosk.disclosures(http.db(), community) if row["id"] == id_)
    return f"{row['fund']}收支公示（{span_cn(row['period'])}）"
