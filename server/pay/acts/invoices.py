"""Electronic invoices (电子发票): asked for by the owner, issued by whatever issues them, taken back by a red one.

An `Issuer` is a provider's adapter; without one the office exports the table and types in the numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Protocol

from server.db import Pen, Row, Sql
from server.errors import refuse
from server.ledger import acts as ledger
from server.pay.store import cash as store

HEAD = ("申请编号", "收据编号", "房号", "缴费日期", "金额（元）", "抬头", "税号", "邮箱", "发票号码", "红字发票号码")


class Issuer(Protocol):
    """What issues invoices. `issue` answers with the invoice's number; the same id again with the same number."""

    def issue(self, ask: Mapping[str, Any]) -> str: ...
    def red(self, ask: Mapping[str, Any]) -> str: ...


class PaperIssuer:
    """The simulated one: numbers from the ask itself, so that asking again gives the same."""

    def issue(self, ask: Mapping[str, Any]) -> str:
        return f"SIM{ask['id'][-12:]}"

    def red(self, ask: Mapping[str, Any]) -> str:
        return f"SIMRED{ask['id'][-12:]}"


def ask_invoice(pen: Pen, *, id: str, payment: str, title: str, tax_no: str = "", mail: str = "") -> str:
    """Ask for an invoice of what is left of a payment; one at a time. The same id again changes nothing.

    Refusals: payment_unknown, payment_reversed, invoice_invalid.
    """
    c = pen.community
    if store.invoice(pen, c, id) is not None:
        return id
    row = ledger.payment(pen, c, payment)
    fen = row["fen"] - row["reversed_fen"]
    if fen <= 0:
        refuse("payment_reversed")
    title, tax_no = title.strip(), tax_no.strip().upper()
    if not 0 < len(title) <= 100:
        refuse("invoice_invalid", "/title", reason="请写抬头，最多 100 个字")
    if tax_no and not (15 <= len(tax_no) <= 20 and tax_no.isascii() and tax_no.isalnum()):
        refuse("invoice_invalid", "/tax_no", reason="税号应为 15 到 20 位字母和数字")
    if any(not invoice["red"] for invoice in store.invoices(pen, c, payment, "")):
        refuse("invoice_invalid", reason="这张收据已申请过发票")
    store.add_invoice(pen, {
        "community": c, "id": id, "payment": payment, "fen": fen, "title": title, "tax_no": tax_no, "mail": mail[:100],
        "at": pen.at, "number": None, "issued_at": None, "red": None, "red_at": None,
    })
    pen.touch("invoice", id)
    return id


def invoice_issued(pen: Pen, id: str, number: str) -> None:
    """It has a number. Refusals: not_found, invoice_invalid (another number before)."""
    row = _needed(pen, id)
    if row["number"] not in (None, number) or not number.strip():
        refuse("invoice_invalid", reason="发票号码与登记的不同")
    store.change_invoice(pen, pen.community, id, number=number.strip()[:40], issued_at=row["issued_at"] or pen.at)
    pen.touch("invoice", id)


def invoice_red(pen: Pen, id: str, number: str) -> None:
    """Taken back by a red invoice: the payment may be refunded now. Refusals: not_found, invoice_invalid."""
    row = _needed(pen, id)
    if row["number"] is None or not number.strip():
        refuse("invoice_invalid", reason="还没有开出的发票不能红冲")
    store.change_invoice(pen, pen.community, id, red=number.strip()[:40], red_at=row["red_at"] or pen.at)
    pen.touch("invoice", id)


def invoices(db: Sql, community: str, waiting: bool = False) -> list[Row]:
    """Every ask, oldest first, with receipt_no, happened_on and code; `waiting`: only those not issued."""
    return store.invoices(db, community, "", "yes" if waiting else "")


def invoices_of(db: Sql, community: str, payment: str) -> list[Row]:
    """The asks of one payment."""
    return store.invoices(db, community, payment, "")


def invoice_csv(db: Sql, community: str) -> bytes:
    """The asks as a table for the tax software: UTF-8 with BOM."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for row in invoices(db, community):
        yuan = f"{row['fen'] // 100}.{row['fen'] % 100:02d}"
        cells = (row["id"], row["receipt_no"], row["code"], row["happened_on"], yuan, row["title"], row["tax_no"],
                 row["mail"], row["number"] or "", row["red"] or "")
        writer.writerow([_plain(str(cell)) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _needed(pen: Pen, id: str) -> Row:
    row = store.invoice(pen, pen.community, id)
    if row is None:
        refuse("not_found")
    return row
