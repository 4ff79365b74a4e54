"""收款: the cashier's desk: the day by channel, booking for one home or several, search, receipts, undoing."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from schemas.invoices import INVOICE_STATES
from schemas.money import ORDER_STATES, REFUND_STATES
from schemas.words import CHANNELS
from server import clock, http
from server.access import may
from server.db import new_id
from server.errors import Refusal
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.office.desk import Form, allow, back, fen_of, home_of, page, wants_sheet
from server.office.pages import bp
from server.office.people import names
from server.pay import acts as pay
from server.web.sheet import Column, download
from server.web.words import rmb

DESK = {"cash": "现金", "transfer": "银行转账", "pos": "POS刷卡", "other": "其他"}
FAR_MORE = 1_000_000  # 10,000 yuan
LINES = 8
COLUMNS = (
    Column("收据号", "receipt", width=18),
    Column("房号", "code"),
    Column("方式", "channel_name"),
    Column("金额（元）", "fen", "fen"),
    Column("冲红（元）", "reversed_fen", "fen"),
    Column("缴费日期", "happened_on"),
    Column("入账日期", "book_date"),
    Column("票据号", "label"),
    Column("经手", "who_name"),
    Column("备注", "note", width=24),
)


@bp.get("/payments")
@may("manager", "cashier")
def payments() -> Response:
    community = allow("manager", "cashier")
    day = request.args.get("day", "")
    day = day if clock.is_day(day) else clock.today()
    rows = _with_names(community, ledger.payments_of_day(http.db(), community, day))
    if wants_sheet():
        return download(f"收款 {day}", COLUMNS, rows)
    return page(
        "payments",
        day=day,
        before=clock.add_days(day, -1),
        after=clock.add_days(day, 1),
        rows=rows,
        asked="",
        takings=ledger.takings(http.db(), community, day),
    )


@bp.post("/payments")
@may("manager", "cashier")
def payments_found() -> Response:
    community = allow("manager", "cashier")
    asked = Form().text("text", "要找的内容", high=80, needed=False)
    rows = _with_names(community, ledger.find_payments(http.db(), community, asked))
    found = pay.find(http.db(), community, asked, fen_of(asked))
    return page(
        "payments", day=clock.today(), rows=rows, takings=[], asked=asked or "（空）", found=found,
        order_states=ORDER_STATES, refund_states=REFUND_STATES, channels=CHANNELS,
    )


@bp.get("/payments/new")
@may("manager", "cashier")
def payment_new() -> Response:
    """The form of one home (?home=3-2-1801), with its open bills, or the question which home."""
    community = allow("manager", "cashier")
    code = request.args.get("home", "").strip()
    if not code:
        return page("payment_new", home=None, bills=[], once="", channels=DESK)
    home = home_of(code)
    bills = ledger.open_bills(http.db(), community, [home["id"]])[home["id"]]
    people = estate.residents_of(http.db(), community, [home["id"]])[home["id"]]
    return page("payment_new", home=home, people=people, bills=bills, once=new_id(), channels=DESK)


@bp.post("/payments/new")
@may("manager", "cashier")
def payment_book() -> Response:
    """Book one payment; the same form twice books once."""
    community = allow("manager", "cashier")
    form = Form()
    home = home_of(form.text("home", "房号", high=64))
    channel, fen, on, reference, label, note = _how(form)
    once = form.text("once", "表单编号", high=64)
    with_bills = form.many("bill")
    _not_far_more(form, community, home["id"], fen)
    form.check()
    with http.writing(community, verb="payment.record") as pen:
        done = ledger.record_payment(
            pen,
            channel=channel,
            transaction_id=reference or f"desk:{once}",
            home=home["id"],
            fen=fen,
            happened_on=on,
            bills=with_bills,
            who=pen.who,
            label=label,
            note=note,
        )
    said = "replayed" if done["replayed"] else "paid"
    return back(f"/office/receipts/{done['receipt']}", said, done["receipt"])


def _not_far_more(form: Form, community: str, home: str, fen: int) -> None:
    """A slip of the finger adds noughts: far more than is owed is booked only when it is meant."""
    owed = ledger.sums(http.db(), community, [home])[home]["outstanding_fen"]
    if fen > owed + FAR_MORE and request.form.get("over") != "yes":
        much = f"金额 {rmb(fen)} 比未缴的 {rmb(owed)} 多出很多"
        form.wrong("yuan", f"{much}。写错了请改；确实多收的，勾“多收的记入预存”再入账")


@bp.get("/payments/many")
@may("manager", "cashier")
def payment_many() -> Response:
    allow("manager", "cashier")
    return page("payment_many", lines=[{"code": "", "yuan": ""}] * LINES, rows=[], once=new_id(), channels=DESK)


@bp.post("/payments/many")
@may("manager", "cashier")
def payment_many_book() -> Response:
    """First shows whose money it is and the sum; booked only when confirmed, all homes in one transaction."""
    community = allow("manager", "cashier")
    form = Form()
    rows = _lines(form)
    channel, _, on, reference, label, note = _how(form, with_fen=False)
    once = form.text("once", "表单编号", high=64)
    form.check()
    if request.form.get("sure") != "1":
        shown = _shown(community, rows)
        return page("payment_many", lines=rows, rows=shown, once=once, channels=DESK, given=request.form)
    with http.writing(community, verb="payment.record") as pen:
        for row in rows:
            ledger.record_payment(
                pen,
                channel=channel,
                transaction_id=f"{reference or f'desk:{once}'}#{row['code']}",
                home=row["home"],
                fen=row["fen"],
                happened_on=on,
                who=pen.who,
                label=label,
                note=note,
            )
    return back("/office/payments", "paid_many", len(rows))


@bp.get("/receipts/<number>")
@may("manager", "cashier", "clerk")
def receipt(number: str) -> Response:
    community = allow("manager", "cashier", "clerk")
    found = ledger.receipt(http.db(), community, number)
    home = estate.home(http.db(), community, found["home"])
    people = estate.residents_of(http.db(), community, [home["id"]])[home["id"]]
    owners = [person["name"] for person in people if person["role"] == "owner"]
    return page(
        "receipt",
        receipt=found, home=home, owners="、".join(owners), who=names([found]),
        company=estate.settings(http.db(), community),
        today_=clock.today(),
        once=new_id(),
        yuan=request.args.get("yuan", "")[:16],
        invoices=pay.invoices_of(http.db(), community, found["payment"]), invoice_states=INVOICE_STATES,
        refunds=pay.refunds_of(http.db(), community, found["payment"]), refund_states=REFUND_STATES,
    )


@bp.post("/receipts/<number>/reversal")
@may("manager", "cashier")
def receipt_undo(number: str) -> Response:
    community = allow("manager", "cashier")
    form = Form()
    form.word("冲红")
    reason, on = form.text("reason", "原因"), form.day("on", "退回日期")
    form.check()
    found = ledger.receipt(http.db(), community, number)
    with http.writing(community, verb="payment.undo") as pen:
        ledger.undo_payment(pen, found["payment"], reason, on)
    return back(f"/office/receipts/{number}", "undone")


def _how(form: Form, with_fen: bool = True) -> tuple[str, int, str, str, str, str]:
    channel = form.choice("channel", "缴费方式", DESK)
    fen = form.fen("yuan", "金额") if with_fen else 0
    on = form.day("on", "缴费日期")
    if on > clock.today():
        form.wrong("on", "缴费日期不能晚于今天")
    reference = form.text("reference", "银行流水号", high=80, needed=False)
    return channel, fen, on, reference, form.text("label", "票据号", 60, False), form.text("note", "备注", 200, False)


def _lines(form: Form) -> list[dict[str, Any]]:
    """The lines that were filled in, each a home that exists once and an amount."""
    rows: list[dict[str, Any]] = []
    pairs = zip(request.form.getlist("code"), request.form.getlist("yuan"), strict=False)
    for i, (code, yuan) in enumerate(pairs, 1):
        if not code.strip() and not yuan.strip():
            continue
        fen = fen_of(yuan.strip())
        try:
            home = home_of(code.strip())
        except Refusal as refusal:
            form.wrong(f"code/{i}", f"第 {i} 行：{refusal.sentence}")
            continue
        if fen is None or fen <= 0:
            form.wrong(f"yuan/{i}", f"第 {i} 行：金额要写成大于 0 的数字")
        elif any(row["home"] == home["id"] for row in rows):
            form.wrong(f"code/{i}", f"第 {i} 行：{home['code']} 填了两次")
        else:
            rows.append({"home": home["id"], "code": home["code"], "fen": fen, "yuan": yuan.strip()})
    if not rows:
        form.wrong("code", "请至少填一户")
    return rows


def _shown(community: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines with the owners' names and what they owe, to look over before booking."""
    ids = [row["home"] for row in rows]
    people = estate.residents_of(http.db(), community, ids)
    sums = ledger.sums(http.db(), community, ids)
    return [
        {
            **row,
            "names": "、".join(p["name"] for p in people[row["home"]] if p["role"] == "owner"),
            "outstanding_fen": sums[row["home"]]["outstanding_fen"],
        }
        for row in rows
    ]


def _with_names(community: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    who = names(rows)
    return [{**row, "who_name": who.get(row["who"], row["who"])} for row in rows]
