"""Electronic invoices (电子发票): asked for by the owner, issued by the community's issuer, taken back by a red one.

Without an issuer the office exports the table and types in the numbers. An invoice is sent under its own id, so sending
again never issues twice; while it is on its way, its payment is not refunded.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

from server import clock
from server.config import Config
from server.db import Db, Pen, Row, Sql
from server.errors import refuse
from server.ledger import acts as ledger
from server.pay.providers import issuers
from server.pay.providers.issuers import Invoice, Issuer
from server.pay.providers.words import Refused, Unclear
from server.pay.store import invoices as store
from server.pay.store import refunds as refund_store

HEAD = ("申请编号", "收据编号", "房号", "缴费日期", "金额（元）", "抬头", "税号", "邮箱", "发票号码", "红字发票号码")
ON_ITS_WAY = ("sending", "red_sending")
LEASE_S = 60
AGAIN_S = (60, 300, 1800, 3600)


def ask_invoice(pen: Pen, *, id: str, payment: str, title: str, tax_no: str = "", mail: str = "") -> str:
    """Ask for an invoice of what is left of a payment; one at a time. The same id again changes nothing.

    Refusals: payment_unknown, payment_reversed, invoice_invalid.
    """
    c = pen.community
    if store.by_id(pen, c, id) is not None:
        return id
    fen = _left(pen, payment)
    if fen <= 0:
        refuse("payment_reversed")
    title, tax_no = title.strip(), tax_no.strip().upper()
    if not 0 < len(title) <= 100:
        refuse("invoice_invalid", "/title", reason="请写抬头，最多 100 个字")
    if tax_no and not (15 <= len(tax_no) <= 20 and tax_no.isascii() and tax_no.isalnum()):
        refuse("invoice_invalid", "/tax_no", reason="税号应为 15 到 20 位字母和数字")
    if any(row["state"] not in ("red", "failed") for row in store.of_payment(pen, c, payment)):
        refuse("invoice_invalid", reason="这张收据已申请过发票")
    store.add(pen, {
        "community": c, "id": id, "payment": payment, "fen": fen, "title": title, "tax_no": tax_no, "mail": mail[:100],
        "at": pen.at, "number": None, "issued_at": None, "red": None, "red_at": None,
    }, pen.at)
    pen.touch("invoice", id)
    return id


def _left(pen: Pen, payment: str) -> int:
    """What is left of a payment, less what is asked to go back."""
    row = ledger.payment(pen, pen.community, payment)
    return int(row["fen"] - row["reversed_fen"] - refund_store.asked_fen(pen, pen.community, payment))


def invoice_issued(pen: Pen, id: str, number: str) -> None:
    """It has a number. Refusals: not_found, invoice_invalid (another number before, or it is with the issuer)."""
    row = _needed(pen, pen.community, id)
    if row["number"] not in (None, number) or not number.strip() or row["state"] in ON_ITS_WAY:
        refuse("invoice_invalid", reason="发票号码与登记的不同，或正在开具")
    _issued(pen, row, Invoice("issued", number.strip()[:40]))


def invoice_red(pen: Pen, id: str, number: str) -> None:
    """Taken back by a red invoice: the payment may be refunded now. Refusals: not_found, invoice_invalid."""
    row = _needed(pen, pen.community, id)
    if row["number"] is None or not number.strip():
        refuse("invoice_invalid", reason="还没有开出的发票不能红冲")
    _red(pen, row, Invoice("red", red=number.strip()[:40]))


def want_invoice(pen: Pen, id: str) -> None:
    """Send it (again): the next `send_invoice` issues it. Refusals: not_found, invoice_invalid."""
    row = _needed(pen, pen.community, id)
    if row["state"] not in ("asked", "failed"):
        refuse("invoice_invalid", reason="这张发票已开出或正在开具")
    if row["state"] == "failed" and any(
        other["state"] not in ("red", "failed") for other in store.of_payment(pen, pen.community, row["payment"])
    ):
        refuse("invoice_invalid", reason="这张收据另有一张发票")
    store.change(pen, pen.community, id, state="asked", said="", due_at=pen.at)
    pen.touch("invoice", id)


def want_red(pen: Pen, id: str, reason: str) -> None:
    """Take it back at the issuer, with a reason. Refusals: not_found, invoice_invalid, reason_needed."""
    row = _needed(pen, pen.community, id)
    if not reason.strip():
        refuse("reason_needed", "/reason")
    if row["state"] not in ("issued", "red_failed"):
        refuse("invoice_invalid", reason="还没有开出的发票不能红冲")
    store.change(pen, pen.community, id, state="red_sending", said=reason.strip()[:200], due_at=pen.at, tries=0)
    pen.touch("invoice", id)


def send_invoice(db: Db, cfg: Config, community: str, id: str) -> str:
    """Bring an invoice on: issue it, ask how it stands, or take it back. The state now; `asked` without an issuer."""
    issuer = issuers.of_community(cfg.home, community)
    if issuer is None:
        return str(_needed(db, community, id)["state"])
    row = _leased(db, community, id, issuer.name)
    if row is None:
        return str(_needed(db, community, id)["state"])
    try:
        found = _step(issuer, row)
    except Unclear as unclear:
        said = row["said"] if row["state"] == "red_sending" else unclear.code
        return _write(db, row, lambda pen: _later(pen, row, said))
    except Refused as refused:
        said = f"{refused.code} {refused.text}".strip()
        state = "red_failed" if row["state"] == "red_sending" else "failed"
        return _write(db, row, lambda pen: _ended(pen, row, state, said))
    return _write(db, row, lambda pen: _outcome(pen, row, found))


def _step(issuer: Issuer, row: Row) -> Invoice:
    if row["state"] == "red_sending":
        known = issuer.state(row["id"]) if row["tries"] else None
        return known if known and known.state == "red" else issuer.red(row["id"], row["said"])
    if row["state"] == "sending":  # it may have happened: ask before sending again
        known = issuer.state(row["id"])
        if known.state != "missing":
            return known
    return issuer.issue(row)


def _leased(db: Db, c: str, id_: str, issuer: str) -> Row | None:
    """The invoice with its lease taken; None when somebody works on it, or nothing is left to do."""
    with db.write(c, verb="invoice.send") as pen:
        row = _needed(pen, c, id_)
        if row["state"] not in ("asked", *ON_ITS_WAY) or (row["lease"] and row["lease"] > pen.at):
            return None
        if row["state"] == "asked" and _left(pen, row["payment"]) < row["fen"]:
            _ended(pen, row, "failed", "这笔款已有退款，请按余额重新申请")
            return None
        until = clock.instant(clock.parse(pen.at) + timedelta(seconds=LEASE_S))
        state = "sending" if row["state"] == "asked" else row["state"]
        store.change(pen, c, id_, lease=until, issuer=issuer, state=state)
        return row


def _write(db: Db, row: Row, act: Callable[[Pen], None]) -> str:
    with db.write(row["community"], verb="invoice.told") as pen:
        act(pen)
        pen.touch("invoice", row["id"])
        return str(_needed(pen, pen.community, row["id"])["state"])


def _outcome(pen: Pen, row: Row, found: Invoice) -> None:
    if found.state == "red" or (row["state"] == "red_sending" and found.red):
        _red(pen, row, found)
    elif row["state"] == "red_sending":
        if found.state == "red_failed":
            _ended(pen, row, "red_failed", found.reason)
        else:
            _later(pen, row, row["said"])
    elif found.state == "issued" and found.number:
        _issued(pen, row, found)
    elif found.state == "failed":
        _ended(pen, row, "failed", found.reason)
    else:
        _later(pen, row, found.reason)


def _issued(pen: Pen, row: Row, found: Invoice) -> None:
    c, id_ = pen.community, row["id"]
    store.number(pen, c, id_, number=found.number[:40], issued_at=row["issued_at"] or pen.at)
    store.change(pen, c, id_, state="issued", said="", link=found.link, due_at=None, lease=None, tries=0)
    pen.touch("invoice", id_)


def _red(pen: Pen, row: Row, found: Invoice) -> None:
    c, id_ = pen.community, row["id"]
    store.number(pen, c, id_, red=found.red[:40] or "红冲", red_at=row["red_at"] or pen.at)
    store.change(pen, c, id_, state="red", due_at=None, lease=None)
    pen.touch("invoice", id_)


def _ended(pen: Pen, row: Row, state: str, said: str) -> None:
    store.change(pen, pen.community, row["id"], state=state, said=said[:200], due_at=None, lease=None)
    pen.touch("invoice", row["id"])


def _later(pen: Pen, row: Row, said: str) -> None:
    wait = AGAIN_S[min(row["tries"], len(AGAIN_S) - 1)]
    due = clock.instant(clock.parse(pen.at) + timedelta(seconds=wait))
    store.change(pen, pen.community, row["id"], tries=row["tries"] + 1, due_at=due, lease=None, said=said[:200])


def sweep_invoices(db: Db, cfg: Config, community: str) -> int:
    """Invoices that are due are sent or asked about; how many. None where nobody issues them."""
    if issuers.of_community(cfg.home, community) is None:
        return 0
    rows = store.due(db, community, clock.instant(), 50)
    for row in rows:
        send_invoice(db, cfg, community, row["id"])
    return len(rows)


def issuer_of(cfg: Config, community: str) -> str:
    """What the pages call who issues a community's invoices; '' when the office does it by hand."""
    found = issuers.of_community(cfg.home, community)
    return found.label if found else ""


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


def _needed(db: Sql, c: str, id_: str) -> Row:
    row = store.by_id(db, c, id_) if len(id_) <= 64 else None
    if row is None:
        refuse("not_found")
    return row
