"""Whatever carries a number or an amount: orders, refunds, money without a home."""

from __future__ import annotations

from typing import Any

from server import clock
from server.db import Row, Sql
from server.pay.store import search as store

A_YEAR = 366
SIZE = 50


def find(db: Sql, community: str, text: str, fen: int | None = None) -> dict[str, Any]:
    """{orders, refunds, suspense}: by order, refund or transaction number in full; `fen` finds those of the last year.

    Payments are found by `ledger.find_payments`.
    """
    text = text.strip()
    if not text:
        return {"orders": [], "refunds": [], "suspense": []}
    asked = (text, -1 if fen is None else fen, clock.add_days(clock.today(), -A_YEAR), SIZE)
    return {
        "orders": store.orders(db, community, *asked), "refunds": store.refunds(db, community, *asked),
        "suspense": store.suspense(db, community, *asked),
    }


def refunds_of(db: Sql, community: str, payment: str) -> list[Row]:
    """[{fen, state, reason, at}] of a payment, newest first."""
    return store.refunds_of(db, community, payment)
