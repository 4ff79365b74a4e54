"""Undo of an import, by reversing facts, home by home: receipts go back, bills are taken back, vouchers reversed.

What an import changed goes back to what the sheets said before it. Identities are kept with nothing under them, so the
same file imported again books again."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from kiosk import acts as kiosk
from server.db import Db, Pen
from server.errors import Refusal
from server.intake import store
from server.intake.plan import PREFIX, read_content
from server.ledger import acts as ledger
from server.ledger.bulk import Bill, Chunk, Receipt
from server.ledger.store import bulk

ROWS = 2_000
REASON = "撤销导入"
MONEY = ("bill", "receipt", "reversal")
REST = ("voucher", "announcement")


def undo_batch(db: Db, c: str, batch: str, who: str) -> dict[str, int]:
    """Take everything back; resumable: what is taken back no longer belongs to the batch."""
    counts: Counter[str] = Counter()
    while True:
        rows = store.of_batch(db, c, batch, MONEY, most=ROWS)
        if not rows:
            break
        homes = [list(group) for _, group in groupby(rows, key=lambda row: row["home"])]
        if len(rows) == ROWS and len(homes) > 1:
            homes.pop()  # perhaps cut in the middle
        with db.write(c, who=who, verb="import.undo") as pen:
            _money(pen, [row for home in homes for row in home], counts)
    with db.write(c, who=who, verb="import.undo") as pen:
        for row in store.of_batch(pen, c, batch, REST):
            _rest(pen, row, counts)
        store.set_batch(pen, batch, {"state": "undone"})
    return dict(counts)


def _money(pen: Pen, rows: list[dict[str, Any]], counts: Counter[str]) -> None:
    chunk = Chunk(pen)
    chunk.load([row["fact"] for row in rows if row["fact"]], [row["payment"] for row in rows if row["payment"]])
    turns = _turns(pen, {row["home"] for row in rows})
    gone = {row["payment"] for row in rows if row["kind"] != "reversal"}
    again: list[tuple[dict[str, Any], Bill | None, Receipt | None]] = []
    for row in sorted(rows, key=lambda row: MONEY.index(row["kind"]), reverse=True):
        bill = chunk.known_bills.get(row["fact"])
        receipt = chunk.known_receipts.get(row["payment"])
        if row["kind"] == "reversal":
            if receipt is not None and receipt.id not in gone:
                again.append((row, bill, _again(chunk, row, receipt, bill)))
            else:
                again.append((row, None, None))
            continue
        if receipt is not None and row["kind"] == "receipt":
            counts["receipts"] += bool(chunk.take_back(receipt, receipt.fen, receipt.day, REASON, receipt.label))
        elif row["kind"] == "bill":
            bill, receipt = _bill(chunk, row, bill, receipt, turns, counts)
        again.append((row, bill, receipt))
    chunk.write(pen)
    store.remember(pen, [
        {"kind": row["kind"], "home": row["home"], "key": row["key"], "content": row["before"],
         "fact": bill.id if bill and row["before"] else "", "payment": receipt.id if receipt and row["before"] else "",
         "gen": row["gen"] + 1, "batch": ""}
        for row, bill, receipt in again
    ])


def _turns(pen: Pen, homes: set[str]) -> dict[tuple[str, str, str], int]:
    found: dict[tuple[str, str, str], int] = {}
    for row in bulk.standing(pen, pen.community, sorted(homes)):
        spot = row["home"], row["item"], row["period"]
        found[spot] = max(found.get(spot, 0), row["turn"])
    return found


def _bill(
    chunk: Chunk, row: dict[str, Any], bill: Bill | None, receipt: Receipt | None,
    turns: dict[tuple[str, str, str], int], counts: Counter[str],
) -> tuple[Bill | None, Receipt | None]:
    """Receipt back, bill back; and what stood there before this import stands again."""
    if receipt is not None:
        counts["receipts"] += bool(chunk.take_back(receipt, receipt.fen, receipt.day, REASON, receipt.label))
    if bill is None or bill.reversed or bill.waived:
        return None, None
    freed = chunk.drop(bill, REASON)
    counts["bills"] += 1
    if not row["before"]:
        return None, None
    owed, paid = read_content(row["before"])
    old = Bill(bill.home, bill.item, bill.period, owed.due, owed.fen)
    spot = bill.home, bill.item, bill.period
    old.turn = turns[spot] = turns.get(spot, bill.turn) + 1
    old.until, old.owner, old.basis, old.source = owed.until or None, bill.owner, bill.basis, bill.source
    chunk.bill(old)
    for got in freed:
        chunk.settle(got, old)
    if paid.fen <= 0:
        return old, None
    back = Receipt(bill.home, paid.channel, _number(row, bill.home), paid.fen, paid.on)
    back.label = paid.label
    return old, chunk.receive(back, old)


def _again(chunk: Chunk, row: dict[str, Any], receipt: Receipt, bill: Bill | None) -> Receipt:
    """A reversal that is taken back: the money is there again, as a receipt of its own."""
    back = Receipt(receipt.home, receipt.channel, _number(row, receipt.home), -int(row["content"]), receipt.day)
    back.label = receipt.label
    return chunk.receive(back, bill)


def _number(row: dict[str, Any], home: str) -> str:
    return f"{PREFIX}undo {home} {row['kind']} {row['key']} {row['gen'] + 1}"


def _rest(pen: Pen, row: dict[str, Any], counts: Counter[str]) -> None:
    """A voucher or an announcement; one that this import only changed stays as it is."""
    if row["before"] or not row["fact"]:
        return
    try:
        if row["kind"] == "voucher":
            ledger.reverse_voucher(pen, row["fact"], REASON)
        else:
            kiosk.withdraw(pen, row["fact"])
    except Refusal:
        return  # taken back by hand before
    counts[f"{row['kind']}s"] += 1
    store.remember(pen, [{"kind": row["kind"], "home": row["home"], "key": row["key"], "content": "", "batch": ""}])
