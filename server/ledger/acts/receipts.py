"""Receipts and payments as people look for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from schemas.words import CHANNELS
from server import clock
from server.db import Sql
from server.errors import refuse
from server.ledger.store import payments, reads

Rows = list[dict[str, Any]]


def receipts(db: Sql, community: str, home: str) -> Rows:
    """Receipts of a home, newest first; each as `receipt` gives it."""
    return _dressed(db, community, reads.payments_of_home(db, community, home))


def receipt(db: Sql, community: str, receipt_no: str) -> dict[str, Any]:
    """What is printed on a receipt: {receipt, payment, home, code, fen, reversed_fen, state, channel, channel_name,
    transaction_id, label, note, happened_on, book_date, at, who, items: [{bill, item, period, until_period, fen}],
    prepayment_fen}. `state` is booked, reversed or part_reversed. Refusal: receipt_unknown."""
    row = payments.by_receipt(db, community, receipt_no)
    if row is None:
        refuse("receipt_unknown")
    return payment(db, community, row["id"])


def payment(db: Sql, community: str, payment_id: str) -> dict[str, Any]:
    """The same by the payment's id. Refusal: payment_unknown."""
    found = reads.payments_numbered(db, community, payment_id, [], 1)
    if not found:
        refuse("payment_unknown")
    return _dressed(db, community, found)[0]


def payment_of(db: Sql, community: str, channel: str, transaction_id: str) -> dict[str, Any] | None:
    """The bare row of the payment a provider's transaction became, None while there is none."""
    return payments_as(db, community, [(channel, transaction_id)]).get((channel, transaction_id))


def payments_as(db: Sql, community: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The same for many: (channel, transaction) → row."""
    return payments.by_transactions(db, community, keys)


def payments_page(db: Sql, community: str, cursor: str = "", size: int = 50) -> dict[str, Any]:
    """{payments, next}: newest first; `next` is '' at the end."""
    rows = reads.payments_page(db, community, cursor or "~", size)
    return {"payments": _dressed(db, community, rows), "next": rows[-1]["id"] if len(rows) == size else ""}


def payments_since(db: Sql, community: str, after: str = "", size: int = 500) -> Rows:
    """Payments booked after the one named (an id; '' from the beginning), oldest first."""
    return _dressed(db, community, reads.payments_after(db, community, after, size))


def payments_of_day(db: Sql, community: str, day: str) -> Rows:
    """Payments booked on a day, in their order."""
    return _dressed(db, community, reads.payments_of_day(db, community, day))


def find_payments(db: Sql, community: str, text: str, size: int = 50) -> Rows:
    """By receipt number, 票据号, provider's transaction, id; an amount in yuan finds those of the last year."""
    wanted = text.strip()
    if not wanted:
        return []
    rows = reads.payments_numbered(db, community, wanted, list(CHANNELS), size)
    fen = _fen(wanted)
    if not rows and fen is not None:
        rows = reads.payments_of_amount(db, community, fen, clock.add_days(clock.today(), -366), size)
    return _dressed(db, community, rows)


def _fen(text: str) -> int | None:
    yuan, _, cents = text.replace(",", "").lstrip("¥￥").partition(".")
    if not yuan.isdecimal() or not yuan.isascii() or len(yuan) > 11 or len(cents) > 2:
        return None
    if cents and not (cents.isdecimal() and cents.isascii()):
        return None
    return int(yuan) * 100 + int(cents.ljust(2, "0") or 0)


def _dressed(db: Sql, c: str, rows: Rows) -> Rows:
    items = _items(db, c, [row["id"] for row in rows])
    back = payments.given_back(db, c, [row["id"] for row in rows]) if rows else {}
    return [_receipt(row, items[row["id"]], back.get(row["id"], 0)) for row in rows]


def _items(db: Sql, c: str, ids: Sequence[str]) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in reversed(payments.live_allocations(db, c, payments=ids)) if ids else ():
        found[row["payment"]].append(
            {key: row[key] for key in ("bill", "item", "period", "until_period", "fen")}
        )
    return found


def _receipt(row: dict[str, Any], items: Rows, back: int) -> dict[str, Any]:
    state = "booked" if not back else "reversed" if back >= row["fen"] else "part_reversed"
    return {
        "receipt": row["receipt_no"], "payment": row["id"], "home": row["home"], "code": row["code"],
        "fen": row["fen"], "reversed_fen": back, "state": state, "channel": row["channel"],
        "channel_name": CHANNELS[row["channel"]], "transaction_id": row["transaction_id"], "label": row["label"],
        "note": row["note"], "happened_on": row["happened_on"], "book_date": row["book_date"], "at": row["at"],
        "who": row["who"], "items": items, "prepayment_fen": row["fen"] - back - sum(i["fen"] for i in items),
    }
