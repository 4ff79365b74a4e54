"""What a chunk holds in memory: bills, receipts and the parts of receipts that settle bills."""

from __future__ import annotations

from server.db import Row
from server.ledger.rules import accounts


class Bill:
    """A bill of this chunk, new or standing; sums move as the chunk is gathered."""

    __slots__ = ("basis", "due", "fen", "home", "id", "item", "new", "owner", "part", "period", "reversed", "settled",
                 "source", "turn", "until", "waived", "was_settled")

    def __init__(self, home: str, item: str, period: str, due: str, fen: int) -> None:
        self.home, self.item, self.period, self.due, self.fen = home, item, period, due, fen
        self.id = self.basis = self.source = ""
        self.owner: str | None = None
        self.until: str | None = None
        self.part, self.turn = 0, 1
        self.settled = self.waived = self.was_settled = 0
        self.new, self.reversed = True, False

    @property
    def open(self) -> int:
        return 0 if self.reversed else self.fen - self.settled - self.waived


class Receipt:
    """A payment of this chunk, new or standing, with the parts of it that settle bills."""

    __slots__ = ("back", "book", "channel", "credit", "day", "fen", "home", "id", "label", "new", "note", "parts",
                 "transaction", "was_credit", "who")

    def __init__(self, home: str, channel: str, transaction: str, fen: int, day: str) -> None:
        self.home, self.channel, self.transaction, self.fen, self.day = home, channel, transaction, fen, day
        self.id = self.label = self.note = self.who = self.book = ""
        self.parts: list[Part] = []
        self.credit = fen
        self.was_credit = self.back = 0
        self.new = True

    @property
    def account(self) -> str:
        """Where its money lies."""
        return accounts.of_payment(self.channel, self.transaction, self.who)


class Part:
    """A part of a receipt that settles a bill."""

    __slots__ = ("bill", "fen", "id", "receipt")

    def __init__(self, receipt: Receipt, bill: Bill, fen: int, id_: str = "") -> None:
        self.receipt, self.bill, self.fen, self.id = receipt, bill, fen, id_


def standing_bill(row: Row) -> Bill:
    """A bill of the database, from `store.bills.standing`."""
    bill = Bill(row["home"], row["item"], row["period"], row["due"], row["billed_fen"])
    bill.id, bill.owner, bill.until, bill.part, bill.turn = (
        row["bill"], row["owner"], row["until_period"], row["part"], row["turn"])
    bill.basis, bill.source, bill.new = row["basis"], row["source"], False
    bill.settled = bill.was_settled = row["settled_fen"]
    bill.waived = row["waived_fen"]
    bill.reversed = row["fen"] == 0 and row["billed_fen"] != 0
    return bill


def standing_receipt(row: Row) -> Receipt:
    """A payment of the database, from `store.bulk.receipts`."""
    receipt = Receipt(row["home"], row["channel"], row["transaction_id"], row["fen"], row["happened_on"])
    receipt.id, receipt.who, receipt.label, receipt.book = row["id"], row["who"], row["label"], row["book_date"]
    receipt.credit = receipt.was_credit = row["credit"]
    receipt.back, receipt.new = row["back"], False
    return receipt
