"""A chunk's records as rows of the ledger's tables and lines of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from server.db import Pen
from server.ledger.bulk.records import Bill, Part, Receipt
from server.ledger.posting import Posting
from server.ledger.rules import accounts
from server.ledger.rules.numbers import payload_hash, receipt_no

POLICY = "designated"
T = TypeVar("T")


def bill(made: Bill, n: int) -> dict[str, Any]:
    return {
        "id": made.id, "home": made.home, "owner": made.owner, "item": made.item, "period": made.period,
        "until_period": made.until, "part": made.part, "turn": made.turn, "due": made.due, "fen": made.fen,
        "basis": made.basis, "rule": None, "reverses": None, "source": made.source, "made_n": n,
    }


def reversing(old: Bill, id_: str, reason: str, n: int) -> dict[str, Any]:
    """The bill that takes another back."""
    return {**bill(old, n), "id": id_, "turn": -old.turn, "fen": -old.fen, "basis": reason, "reverses": old.id}


def receipt(got: Receipt, pen: Pen, prefix: str, parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "id": got.id, "channel": got.channel, "transaction_id": got.transaction, "home": got.home, "fen": got.fen,
        "happened_on": got.day, "book_date": got.book, "at": pen.at, "who": got.who,
        "receipt_no": receipt_no(prefix, int(got.id[1:])), "label": got.label, "note": got.note, "policy": POLICY,
        "payload_hash": payload_hash(got.home, got.fen, got.day, [part.bill.id for part in parts]),
        "made_n": pen.n,
    }


def part(posting: Posting, made: Part, id_: str, undoes: str | None, n: int) -> None:
    """A part settles its bill, or (undoes) is credit again: the fact and its two lines."""
    home, bill_id, payment = made.receipt.home, made.bill.id, made.receipt.id
    fen = made.fen if undoes is None else -made.fen
    posting.fact("allocation", {
        "id": id_, "payment": payment, "bill": bill_id, "home": home, "fen": made.fen, "undoes": undoes, "n": n,
    })
    posting.line(accounts.PREPAID, fen, home, bill_id, payment)
    posting.line(accounts.RECEIVABLE, -fen, home, bill_id, payment)


def owed(c: str, made: Bill) -> dict[str, Any]:
    """The kept sum of a new bill, at its final value."""
    fen = 0 if made.reversed else made.fen
    return {"community": c, "bill": made.id, "home": made.home, "due": made.due, "fen": fen,
            "settled_fen": made.settled, "waived_fen": 0, "open_fen": fen - made.settled}


def owed_change(c: str, standing: Bill) -> dict[str, Any] | None:
    """What became different of a standing bill's kept sum."""
    fen = -standing.fen if standing.reversed else 0
    settled = standing.settled - standing.was_settled
    if not fen and not settled:
        return None
    return {"c": c, "bill": standing.id, "fen": fen, "settled": settled, "waived": 0}


def by_year(dated: Iterable[tuple[str, T]]) -> Iterator[tuple[str, list[T]]]:
    """Things grouped by the year of their day, in order; with each group its last day, on which its entry is booked."""
    ordered = sorted(dated, key=itemgetter(0))
    for _, group in groupby(ordered, key=lambda pair: pair[0][:4]):
        pairs = list(group)
        yield pairs[-1][0], [thing for _, thing in pairs]
