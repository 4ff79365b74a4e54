"""费用标准: how each item is charged, and the sums that homes share."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from schemas.words import FEE_EVERY, FEE_METHODS, FEE_ROUNDINGS, FEE_UNITS, SHARE_BY
from server import clock, http
from server.access import may
from server.ledger import acts as ledger
from server.ledger.acts import runs
from server.ledger.rules.fees import is_month
from server.office.desk import Form, allow, back, page, wants_sheet
from server.office.pages import bp
from server.office.people import names
from server.web.sheet import Column, download

WORDS = {"methods": FEE_METHODS, "every": FEE_EVERY, "units": FEE_UNITS, "roundings": FEE_ROUNDINGS, "shares": SHARE_BY}
COLUMNS = (
    Column("项目", "item"), Column("计费方式", "method_name", width=24), Column("单价（元）", "price_yuan"),
    Column("公式", "formula", width=24), Column("周期", "every_name"), Column("适用房屋", "home_kind"),
    Column("每月应缴日", "due_day", "int"), Column("取整", "rounding_name"), Column("空置收取", "vacant"),
    Column("起", "since"), Column("止", "until"),
)


@bp.get("/fees")
@may("manager", "cashier")
def fees() -> Response:
    community = allow("manager", "cashier")
    rows = [_told(row) for row in ledger.fee_rules(http.db(), community)]
    if wants_sheet():
        return download("费用标准", COLUMNS, rows)
    today = clock.today()
    done = runs.runs(http.db(), community)
    return page(
        "fees",
        rows=[row for row in rows if not row["until"] or row["until"] > today],
        past=[row for row in rows if row["until"] and row["until"] <= today],
        runs=done,
        who=names(done),
        month=today[:7],
        kinds=WORDS,
    )


@bp.post("/fees")
@may("manager")
def fee_add() -> Response:
    """Enter a rule; everything that is wrong with it is said at once."""
    community = allow("manager")
    form = Form()
    method = form.choice("method", "计费方式", FEE_METHODS)
    rule: dict[str, Any] = {
        "item": form.text("item", "收费项目", 50),
        "method": method,
        "price": _price(form),
        "formula": form.text("formula", "公式", 200, needed=method == "formula"),
        "every": form.choice("every", "周期", FEE_EVERY),
        "home_kind": form.text("home_kind", "适用房屋", 20, needed=False),
        "due_day": form.number("due_day", "应缴日", 1, 28),
        "unit": form.choice("unit", "取整单位", FEE_UNITS),
        "rounding": form.choice("rounding", "取整方式", FEE_ROUNDINGS),
        "vacant_permille": form.number("vacant", "空置收取比例", 0, 100) * 10,
        "split_owner": "yes" if request.form.get("split_owner") else "no",
        "share_by": form.choice("share_by", "公摊方式", SHARE_BY) if method == "share" else "",
        "since": form.day("since", "从哪天起"),
    }
    form.check()
    with http.writing(community, verb="fee_rule.add") as pen:
        ledger.add_rule(pen, rule)
    return back("/office/fees", "rule")


@bp.post("/fees/<rule>/ending")
@may("manager")
def fee_end(rule: str) -> Response:
    community = allow("manager")
    form = Form()
    until = form.day("until", "从哪天起停用")
    form.check()
    with http.writing(community, verb="fee_rule.end") as pen:
        ledger.end_rule(pen, rule, until)
    return back("/office/fees", "rule_end")


@bp.post("/fees/<rule>/pool")
@may("manager", "cashier")
def fee_pool(rule: str) -> Response:
    """The sum that homes share in a month."""
    community = allow("manager", "cashier")
    form = Form()
    period, fen = month_of(form), form.fen("yuan", "公摊总额")
    form.check()
    with http.writing(community, verb="pool.put") as pen:
        ledger.put_pool(pen, rule, period, fen)
    return back("/office/meters", "pool", period=period)


def month_of(form: Form) -> str:
    """The month field of a form."""
    period = form.text("period", "账期", 7)
    if period and not is_month(period):
        form.wrong("period", "账期应写成 2026-11")
    return period


def price_of(text: str) -> int | None:
    """'2.85', '0.1234' yuan → 0.01 fen; None when it is no price of at most four decimals."""
    whole, dot, rest = text.strip().removeprefix("￥").partition(".")
    if not (whole.isascii() and whole.isdecimal()) or len(whole) > 8 or len(rest) > 4:
        return None
    if dot and not (rest.isascii() and rest.isdecimal()):
        return None
    return int(whole) * 10_000 + int((rest + "0000")[:4])


def _price(form: Form) -> int:
    text = request.form.get("price", "").strip()
    price = price_of(text) if text else 0
    if price is None:
        form.wrong("price", "单价写成元，最多四位小数，例如 2.85")
    return price or 0


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A rule in words."""
    whole, rest = divmod(row["price"], 10_000)
    decimals = f"{rest:04d}"
    yuan = f"{whole:,}.{decimals[:2] if decimals.endswith('00') else decimals}"
    return {
        **row,
        "price_yuan": yuan if row["price"] else "",
        "method_name": FEE_METHODS[row["method"]],
        "every_name": FEE_EVERY[row["every"]],
        "rounding_name": f"{FEE_ROUNDINGS[row['rounding']]}{FEE_UNITS[row['unit']]}",
        "vacant": f"{row['vacant_permille'] // 10}%",
    }
