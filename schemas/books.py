"""Shapes of the books: vouchers, waivers, credit moved, days, trial balance, seals. Amounts in fen."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Text, Words
from schemas.ledger import Scope, TakingsRow


class VoucherIn(Scope):
    """Income or expense by head; `fund` is guessed from the head unless given."""

    kind = fields.String(required=True, validate=validate.OneOf(["in", "out"]))
    head = Text(100, low=1, required=True)
    fund = fields.String(validate=validate.OneOf(["物业服务费", "公共收益", "维修资金"]))
    summary = Text(200)
    fen = Fen(low=1, required=True)
    happened_on = Day(required=True)
    handler = Text(50)
    number = Text(100)


class VoucherOut(Words):
    """The voucher that was booked."""

    voucher = Id()


class WaiverIn(Scope):
    """Ask that a part of a bill be waived."""

    bill = Id(required=True)
    fen = Fen(low=1, required=True)
    reason = Text(500, low=1, required=True)


class WaiverAsked(Words):
    """A waiver that waits for a second person."""

    waiver = Id(attribute="id")
    bill = Id()
    household_id = Id(attribute="home")
    item = fields.String()
    period = fields.String()
    fen = Fen()
    reason = fields.String()
    who = fields.String()
    at = fields.String()


class WaiversOut(Words):
    """What waits for a second person."""

    waivers = fields.List(fields.Nested(WaiverAsked))


class WaiverAnswerIn(Scope):
    """Grant or refuse."""

    grant = fields.Boolean(required=True)


class WaiverOut(Words):
    """The ask, and the waiver's id when it was granted."""

    ask = Id()
    waiver = Id(allow_none=True)


class CreditMoveIn(Scope):
    """Prepayment from one household to another."""

    household = Text(100, low=1, required=True)
    to = Text(100, low=1, required=True)
    fen = Fen(low=1, required=True)
    reason = Text(500, low=1, required=True)


class CreditMoveOut(Words):
    """What was moved."""

    fen = Fen()


class SealsQuery(Words):
    """A community, and a day to ask for the seal that covers it."""

    community = Text(100, low=1, required=True)
    date = Day()


class Seal(Words):
    """A day's signed total; `fingerprint` is what screens and paper show."""

    no = fields.Integer()
    day = Day()
    since = Day()
    receipts = fields.Integer()
    total_fen = Fen()
    root = fields.String()
    back = fields.Integer()
    back_fen = Fen()
    back_root = fields.String()
    prev_hash = fields.String()
    hash = fields.String()
    signature = fields.String()
    key_id = fields.String()
    fingerprint = fields.String()


class SealsOut(Words):
    """Seals, newest first, and the public key (Ed25519, hex) that signs them; `older_keys` signed before it."""

    seals = fields.List(fields.Nested(Seal))
    public_key = fields.String()
    older_keys = fields.List(fields.String())


class TrialRow(Words):
    """An account over the days asked for, debit positive."""

    account = fields.String()
    name = fields.String()
    opening = fields.Integer()
    debit = fields.Integer()
    credit = fields.Integer()
    closing = fields.Integer()


class Check(Words):
    """One line of the checklist of a day."""

    check = fields.String()
    ok = fields.Boolean()
    text = fields.String()


class BookDay(Words):
    """A day of the books: whether it is closed, its takings, its trial balance, its checklist."""

    day = Day()
    closed = fields.Boolean()
    takings = fields.List(fields.Nested(TakingsRow))
    trial = fields.List(fields.Nested(TrialRow))
    checklist = fields.List(fields.Nested(Check))


class Closing(Words):
    """The closed day and its seal; null while fewer than ten receipts came."""

    day = Day()
    seal = fields.Nested(Seal, allow_none=True)
