"""The shapes of money that goes back to unknown payers, at the JSON door."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Instant, Text, Words


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
