"""The chunk writer: bills, receipts and reversals of whole homes, gathered first, written at once under one pen.

Same facts, lines and sums as the single acts, but one entry per chunk, kind and year of the books; what is owed is
written once, at its final value. The caller names everything: a receipt settles the bill it is for, and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from server.access import prefix_of
from server.db import Pen
from server.ledger.acts.bills import accounts_for
from server.ledger.bulk import rows
from server.ledger.bulk.records import Bill, Part, Receipt, standing_bill, standing_receipt
from server.ledger.posting import Posting, Sums, post_all
from server.ledger.rules import accounts
from server.ledger.rules.money import book_date
from server.ledger.rules.numbers import key
from server.ledger.store import bills as bill_store
from server.ledger.store import bulk as store
from server.ledger.store import journal, payments, sums

T = TypeVar("T")


class Chunk:
    """Gather with `bill receive take_back drop settle`, then `write`, once. Ids are there after `write`."""

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

    def write(self) -> None:
        """Write the sums, number everything, post the entries in the order their keys ask for."""
        pen, c = self.pen, self.pen.community
        self.sums.save(pen)  # first: it asks, and whoever asks waits for rows that are on their way
        self._number()
        income = accounts_for(pen, {b.item for b in self.bills} | {b.item for b, _ in self.dropped})
        self._post_bills(income)
        self._post_receipts()
        self._post_reversals()
        self._post_dropped(income)
        self._post_later()
        pen.put("owed", [rows.owed(c, bill) for bill in self.bills], rows.OWED)
        pen.put("credit", [
            {"community": c, "home": r.home, "payment": r.id, "fen": r.credit} for r in self.receipts if r.credit
        ])
        sums.change_owed(pen, [row for bill in self.known_bills.values() if (row := rows.owed_change(c, bill))])
        sums.change_credit(pen, [
            {"c": c, "home": r.home, "payment": r.id, "fen": r.credit - r.was_credit}
            for r in self.known_receipts.values() if r.credit != r.was_credit
        ])

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

    def _number(self) -> None:
        for i, bill in self._numbers("bill", self.bills):
            bill.id = key("b", i)
        for i, receipt in self._numbers("receipt", self.receipts):
            receipt.id = key("p", i)
        for i, part in self._numbers("allocation", [*self.first, *self.later]):
            part.id = key("a", i)

    def _numbers(self, name: str, things: Sequence[T]) -> Iterator[tuple[int, T]]:
        if not things:
            return iter(())
        return enumerate(things, journal.number(self.pen, self.pen.community, name, len(things)))

    def _post_bills(self, income: dict[str, str]) -> None:
        n, today = self.pen.n, self.pen.day
        postings = []
        for day, bills in rows.by_month((min(self._day(f"{b.period}-01"), today), b) for b in self.bills):
            posting = Posting("bill", day)
            ready = posting.ready["bill"]
            for bill in bills:
                ready.append(rows.bill(bill, n))
                posting.line(accounts.RECEIVABLE, bill.fen, bill.home, bill.id)
                posting.against(income[bill.item], -bill.fen)
            postings.append(posting)
        post_all(self.pen, postings)

    def _post_receipts(self) -> None:
        pen, prefix = self.pen, prefix_of(self.pen.community)
        parts: dict[int, list[Part]] = defaultdict(list)
        for part in self.first:
            parts[id(part.receipt)].append(part)
        postings = []
        for day, receipts in rows.by_month((receipt.book, receipt) for receipt in self.receipts):
            posting = Posting("payment", day)
            ready = posting.ready["payment"]
            for receipt in receipts:
                mine = parts.get(id(receipt), ())
                ready.append(rows.receipt(receipt, pen, prefix, mine))
                posting.against(receipt.account, receipt.fen)
                posting.line(accounts.PREPAID, -receipt.fen, receipt.home, None, receipt.id)
                for part in mine:
                    rows.part(posting, part, part.id, None, pen.n)
            postings.append(posting)
        post_all(pen, postings)

    def _post_reversals(self) -> None:
        """Parts undone and money gone back, by the month it is booked in."""
        events: list[tuple[str, tuple[int, Any]]] = [
            (book, (i, part)) for i, (book, part) in self._numbers("allocation", self.undone)]
        events += [(book, (i, back)) for i, (book, back) in self._numbers("reversal", self.returned)]
        postings = []
        for day, things in rows.by_month(events):
            posting = Posting("reversal", day)
            for i, thing in things:
                if isinstance(thing, Part):
                    rows.part(posting, thing, key("a", i), thing.id, self.pen.n)
                else:
                    self._give_back(posting, key("r", i), *thing)
            postings.append(posting)
        post_all(self.pen, postings)

    def _give_back(
        self, posting: Posting, id_: str, receipt: Receipt, fen: int, on: str, reason: str, label: str
    ) -> None:
        posting.line(accounts.PREPAID, fen, receipt.home, None, receipt.id)
        posting.line(receipt.account, -fen, None, None, receipt.id)
        posting.fact("reversal", {
            "id": id_, "payment": receipt.id, "fen": fen, "happened_on": on, "book_date": self._day(on),
            "reason": reason, "label": label, "who": self.pen.who, "at": self.pen.at, "n": self.pen.n,
        })

    def _post_dropped(self, income: dict[str, str]) -> None:
        posting = Posting("bill_reversed", self._day(self.pen.day))
        for i, part in self._numbers("allocation", self.freed):
            rows.part(posting, part, key("a", i), part.id, self.pen.n)
        for i, (bill, reason) in self._numbers("bill", self.dropped):
            posting.ready["bill"].append(rows.reversing(bill, key("b", i), reason, self.pen.n))
            posting.line(accounts.RECEIVABLE, -bill.fen, bill.home, key("b", i))
            posting.against(income[bill.item], bill.fen)
        posting.post(self.pen)

    def _post_later(self) -> None:
        posting = Posting("allocation", self._day(self.pen.day))
        for part in self.later:
            rows.part(posting, part, part.id, None, self.pen.n)
        posting.post(self.pen)
