"""Reconciliation: the provider's bill of a day against our books, then against what reached the bank."""

from __future__ import annotations

from typing import Any

from server import clock
from server.config import Config
from server.db import Db, Pen, Sql
from server.errors import refuse
from server.ledger import acts as ledger
from server.pay.acts.cash import cash_blocks
from server.pay.acts.evidence import home_of_money, settle
from server.pay.acts.refunds import refund_told
from server.pay.providers import merchants
from server.pay.providers.words import BillRow, Evidence, ProviderError, RefundEvidence
from server.pay.rules import recon as rules
from server.pay.store import recon as store
from server.pay.store import refunds as refund_store

READY = "T10:00"


def read_bill(db: Db, cfg: Config, community: str, merchant: str, day: str, now: str = "") -> dict[str, Any]:
    """Fetch and match a merchant's bill of a day; what only the provider has is booked. {rows, verdicts}.

    Reading it again changes nothing that is right. `now` is an instant, for those who test.
    Refusals: merchant_unknown, recon_not_yet, recon_unread (cut, wrong SHA-1, no answer: nothing was changed).
    """
    found = merchants.load(cfg.home).get(merchant)
    if found is None or found.community != community:
        refuse("merchant_unknown", name=merchant[:40])
    if clock.minute_of(now or clock.instant()).replace(" ", "T") < f"{clock.add_days(day, 1)}{READY}":
        refuse("recon_not_yet", day=day)
    try:
        bill = found.provider.bill(day)
    except ProviderError as error:
        refuse("recon_unread", reason=error.code)
    matched = [_match(db, found, day, row) for row in bill]
    matched += _missing(db, found, day, {row.transaction for row in bill})
    good = [row for row in bill if row.state == "SUCCESS"]
    head = {
        "community": community, "merchant": merchant, "channel": found.channel, "day": day,
        "read_at": clock.instant(), "rows": len(bill),
        "paid_fen": sum(row.fen for row in good if row.kind == "payment"),
        "refunded_fen": sum(row.fen for row in bill if row.kind == "refund"),
        "fee_fen": sum(row.fee_fen if row.kind == "payment" else -abs(row.fee_fen) for row in bill),
    }
    with db.write(community, verb="recon.read") as pen:
        store.put(pen, head, matched)
        store.shifted(pen, community, merchant, day, [{"id": row.transaction} for row in bill])
        pen.touch("recon", day)
    return {"rows": len(bill), "verdicts": _counted(matched)}


