"""Money that came in and whose payer nobody knows: on 2241 until a payment with the same transaction names the home."""

from __future__ import annotations

from typing import Any

from server.db import Pen, Sql
from server.errors import refuse
from server.ledger.acts.incoming import record_payment
from server.ledger.acts.work import open_day
from server.ledger.posting import Posting
from server.ledger.rules import accounts
from server.ledger.rules.numbers import key
from server.ledger.store import journal
from server.ledger.store import payments as store


def hold_payment(
    pen: Pen, *, channel: str, transaction_id: str, fen: int, happened_on: str, number: str = "", note: str = ""
) -> dict[str, Any]:
    """Book money without a home: {suspense, fen, replayed}. The same transaction again changes nothing.

    It leaves the suspense account by `record_payment` with the same channel, transaction and sum.
    Refusals: payment_invalid, payment_differs (the same transaction with another sum).
    """
    c = pen.community
    if fen <= 0:
        refuse("payment_invalid", "/fen", reason="金额应大于 0")
    known = store.held(pen, c, channel, transaction_id)
    if known:
        if known["fen"] != fen:
            refuse("payment_differs", transaction=transaction_id)
        return {"suspense": known["id"], "fen": fen, "replayed": True}
    id_ = key("s", journal.number(pen, c, "suspense"))
    posting = Posting("suspense", open_day(pen), id_)
    posting.line(accounts.of_channel(channel, pen.who), fen)
    posting.line(accounts.SUSPENSE, -fen)
    posting.fact("suspense", {
        "id": id_, "channel": channel, "transaction_id": transaction_id, "fen": fen, "happened_on": happened_on,
        "book_date": posting.book_date, "number": number, "note": note, "who": pen.who, "at": pen.at, "n": pen.n,
    })
    posting.post(pen)
    pen.touch("suspense", id_)
    return {"suspense": id_, "fen": fen, "replayed": False}


def suspense_open(db: Sql, community: str) -> list[dict[str, Any]]:
    """Money whose home is not found yet: id, channel, transaction_id, fen, happened_on, number, note, at."""
    return store.held_open(db, community)


def suspense_of(db: Sql, community: str, channel: str, transaction_id: str) -> dict[str, Any] | None:
    """The suspense row of a provider's transaction, whether its home was found since or not."""
    return store.held(db, community, channel, transaction_id)


def found_home(pen: Pen, suspense: str, home: str) -> dict[str, Any]:
    """The payer is known: the money becomes a payment of this home, as `record_payment` answers.

    Refusals: not_found, suspense_returned.
    """
    row = store.held_by_id(pen, pen.community, suspense)
    if row is None:
        refuse("not_found")
    return record_payment(
        pen, channel=row["channel"], transaction_id=row["transaction_id"], home=home, fen=row["fen"],
        happened_on=row["happened_on"], note=row["note"],
    )
