"""现金: who holds how much by the books, handing it over, counting it, paying it into the bank."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from server import http
from server.access import caller, may
from server.db import new_id
from server.ledger import acts as ledger
from server.office.desk import Form, allow, back, fen_of, page, wants_sheet
from server.office.pages import bp
from server.pay import acts as pay
from server.people import acts as people
from server.web.sheet import Column, download
from server.web.words import yuan

NOBODY = "没有记名（早先入账）"
"""Cash in the books that came in without a name: it is counted, handed to somebody and banked like any other."""
COUNTS = (
    Column("时间", "at", width=28), Column("谁的现金", "holder_name"), Column("账上（元）", "book_fen", "fen"),
    Column("实点（元）", "counted_fen", "fen"), Column("相差（元）", "difference_fen", "fen"),
    Column("谁点的", "who_name"), Column("备注", "note", width=24),
)


@bp.get("/cash")
@may("manager", "cashier")
def cash_desk() -> Response:
    community = allow("manager", "cashier")
    held, counts = pay.cash_held(http.db(), community), pay.cash_counts(http.db(), community)
    members = {row["staff"]: row["name"] for row in people.members(http.db(), community)}
    asked = {row["holder"] for row in [*held, *counts]} | {row["who"] for row in counts}
    who = {**people.names(http.db(), sorted(filter(None, asked))), **members}
    rows = [_told(row, who) for row in counts]
    if wants_sheet():
        return download("现金清点", COUNTS, rows)
    return page(
        "cash", held=held, counts=rows, who={**who, "": NOBODY}, members=members, once=new_id(), again=new_id(),
        me=caller().staff,
    )


@bp.post("/cash/handovers")
@may("manager", "cashier")
def cash_handover() -> Response:
    """Cash goes from hand to hand; the same form twice is one handing over."""
    community = allow("manager", "cashier")
    form = Form()
    giver, taker = form.text("giver", "谁交出", 64, needed=False), form.choice("taker", "谁收下", _members(community))
    fen, once = form.fen("yuan", "金额"), form.text("once", "表单编号", 64)
    form.check()
    with http.writing(community, verb="cash.handover") as pen:
        pay.hand_over(pen, giver, taker, fen, once)
    return back("/office/cash", "handed")


@bp.post("/cash/counts")
@may("manager", "cashier")
def cash_count() -> Response:
    """What was counted, 0 included; a difference stays with the holder and in sight."""
    community = allow("manager", "cashier")
    form = Form()
    holder, once = form.text("holder", "谁的现金", 64, needed=False), form.text("once", "表单编号", 64)
    counted = fen_of(request.form.get("yuan", "").strip())
    if counted is None:
        form.wrong("yuan", "实点金额要写成数字，没有现金写 0")
    note = form.text("note", "备注", 200, needed=False)
    form.check()
    with http.writing(community, verb="cash.count") as pen:
        done = pay.count_cash(pen, holder, counted or 0, note, once)
    words = [yuan(done[key]) for key in ("book_fen", "counted_fen", "difference_fen")]
    return back("/office/cash", "counted", "账上 {} 元，实点 {} 元，相差 {} 元".format(*words))


@bp.post("/cash/banked")
@may("manager", "cashier")
def cash_banked() -> Response:
    """A holder's cash went into the bank."""
    community = allow("manager", "cashier")
    form = Form()
    form.word("存行")
    holder, fen = form.text("holder", "谁的现金", 64, needed=False), form.fen("yuan", "金额")
    has = next((row["fen"] for row in pay.cash_held(http.db(), community) if row["holder"] == holder), 0)
    if fen > has:
        form.wrong("yuan", f"账上只有 {yuan(has)} 元")
    form.check()
    with http.writing(community, verb="cash.bank") as pen:
        ledger.bank_cash(pen, holder, fen)
    return back("/office/cash", "banked")


def _members(community: str) -> set[str]:
    return {row["staff"] for row in people.members(http.db(), community)}


def _told(row: dict[str, Any], who: dict[str, str]) -> dict[str, Any]:
    holder = who.get(row["holder"], row["holder"]) or NOBODY
    return {**row, "holder_name": holder, "who_name": who.get(row["who"], row["who"])}
