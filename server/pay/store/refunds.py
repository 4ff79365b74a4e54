"""Rows of refunds that were asked for, and how far they are."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql

_ASK = (
    "select a.*, s.state, s.approver, s.answered_at, s.refund, s.theirs, s.said, s.tries, s.due_at, s.lease,"
    " p.channel, p.transaction_id, p.receipt_no, p.fen as payment_fen, h.code"
    " from refund_ask a join refund_now s on s.community = a.community and s.ask = a.id"
    " join payment p on p.community = a.community and p.id = a.payment"
    " join home h on h.community = a.community and h.id = a.home"
)


def add(db: Sql, row: dict[str, Any]) -> None:
    db.put("refund_ask", [row])
    db.put("refund_now", [{
        "community": row["community"], "ask": row["id"], "state": "asked", "approver": None, "answered_at": None,
        "refund": None, "theirs": "", "said": "", "tries": 0, "due_at": None, "lease": None,
    }])


def by_id(db: Sql, c: str, ask: str) -> Row | None:
    return db.one(f"{_ASK} where a.community = :c and a.id = :ask", c=c, ask=ask)


def by_number(db: Sql, c: str, number: str) -> Row | None:
    return db.one(f"{_ASK} where a.community = :c and a.number = :number", c=c, number=number)


def asked_fen(db: Sql, c: str, payment: str) -> int:
    """What is asked for of a payment and not answered."""
    row = db.one(
        "select coalesce(sum(a.fen), 0) as fen from refund_ask a"
        " join refund_now s on s.community = a.community and s.ask = a.id"
        " where a.community = :c and a.payment = :payment and s.state = 'asked'", c=c, payment=payment,
    )
    assert row is not None
    return int(row["fen"])


def change(db: Sql, c: str, ask: str, **values: Any) -> None:
    columns = ", ".join(f"{name} = :{name}" for name in values)
    db.run(f"update refund_now set {columns} where community = :c and ask = :ask", c=c, ask=ask, **values)


def page(db: Sql, c: str, state: str, size: int) -> list[Row]:
    """Newest first; '' for any state, `open` for those without an end."""
    return db.all(
        f"{_ASK} where a.community = :c and (:state = '' or s.state = :state"
        " or (:state = 'open' and s.state not in ('refused', 'done', 'failed'))) order by a.at desc, a.id desc"
        " limit :size", c=c, state=state, size=size,
    )


def due(db: Sql, c: str, at: str, size: int) -> list[Row]:
    return db.all(
        f"{_ASK} where a.community = :c and s.due_at <= :at and (s.lease is null or s.lease < :at)"
        " order by s.due_at limit :size", c=c, at=at, size=size,
    )