def _counted(rows: list[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row["verdict"]] = found.get(row["verdict"], 0) + 1
    return found


def _match(db: Db, merchant: merchants.Merchant, day: str, row: BillRow) -> dict[str, Any]:
    """One row, booked when we did not know of it."""
    payment = row.kind == "payment"
    look = _our_payment if payment else _our_refund
    ours = look(db, merchant, row)
    booked = False
    if row.state == "SUCCESS" and (ours is None or (not payment and not ours.standing)):
        _tell(db, merchant, row)
        booked, ours = True, look(db, merchant, row)
    rate = merchant.fee_per_10000 if payment else None
    said = rules.verdict(row.fen, row.state == "SUCCESS", row.fee_fen, day, ours, rate)
    return {
        "community": merchant.community, "merchant": merchant.name, "day": day, "kind": row.kind,
        "id": row.transaction if payment else row.refund, "number": row.number, "fen": row.fen,
        "fee_fen": row.fee_fen, "ours_fen": ours.fen if ours else None, "at": row.at,
        "verdict": "booked" if booked and said in rules.SETTLED else said,
    }


def _our_payment(db: Sql, merchant: merchants.Merchant, row: BillRow) -> rules.Ours | None:
    community = home_of_money(db, merchant, row.number)
    found = ledger.payment_of(db, community, merchant.channel, row.transaction)
    found = found or ledger.suspense_of(db, community, merchant.channel, row.transaction)
    return rules.Ours(found["fen"], found["happened_on"]) if found else None


def _our_refund(db: Sql, merchant: merchants.Merchant, row: BillRow) -> rules.Ours | None:
    found = refund_store.by_number(db, home_of_money(db, merchant, row.number), row.refund)
    if found is None or found["refund"] is None:
        return None
    return rules.Ours(found["fen"], clock.day_of(row.at), found["state"] == "done")


def _tell(db: Db, merchant: merchants.Merchant, row: BillRow) -> None:
    """The bill is evidence like any other."""
    if row.kind == "payment":
        settle(db, merchant, Evidence(row.number, "paid", row.transaction, row.fen, row.at), "bill")
    else:
        refund_told(db, merchant, RefundEvidence(row.refund, "done", "", row.fen, row.number, happened_at=row.at))


def _missing(db: Sql, merchant: merchants.Merchant, day: str, there: set[str]) -> list[dict[str, Any]]:
    """Ours of that day that the bill lacks, unless another day's bill has it."""
    c = merchant.community
    return [
        {"community": c, "merchant": merchant.name, "day": day, "kind": "payment", "id": row["transaction_id"],
         "number": row["number"], "fen": 0, "fee_fen": 0, "ours_fen": row["fen"], "at": row["at"],
         "verdict": "local_only"}
        for row in store.ours_of_day(db, c, merchant.name, day)
        if row["transaction_id"] not in there and not store.elsewhere(db, c, merchant.name, day, row["transaction_id"])
    ]


def reconciliation(db: Sql, community: str, day: str) -> dict[str, Any]:
    """{day, merchants: [{merchant, channel, read_at, rows, paid_fen, refunded_fen, fee_fen, expected_fen, bank_fen,
    difference_fen}], rows: [… verdict, words, note, who], open}: what differs stands first."""
    heads = []
    for head in store.heads(db, community, day):
        expected = head["paid_fen"] - head["refunded_fen"] - head["fee_fen"]
        difference = None if head["bank_fen"] is None else head["bank_fen"] - expected
        heads.append({**head, "expected_fen": expected, "difference_fen": difference})
    rows = [{**row, "words": rules.WORDS[row["verdict"]]} for row in store.rows(db, community, day)]
    left = sum(row["verdict"] not in rules.SETTLED and row["who"] is None for row in rows)
    return {"day": day, "merchants": heads, "rows": rows, "open": left}


def explain(pen: Pen, merchant: str, day: str, kind: str, id: str, note: str) -> None:
    """A person says why a row differs; it no longer holds up the closing. Refusals: reason_needed, not_found."""
    if not note.strip():
        refuse("reason_needed", "/note")
    if not store.explain(pen, pen.community, merchant, day, kind, id, note.strip()[:200], pen.who):
        refuse("not_found")
    pen.touch("recon", day)


def settle_day(pen: Pen, merchant: str, day: str, bank_fen: int) -> dict[str, Any]:
    """The money of a day's bill reached the bank: posted once with the fee. {entry, expected_fen, difference_fen}.

    Refusals: recon_unknown, payment_differs (another amount was posted before), payment_invalid.
    """
    c = pen.community
    head = store.head(pen, c, merchant, day)
    if head is None:
        refuse("recon_unknown", day=day)
    expected = head["paid_fen"] - head["refunded_fen"] - head["fee_fen"]
    if head["entry"] is not None:
        if head["bank_fen"] != bank_fen:
            refuse("payment_differs", transaction=f"{merchant} {day}")
        return {"entry": head["entry"], "expected_fen": expected, "difference_fen": bank_fen - expected}
    entry = ledger.settle_channel(pen, head["channel"], bank_fen, max(0, head["fee_fen"]), f"{merchant} {day}")
    store.banked(pen, c, merchant, day, bank_fen, entry)
    pen.touch("recon", day)
    return {"entry": entry, "expected_fen": expected, "difference_fen": bank_fen - expected}


def day_blocks(db: Sql, community: str, day: str) -> list[str]:
    """Why a day cannot be closed yet: online money no bill has confirmed, differences nobody explained, cash."""
    closed = ledger.closed_days(db, community, 1)
    waiting = store.unmatched(db, community, closed[0]["day"] if closed else "", day)
    differ = store.open_rows(db, community, day)
    found = [f"{waiting} 笔线上收款还没有与渠道账单对上"] if waiting else []
    found += [f"对账有 {differ} 处差异还没有处理"] if differ else []
    return found + cash_blocks(db, community, day)


ledger.hold_closing(day_blocks)
