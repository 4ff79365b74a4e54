"""The one door for money that comes in: read once, decided one after the other, written once, an entry each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemas.words import CHANNELS
from server import clock
from server.access import prefix_of
from server.db import Pen, Row, Sql
from server.errors import Refusal, refuse
from server.ledger.acts.work import Work
from server.ledger.rules import accounts, numbers
from server.ledger.rules.money import OpenBill, allocate, policy
from server.ledger.store import bills as bill_store
from server.ledger.store import former, journal, sums
from server.ledger.store import payments as store

FUTURE_DAYS = 31
FEN_MAX = 99_999_999_999_99
Answer = dict[str, Any]


@dataclass(frozen=True)
class Incoming:
    """Money as whoever brings it tells of it. `bills` are those the payer named."""

    channel: str
    transaction_id: str
    home: str
    fen: int
    happened_on: str
    bills: tuple[str, ...] = ()
    who: str = ""
    label: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.channel, self.transaction_id

    @property
    def digest(self) -> str:
        return numbers.payload_hash(self.home, self.fen, self.happened_on, self.bills)


def record_payment(
    pen: Pen, *, channel: str, transaction_id: str, home: str, fen: int, happened_on: str,
    bills: Sequence[str] = (), who: str = "", label: str = "", note: str = "",
) -> Answer:
    """Book money that came in: {payment, receipt, allocated: [{bill, fen}], prepayment_fen, replayed}.

    (channel, transaction_id) is unique: the same content again gives the same answer with replayed True, another
    content is refused (payment_differs). Money is never refused because a bill is paid: what is left of it after the
    designated `bills`, then the oldest debts, is the home's prepayment (`prepayment_fen` of this payment).
    Refusals: payment_invalid, home_unknown, bill_unknown (a designated bill that is not this home's),
    suspense_returned (it came before anybody knew whose it is, and went back).
    """
    money = Incoming(channel, transaction_id, home, fen, happened_on, tuple(bills), who, label, note)
    (booked,) = record_payments(pen, [money])
    if isinstance(booked, Refusal):
        raise booked
    return booked


def record_payments(pen: Pen, told: Sequence[Incoming]) -> list[Answer | Refusal]:
    """The same for money that comes in together, in its order: the answer of each, or its refusal, which has no effect.

    As if one were booked after the other, each payment in an entry of its own.
    """
    till = _Till(pen, told)
    for money in told:
        if money.key not in till.known and money.key not in till.taken:
            try:
                till.check(money)
            except Refusal as refusal:
                till.refused[money] = refusal
            else:
                till.taken[money.key] = money
    till.book()
    return [till.answer(money) for money in told]


class _Till:
    """What is read for money that comes in together, and what becomes of each."""

    def __init__(self, pen: Pen, told: Sequence[Incoming]) -> None:
        c = pen.community
        self.pen = pen
        self.known = store.by_transactions(pen, c, [money.key for money in told])
        self.taken: dict[tuple[str, str], Incoming] = {}
        self.booked: dict[tuple[str, str], Answer] = {}
        self.refused: dict[Incoming, Refusal] = {}
        fresh = [money for money in told if money.key not in self.known]
        self.held = store.held_of(pen, c, [money.key for money in fresh]) if fresh else {}
        self.gone = former.returned(pen, c, [row["id"] for row in self.held.values()]) if self.held else set()
        self.buildings = sums.buildings(pen, c, sorted({money.home for money in fresh})) if fresh else {}
        named = sorted({bill for money in fresh for bill in money.bills})
        self.named = bill_store.homes_of(pen, c, named) if named else {}

    def check(self, money: Incoming) -> None:
        """Refuse what cannot be booked."""
        if money.channel not in CHANNELS:
            refuse("payment_invalid", "/channel", reason="没有这种缴费方式")
        if not money.transaction_id or len(money.transaction_id) > 200:
            refuse("payment_invalid", "/transaction_id", reason="缺少流水号，或流水号太长")
        if not isinstance(money.fen, int) or isinstance(money.fen, bool) or not 0 < money.fen <= FEN_MAX:
            refuse("payment_invalid", "/fen", reason="金额应大于 0")
        last = clock.add_days(self.pen.day, FUTURE_DAYS)
        if not clock.is_day(money.happened_on) or not "1990-01-01" <= money.happened_on <= last:
            refuse("payment_invalid", "/paid_on", reason="缴费日期不对")
        if money.home not in self.buildings:
            refuse("home_unknown", "/household", home=money.home)
        strange = {bill for bill in money.bills if self.named.get(bill) != money.home}
        if strange:
            refuse("bill_unknown", "/bills", bill="、".join(sorted(strange)))
        if money.key in self.held and self.held[money.key]["fen"] != money.fen:
            refuse("payment_differs", transaction=money.transaction_id)
        if money.key in self.held and self.held[money.key]["id"] in self.gone:
            refuse("suspense_returned")

    def book(self) -> None:
        """Number what was taken, allocate it, write it."""
        if not self.taken:
            return
        pen, c = self.pen, self.pen.community
        first = journal.number(pen, c, "receipt", len(self.taken))
        work = Work(pen, "payment")
        work.sums.buildings = self.buildings
        left: dict[str, dict[str, OpenBill]] = {money.home: {} for money in self.taken.values()}
        for bill in bill_store.open_of(pen, c, pen.day, sorted(left)):
            left[bill.home][bill.bill] = bill
        for number, money in enumerate(self.taken.values(), first):
            self._book(work, money, number, left[money.home])
        work.finish()

    def _book(self, work: Work, money: Incoming, number: int, left: dict[str, OpenBill]) -> None:
        row = self._row(money, number, work.posting.book_date)
        work.begin(row["id"])
        work.receive(row, self._lies_on(row))
        parts = allocate(money.fen, left.values(), money.bills)
        for bill, part in parts:
            work.allocate(row["id"], bill.bill, bill.home, bill.item, bill.period, part)
            left[bill.bill] = replace(bill, open_fen=bill.open_fen - part)
        self.booked[money.key] = {
            "payment": row["id"], "receipt": row["receipt_no"],
            "allocated": [{"bill": bill.bill, "fen": part} for bill, part in parts],
            "prepayment_fen": money.fen - sum(part for _, part in parts), "replayed": False,
        }

    def _row(self, money: Incoming, number: int, book_date: str) -> dict[str, Any]:
        pen = self.pen
        return {
            "id": numbers.key("p", number), "channel": money.channel, "transaction_id": money.transaction_id,
            "home": money.home, "fen": money.fen, "happened_on": money.happened_on, "book_date": book_date,
            "at": pen.at, "who": money.who or pen.who,
            "receipt_no": numbers.receipt_no(prefix_of(pen.community), number), "label": money.label,
            "note": money.note, "policy": policy(money.bills), "payload_hash": money.digest, "made_n": pen.n,
        }

    def _lies_on(self, row: dict[str, Any]) -> str:
        """The account the money stands on: its channel's, or suspense when it came before its home was known."""
        if (row["channel"], row["transaction_id"]) in self.held:
            return accounts.SUSPENSE
        return accounts.of_payment(row["channel"], row["transaction_id"], row["who"])

    def answer(self, money: Incoming) -> Answer | Refusal:
        """What became of one of them."""
        if money in self.refused:
            return self.refused[money]
        taken = self.taken.get(money.key)
        if taken is money:
            return self.booked[money.key]
        digest = taken.digest if taken else self.known[money.key]["payload_hash"]
        if digest != money.digest:
            return Refusal("payment_differs", transaction=money.transaction_id)
        booked = self.booked[money.key] if taken else answer(self.pen, self.pen.community, self.known[money.key])
        return {**booked, "replayed": True}


def answer(db: Sql, c: str, payment: Row) -> Answer:
    """What a payment answered when it was booked, whatever was undone since."""
    parts = store.first_allocations(db, c, payment["id"], payment["entry"])
    return {
        "payment": payment["id"], "receipt": payment["receipt_no"],
        "allocated": [{"bill": part["bill"], "fen": part["fen"]} for part in parts],
        "prepayment_fen": payment["fen"] - sum(part["fen"] for part in parts),
    }
