"""A chunk's records as rows of the ledger's tables and lines of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from server.ledger.bulk.books import Books
from server.ledger.bulk.records import Bill, Part, Receipt
from server.ledger.posting import Posting
from server.ledger.rules import accounts
from server.ledger.rules.numbers import Values, payload_hash, receipt_no

POLICY = "designated"
T = TypeVar("T")


def bill(made: Bill, n: int) -> Values:
    """Values in the order of `FACTS["bill"]`."""
    return (made.id, made.home, made.owner, made.item, made.period, made.until, made.part, made.turn, made.due,
            made.fen, made.basis, None, None, made.source, n)


def reversing(old: Bill, id_: str, reason: str, n: int) -> Values:
    """The bill that takes another back."""
    return (id_, old.home, old.owner, old.item, old.period, old.until, old.part, -old.turn, old.due,
            -old.fen, reason, None, old.id, old.source, n)


def receipt(got: Receipt, books: Books, prefix: str, parts: Sequence[Part]) -> Values:
    """Values in the order of `FACTS["payment"]`."""
    return (got.id, got.channel, got.transaction, got.home, got.fen, got.day, got.book, books.at, got.who,
            receipt_no(prefix, int(got.id[1:])), got.label, got.note, POLICY,
            payload_hash(got.home, got.fen, got.day, [part.bill.id for part in parts]), books.n)


def part(posting: Posting, made: Part, id_: str, undoes: str | None, n: int) -> None:
    """A part of credit settles its bill, or (undoes) is credit again: the fact and its two lines."""
    home, bill_id, payment = made.receipt.home, made.bill.id, made.receipt.id
    fen = made.fen if undoes is None else -made.fen
    posting.ready["allocation"].append((id_, payment, bill_id, home, made.fen, undoes, n))
    posting.lines += (
        (accounts.PREPAID, fen, home, bill_id, payment), (accounts.RECEIVABLE, -fen, home, bill_id, payment))


def settled(posting: Posting, made: Part, n: int) -> None:
    """A part settles its bill in the entry its money came by: the fact, and one line instead of through 2203."""
    home, bill_id, payment = made.receipt.home, made.bill.id, made.receipt.id
    posting.ready["allocation"].append((made.id, payment, bill_id, home, made.fen, None, n))
    posting.lines.append((accounts.RECEIVABLE, -made.fen, home, bill_id, payment))


OWED = ("community", "bill", "home", "due", "fen", "settled_fen", "waived_fen", "open_fen")


def owed(c: str, made: Bill) -> Values:
    """The kept sum of a new bill, at its final value."""
    fen = 0 if made.reversed else made.fen
    return c, made.id, made.home, made.due, fen, made.settled, 0, fen - made.settled


def owed_change(c: str, standing: Bill) -> dict[str, Any] | None:
    """What became different of a standing bill's kept sum."""
    fen = -standing.fen if standing.reversed else 0
    settled = standing.settled - standing.was_settled
    if not fen and not settled:
        return None
    return {"c": c, "bill": standing.id, "fen": fen, "settled": settled, "waived": 0}


def by_month(dated: Iterable[tuple[str, T]]) -> Iterator[tuple[str, list[T]]]:
    """Things grouped by the month of their day, in order; with each group its last day: its entry is booked on it."""
    ordered = sorted(dated, key=itemgetter(0))
    for _, group in groupby(ordered, key=lambda pair: pair[0][:7]):
        pairs = list(group)
        yield pairs[-1][0], [thing for _, thing in pairs]
