"""暂挂款和迁出业主的预存: whose money it is, who takes it over, and how it goes back with two people and a voucher."""

from __future__ import annotations

from werkzeug.wrappers import Response

from server import http
from server.access import may
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.ledger.acts import former
from server.office.desk import Form, allow, back, home_of
from server.office.pages import bp


@bp.post("/suspense/<suspense>")
@may("manager", "cashier")
def suspense_found(suspense: str) -> Response:
    """Whose money it is."""
    community, form = allow("manager", "cashier"), Form()
    code = form.text("code", "房号", 60)
    form.check()
    home = estate.home_by_code(http.db(), community, code)
    with http.writing(community, verb="suspense.found") as pen:
        done = ledger.found_home(pen, suspense, home["id"])
    return back("/office/money", "paid", done["receipt"])


@bp.post("/suspense/<suspense>/returns")
@may("manager", "cashier")
def return_ask(suspense: str) -> Response:
    """Nobody knows the payer: ask that the money goes back where it came from. The same form twice is one ask."""
    community, form = allow("manager", "cashier"), Form()
    reason, once = form.text("reason", "原因", 200), form.text("once", "表单编号", 64)
    form.check()
    with http.writing(community, verb="suspense.ask") as pen:
        former.ask_return(pen, suspense, reason, once)
    return back("/office/money", "return_asked")


@bp.post("/returns/<ask>/answer")
@may("manager", "cashier")
def return_answer(ask: str) -> Response:
    """The second person's word; who asked cannot answer, the database holds it too."""
    community, form = allow("manager", "cashier"), Form()
    answer = form.choice("answer", "答复", ("yes", "no"))
    form.check()
    with http.writing(community, verb="suspense.answer") as pen:
        former.answer_return(pen, ask, answer == "yes")
    return back("/office/money", "return_yes" if answer == "yes" else "return_no")


@bp.post("/returns/<ask>")
@may("manager", "cashier")
def return_done(ask: str) -> Response:
    """The money has left: the number of the bank's or the platform's voucher, and the day."""
    community, form = allow("manager", "cashier"), Form()
    voucher, on = form.text("voucher", "退回凭证号", 80), form.day("on", "退回日期")
    form.check()
    with http.writing(community, verb="suspense.return") as pen:
        former.return_suspense(pen, ask, voucher, on)
    return back("/office/money", "return_done")


@bp.post("/former/<payment>")
@may("manager", "cashier")
def former_taken(payment: str) -> Response:
    """The present owner takes over what the one before him had paid in advance, as both agreed."""
    community, form = allow("manager", "cashier"), Form()
    home, reason = home_of(form.text("code", "房号", 60)), form.text("reason", "依据", 200)
    form.check()
    with http.writing(community, verb="credit.keep") as pen:
        former.take_over(pen, payment, home["id"], reason)
    return back("/office/money", "taken_over")
