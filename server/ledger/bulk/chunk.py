"""The chunk writer: bills, receipts and reversals of whole homes, gathered first, written at once under one pen.

Same facts, lines and sums as the single acts, but one entry per chunk, kind and month of the books; what is owed is
written once, at its final value. The caller names everything: a receipt settles the bill it is for, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.db import Pen
from server.ledger.acts.bills import accounts_for
from server.ledger.bulk import making, rows
from server.ledger.bulk.books import Books
from server.ledger.bulk.records import Bill, Part, Receipt, standing_bill, standing_receipt
from server.ledger.posting import Chain, Sums
from server.ledger.rules.money import book_date
from server.ledger.rules.numbers import Values
from server.ledger.store import bills as bill_store
from server.ledger.store import bulk as store
from server.ledger.store import journal, payments, sums


class Chunk:
    """Gather with `bill receive take_back drop settle`, then `make` and `write`, once each; `write` makes what was not
    made. Making asks nothing: it can be done while the chunk before is being written."""

    def __init__(self, pen: Pen) -> None:
        self.pen = pen
        self.closed = journal.last_closed(pen, pen.community)
        self.sums = Sums()
        self.bills: list[Bill] = []
        self.receipts: list[Receipt] = []
        self.first: list[Part] = []  # parts settled as their receipt came in
        self.later: list[Part] = []  # parts settled by credit that was there
        self.undone: list[tuple[str, Part]] = []  # by the book day of the reversal that undid them
        self.freed: list[Part] = []  # undone because their bill was taken back
        self.returned: list[tuple[str, tuple[Receipt, int, str, str, str]]] = []  # fen, happened on, reason, label
        self.dropped: list[tuple[Bill, str]] = []
        self.known_bills: dict[str, Bill] = {}
        self.known_receipts: dict[str, Receipt] = {}
        self.chain: Chain | None = None  # what was made
        self.taken: dict[str, tuple[int, int]] = {}  # counter → first number and how many
        self.fresh: list[str] = []
        self.owed: list[Values] = []

    def load(self, bills: Sequence[str], receipts: Sequence[str]) -> None:
        """Fetch standing bills and payments by id, and everything that ties them together."""
        wanted, more = set(bills) - self.known_bills.keys(), set(receipts) - self.known_receipts.keys()
        ties = payments.live_allocations(self.pen, self.pen.community, bills=sorted(wanted)) if wanted else []
        ties += payments.live_allocations(self.pen, self.pen.community, payments=sorted(more)) if more else []
        wanted |= {tie["bill"] for tie in ties} - self.known_bills.keys()
        more |= {tie["payment"] for tie in ties} - self.known_receipts.keys()
        for row in bill_store.standing(self.pen, self.pen.community, sorted(wanted)) if wanted else []:
            self.known_bills[row["bill"]] = standing_bill(row)
        for row in store.receipts(self.pen, self.pen.community, sorted(more)) if more else []:
            self.known_receipts[row["id"]] = standing_receipt(row)
        seen = {part.id for receipt in self.known_receipts.values() for part in receipt.parts}
        for tie in sorted(ties, key=lambda t: str(t["id"])):
            if tie["id"] not in seen:
                seen.add(tie["id"])
                receipt = self.known_receipts[tie["payment"]]
                receipt.parts.append(Part(receipt, self.known_bills[tie["bill"]], tie["fen"], tie["id"]))

    def parts_of(self, bill: Bill) -> list[Part]:
        """What settles a bill of this chunk, oldest first."""
        return [part for receipt in (*self.known_receipts.values(), *self.receipts)
                for part in receipt.parts if part.bill is bill]

    def bill(self, bill: Bill) -> Bill:
        """A new bill; fen ≥ 0. Its turn is the caller's business (see store.bulk.turns)."""
        self.bills.append(bill)
        self.sums.bill(bill.home, bill.period, bill.item, billed=bill.fen)
        return bill

    def receive(self, receipt: Receipt, bill: Bill | None) -> Receipt:
        """A new receipt: settles its bill as far as that is open, the rest is the home's prepayment."""
        receipt.book = self._day(receipt.day)
        self.receipts.append(receipt)
        self.sums.prepaid(receipt.home, receipt.fen)
        self.sums.taken(receipt.book, receipt.channel, receipt.fen)
        if bill is not None:
            self._settle(receipt, bill, self.first)
        return receipt

    def settle(self, receipt: Receipt, bill: Bill) -> None:
        """Credit of a receipt settles a bill as far as both go."""
        self._settle(receipt, bill, self.later)

    def take_back(self, receipt: Receipt, fen: int, on: str, reason: str, label: str = "") -> int:
        """冲红: money of a receipt goes back, at most what is left of it; the fen that did.

        Credit first, then its parts, newest first; what is left of an undone part settles its bill again."""
        fen = min(fen, receipt.fen - receipt.back)
        if fen <= 0:
            return 0
        book = self._day(on)
        undone: list[Part] = []
        while receipt.credit < fen and receipt.parts:
            undone.append(self._undo(receipt.parts[-1]))
            self.undone.append((book, undone[-1]))
        fen = min(fen, receipt.credit)
        receipt.credit -= fen
        receipt.back += fen
        self.sums.prepaid(receipt.home, -fen)
        self.sums.returned(book, receipt.channel, fen)
        self.returned.append((book, (receipt, fen, on, reason, label)))
        for part in undone:
            self.settle(receipt, part.bill)
        return fen

    def drop(self, bill: Bill, reason: str) -> list[Receipt]:
        """Take a bill back by a reversing one; the receipts whose money became credit, in their order."""
        parts = self.parts_of(bill)
        self.freed += [self._undo(part) for part in parts]
        self.sums.bill(bill.home, bill.period, bill.item, billed=-bill.fen)
        bill.reversed = True
        self.dropped.append((bill, reason))
        return list(dict.fromkeys(part.receipt for part in parts))

    def make(self, books: Books) -> None:
        """Number everything and make its rows; `books` stand after them then. Ids are there from now on."""
        before = dict(books.numbers)
        entries = making.postings(self, books)
        chain = Chain(books.community, books.n, books.at, books.who, books.end, entries)
        books.end = chain.end
        books.number("entry", books.end[0] - before["entry"])
        self.taken = {name: (first + 1, books.numbers[name] - first) for name, first in before.items()}
        self.fresh, self.chain = books.fresh, chain
        self.owed = [rows.owed(books.community, bill) for bill in self.bills]

    def write(self, pen: Pen) -> None:
        """Write what was made, making it now if it was not: the sums, the entries with their facts, what is owed."""
        if self.chain is None:
            self.make(Books.under(pen))
        assert self.chain is not None
        c = pen.community
        for name, (first, count) in self.taken.items():
            if count and journal.number(pen, c, name, count) != first:
                raise RuntimeError(f"numbers of {name} were given away meanwhile")  # the pen makes that impossible
        self.sums.save(pen)  # before rows are on their way: it asks, and whoever asks waits for them
        if self.fresh:
            accounts_for(pen, set(self.fresh))
        self.chain.write(pen)
        pen.put("owed", self.owed, rows.OWED)
        pen.put("credit", [
            {"community": c, "home": r.home, "payment": r.id, "fen": r.credit} for r in self.receipts if r.credit
        ])
        sums.change_owed(pen, [row for bill in self.known_bills.values() if (row := rows.owed_change(c, bill))])
        sums.change_credit(pen, [
            {"c": c, "home": r.home, "payment": r.id, "fen": r.credit - r.was_credit}
            for r in self.known_receipts.values() if r.credit != r.was_credit
        ])
        for receipt in (*self.receipts, *self.known_receipts.values()):
            receipt.parts = []  # it and its parts hold each other: 200 MB waited for the collector

    def _day(self, happened_on: str) -> str:
        return book_date(happened_on, self.closed, self.pen.day, imported=True)

    def _settle(self, receipt: Receipt, bill: Bill, where: list[Part]) -> None:
        fen = min(receipt.credit, bill.open)
        if fen <= 0:
            return
        part = Part(receipt, bill, fen)
        receipt.parts.append(part)
        receipt.credit -= fen
        bill.settled += fen
        where.append(part)
        self.sums.bill(bill.home, bill.period, bill.item, settled=fen)
        self.sums.prepaid(receipt.home, -fen)

    def _undo(self, part: Part) -> Part:
        part.receipt.parts.remove(part)
        part.receipt.credit += part.fen
        part.bill.settled -= part.fen
        self.sums.bill(part.bill.home, part.bill.period, part.bill.item, settled=-part.fen)
        self.sums.prepaid(part.receipt.home, part.fen)
        return part
