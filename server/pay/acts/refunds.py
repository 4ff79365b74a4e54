"""Refunds: asked with a reason, approved by a second person, sent under a fixed number, done or failed.

asked → refused | sending → processing | unknown → done | failed. Money that did not come by an order of ours (cash,
transfer, POS) waits at the `desk` until the cashier says that he paid it out.
"""

from __future__ import annotations

from typing import Any

from server import clock
from server.config import Config
from server.db import Db, Pen, Row, Sql, new_id
from server.errors import refuse
from server.ledger import acts as ledger
from server.pay.acts.evidence import odd
from server.pay.acts.orders import new_number
from server.pay.providers import merchants
from server.pay.providers.words import RefundEvidence, Refused, Unclear
from server.pay.store import invoices as invoice_store
from server.pay.store import orders as order_store
from server.pay.store import refunds as store

AGAIN_S = (30, 60, 300, 1800, 7200)
LEASE_S = 60
ON_ITS_WAY = ("sending", "unknown", "processing")


def ask_refund(pen: Pen, payment: str, fen: int, reason: str, id: str = "") -> str:
    """Ask that money of a payment goes back; the ask's id. The pen's `who` asks. The same id again changes nothing.

    Refusals: payment_unknown, reason_needed, refund_too_much (with what else is asked for), refund_invoiced,
    idempotency_reuse (the id asked for other money).
    """
    c = pen.community
    id_ = id or new_id()
    known = store.by_id(pen, c, id_)
    if known is not None:
        if (known["payment"], known["fen"]) != (payment, fen):
            refuse("idempotency_reuse")
        return id_
    row = ledger.payment(pen, c, payment)
    if not reason.strip():
        refuse("reason_needed", "/reason")
    if invoice_store.standing(pen, c, payment) is not None:
        refuse("refund_invoiced")
    left = row["fen"] - row["reversed_fen"] - store.asked_fen(pen, c, payment)
    if isinstance(fen, bool) or not isinstance(fen, int) or not 0 < fen <= left:
        refuse("refund_too_much", "/fen")
    store.add(pen, {
        "community": c, "id": id_, "payment": payment, "home": row["home"], "fen": fen, "reason": reason.strip()[:200],
        "number": new_number(c, "R", pen.day), "who": pen.who, "at": pen.at, "n": pen.n,
    })
    pen.touch("refund", id_)
    return id_


def answer_refund(pen: Pen, ask: str, granted: bool) -> str:
    """The second person's word; the state now: refused, sending (call `send_refund` after the commit) or desk.

    Refusals: refund_unknown, refund_waits (answered before), second_person, refund_too_much, refund_invoiced.
    """
    c, row = pen.community, _needed(pen, pen.community, ask)
    if row["state"] != "asked":
        refuse("refund_waits")
    if pen.who in ("", row["who"]):
        refuse("second_person")
    if not granted:
        store.change(pen, c, ask, state="refused", approver=pen.who, answered_at=pen.at)
        pen.touch("refund", ask)
        return "refused"
    if invoice_store.standing(pen, c, row["payment"]) is not None:
        refuse("refund_invoiced")
    refund = ledger.start_refund(pen, row["payment"], row["fen"], row["reason"], row["who"])
    online = order_store.by_payment(pen, c, row["payment"]) is not None
    state = "sending" if online else "desk"
    store.change(pen, c, ask, state=state, approver=pen.who, answered_at=pen.at, refund=refund,
                 due_at=pen.at if online else None)
    pen.touch("refund", ask)
    return state


def paid_by_hand(pen: Pen, ask: str, on: str) -> None:
    """The cashier paid it out himself. Refusals: refund_unknown, refund_waits."""
    row = _needed(pen, pen.community, ask)
    if row["state"] == "done":
        return
    if row["state"] != "desk":
        refuse("refund_waits")
    ledger.end_refund(pen, row["refund"], "done", on)
    store.change(pen, pen.community, ask, state="done", due_at=None)
    pen.touch("refund", ask)


def send_refund(db: Db, cfg: Config, community: str, ask: str) -> str:
    """Ask the provider, under the number fixed at the beginning: sending again never pays twice. The state."""
    row = _leased(db, community, ask)
    if row is None:
        return str(_needed(db, community, ask)["state"])
    order = order_store.by_payment(db, community, row["payment"])
    merchant = merchants.load(cfg.home).get(order["merchant"]) if order else None
    if order is None or merchant is None:
        return _outcome(db, row, "unknown", "商户设置不在了")
    try:
        if row["state"] in ("unknown", "processing"):
            found = merchant.provider.refund_state(order["number"], row["number"])
            if found.state == "missing":
                found = _send(cfg, merchant, order, row)
        else:
            found = _send(cfg, merchant, order, row)
    except Unclear as unclear:
        return _outcome(db, row, "unknown", unclear.code)
    except Refused as refused:
        return _outcome(db, row, "failed", f"{refused.code} {refused.text}".strip())
    return _outcome(db, row, found.state, found.reason, found)


