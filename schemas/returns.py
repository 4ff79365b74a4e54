"""The shapes of money that goes back to unknown payers, and of electronic invoices, at the JSON door."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Instant, Text, Words

INVOICE_STATES = {
    "asked": "待开", "sending": "开具中", "issued": "已开", "red_sending": "红冲中", "red": "已红冲",
    "failed": "开具失败", "red_failed": "红冲失败",
}


class ReturnAsk(Words):
    """Ask that suspense goes back to whoever sent it. `id` makes sending twice harmless."""

    community = Text(64)
    id = Id(required=True)
    suspense = Text(32, required=True)
    reason = Text(200, low=1, required=True)


class ReturnPaid(Words):
    """It has left: the voucher of the bank or the merchant platform, and the day."""

    community = Text(64)
    voucher = Text(80, low=1, required=True)
    on = Day(required=True)


class Return(Words):
    """Suspense on its way back. `granted` is null while it waits, `voucher` once it has left."""

    id = fields.String()
    suspense = fields.String()
    channel = fields.String()
    transaction_id = fields.String()
    fen = Fen()
    reason = fields.String()
    who = fields.String()
    at = Instant()
    granted = fields.String(allow_none=True, validate=validate.OneOf(("yes", "no")))
    answered_by = fields.String(allow_none=True)
    voucher = fields.String(allow_none=True)
    returned_on = Day(allow_none=True)


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
