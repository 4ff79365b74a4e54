"""What a provider says, whoever brings it (notify, query, bill): one act, so that any order and any repeats agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server import clock
from server.access import community_of
from server.db import Db, Pen, Row, Sql, new_id
from server.errors import Refusal
from server.ledger import acts as ledger
from server.pay.acts.notes import Note, note, notes
from server.pay.acts.together import together
from server.pay.providers.alipay import Alipay
from server.pay.providers.merchants import Merchant
from server.pay.providers.words import Evidence, Forged
from server.pay.store import orders as store


def check_addressee(merchant: Merchant, evidence: Evidence) -> None:
    """Forged wrong_merchant when the message speaks of another merchant, application or seller."""
    ours = merchant.provider
    wanted = (ours.seller_id, ours.app_id) if isinstance(ours, Alipay) else (ours.mchid, ours.appid)
    if (evidence.merchant, evidence.app) != wanted:
        raise Forged("wrong_merchant", evidence.merchant)


def home_of_money(db: Sql, merchant: Merchant, number: str) -> str:
    """The community a transaction belongs to: its order's, else the merchant's own (suspense)."""
    named = community_of(number)
    if named and named != merchant.community:
        found = store.by_number(db, named, number)
        if found is not None and found["merchant"] == merchant.name:
            return named
    return merchant.community


@dataclass(frozen=True)
class Told:
    """What a provider said of a trade, and by which way."""

    merchant: Merchant
    evidence: Evidence
    source: str

    @property
    def key(self) -> tuple[str, str]:
        return self.merchant.channel, self.evidence.transaction

    @property
    def same(self) -> tuple[Any, ...]:
        """What two messages have in common that tell of the same money."""
        return self.merchant.name, self.evidence.number, self.evidence.transaction, self.evidence.fen, self.money

    @property
    def money(self) -> bool:
        """A refunded trade was paid before: the money came in, and goes out by a refund of its own."""
        said = self.evidence
        return said.state in ("paid", "refunded") and bool(said.transaction) and said.fen > 0


def settle(db: Db, merchant: Merchant, evidence: Evidence, source: str) -> dict[str, Any]:
    """Take in what a provider says of a trade: {state, payment?, receipt?, suspense?, replayed}.

    Committed when it returns. A message that was taken in before is answered without a write.
    """
    community = home_of_money(db, merchant, evidence.number)
    return together(db, community, Told(merchant, evidence, source), settle_all)


def settle_all(db: Db, community: str, told: Sequence[Told]) -> list[dict[str, Any]]:
    """The same for what was said at once, in one transaction."""
    events = [(one.merchant.name, one.evidence.event) for one in told if one.evidence.event]
    known = store.events_known(db, community, events)
    fresh = [one for one in told if (one.merchant.name, one.evidence.event) not in known]
    answers: dict[int, dict[str, Any]] = {}
    if fresh:
        with db.write(community, verb=f"money.{fresh[0].source}") as pen:
            answers = dict(zip(map(id, fresh), take_in(pen, fresh), strict=True))
    return [answers.get(id(one), {"state": "known", "replayed": True}) for one in told]


def take_in(pen: Pen, told: Sequence[Told]) -> list[dict[str, Any]]:
    """Under the pen: what is money for an order goes into the books together, everything else one by one after it."""
    c = pen.community
    orders = store.by_numbers(pen, c, [one.evidence.number for one in told])
    store.keep_events(pen, [
        {"c": c, "merchant": one.merchant.name, "event": one.evidence.event, "number": one.evidence.number,
         "at": pen.at} for one in told if one.evidence.event
    ])
    rows = {id(one): _of(one, orders) for one in told}
    known = ledger.payments_as(pen, c, [one.key for one in told if one.money])
    booked = _book(pen, [(one, row) for one in told if (row := rows[id(one)]) and one.money and one.key not in known])
    again = {one.same: {**booked[id(one)], "state": "paid", "replayed": True} for one in told if id(one) in booked}
    return [
        booked.get(id(one)) or again.get(one.same) or _heard(one, rows[id(one)], known.get(one.key)) or _one(pen, one)
        for one in told
    ]


def _of(one: Told, orders: dict[str, Row]) -> Row | None:
    row = orders.get(one.evidence.number)
    return row if row is not None and row["merchant"] == one.merchant.name else None


def _book(pen: Pen, paid: list[tuple[Told, Row]]) -> dict[int, dict[str, Any]]:
    """Each order's first transaction becomes a payment; answers by the id of what was told. The rest is left."""
    first: dict[str, tuple[Told, Row]] = {}
    for one, row in paid:
        if all(one.key != other.key for other, _ in first.values()):
            first.setdefault(row["number"], (one, row))
    booked = ledger.record_payments(pen, [_incoming(pen, one, row) for one, row in first.values()])
    good = [(one, row, done) for (one, row), done in zip(first.values(), booked, strict=True)
            if not isinstance(done, Refusal)]
    states = notes(pen, [
        Note(row, "paid", one.source, one.evidence.transaction, one.evidence.happened_at, _kept(one, done["payment"]))
        for one, row, done in good
    ])
    for one, row, _ in good:
        _remarks(pen, one.merchant, row, one.evidence, one.source)
    return {
        id(one): {"state": state, "payment": done["payment"], "receipt": done["receipt"], "replayed": False}
        for (one, _, done), state in zip(good, states, strict=True)
    }


