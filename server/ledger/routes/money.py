"""The ledger's JSON door: payments, households, arrears, takings, vouchers, waivers."""

from __future__ import annotations

from typing import Any

from schemas import books
from schemas import ledger as shapes
from server import clock, http
from server.access import caller, may
from server.errors import Refusal
from server.estate import acts as estate
from server.ledger import acts
from server.ledger.acts.household import arrears_table, household
from server.ledger.acts.seals import public_key
from server.ledger.routes.door import blp


@blp.route("/payments", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.PaymentIn)
@blp.response(201, shapes.PaymentOut)
@blp.alt_response(200, schema=shapes.PaymentOut, description="这一笔早已入账，回答和那时相同")
def book_payment(words: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Book money that came in; the same again answers 200 and equal, another content 409."""
    c = caller().pick(words.get("community"))
    home = estate.home_by_code(http.db(), c, words["household"])["id"]
    with http.writing(c, verb="payment.record") as pen:
        done = acts.record_payment(
            pen, channel=words["channel"], transaction_id=words["transaction_id"], home=home, fen=words["fen"],
            happened_on=words["paid_on"], bills=words.get("bills", ()), who=pen.who,
            label=words.get("label", ""), note=words.get("note", ""),
        )
    return done, 200 if done["replayed"] else 201


@blp.route("/payments", methods=["GET"])
@may("cashier", "manager", "clerk")
@blp.arguments(shapes.PaymentsQuery, location="query")
@blp.response(200, shapes.PaymentsOut)
def list_payments(words: dict[str, Any]) -> dict[str, Any]:
    """Newest first by pages, or those found by number or amount, of a day, of a household."""
    c, db = caller().pick(words.get("community")), http.db()
    if "q" in words:
        return {"payments": acts.find_payments(db, c, words["q"]), "next": ""}
    if "day" in words:
        return {"payments": acts.payments_of_day(db, c, words["day"]), "next": ""}
    if "household" in words:
        home = estate.home_by_code(db, c, words["household"])["id"]
        return {"payments": acts.receipts(db, c, home), "next": ""}
    return acts.payments_page(db, c, words.get("cursor", ""))


@blp.route("/payments/<payment>", methods=["GET"])
@may("cashier", "manager", "clerk")
@blp.arguments(shapes.Scope, location="query")
@blp.response(200, shapes.Receipt)
def one_payment(words: dict[str, Any], payment: str) -> dict[str, Any]:
    """One payment with its receipt."""
    return acts.payment(http.db(), caller().pick(words.get("community")), payment)


@blp.route("/payments/<payment>/reversal", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(shapes.ReversalIn)
@blp.response(201, shapes.ReversalOut)
def reverse_payment(words: dict[str, Any], payment: str) -> dict[str, Any]:
    """冲红: undo its allocations, newest first, and take the money out again."""
    with http.writing(caller().pick(words.get("community")), verb="payment.reverse") as pen:
        return acts.undo_payment(pen, payment, words["reason"], words.get("on"))


@blp.route("/credits/moves", methods=["POST"])
@may("cashier", "manager")
@blp.arguments(books.CreditMoveIn)
@blp.response(201, books.CreditMoveOut)
def move_credit(words: dict[str, Any]) -> dict[str, Any]:
    """Move prepayment from one household to another."""
    c, db = caller().pick(words.get("community")), http.db()
    home, to_home = (estate.home_by_code(db, c, words[key])["id"] for key in ("household", "to"))
    with http.writing(c, verb="credit.move") as pen:
        return {"fen": acts.move_credit(pen, home, to_home, words["fen"], words["reason"])}


@blp.route("/households/<code>", methods=["GET"])
@may("manager", "clerk", "cashier")
@blp.arguments(shapes.HouseholdQuery, location="query")
@blp.response(200, shapes.HouseholdOut)
def one_household(words: dict[str, Any], code: str) -> dict[str, Any]:
    """A household with what it owes and paid; who looked is recorded."""
    c, db = caller().pick(words.get("community")), http.db()
    found = household(db, c, code, words.get("on") or clock.today())
    estate.looked(db, c, found["household_id"], caller().staff)
    return found


@blp.route("/arrears", methods=["GET"])
@may("manager", "clerk", "cashier")
@blp.arguments(shapes.HouseholdQuery, location="query")
@blp.response(200, shapes.ArrearsOut)
def list_arrears(words: dict[str, Any]) -> dict[str, Any]:
    """Households in arrears on a day, with the age of their debt."""
    on = words.get("on") or clock.today()
    rows = arrears_table(http.db(), caller().pick(words.get("community")), on)
    return {"on": on, "total_fen": sum(row["fen"] for row in rows), "rows": rows}


@blp.route("/takings", methods=["GET"])
@may("manager", "cashier")
@blp.arguments(shapes.DayQuery, location="query")
@blp.response(200, shapes.TakingsOut)
def takings(words: dict[str, Any]) -> dict[str, Any]:
    """The day counted by channel."""
    day = words.get("day") or clock.today()
    return {"day": day, "rows": acts.takings(http.db(), caller().pick(words.get("community")), day)}


@blp.route("/bills/<bill>/reversal", methods=["POST"])
@may("manager", "cashier")
@blp.arguments(shapes.ReversalIn)
@blp.response(201, shapes.Part)
def reverse_bill(words: dict[str, Any], bill: str) -> dict[str, Any]:
    """Take a bill back by a reversing one; what was paid on it becomes credit."""
    with http.writing(caller().pick(words.get("community")), verb="bill.reverse") as pen:
        return {"bill": acts.reverse_bill(pen, bill, words["reason"])}


@blp.route("/vouchers", methods=["POST"])
@may("manager", "cashier")
@blp.arguments(books.VoucherIn)
@blp.response(201, books.VoucherOut)
def add_voucher(words: dict[str, Any]) -> dict[str, Any]:
    """Book income or expense."""
    with http.writing(caller().pick(words.get("community")), verb="voucher.add") as pen:
        return {"voucher": acts.add_vouchers(pen, [words])[0]}


@blp.route("/vouchers/<voucher>/reversal", methods=["POST"])
@may("manager", "cashier")
@blp.arguments(shapes.ReversalIn)
@blp.response(201, books.VoucherOut)
def reverse_voucher(words: dict[str, Any], voucher: str) -> dict[str, Any]:
    """Take a voucher back."""
    with http.writing(caller().pick(words.get("community")), verb="voucher.reverse") as pen:
        return {"voucher": acts.reverse_voucher(pen, voucher, words["reason"])}


@blp.route("/waivers", methods=["POST"])
@may("manager", "clerk", "cashier")
@blp.arguments(books.WaiverIn)
@blp.response(201, books.WaiverOut)
def ask_waiver(words: dict[str, Any]) -> dict[str, Any]:
    """Ask for a waiver; a second person answers it."""
    with http.writing(caller().pick(words.get("community")), verb="waiver.ask") as pen:
        return {"ask": acts.ask_waiver(pen, words["bill"], words["fen"], words["reason"]), "waiver": None}


@blp.route("/waivers", methods=["GET"])
@may("manager", "clerk", "cashier")
@blp.arguments(shapes.Scope, location="query")
@blp.response(200, books.WaiversOut)
def list_waivers(words: dict[str, Any]) -> dict[str, Any]:
    """What waits for a second person."""
    return {"waivers": acts.waivers_asked(http.db(), caller().pick(words.get("community")))}


@blp.route("/waivers/<ask>/answer", methods=["POST"])
@may("manager")
@blp.arguments(books.WaiverAnswerIn)
@blp.response(201, books.WaiverOut)
def answer_waiver(words: dict[str, Any], ask: str) -> dict[str, Any]:
    """Grant or refuse a waiver that another person asked for."""
    with http.writing(caller().pick(words.get("community")), verb="waiver.answer") as pen:
        return {"ask": ask, "waiver": acts.answer_waiver(pen, ask, words["grant"])}


@blp.route("/days/<day>", methods=["GET"])
@may("manager", "cashier")
@blp.arguments(shapes.Scope, location="query")
@blp.response(200, books.BookDay)
def book_day(words: dict[str, Any], day: str) -> dict[str, Any]:
    """A day of the books with its checklist."""
    c, db = caller().pick(words.get("community")), http.db()
    _real_day(day)
    closed = acts.closed_days(db, c, 1)
    return {
        "day": day, "closed": bool(closed) and closed[0]["day"] >= day, "takings": acts.takings(db, c, day),
        "trial": acts.trial_balance(db, c, day, day), "checklist": acts.checklist(db, c, day),
    }


@blp.route("/days/<day>/closing", methods=["POST"])
@may("manager", "cashier")
@blp.arguments(shapes.Scope)
@blp.response(201, books.Closing)
def close_day(words: dict[str, Any], day: str) -> dict[str, Any]:
    """Close the books up to and with a day, and seal its receipts."""
    _real_day(day)
    with http.writing(caller().pick(words.get("community")), verb="day.close") as pen:
        acts.close_day(pen, day)
        return {"day": day, "seal": acts.seal_day(pen, http.cfg().key("seal"), day)}


@blp.route("/seals", methods=["GET"])
@may("anyone")
@blp.arguments(books.SealsQuery, location="query")
@blp.response(200, books.SealsOut)
def list_seals(words: dict[str, Any]) -> dict[str, Any]:
    """The signed totals of a community, for anyone to check."""
    db = http.db()
    c = estate.community(db, words["community"])["id"]
    day = acts.seal_of(db, c, words["date"]) if "date" in words else None
    found = ([day] if day else []) if "date" in words else acts.day_seals(db, c)
    older = [public_key(key) for key in http.cfg().past("seal")]
    return {"seals": found, "public_key": public_key(http.cfg().key("seal")), "older_keys": older}


def _real_day(day: str) -> None:
    if not clock.is_day(day):
        raise Refusal("not_found")
