"""Electronic invoices (电子发票): asked for by the owner, issued by the community's issuer, taken back by a red one.

Without an issuer the office exports the table and types in the numbers. An invoice is sent under its own id, so sending
again never issues twice; while it is on its way, its payment is not refunded.
"""

from __future__ import annotations

import csv
import io

from server.db import Pen, Row, Sql
from server.errors import refuse
from server.ledger import acts as ledger
from server.pay.providers.issuers import Invoice
from server.pay.store import invoices as store
from server.pay.store import refunds as refund_store

HEAD = ("申请编号", "收据编号", "房号", "缴费日期", "金额（元）", "抬头", "税号", "邮箱", "发票号码", "红字发票号码")
ON_ITS_WAY = ("sending", "red_sending")


def ask_invoice(pen: Pen, *, id: str, payment: str, title: str, tax_no: str = "", mail: str = "") -> str:
    """Ask for an invoice of what is left of a payment; one at a time. The same id again changes nothing.

    Refusals: payment_unknown, payment_reversed, invoice_invalid, idempotency_reuse (the id asked for another payment).
    """
    c = pen.community
    known = store.by_id(pen, c, id)
    if known is not None:
        if known["payment"] != payment:
            refuse("idempotency_reuse")
        return id
    fen = left_of(pen, payment)
    if fen <= 0:
        refuse("payment_reversed")
    title, tax_no = title.strip(), tax_no.strip().upper()
    if not 0 < len(title) <= 100:
        refuse("invoice_invalid", "/title", reason="请写抬头，最多 100 个字")
    if tax_no and not (15 <= len(tax_no) <= 20 and tax_no.isascii() and tax_no.isalnum()):
        refuse("invoice_invalid", "/tax_no", reason="税号应为 15 到 20 位字母和数字")
    if _stands(pen, payment):
        refuse("invoice_invalid", reason="这张收据已申请过发票")
    store.add(pen, {
        "community": c, "id": id, "payment": payment, "fen": fen, "title": title, "tax_no": tax_no, "mail": mail[:100],
        "at": pen.at, "number": None, "issued_at": None, "red": None, "red_at": None,
    }, pen.at)
    pen.touch("invoice", id)
    return id


def _stands(pen: Pen, payment: str) -> bool:
    """Is an invoice of this payment asked for, on its way or issued?"""
    return any(row["state"] not in ("red", "failed") for row in store.of_payment(pen, pen.community, payment))


def left_of(pen: Pen, payment: str) -> int:
    """What is left of a payment, less what is asked to go back."""
    row = ledger.payment(pen, pen.community, payment)
    return int(row["fen"] - row["reversed_fen"] - refund_store.asked_fen(pen, pen.community, payment))


def invoice_issued(pen: Pen, id: str, number: str) -> None:
    """It has a number. Refusals: not_found, invoice_invalid (another number before, or it is with the issuer)."""
    row = needed(pen, pen.community, id)
    number = number.strip()[:40]
    if row["number"] not in (None, number) or not number or row["state"] in (*ON_ITS_WAY, "red"):
        refuse("invoice_invalid", reason="发票号码与登记的不同，或正在开具，或已红冲")
    if row["state"] == "failed" and _stands(pen, row["payment"]):
        refuse("invoice_invalid", reason="这张收据另有一张发票")
    issued(pen, row, Invoice("issued", number))


def invoice_red(pen: Pen, id: str, number: str) -> None:
    """Taken back by a red invoice: the payment may be refunded now. Refusals: not_found, invoice_invalid."""
    row = needed(pen, pen.community, id)
    if row["number"] is None or not number.strip():
        refuse("invoice_invalid", reason="还没有开出的发票不能红冲")
    if row["red"] not in (None, number.strip()[:40]):
        refuse("invoice_invalid", reason="红字发票号码与登记的不同")
    red(pen, row, Invoice("red", red=number.strip()[:40]))


def want_invoice(pen: Pen, id: str) -> None:
    """Send it (again): the next `send_invoice` issues it. Refusals: not_found, invoice_invalid."""
    row = needed(pen, pen.community, id)
    if row["state"] not in ("asked", "failed"):
        refuse("invoice_invalid", reason="这张发票已开出或正在开具")
    if row["state"] == "failed" and _stands(pen, row["payment"]):
        refuse("invoice_invalid", reason="这张收据另有一张发票")
    store.change(pen, pen.community, id, state="asked", said="", due_at=pen.at)
    pen.touch("invoice", id)


def want_red(pen: Pen, id: str, reason: str) -> None:
    """Take it back at the issuer, with a reason. Refusals: not_found, invoice_invalid, reason_needed."""
    row = needed(pen, pen.community, id)
    if not reason.strip():
        refuse("reason_needed", "/reason")
    if row["state"] not in ("issued", "red_failed"):
        refuse("invoice_invalid", reason="还没有开出的发票不能红冲")
    store.change(pen, pen.community, id, state="red_sending", said=reason.strip()[:200], due_at=pen.at, tries=0)
    pen.touch("invoice", id)


def issued(pen: Pen, row: Row, found: Invoice) -> None:
    """It has its number."""
    c, id_ = pen.community, row["id"]
    store.number(pen, c, id_, number=found.number[:40], issued_at=row["issued_at"] or pen.at)
    store.change(pen, c, id_, state="issued", said="", link=found.link, due_at=None, lease=None, tries=0)
    pen.touch("invoice", id_)


def red(pen: Pen, row: Row, found: Invoice) -> None:
    """It was taken back."""
    c, id_ = pen.community, row["id"]
    store.number(pen, c, id_, red=found.red[:40] or "红冲", red_at=row["red_at"] or pen.at)
    store.change(pen, c, id_, state="red", due_at=None, lease=None)
    pen.touch("invoice", id_)


def invoices(db: Sql, community: str, waiting: bool = False) -> list[Row]:
    """Every ask, newest first, with state, said, link, receipt_no, happened_on and code; `waiting`: not issued yet."""
    rows = store.all_of(db, community)
    return [row for row in rows if row["number"] is None and row["state"] != "failed"] if waiting else rows


def invoices_of(db: Sql, community: str, payment: str) -> list[Row]:
    """The asks of one payment, oldest first."""
    return store.of_payment(db, community, payment)


def invoice_csv(db: Sql, community: str) -> bytes:
    """The asks as a table for the tax software: UTF-8 with BOM."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for row in reversed(invoices(db, community)):
        yuan = f"{row['fen'] // 100}.{row['fen'] % 100:02d}"
        cells = (row["id"], row["receipt_no"], row["code"], row["happened_on"], yuan, row["title"], row["tax_no"],
                 row["mail"], row["number"] or "", row["red"] or "")
        writer.writerow([_plain(str(cell)) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    """No cell starts a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def invoice(db: Sql, community: str, id: str) -> Row:
    """One of them, as `invoices` has it. Refusal not_found."""
    return needed(db, community, id)


def needed(db: Sql, c: str, id_: str) -> Row:
    """The row of an invoice. Refusal not_found."""
    row = store.by_id(db, c, id_) if len(id_) <= 64 else None
    if row is None:
        refuse("not_found")
    return row
