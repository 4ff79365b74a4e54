"""Refunds: money taken out of a payment's credit, on its way, then gone or back. Asked by one, approved by another."""

from __future__ import annotations

from typing import Any

from server.db import Pen, Row, Sql
from server.errors import refuse
from server.ledger.acts.bills import apply_credit
from server.ledger.acts.work import Work
from server.ledger.rules import accounts
from server.ledger.rules.numbers import key
from server.ledger.store import journal, payments
from server.ledger.store import refunds as store


def start_refund(pen: Pen, payment: str, fen: int, reason: str, asker: str) -> str:
    """Set money of a payment aside for going back; the refund's id. The pen's `who` approves and is not the asker.

    What is not credit any more is freed by undoing the payment's allocations, newest first. Refusals: payment_unknown,
    reason_needed, second_person, refund_too_much (more than is left of the payment at its own home).
    """
    c = pen.community
    row = payments.by_id(pen, c, payment)
    if row is None:
        refuse("payment_unknown")
    if not reason.strip():
        refuse("reason_needed", "/reason")
    if pen.who in ("", asker):
        refuse("second_person")
    work = Work(pen, "refund", ref=payment)
    free = sum(r["fen"] for r in payments.credits_of(pen, c, payment) if r["home"] == row["home"])
    for allocation in payments.live_allocations(pen, c, payments=[payment]):
        if free >= fen:
            break
        if allocation["home"] == row["home"]:
            work.undo(allocation)
            free += allocation["fen"]
    if not 0 < fen <= free:
        refuse("refund_too_much", "/fen")
    id_ = key("z", journal.number(pen, c, "refund"))
    work.change_credit(row["home"], payment, -fen)
    work.posting.line(accounts.REFUNDS, -fen, row["home"], None, payment)
    work.posting.fact("refund", {
        "id": id_, "payment": payment, "home": row["home"], "fen": fen, "reason": reason, "asker": asker,
        "who": pen.who, "at": pen.at, "n": pen.n,
    })
    work.finish()
    apply_credit(pen, [row["home"]])
    return id_


def end_refund(pen: Pen, refund: str, result: str, on: str | None = None) -> None:
    """`done`: the money has left by the channel it came in; `failed`: it is the home's credit again.

    The same result again is nothing new. Refusals: refund_unknown, refund_ended (with the other result).
    """
    c = pen.community
    row = store.by_id(pen, c, refund)
    if row is None:
        refuse("refund_unknown")
    if row["result"] is not None:
        if row["result"] != result:
            refuse("refund_ended")
        return
    work = Work(pen, f"refund_{result}", ref=refund)
    work.posting.line(accounts.REFUNDS, row["fen"], row["home"], None, row["payment"])
    if result == "done":
        _paid_out(pen, work, row)
    else:
        work.change_credit(row["home"], row["payment"], row["fen"])
    work.posting.fact("refund_end", {
        "refund": refund, "result": result, "happened_on": on or pen.day, "book_date": work.posting.book_date,
        "at": pen.at, "n": pen.n,
    })
    work.finish()
    pen.touch("household", row["home"])
    apply_credit(pen, [row["home"]])


def _paid_out(pen: Pen, work: Work, refund: Row) -> None:
    payment = payments.by_id(pen, pen.community, refund["payment"])
    assert payment is not None
    account = accounts.of_payment(payment["channel"], payment["transaction_id"], payment["who"])
    work.posting.line(account, -refund["fen"], None, None, payment["id"])
    work.sums.returned(work.posting.book_date, payment["channel"], refund["fen"])


def refunds_open(db: Sql, community: str) -> list[dict[str, Any]]:
    """Refunds on their way: id, payment, home, fen, reason, asker, who, at."""
    return store.open_ones(db, community)
