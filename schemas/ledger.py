"""Shapes of the ledger's JSON door. Amounts in fen, days in Shanghai."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.base import Day, Fen, Id, Text, Words
from schemas.words import CHANNELS


class Scope(Words):
    """The community, by id or name; it may be left out when the caller has one."""

    community = Text(100)


class PaymentIn(Scope):
    """Money that came in; `bills` designates what it is for."""

    household = Text(100, low=1, required=True)
    channel = fields.String(required=True, validate=validate.OneOf(list(CHANNELS), error="没有这种缴费方式"))
    transaction_id = Text(200, low=1, required=True)
    fen = Fen(low=1, required=True)
    paid_on = Day(required=True)
    bills = fields.List(Id(), validate=validate.Length(max=500, error="一次最多 500 张账单"))
    label = Text(100)
    note = Text(500)


class Part(Words):
    """A part of a payment and the bill it settles."""

    bill = Id()
    fen = Fen()


class PaymentOut(Words):
    """What a payment did; `prepayment_fen` is what is left of it as the home's credit."""

    payment = Id()
    receipt = fields.String()
    allocated = fields.List(fields.Nested(Part))
    prepayment_fen = Fen()


class ReversalIn(Scope):
    """Why a fact is taken back and, for money, on which day it went back."""

    reason = Text(500, low=1, required=True)
    on = Day()


class ReversalOut(Words):
    """The reversal and the allocations it undid, newest first."""

    reversal = Id()
    fen = Fen()
    undone = fields.List(fields.Nested(Part))


class ReceiptItem(Part):
    """A part of a receipt with what it paid."""

    item = fields.String()
    period = fields.String()
    until_period = fields.String(allow_none=True)


class Receipt(Words):
    """What is printed on a receipt. `state`: booked, part_reversed, reversed."""

    receipt = fields.String()
    payment = Id()
    household = fields.String(attribute="code")
    household_id = Id(attribute="home")
    fen = Fen()
    reversed_fen = Fen()
    state = fields.String()
    channel = fields.String()
    channel_name = fields.String()
    transaction_id = fields.String()
    label = fields.String()
    note = fields.String()
    paid_on = Day(attribute="happened_on")
    book_date = Day()
    at = fields.String()
    who = fields.String()
    items = fields.List(fields.Nested(ReceiptItem))
    prepayment_fen = Fen()


class PaymentsQuery(Scope):
    """Newest first; `q` a receipt number, 票据号, transaction or amount; or those of a day or a household."""

    q = Text(200)
    day = Day()
    household = Text(100)
    cursor = Text(64)


class PaymentsOut(Words):
    """A page of payments; `next` is '' at the end."""

    payments = fields.List(fields.Nested(Receipt))
    next = fields.String()


class BillOut(Words):
    """A bill as it stands; `basis` is how it was computed, for the owner."""

    bill = Id()
    item = fields.String()
    period = fields.String()
    until_period = fields.String(allow_none=True)
    due = Day()
    fen = Fen()
    settled_fen = Fen()
    waived_fen = Fen()
    open_fen = Fen()
    basis = fields.String()


class HouseholdQuery(Scope):
    """`on` is the day arrears are counted for, today unless given."""

    on = Day()


class HouseholdOut(Words):
    """A household with what it owes and paid."""

    household = fields.String()
    household_id = Id()
    address = fields.String()
    building = fields.String()
    kind = fields.String()
    state = fields.String()
    area = fields.Integer(metadata={"description": "0.01 ㎡"})
    owner = fields.String()
    phones = fields.List(fields.String())
    residents = fields.List(fields.Dict())
    billed_fen = Fen()
    settled_fen = Fen()
    waived_fen = Fen()
    outstanding_fen = Fen()
    prepayment_fen = Fen()
    arrears_fen = Fen()
    bills = fields.List(fields.Nested(BillOut))
    payments = fields.List(fields.Nested(Receipt))


class DayQuery(Scope):
    """A day; today unless given."""

    day = Day()


class ArrearsRow(Words):
    """A household in arrears with the age of its debt."""

    household = fields.String()
    household_id = Id()
    fen = Fen()
    since = Day()
    ages = fields.Dict(keys=fields.String(), values=fields.Integer())


class ArrearsOut(Words):
    """Households in arrears on a day, by code."""

    on = Day()
    total_fen = Fen()
    rows = fields.List(fields.Nested(ArrearsRow))


class TakingsRow(Words):
    """What came in and went back by one channel."""

    channel = fields.String()
    name = fields.String()
    fen = Fen()
    payments = fields.Integer()
    reversed_fen = Fen()
    reversals = fields.Integer()


class TakingsOut(Words):
    """The day counted by channel."""

    day = Day()
    rows = fields.List(fields.Nested(TakingsRow))


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
    """Seals, newest first, and the public key (Ed25519, hex) that signed them."""

    seals = fields.List(fields.Nested(Seal))
    public_key = fields.String()


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
