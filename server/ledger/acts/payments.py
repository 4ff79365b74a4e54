"""The one door for money: a payment in, a payment undone, credit moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas.words import CHANNELS
from server import clock
from server.access import prefix_of
from server.db import Pen, Row, Sql
from server.errors import refuse
from server.ledger.acts.bills import apply_credit
from server.ledger.acts.work import Work, open_day
from server.ledger.rules import accounts, numbers
from server.ledger.rules.money import allocate, policy
from server.ledger.store import bills as bill_store
from server.ledger.store import journal
from server.ledger.store import payments as store

FUTURE_DAYS = 31
FEN_MAX = 99_999_999_999_99


def record_payment(
    pen: Pen, *, channel: str, transaction_id: str, home: str, fen: int, happened_on: str,
    bills: Sequence[str] = (), who: str = "", label: str = "", note: str = "",
) -> dict[str, Any]:
    """Book money that came in: {payment, receipt, allocated: [{bill, fen}], prepayment_fen, replayed}.

    (channel, transaction_id) is unique: the same content again gives the same answer with replayed True, another
    content is refused (payment_differs). Money is never refused because a bill is paid: what is left of it after the
    designated `bills`, then the oldest debts, is the home's prepayment (`prepayment_fen` of this payment).
    Refusals: payment_invalid, home_unknown, bill_unknown (a designated bill that is not this home's).
    """
    digest = numbers.payload_hash(home, fen, happened_on, bills)
    known = store.by_transaction(pen, pen.community, channel, transaction_id)
    if known:
        if known["payload_hash"] != digest:
            refuse("payment_differs", transaction=transaction_id)
        return {**answer(pen, pen.community, known), "replayed": True}
    _check(pen, channel, transaction_id, home, fen, happened_on, bills)
    row = _row(pen, channel, transaction_id, home, fen, happened_on, bills, who or pen.who, label, note, digest)
    work = Work(pen, "payment", row["book_date"], row["id"])
    work.receive(row, _lies_on(pen, row))
    open_bills = bill_store.open_of(pen, pen.community, pen.day, [home])
    parts = allocate(fen, open_bills, bills)
    for bill, part in parts:
        work.allocate(row["id"], bill.bill, home, bill.item, bill.period, part)
    work.finish()
    return {
        "payment": row["id"], "receipt": row["receipt_no"],
        "allocated": [{"bill": bill.bill, "fen": part} for bill, part in parts],
        "prepayment_fen": fen - sum(part for _, part in parts), "replayed": False,
    }


def _lies_on(pen: Pen, row: dict[str, Any]) -> str:
    """The account the money stands on: its channel's, or suspense when it came in before its home was known."""
    held = store.held(pen, pen.community, row["channel"], row["transaction_id"])
    if held is None:
        return accounts.of_channel(row["channel"], row["who"])
    if held["fen"] != row["fen"]:
        refuse("payment_differs", transaction=row["transaction_id"])
    return accounts.SUSPENSE


def answer(db: Sql, c: str, payment: Row) -> dict[str, Any]:
    """What a payment answered when it was booked, whatever was undone since."""
    parts = store.first_allocations(db, c, payment["id"], payment["entry"])
    return {
        "payment": payment["id"], "receipt": payment["receipt_no"],
        "allocated": [{"bill": part["bill"], "fen": part["fen"]} for part in parts],
        "prepayment_fen": payment["fen"] - sum(part["fen"] for part in parts),
    }


def _check(
    pen: Pen, channel: str, transaction_id: str, home: str, fen: int, happened_on: str, bills: Sequence[str]
) -> None:
    if channel not in CHANNELS:
        refuse("payment_invalid", "/channel", reason="没有这种缴费方式")
    if not transaction_id or len(transaction_id) > 200:
        refuse("payment_invalid", "/transaction_id", reason="缺少流水号，或流水号太长")
    if not isinstance(fen, int) or isinstance(fen, bool) or not 0 < fen <= FEN_MAX:
        refuse("payment_invalid", "/fen", reason="金额应大于 0")
    if not clock.is_day(happened_on) or not "1990-01-01" <= happened_on <= clock.add_days(pen.day, FUTURE_DAYS):
        refuse("payment_invalid", "/paid_on", reason="缴费日期不对")
    if not bill_store.home_exists(pen, pen.community, home):
        refuse("home_unknown", "/household", home=home)
    strange = set(bills) - bill_store.those_of(pen, pen.community, home, bills) if bills else None
    if strange:
        refuse("bill_unknown", "/bills", bill="、".join(sorted(strange)))


def _row(
    pen: Pen, channel: str, transaction_id: str, home: str, fen: int, happened_on: str, bills: Sequence[str],
    who: str, label: str, note: str, digest: str,
) -> dict[str, Any]:
    number = journal.number(pen, pen.community, "receipt")
    return {
        "id": numbers.key("p", number), "channel": channel, "transaction_id": transaction_id, "home": home, "fen": fen,
        "happened_on": happened_on, "book_date": open_day(pen), "at": pen.at, "who": who,
        "receipt_no": numbers.receipt_no(prefix_of(pen.community), number), "label": label, "note": note,
        "policy": policy(bills), "payload_hash": digest, "made_n": pen.n,
    }


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
        accounts.of_channel(payment["channel"], payment["who"]), -fen, None, None, payment["id"]
    )
    work.posting.fact("reversal", {
        "id": id_, "payment": payment["id"], "fen": fen, "happened_on": on, "book_date": day, "reason": reason,
        "label": label, "who": pen.who, "at": pen.at, "n": pen.n,
    })
    work.sums.returned(day, payment["channel"], fen)
    return id_


def move_credit(pen: Pen, home: str, to_home: str, fen: int, reason: str) -> int:
    """Move prepayment from one home to another (a family with two, a wrong room); fen moved. It settles debts there.

    Refusals: reason_needed, home_unknown, credit_short when the home has less.
    """
    c = pen.community
    if not reason.strip():
        refuse("reason_needed", "/reason")
    if home == to_home or not bill_store.home_exists(pen, c, to_home):
        refuse("home_unknown", "/to", home=to_home)
    left = store.credits(pen, c, [home])
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
