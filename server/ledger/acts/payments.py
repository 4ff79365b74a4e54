"""A payment undone, credit moved. Money comes in by `acts/incoming.py`."""

from __future__ import annotations

from typing import Any

from server.db import Pen, Row
from server.errors import refuse
from server.ledger.acts.bills import apply_credit
from server.ledger.acts.work import Work
from server.ledger.rules import accounts, numbers
from server.ledger.store import bills as bill_store
from server.ledger.store import former, journal
from server.ledger.store import payments as store


def undo_payment(pen: Pen, payment: str, reason: str, on: str | None = None, label: str = "") -> dict[str, Any]:
    """冲红: undo a payment's allocations newest first, bring its credit home, take the money out again.

    {reversal, fen, undone: [{bill, fen}]}. `on` is the day the money went back. What was reversed or refunded before
    stays so. Refusals: payment_unknown, payment_reversed (nothing is left of it), reason_needed.
    """
    c = pen.community
    row = store.by_id(pen, c, payment)
    if row is None:
        refuse("payment_unknown")
    if not reason.strip():
        refuse("reason_needed", "/reason")
    left = row["fen"] - store.given_back(pen, c, [payment]).get(payment, 0)
    if left <= 0:
        refuse("payment_reversed")
    work = Work(pen, "reversal", ref=payment)
    undone = store.live_allocations(pen, c, payments=[payment])
    for allocation in undone:
        work.undo(allocation)
    strayed = _bring_home(pen, work, row)
    work.change_credit(row["home"], payment, -left)
    reversal = _reverse(pen, work, row, left, reason, on or pen.day, label)
    work.finish()
    apply_credit(pen, sorted({row["home"], *strayed, *(a["home"] for a in undone)}))
    return {"reversal": reversal, "fen": left, "undone": [{"bill": a["bill"], "fen": a["fen"]} for a in undone]}


def _bring_home(pen: Pen, work: Work, payment: Row) -> list[str]:
    """Credit that was moved to other homes comes back to the payment's own; the homes it left."""
    home, id_ = payment["home"], payment["id"]
    at = {row["home"]: row["fen"] for row in store.credits_of(pen, pen.community, id_)}
    for (where, which), fen in work.credit.items():
        if which == id_:
            at[where] = at.get(where, 0) + fen
    strayed = {where: fen for where, fen in at.items() if where != home and fen > 0}
    for where, fen in strayed.items():
        _move(pen, work, id_, where, home, fen, "冲红")
    return list(strayed)


def _move(pen: Pen, work: Work, payment: str, home: str, to_home: str, fen: int, reason: str) -> None:
    work.change_credit(home, payment, -fen)
    work.change_credit(to_home, payment, fen)
    work.posting.fact("credit_move", {
        "id": numbers.key("m", journal.number(pen, pen.community, "credit_move")), "payment": payment, "home": home,
        "to_home": to_home, "fen": fen, "reason": reason, "who": pen.who, "at": pen.at, "n": pen.n,
    })


def _reverse(pen: Pen, work: Work, payment: Row, fen: int, reason: str, on: str, label: str) -> str:
    id_ = numbers.key("r", journal.number(pen, pen.community, "reversal"))
    day = work.posting.book_date
    work.posting.line(
        accounts.of_payment(payment["channel"], payment["transaction_id"], payment["who"]), -fen, None, None,
        payment["id"],
    )
    work.posting.fact("reversal", {
        "id": id_, "payment": payment["id"], "fen": fen, "happened_on": on, "book_date": day, "reason": reason,
        "label": label, "who": pen.who, "at": pen.at, "n": pen.n,
    })
    work.sums.returned(day, payment["channel"], fen)
    return id_


def move_credit(pen: Pen, home: str, to_home: str, fen: int, reason: str) -> int:
    """Move prepayment from one home to another (a family with two, a wrong room); fen moved. It settles debts there.

    What an owner who left had paid in advance is not the home's to move (`acts.former`).
    Refusals: reason_needed, home_unknown, credit_short when the home has less.
    """
    c = pen.community
    if not reason.strip():
        refuse("reason_needed", "/reason")
    if home == to_home or not bill_store.home_exists(pen, c, to_home):
        refuse("home_unknown", "/to", home=to_home)
    gone = former.payments_of(pen, c, pen.day, [home])
    left = [row for row in store.credits(pen, c, [home]) if (home, row["payment"]) not in gone]
    if fen <= 0 or sum(row["fen"] for row in left) < fen:
        refuse("credit_short", "/fen")
    work, rest = Work(pen, "credit_move", ref=home), fen
    for row in left:
        part = min(rest, row["fen"])
        if part:
            _move(pen, work, row["payment"], home, to_home, part, reason)
            rest -= part
    work.finish()
    apply_credit(pen, [to_home])
    return fen