def _incoming(pen: Pen, one: Told, row: Row) -> ledger.Incoming:
    said = one.evidence
    return ledger.Incoming(
        one.merchant.channel, said.transaction, row["home"], said.fen,
        clock.day_of(said.happened_at) if said.happened_at else pen.day, tuple(json.loads(row["bills"])),
        who=one.source, note=f"订单 {row['number']}",
    )


def _kept(one: Told, payment: str) -> dict[str, Any]:
    return {"payment": payment, "transaction_id": one.evidence.transaction, "lease": None}


def _heard(one: Told, row: Row | None, known: Row | None) -> dict[str, Any] | None:
    """The answer for money that is in the books as it is told, with nothing left to note; else None."""
    if known is None or known["fen"] != one.evidence.fen or (row is not None and row["payment"] is None):
        return None
    return {"state": "paid", "payment": known["id"], "receipt": known["receipt_no"], "replayed": True}


def _one(pen: Pen, one: Told) -> dict[str, Any]:
    """What was told, as things stand now."""
    row = store.by_number(pen, pen.community, one.evidence.number)
    row = row if row is not None and row["merchant"] == one.merchant.name else None
    if one.money:
        return _money(pen, one.merchant, row, one.evidence, one.source)
    if row is not None and one.evidence.state == "closed":
        return {"state": note(pen, row["number"], "closed", one.source), "replayed": False}
    return {"state": row["state"] if row else "unknown", "replayed": False}


def _money(pen: Pen, merchant: Merchant, row: Row | None, evidence: Evidence, source: str) -> dict[str, Any]:
    known = ledger.payment_of(pen, pen.community, merchant.channel, evidence.transaction)
    if known is not None:
        if known["fen"] != evidence.fen:
            keep_odd(pen, "differs", merchant, evidence, f"已入账 {known['fen']} 分，{source} 称 {evidence.fen} 分")
        if row is not None and row["payment"] is None:
            _paid(pen, row, evidence, source, known["id"])
        return {"state": "paid", "payment": known["id"], "receipt": known["receipt_no"], "replayed": True}
    happened_on = clock.day_of(evidence.happened_at) if evidence.happened_at else pen.day
    if row is None:
        return _suspense(pen, merchant, evidence, happened_on)
    told = Told(merchant, evidence, source)
    (booked,) = ledger.record_payments(pen, [_incoming(pen, told, row)])
    if isinstance(booked, Refusal):
        if booked.code not in ("payment_invalid", "home_unknown", "bill_unknown", "suspense_returned"):
            raise booked
        keep_odd(pen, "refused", merchant, evidence, booked.sentence)
        if booked.code == "suspense_returned":
            return {"state": "suspense", "replayed": True}
        return _suspense(pen, merchant, evidence, pen.day)
    state = _paid(pen, row, evidence, source, booked["payment"])
    _remarks(pen, merchant, row, evidence, source)
    return {"state": state, "payment": booked["payment"], "receipt": booked["receipt"], "replayed": False}


def _suspense(pen: Pen, merchant: Merchant, evidence: Evidence, happened_on: str) -> dict[str, Any]:
    held = ledger.hold_payment(
        pen, channel=merchant.channel, transaction_id=evidence.transaction, fen=evidence.fen,
        happened_on=happened_on, number=evidence.number, note=f"没有这张订单：{evidence.number}"[:200],
    )
    keep_odd(pen, "no_order", merchant, evidence, "钱已到账，没有对应的订单，暂挂 2241")
    return {"state": "suspense", "suspense": held["suspense"], "replayed": held["replayed"]}


def _paid(pen: Pen, row: Row, evidence: Evidence, source: str, payment: str) -> str:
    return note(
        pen, row["number"], "paid", source, evidence.transaction, happened_at=evidence.happened_at, payment=payment,
        transaction_id=evidence.transaction, lease=None,
    )


def _remarks(pen: Pen, merchant: Merchant, row: Row, evidence: Evidence, source: str) -> None:
    if evidence.fen != row["fen"]:
        said = f"订单 {row['fen']} 分，实付 {evidence.fen} 分，按实付入账"
        note(pen, row["number"], "differs", source, said)
        keep_odd(pen, "differs", merchant, evidence, said)
    amount = evidence.raw.get("amount")
    own = amount.get("payer_total") if isinstance(amount, dict) else None
    if isinstance(own, int) and own and own != evidence.fen:
        note(pen, row["number"], "coupon", source, f"平台优惠 {evidence.fen - own} 分，业主付 {own} 分")


def keep_odd(pen: Pen, what: str, merchant: Merchant, evidence: Evidence, detail: str) -> None:
    """Something for the office to look at; once, however often it is told."""
    odd(pen, what, merchant.name, evidence.number, evidence.transaction, evidence.fen, detail)


def odd(pen: Pen, what: str, merchant: str, number: str, transaction: str, fen: int, detail: str) -> None:
    """The same from plain words."""
    store.keep_odd(pen, {
        "community": pen.community, "id": new_id(), "what": what, "merchant": merchant, "number": number[:64],
        "transaction_id": transaction[:64], "fen": fen, "detail": detail[:300], "at": pen.at,
    })
    pen.touch("money", "odd")


def odds(db: Sql, community: str) -> list[Row]:
    """What nobody looked at yet: [{id, what, merchant, number, transaction_id, fen, detail, at}], newest first.

    `what`: no_order, differs, refused, wrong_merchant, unreadable, strange_refund.
    """
    return store.open_odds(db, community)


def close_odd(pen: Pen, id_: str) -> bool:
    """Somebody looked; False when it was closed before or never was."""
    return bool(store.close_odd(pen, pen.community, id_, pen.at, pen.who))
