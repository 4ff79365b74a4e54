"""账簿: trial balance, the sheet of an account, closing a day with its checklist, the signed totals of days."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from schemas.words import CHANNELS, ENTRY_KINDS
from server import clock, http
from server.access import may
from server.errors import Refusal
from server.ledger import acts as ledger
from server.ledger.acts import former
from server.office.desk import Form, allow, back, page, paging, wants_sheet
from server.office.pages import bp
from server.office.people import names
from server.pay import acts as pay
from server.web.sheet import Column, download

MOST = 10_000  # lines of an account that one page or sheet holds
TRIAL = (
    Column("科目", "shown"), Column("名称", "name", width=24), Column("期初（元）", "opening", "fen"),
    Column("借方（元）", "debit", "fen"), Column("贷方（元）", "credit", "fen"), Column("期末（元）", "closing", "fen"),
)
SHEET = (
    Column("日期", "book_date"), Column("凭证", "entry", "int"), Column("事由", "kind_name"), Column("房号", "code"),
    Column("经手", "who_name"), Column("借方（元）", "debit", "fen"), Column("贷方（元）", "credit", "fen"),
    Column("余额（元）", "balance", "fen"),
)


@bp.get("/books")
@may("manager", "cashier")
def books() -> Response:
    """The trial balance of some days, this month unless asked otherwise."""
    community = allow("manager", "cashier")
    first, last = _span()
    rows = _with_people(ledger.trial_balance(http.db(), community, first, last))
    if wants_sheet():
        return download(f"试算平衡 {first} 至 {last}", TRIAL, rows)
    sums = {key: sum(row[key] for row in rows) for key in ("opening", "debit", "credit", "closing")}
    return page("books", rows=rows, sums=sums, first=first, last=last)


@bp.get("/books/accounts/<account>")
@may("manager", "cashier")
def account(account: str) -> Response:
    """The lines of one account with the running balance, by pages and as a spreadsheet."""
    community = allow("manager", "cashier")
    first, last = _span()
    sheet = ledger.account_sheet(http.db(), community, account, first, last, MOST)
    if not sheet["rows"] and not sheet["opening"] and not _known(community, account):
        raise Refusal("not_found")
    who = names(sheet["rows"])
    sheet = _with_people([sheet])[0]
    rows = [_told(row, who) for row in sheet["rows"]]
    if wants_sheet():
        return download(f"科目明细 {account} {first} 至 {last}", SHEET, rows)
    at = paging(len(rows), 100)
    return page("account", sheet=sheet, rows=at.cut(rows), paging=at, first=first, last=last, full=len(rows) >= MOST)


@bp.get("/books/days")
@may("manager", "cashier")
def days() -> Response:
    """The day to be closed next with what blocks it; closed days; sealed totals."""
    community = allow("manager", "cashier")
    closed = ledger.closed_days(http.db(), community)
    day = _next(closed)
    checks = [] if day > clock.today() else ledger.checklist(http.db(), community, day)
    return page(
        "days",
        day=day,
        checks=checks,
        ready=bool(checks) and all(check["ok"] for check in checks),
        takings=ledger.takings(http.db(), community, day),
        open=_open(community),
        closed=closed,
        seals=ledger.day_seals(http.db(), community),
        who=names(closed),
    )


def _open(community: str) -> list[tuple[str, int, str]]:
    """What does not hold up the closing and should be known: (words, how many, where)."""
    db = http.db()
    found = (
        ("进行中的退款", len(pay.refunds(db, community, "open")), "/office/money"),
        ("暂挂、查不到付款人的款", len(former.waiting(db, community)), "/office/money"),
        ("需要核对的通知", len(pay.odds(db, community)), "/office/money"),
        ("迁出业主的预存", len(former.former_credit(db, community)), "/office/money"),
        ("没有开出的电子发票", len(pay.invoices(db, community, waiting=True)), "/office/invoices"),
    )
    return [row for row in found if row[1]]


@bp.post("/books/days/<day>/closing")
@may("manager", "cashier")
def day_close(day: str) -> Response:
    """Close the books up to and with a day and seal its receipts; what blocks it is said by the refusal."""
    community = allow("manager", "cashier")
    Form().word("日结")
    if not clock.is_day(day):
        raise Refusal("not_found")
    with http.writing(community, verb="day.close") as pen:
        ledger.close_day(pen, day)
        ledger.seal_day(pen, http.cfg().key("seal"), day)
    return back("/office/books/days", "closed", day)


def _with_people(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Accounts in words: cash by the name of who holds it, channels in Chinese; `shown` is the number without ids."""
    who = names([{"who": row["account"].partition(".")[2]} for row in rows if row["account"].startswith("1001.")])
    for row in rows:
        number, _, detail = row["account"].partition(".")
        row["shown"] = number if detail in who else row["account"]
        for words in (who, CHANNELS):
            if detail in words:
                row["name"] = row["name"].replace(detail, words[detail])
    return rows


def _next(closed: list[dict[str, Any]]) -> str:
    """Yesterday or, when that is closed, the day after the last closed one."""
    yesterday = clock.add_days(clock.today(), -1)
    return max(yesterday, clock.add_days(closed[0]["day"], 1)) if closed else yesterday


def _span() -> tuple[str, str]:
    """The days asked for, in order; this month up to today unless they make sense."""
    today = clock.today()
    first, last = request.args.get("first", ""), request.args.get("last", "")
    first = first if clock.is_day(first) else today[:8] + "01"
    last = last if clock.is_day(last) else today
    return min(first, last), max(first, last)


def _known(community: str, account: str) -> bool:
    rows = ledger.trial_balance(http.db(), community, "0001-01-01", "9999-12-31")
    return any(row["account"] == account for row in rows)


def _told(row: dict[str, Any], who: dict[str, str]) -> dict[str, Any]:
    return {
        **row,
        "kind_name": ENTRY_KINDS.get(row["kind"], row["kind"]),
        "who_name": who.get(row["who"], row["who"]),
        "debit": row["fen"] if row["fen"] > 0 else None,
        "credit": -row["fen"] if row["fen"] < 0 else None,
    }
