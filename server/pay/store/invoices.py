"""Rows of electronic invoices: what was asked, and how far each is."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql

_INVOICE = (
    "select i.*, w.state, w.issuer, w.said, w.link, w.tries, w.due_at, w.lease, p.receipt_no, p.happened_on, p.home,"
    " h.code from invoice i join invoice_now w on w.community = i.community and w.invoice = i.id"
    " join payment p on p.community = i.community and p.id = i.payment"
    " join home h on h.community = p.community and h.id = p.home where i.community = :c"
)


def add(db: Sql, row: dict[str, Any], due_at: str | None) -> None:
    db.put("invoice", [row])
    db.put("invoice_now", [{
        "community": row["community"], "invoice": row["id"], "state": "asked", "issuer": "", "said": "", "link": "",
        "tries": 0, "due_at": due_at, "lease": None,
    }])


def by_id(db: Sql, c: str, id_: str) -> Row | None:
    return db.one(f"{_INVOICE} and i.id = :id", c=c, id=id_)


def of_payment(db: Sql, c: str, payment: str) -> list[Row]:
    """The asks of one payment, oldest first."""
    return db.all(f"{_INVOICE} and i.payment = :payment order by i.at, i.id", c=c, payment=payment)


def all_of(db: Sql, c: str, size: int = 10_000) -> list[Row]:
    """Newest first."""
    return db.all(f"{_INVOICE} order by i.at desc, i.id desc limit :size", c=c, size=size)


def due(db: Sql, c: str, at: str, size: int) -> list[Row]:
    return db.all(
        f"{_INVOICE} and w.due_at <= :at and (w.lease is null or w.lease < :at) order by w.due_at limit :size",
        c=c, at=at, size=size,
    )


def number(db: Sql, c: str, id_: str, **values: Any) -> None:
    """Numbers and days of the invoice itself."""
    columns = ", ".join(f"{name} = :{name}" for name in values)
    db.run(f"update invoice set {columns} where community = :c and id = :id", c=c, id=id_, **values)


def change(db: Sql, c: str, id_: str, **values: Any) -> None:
    """The kept state."""
    columns = ", ".join(f"{name} = :{name}" for name in values)
    db.run(f"update invoice_now set {columns} where community = :c and invoice = :id", c=c, id=id_, **values)


def standing(db: Sql, c: str, payment: str) -> Row | None:
    """The invoice that stands for a payment, or may be issued any moment: not taken back."""
    return db.one(
        "select i.* from invoice i join invoice_now w on w.community = i.community and w.invoice = i.id"
        " where i.community = :c and i.payment = :payment and i.red is null"
        " and (i.number is not null or w.state = 'sending') limit 1", c=c, payment=payment,
    )
