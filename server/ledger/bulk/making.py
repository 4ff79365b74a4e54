"""The entries of a chunk, in the order their keys ask for; everything is numbered on the way. Reads nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from server.ledger.bulk import rows
from server.ledger.bulk.books import Books
from server.ledger.bulk.records import Part, Receipt
from server.ledger.posting import Posting
from server.ledger.rules import accounts
from server.ledger.rules.numbers import key

if TYPE_CHECKING:
    from server.ledger.bulk.chunk import Chunk

T = TypeVar("T")


def postings(chunk: Chunk, books: Books) -> list[Posting]:
    """One entry for each kind and month of the books."""
    _number(chunk, books)
    return [*_bills(chunk, books), *_receipts(chunk, books), *_reversals(chunk, books), _dropped(chunk, books),
            _later(chunk, books)]


def _number(chunk: Chunk, books: Books) -> None:
    for i, bill in _numbers(books, "bill", chunk.bills):
        bill.id = key("b", i)
    for i, receipt in _numbers(books, "receipt", chunk.receipts):
        receipt.id = key("p", i)
    for i, part in _numbers(books, "allocation", [*chunk.first, *chunk.later]):
        part.id = key("a", i)


def _numbers(books: Books, name: str, things: Sequence[T]) -> Iterator[tuple[int, T]]:
    return enumerate(things, books.number(name, len(things)))


def _bills(chunk: Chunk, books: Books) -> Iterator[Posting]:
    for day, bills in rows.by_month((min(books.date(f"{b.period}-01"), books.day), b) for b in chunk.bills):
        posting = Posting("bill", day)
        ready = posting.ready["bill"]
        for bill in bills:
            ready.append(rows.bill(bill, books.n))
            posting.line(accounts.RECEIVABLE, bill.fen, bill.home, bill.id)
            posting.against(books.account(bill.item), -bill.fen)
        yield posting


def _receipts(chunk: Chunk, books: Books) -> Iterator[Posting]:
    parts: dict[int, list[Part]] = defaultdict(list)
    for part in chunk.first:
        parts[id(part.receipt)].append(part)
    prefix = books.prefix
    for day, receipts in rows.by_month((receipt.book, receipt) for receipt in chunk.receipts):
        posting = Posting("payment", day)
        ready = posting.ready["payment"]
        for receipt in receipts:
            mine = parts.get(id(receipt), ())
            ready.append(rows.receipt(receipt, books, prefix, mine))
            posting.against(receipt.account, receipt.fen)
            for part in mine:
                rows.settled(posting, part, books.n)
            rest = receipt.fen - sum(part.fen for part in mine)
            posting.line(accounts.PREPAID, -rest, receipt.home, None, receipt.id)
        yield posting


def _reversals(chunk: Chunk, books: Books) -> Iterator[Posting]:
    """Parts undone and money gone back, by the month it is booked in."""
    events: list[tuple[str, tuple[int, Any]]] = [
        (book, (i, part)) for i, (book, part) in _numbers(books, "allocation", chunk.undone)]
    events += [(book, (i, back)) for i, (book, back) in _numbers(books, "reversal", chunk.returned)]
    for day, things in rows.by_month(events):
        posting = Posting("reversal", day)
        for i, thing in things:
            if isinstance(thing, Part):
                rows.part(posting, thing, key("a", i), thing.id, books.n)
            else:
                _give_back(posting, key("r", i), books, *thing)
        yield posting


def _give_back(
    posting: Posting, id_: str, books: Books, receipt: Receipt, fen: int, on: str, reason: str, label: str
) -> None:
    posting.line(accounts.PREPAID, fen, receipt.home, None, receipt.id)
    posting.line(receipt.account, -fen, None, None, receipt.id)
    posting.fact("reversal", {
        "id": id_, "payment": receipt.id, "fen": fen, "happened_on": on, "book_date": books.date(on),
        "reason": reason, "label": label, "who": books.who, "at": books.at, "n": books.n,
    })


def _dropped(chunk: Chunk, books: Books) -> Posting:
    posting = Posting("bill_reversed", books.date(books.day))
    for i, part in _numbers(books, "allocation", chunk.freed):
        rows.part(posting, part, key("a", i), part.id, books.n)
    for i, (bill, reason) in _numbers(books, "bill", chunk.dropped):
        posting.ready["bill"].append(rows.reversing(bill, key("b", i), reason, books.n))
        posting.line(accounts.RECEIVABLE, -bill.fen, bill.home, key("b", i))
        posting.against(books.account(bill.item), bill.fen)
    return posting


def _later(chunk: Chunk, books: Books) -> Posting:
    posting = Posting("allocation", books.date(books.day))
    for part in chunk.later:
        rows.part(posting, part, part.id, None, books.n)
    return posting