def _send(cfg: Config, merchant: merchants.Merchant, order: Row, row: Row) -> RefundEvidence:
    url = f"{cfg.url}/api/v1/notify/wechat-refund/{merchant.name}"
    return merchant.provider.refund(
        order["number"], row["number"], row["fen"], row["payment_fen"], row["reason"], url
    )


def _leased(db: Db, c: str, ask: str) -> Row | None:
    """The refund, with its lease taken; None when somebody else works on it, or nothing is left to do."""
    with db.write(c, verb="refund.send") as pen:
        row = _needed(pen, c, ask)
        if row["state"] not in ON_ITS_WAY or (row["lease"] and row["lease"] > pen.at):
            return None
        until = clock.add_seconds(pen.at, LEASE_S)
        # from now on it may have happened: whoever comes after a crash asks before he sends again
        store.change(pen, c, ask, lease=until, state="unknown" if row["state"] == "sending" else row["state"])
        return row


def _outcome(db: Db, row: Row, state: str, said: str, found: RefundEvidence | None = None) -> str:
    with db.write(row["community"], verb=f"refund.{state}") as pen:
        return _apply(pen, row["id"], state, said, found)


def _apply(pen: Pen, ask: str, state: str, said: str, found: RefundEvidence | None = None) -> str:
    """Write an outcome; an end stays an end."""
    c, row = pen.community, _needed(pen, pen.community, ask)
    theirs = found.refund if found and found.refund else row["theirs"]
    if row["state"] not in ON_ITS_WAY:
        if state in ("done", "failed") and state != row["state"]:
            odd(pen, "strange_refund", "", row["number"], theirs, row["fen"],
                f"退款已记为{row['state']}，渠道又称 {state}，请到商户平台核对")
        store.change(pen, c, ask, theirs=theirs, lease=None)
        return str(row["state"])
    if state in ("done", "failed"):
        on = clock.day_of(found.happened_at) if found and found.happened_at else pen.day
        ledger.end_refund(pen, row["refund"], state, on)
        store.change(pen, c, ask, state=state, said=said[:200], theirs=theirs, due_at=None, lease=None)
    else:
        wait = AGAIN_S[min(row["tries"], len(AGAIN_S) - 1)]
        due = clock.add_seconds(pen.at, wait)
        store.change(pen, c, ask, state=state, said=said[:200], theirs=theirs, tries=row["tries"] + 1, due_at=due,
                     lease=None)
    pen.touch("refund", ask)
    return state


def refund_told(db: Db, merchant: merchants.Merchant, found: RefundEvidence) -> None:
    """A verified notification of a refund. One that we did not ask for is kept for the office."""
    from server.pay.acts.evidence import home_of_money

    community = home_of_money(db, merchant, found.trade)
    if found.event and order_store.events_known(db, community, [(merchant.name, found.event)]):
        return
    with db.write(community, verb="refund.notify") as pen:
        if found.event:
            order_store.keep_events(pen, [
                {"c": community, "merchant": merchant.name, "event": found.event, "number": found.number, "at": pen.at}
            ])
        row = store.by_number(pen, community, found.number)
        if row is None:
            odd(pen, "strange_refund", merchant.name, found.number, found.refund, found.fen,
                f"商户平台发起的退款（订单 {found.trade}，{found.state}），账上没有，请核对")
        else:
            _apply(pen, row["id"], found.state, found.reason, found)


def sweep_refunds(db: Db, cfg: Config, community: str) -> int:
    """Refunds that are due are sent or asked about; how many."""
    rows = store.due(db, community, clock.instant(), 50)
    for row in rows:
        send_refund(db, cfg, community, row["id"])
    return len(rows)


def refunds(db: Sql, community: str, state: str = "", size: int = 100) -> list[dict[str, Any]]:
    """[{id, payment, receipt_no, home, code, fen, reason, number, state, who, at, approver, said, channel}], newest
    first. `state`: one of them, `open` for all without an end, '' for all."""
    return store.page(db, community, state, size)


def refund(db: Sql, community: str, ask: str) -> dict[str, Any]:
    """One of them. Refusal refund_unknown."""
    return _needed(db, community, ask)


def _needed(db: Sql, c: str, ask: str) -> Row:
    row = store.by_id(db, c, ask) if len(ask) <= 64 else None
    if row is None:
        refuse("refund_unknown")
    return row
