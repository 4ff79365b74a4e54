"""Acts on the books in the making: their entries, the allocations they make or undo, the sums they change."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from server.db import Pen, Row
from server.ledger.posting import Posting, Sums, post_all
from server.ledger.rules import accounts
from server.ledger.rules.money import book_date
from server.ledger.rules.numbers import key
from server.ledger.store import bills, journal, sums


def open_day(pen: Pen) -> str:
    """The open day of the books: today, or the day after the last closed one."""
    return book_date(pen.day, journal.last_closed(pen, pen.community), pen.day)


class Work:
    """Collects what an act does to bills and credit; `finish` writes it as one entry, or one for each `begin`."""

    def __init__(self, pen: Pen, kind: str, day: str | None = None, ref: str | None = None) -> None:
        self.pen = pen
        self.posting = Posting(kind, day or open_day(pen), ref)
        self.postings = [self.posting]
        self.sums = Sums()
        self.allocations: list[tuple[Posting, dict[str, Any]]] = []
        self.new_bills: list[dict[str, Any]] = []
        self.owed: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.credit: dict[tuple[str, str], int] = defaultdict(int)

    def begin(self, ref: str) -> None:
        """What follows is an entry of its own, of the same kind and day."""
        if self.posting.lines:
            self.posting = Posting(self.posting.kind, self.posting.book_date, ref)
            self.postings.append(self.posting)
        self.posting.ref = ref

    def bill(self, row: dict[str, Any], account: str) -> None:
        """A new bill, or the reversing one of `row['reverses']`: receivable against the item's income."""
        home, fen = row["home"], row["fen"]
        self.posting.fact("bill", row)
        self.posting.line(accounts.RECEIVABLE, fen, home, row["id"])
        self.posting.against(account, -fen)
        self.sums.bill(home, row["period"], row["item"], billed=fen)
        if row["reverses"] is None:
            self.new_bills.append({**row, "community": self.pen.community})
        else:
            self.owed[row["reverses"]][0] += fen

    def receive(self, payment: dict[str, Any], account: str) -> None:
        """A payment: it lies with its channel and is the home's credit."""
        home, fen, id_ = payment["home"], payment["fen"], payment["id"]
        self.posting.fact("payment", payment)
        self.posting.line(account, fen, None, None, id_)
        self.change_credit(home, id_, fen)
        self.sums.taken(payment["book_date"], payment["channel"], fen)

    def change_credit(self, home: str, payment: str, fen: int) -> None:
        """Credit of a payment at a home grows (fen > 0) or shrinks, with its line on 2203."""
        self.posting.line(accounts.PREPAID, -fen, home, None, payment)
        self._credit(home, payment, fen)

    def allocate(self, payment: str, bill: str, home: str, item: str, period: str, fen: int) -> None:
        """Credit settles a part of a bill."""
        self._settle(payment, bill, home, item, period, fen, None)

    def undo(self, row: Row) -> None:
        """An allocation (with its bill's item and period) is undone: the money is credit again."""
        self._settle(row["payment"], row["bill"], row["home"], row["item"], row["period"], -row["fen"], row["id"])

    def waive(self, bill: str, home: str, item: str, period: str, fen: int) -> None:
        """fen > 0 is asked no longer; fen < 0 is asked again."""
        self.posting.line(accounts.DISCOUNT, fen, home, bill)
        self.posting.line(accounts.RECEIVABLE, -fen, home, bill)
        self.owed[bill][2] += fen
        self.sums.bill(home, period, item, waived=fen)

    def finish(self) -> int | None:
        """Write entries, facts and sums; the last entry's number."""
        self._number_allocations()
        pen, c = self.pen, self.pen.community
        entry = post_all(pen, self.postings)[-1]
        bills.add_owed(pen, self.new_bills)
        sums.change_owed(pen, [
            {"c": c, "bill": bill, "fen": v[0], "settled": v[1], "waived": v[2]}
            for bill, v in self.owed.items() if any(v)
        ])
        sums.change_credit(pen, [
            {"c": c, "home": home, "payment": payment, "fen": fen}
            for (home, payment), fen in self.credit.items() if fen
        ])
        self.sums.save(pen)
        return entry

    def _settle(
        self, payment: str, bill: str, home: str, item: str, period: str, fen: int, undoes: str | None
    ) -> None:
        self.allocations.append((self.posting, {
            "payment": payment, "bill": bill, "home": home, "fen": abs(fen), "undoes": undoes, "n": self.pen.n,
        }))
        self.posting.line(accounts.PREPAID, fen, home, bill, payment)
        self.posting.line(accounts.RECEIVABLE, -fen, home, bill, payment)
        self.owed[bill][1] += fen
        self.sums.bill(home, period, item, settled=fen)
        self._credit(home, payment, -fen)

    def _credit(self, home: str, payment: str, fen: int) -> None:
        self.credit[home, payment] += fen
        self.sums.prepaid(home, fen)

    def _number_allocations(self) -> None:
        if self.allocations:
            first = journal.number(self.pen, self.pen.community, "allocation", len(self.allocations))
            for i, (posting, row) in enumerate(self.allocations):
                posting.fact("allocation", {"id": key("a", first + i), **row})
