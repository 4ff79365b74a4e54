"""Money of one chunk of homes: rows against what was imported last, gathered into the ledger's chunk writer."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from server.db import Pen, new_id
from server.intake import store
from server.intake.faults import Fault, fault_at
from server.intake.gather import Gathered
from server.intake.plan import PREFIX, Known, Move, booking, key_of, match_reversal, moves_of, read_content
from server.intake.rows.bills import BillRow
from server.intake.standing import Spot, Standing
from server.ledger.bulk import Bill, Books, Chunk, Receipt

SLOTS = ("bill", "receipt", "reversal")
CORRECTED = "导入更正"


@dataclass
class Outcome:
    """What a chunk came to: rows by state, refused rows, identities to remember, receipts to hold."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    remember: list[tuple[Move, str, Bill | None, Receipt | None, bool]] = field(default_factory=list)
    hold: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0


class MoneyChunk(Standing):
    """One chunk: `look` decides everything against a pen or (for a preview) a reader; `write` makes it so."""

    def __init__(self, pen: Pen, found: Gathered, batch: str) -> None:
        super().__init__(pen, Chunk(pen))
        self.found = found
        self.batch = batch
        self.out = Outcome()

    def under(self, pen: Pen) -> MoneyChunk:
        """The same chunk, looked at before, under the pen that writes it."""
        self.pen = self.chunk.pen = pen
        return self

    def look(self, homes: list[tuple[int, list[BillRow]]]) -> Outcome:
        """Compare the rows of whole homes and gather what follows."""
        places = self.found.places
        ids = {home: places.ids[home] or f"new:{places.names[home]}" for home, _ in homes}
        known: dict[str, dict[Spot, Known]] = defaultdict(dict)
        standing = [id_ for id_ in ids.values() if not id_.startswith("new:")]
        for row in store.imported(self.pen, self.c, SLOTS, standing):
            known[row["home"]][row["kind"], row["key"]] = Known(
                row["content"], row["fact"], row["payment"], row["gen"], row["before"], row["batch"])
        planned: list[tuple[str, list[Move]]] = []
        for home, rows in homes:
            moves, twice = moves_of(places.names[home], rows, known[ids[home]])
            planned.append((ids[home], moves))
            self.out.rows += len(rows)
            for pair in twice:
                self._refuse(pair.row, "period", self._twice(pair.row, pair.first))
        self.load(planned, known, standing)
        for id_, moves in planned:
            for move in moves:
                self._take(id_, move)
        return self.out

    def make(self, books: Books) -> None:
        """Make its rows, before its pen is taken, for books as that pen will find them."""
        self.chunk.make(books)

    def write(self) -> None:
        """Write what was gathered and remember what was imported."""
        self.chunk.write(self.pen)
        store.remember_new(self.pen, [
            (self.c, move.slot, home, move.key, move.content, bill.id if bill else "", receipt.id if receipt else "",
             int(booked), "", self.batch)
            for move, home, bill, receipt, booked in self.out.remember if move.known is None
        ])
        store.remember(self.pen, [
            {"kind": move.slot, "home": home, "key": move.key, "content": move.content,
             "fact": bill.id if bill else "", "payment": receipt.id if receipt else "",
             "gen": move.known.gen + booked, "before": move.known.content, "batch": self.batch}
            for move, home, bill, receipt, booked in self.out.remember if move.known is not None
        ])
        store.hold(self.pen, self.out.hold)

    # --- deciding, row by row

    def _take(self, home: str, move: Move) -> None:
        if move.state == "same":
            self.out.counts["held" if move.transaction and self._held(move) else "same"] += 1
            return
        spot = home, key_of(move.row.period, move.row.item)
        take = self._bill if move.slot == "bill" else self._receipt if move.slot == "receipt" else self._reversal
        take(home, spot, move)

    def _held(self, move: Move) -> bool:
        return any(held == move.transaction or held.startswith(move.transaction + " #") for held in self.held)

    def _bill(self, home: str, spot: Spot, move: Move) -> None:
        bill = self.bill_at.get(spot)
        hold = self._must_hold(move, bill)
        if move.state == "new":
            if bill is not None and bill.fen != move.row.fen:
                self._refuse(move.row, "fen", f"叩门里已有 {spot[1]} 的账单，应收是 {yuan(bill.fen)}，与这一行不同")
                return
            bill = bill or self._make(home, spot, move)
            self._finish(home, move, bill, *self._book(home, spot, move, bill, hold))
            return
        assert move.known is not None
        owed, paid = read_content(move.known.content)
        if owed != move.owed and (bill is None or bill.waived):
            why = "已在叩门里冲销" if bill is None else "已在叩门里减免"
            self._refuse(move.row, "fen", f"{spot[1]} 的账单{why}，不能再用导入改动")
            return
        receipt = self.chunk.known_receipts.get(move.known.payment)
        booked = False
        if paid != move.paid and not hold:
            self._correct(receipt)
            receipt = None
        if owed != move.owed:
            assert bill is not None
            freed = self.chunk.drop(bill, CORRECTED)
            bill = self._make(home, spot, move)
            for got in freed:
                self.chunk.settle(got, bill)
        if paid != move.paid:
            again, booked = self._book(home, spot, move, bill, hold)
            receipt = again or receipt
        self._finish(home, move, bill, receipt, booked)

    def _receipt(self, home: str, spot: Spot, move: Move) -> None:
        bill = self.bill_at.get(spot)
        hold = self._must_hold(move, bill)
        if move.state == "changed" and move.known and not hold:
            self._correct(self.chunk.known_receipts.get(move.known.payment))
        self._finish(home, move, bill, *self._book(home, spot, move, bill, hold))

    def _correct(self, receipt: Receipt | None) -> None:
        """A receipt that the sheet no longer tells goes back, on the day it was said to have come."""
        if receipt is not None:
            self.chunk.take_back(receipt, receipt.fen, receipt.day, CORRECTED, receipt.label)

    def _reversal(self, home: str, spot: Spot, move: Move) -> None:
        fen = -move.row.paid
        if move.state == "changed":
            self._refuse(move.row, "paid", "这条冲红与上次导入的金额不同；冲红不能再改，请在叩门里处理")
            return
        receipts = self.receipts_at[spot]
        chosen = match_reversal(fen, move.row.label, [(r.label, min(r.fen - r.back, _left(r))) for r in receipts])
        if chosen is None:
            why = "金额大于这张账单收到的钱" if any(r.fen > r.back for r in receipts) else "没有找到要冲红的那笔收款"
            self._refuse(move.row, "paid", f"{why}（{spot[1]}）")
            return
        receipt = receipts[chosen]
        self.chunk.take_back(receipt, fen, move.row.paid_on, move.row.note or "冲红", move.row.label)
        self._finish(home, move, self.bill_at.get(spot), receipt, False)

    # --- making what follows

    def _make(self, home: str, spot: Spot, move: Move) -> Bill:
        row = move.row
        bill = Bill(home, row.item, row.period, row.due, row.fen)
        bill.until = row.until or None
        bill.owner = self.owner(home, row.due)
        bill.turn = self.turns[spot] = self.turns.get(spot, 0) + 1
        bill.basis = "导入的应收账单"
        bill.source = PREFIX + self.batch
        self.bill_at[spot] = bill
        return self.chunk.bill(bill)

    def _must_hold(self, move: Move, bill: Bill | None) -> bool:
        return move.row.paid > 0 and bill is not None and not bill.new and bill.id in self.own

    def _book(
        self, home: str, spot: Spot, move: Move, bill: Bill | None, hold: bool
    ) -> tuple[Receipt | None, bool]:
        """Book the row's receipt for its bill, or hold it when Koumen has itself seen the bill paid."""
        row = move.row
        if row.paid <= 0:
            return None, False
        if hold:
            self._hold(home, move, bill)
            return None, False
        receipt = Receipt(home, row.channel, booking(move), row.paid, row.paid_on)
        receipt.label, receipt.note = row.label, row.note
        self.receipts_at[spot].append(self.chunk.receive(receipt, bill))
        return receipt, True

    def _hold(self, home: str, move: Move, bill: Bill | None) -> None:
        row = move.row
        self.held.add(move.transaction)
        self.out.hold.append({
            "id": new_id(), "home": home, "bill": bill.id if bill else "", "transaction_id": booking(move),
            "channel": row.channel, "fen": row.paid, "happened_on": row.paid_on, "label": row.label,
            "batch": self.batch, "file": self.found.sheets[row.file].table.file, "line": row.line,
        })

    def _finish(self, home: str, move: Move, bill: Bill | None, receipt: Receipt | None, booked: bool) -> None:
        held = bool(move.transaction) and not booked and move.transaction in self.held
        self.out.counts["held" if held else move.state] += 1
        self.out.remember.append((move, home, bill, receipt, booked))

    def _refuse(self, row: BillRow, field_: str, reason: str) -> None:
        sheet = self.found.sheets[row.file]
        self.out.faults.append(fault_at(sheet, row.line, sheet.heading(field_), reason))

    def _twice(self, row: BillRow, first: BillRow) -> str:
        where = "" if row.file == first.file else self.found.sheets[first.file].title
        again = "如果是又收了一笔，请把应收金额改成 0"
        return f"{where}第 {first.line} 行已有同一张账单（{row.item} {row.period}）；{again}"


def _left(receipt: Receipt) -> int:
    return receipt.credit + sum(part.fen for part in receipt.parts)


def yuan(fen: int) -> str:
    """Fen as a clerk writes it."""
    return f"{fen // 100:,}.{fen % 100:02d}"

