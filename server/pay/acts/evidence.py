"""What a provider says, whoever brings it (notify, query, bill): one act, so that any order and any repeats agree."""

from __future__ import annotations

import json
from typing import Any

from server import clock
from server.access import community_of
from server.db import Db, Pen, Row, Sql, new_id
from server.errors import Refusal
from server.ledger import acts as ledger
from server.pay.acts.orders import note
from server.pay.acts.together import write_together
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


def settle(db: Db, merchant: Merchant, evidence: Evidence, source: str) -> dict[str, Any]:
    """Take in what a provider says of a trade: {state, payment?, receipt?, suspense?, replayed}.

    Committed when it returns. A message that was taken in before is answered without a write.
    """
    community = home_of_money(db, merchant, evidence.number)
    if evidence.event and store.event_known(db, community, merchant.name, evidence.event):
        return {"state": "known", "replayed": True}
    return write_together(db, community, f"money.{source}", lambda pen: take_in(pen, merchant, evidence, source))


def take_in(pen: Pen, merchant: Merchant, evidence: Evidence, source: str) -> dict[str, Any]:
    """The same under a pen that is held already."""
    row = store.by_number(pen, pen.community, evidence.number)
    if row is not None and row["merchant"] != merchant.name:
        row = None
    if evidence.event:
        store.keep_event(pen, pen.community, merchant.name, evidence.event, evidence.number, pen.at)
    # a refunded trade was paid before: the money came in, and goes out by a refund of its own
    if evidence.state in ("paid", "refunded") and evidence.transaction and evidence.fen > 0:
        return _money(pen, merchant, row, evidence, source)
    if row is not None and evidence.state == "closed":
        return {"state": note(pen, row["number"], "closed", source), "replayed": False}
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
    try:
        booked = ledger.record_payment(
            pen, channel=merchant.channel, transaction_id=evidence.transaction, home=row["home"], fen=evidence.fen,
            happened_on=happened_on, bills=json.loads(row["bills"]), who=f"{source}", label="",
            note=f"订单 {row['number']}",
        )
    except Refusal as refusal:
        if refusal.code not in ("payment_invalid", "home_unknown", "bill_unknown"):
            raise
        keep_odd(pen, "refused", merchant, evidence, refusal.sentence)
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
