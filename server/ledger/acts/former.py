"""Money whose owner left or whose payer nobody found: what is left of it, who takes it over, how it goes back."""

from __future__ import annotations

from typing import Any

from server import clock
from server.db import Pen, Row, Sql, new_id
from server.errors import refuse
from server.ledger.acts.bills import apply_credit
from server.ledger.acts.suspense import suspense_open
from server.ledger.acts.work import open_day
from server.ledger.posting import Posting
from server.ledger.rules import accounts
from server.ledger.store import former as store
from server.ledger.store import payments

# --- an owner moved out with credit ------------------------------------------


def former_credit(db: Sql, community: str, home: str = "") -> list[dict[str, Any]]:
    """What owners who left had paid in advance: [{home, code, payment, receipt_no, channel, happened_on, fen, left_on,
    owner}]. It settles no bill of the next owner: it is refunded to the one who left, or taken over by agreement."""
    rows = store.credits(db, community, clock.today(), [home] if home else None)
    for row in rows:
        row["owner"] = "、".join(p["name"] for p in store.names(db, community, row["home"], row["left_on"]))
    return rows


def take_over(pen: Pen, payment: str, home: str, reason: str) -> int:
    """The present owner takes over what is left of a payment, as both agreed; fen. It settles what the home owes.

    Refusals: reason_needed, not_found (nothing of the kind is there).
    """
    if not reason.strip():
        refuse("reason_needed", "/reason")
    rows = [row for row in store.credits(pen, pen.community, pen.day, [home]) if row["payment"] == payment]
    if not rows:
        refuse("not_found")
    store.keep(pen, {
        "community": pen.community, "payment": payment, "home": home, "reason": reason.strip()[:200],
        "day": pen.day, "who": pen.who or "system", "at": pen.at, "n": pen.n,
    })
    pen.touch("household", home)
    apply_credit(pen, [home])
    return int(rows[0]["fen"])


# --- an unknown payer --------------------------------------------------------


def waiting(db: Sql, community: str) -> list[dict[str, Any]]:
    """Suspense that neither found its home nor went back, newest first, each with its latest `ask` (None without)."""
    latest: dict[str, Row] = {}
    for row in store.asks(db, community):
        latest.setdefault(row["suspense"], row)
    return [{**row, "ask": latest.get(row["id"])} for row in suspense_open(db, community)]


def returns(db: Sql, community: str, size: int = 50) -> list[Row]:
    """Suspense that went back, newest ask first: suspense, channel, transaction_id, fen, reason, voucher, returned_on,
    who, answered_by."""
    return [row for row in store.asks(db, community) if row["voucher"] is not None][:size]


def return_of(db: Sql, community: str, ask: str) -> Row:
    """One ask: id, suspense, channel, transaction_id, fen, reason, who, at, granted (None while it waits), answered_by,
    voucher, returned_on. Refusal refund_unknown."""
    row = store.ask(db, community, ask) if len(ask) <= 64 else None
    if row is None:
        refuse("refund_unknown")
    return row


def ask_return(pen: Pen, suspense: str, reason: str, id: str = "") -> str:
    """Ask that money of an unknown payer goes back where it came from; the ask's id. The same id changes nothing.

    Refusals: not_found (or its home was found), suspense_returned, reason_needed, refund_waits (asked before),
    idempotency_reuse (the id asked for other money).
    """
    c, id_ = pen.community, id or new_id()
    known = store.ask(pen, c, id_)
    if known is not None:
        if known["suspense"] != suspense:
            refuse("idempotency_reuse")
        return id_
    if not reason.strip():
        refuse("reason_needed", "/reason")
    row = _lying(pen, suspense)
    if any(ask["granted"] != "no" for ask in store.asks(pen, c, suspense)):
        refuse("refund_waits")
    pen.put("suspense_ask", [{
        "community": c, "id": id_, "suspense": row["id"], "reason": reason.strip()[:200], "who": pen.who or "system",
        "at": pen.at, "n": pen.n,
    }])
    pen.touch("suspense", suspense)
    return id_


def answer_return(pen: Pen, ask: str, granted: bool) -> None:
    """The second person's word. Refusals: refund_unknown, refund_waits (answered before), second_person."""
    row = return_of(pen, pen.community, ask)
    if row["granted"] is not None:
        refuse("refund_waits")
    if pen.who in ("", row["who"]):
        refuse("second_person")
    _lying(pen, row["suspense"])
    pen.put("suspense_answer", [{
        "community": pen.community, "ask": ask, "asker": row["who"], "suspense": row["suspense"],
        "granted": "yes" if granted else "no", "who": pen.who, "at": pen.at, "n": pen.n,
    }])
    pen.touch("suspense", row["suspense"])


def return_suspense(pen: Pen, ask: str, voucher: str, on: str) -> int:
    """The money has left: 2241 suspense against the account it came in by; the entry's number.

    `voucher` is the number the bank or the merchant platform gave the return. The same again is nothing new.
    Refusals: refund_unknown, refund_waits (not granted), voucher_needed, not_found (its home was found meanwhile).
    """
    c, row = pen.community, return_of(pen, pen.community, ask)
    if row["voucher"] is not None:
        return 0
    if row["granted"] != "yes":
        refuse("refund_waits")
    if not voucher.strip():
        refuse("voucher_needed", "/voucher")
    held = _lying(pen, row["suspense"])
    posting = Posting("suspense_returned", open_day(pen), held["id"])
    posting.line(accounts.SUSPENSE, held["fen"])
    posting.line(accounts.of_channel(held["channel"], held["who"]), -held["fen"])
    posting.fact("suspense_return", {
        "suspense": held["id"], "ask": ask, "granted": "yes", "fen": held["fen"], "voucher": voucher.strip()[:80],
        "happened_on": on, "book_date": posting.book_date, "who": pen.who, "at": pen.at, "n": pen.n,
    })
    entry = posting.post(pen)
    assert entry is not None
    pen.touch("suspense", held["id"])
    pen.touch("books", c)
    return entry


def _lying(pen: Pen, suspense: str) -> Row:
    """The suspense, while it lies there. Refusals not_found, suspense_returned."""
    if store.returned(pen, pen.community, [suspense]):
        refuse("suspense_returned")
    row = payments.held_by_id(pen, pen.community, suspense)
    if row is None or not any(held["id"] == suspense for held in suspense_open(pen, pen.community)):
        refuse("not_found")
    return row
