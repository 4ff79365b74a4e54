"""The shapes of electronic invoices at the JSON door."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Fen, Id, Instant, Text, Words

INVOICE_STATES = {
    "asked": "待开", "sending": "开具中", "issued": "已开", "red_sending": "红冲中", "red": "已红冲",
    "failed": "开具失败", "red_failed": "红冲失败",
}


class InvoiceAsk(Words):
    """Ask for an invoice of what is left of a payment. `id` makes sending twice harmless."""

    community = Text(64)
    id = Id(required=True)
    payment = Text(32, required=True)
    title = Text(100, low=1, required=True)
    tax_no = Text(20, load_default="")
    mail = Text(100, load_default="")


class InvoiceSend(Words):
    """Hand it to the issuer; nothing to say but whose. A body of its own: `Scope` is a query in the description."""

    community = Text(64)


class InvoiceNumber(Words):
    """The number of an invoice, or of a red one, that was made elsewhere."""

    community = Text(64)
    number = Text(40, low=1, required=True)


class InvoiceRed(Words):
    """Why it is taken back; the issuer shows it to the buyer."""

    community = Text(64)
    reason = Text(200, low=1, required=True)


class Invoice(Words):
    """An electronic invoice; `state` of INVOICE_STATES, `said` why it failed, `link` its PDF."""

    id = Id()
    payment = fields.String()
    receipt = fields.String(attribute="receipt_no")
    household = fields.String(attribute="code")
    fen = Fen()
    title = fields.String()
    tax_no = fields.String()
    state = fields.String(validate=validate.OneOf(INVOICE_STATES))
    said = fields.String()
    number = fields.String(allow_none=True)
    red = fields.String(allow_none=True)
    link = fields.String()
    at = Instant()


class Invoices(Words):
    invoices = fields.List(fields.Nested(Invoice))
